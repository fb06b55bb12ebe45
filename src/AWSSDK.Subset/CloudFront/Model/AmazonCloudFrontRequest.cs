using Amazon.Runtime;

namespace Amazon.CloudFront.Model;

/// <summary>A request to the service.</summary>
public class AmazonCloudFrontRequest : AmazonWebServiceRequest;
