using System.Net;
using Amazon.Runtime;

namespace Amazon.Route53;

/// <summary>What the service refused, or failed to do.</summary>
public class AmazonRoute53Exception : AmazonServiceException
{
    public AmazonRoute53Exception(string message) : base(message) { }

    public AmazonRoute53Exception(string message, Exception innerException) : base(message, innerException) { }

    public AmazonRoute53Exception(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode) { }

    public AmazonRoute53Exception(string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}
