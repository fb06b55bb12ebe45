using System.Net;
using Amazon.Runtime;

namespace Amazon.CloudFront;

/// <summary>What the service refused, or failed to do.</summary>
public class AmazonCloudFrontException : AmazonServiceException
{
    public AmazonCloudFrontException(string message) : base(message) { }

    public AmazonCloudFrontException(string message, Exception innerException) : base(message, innerException) { }

    public AmazonCloudFrontException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode) { }

    public AmazonCloudFrontException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}
