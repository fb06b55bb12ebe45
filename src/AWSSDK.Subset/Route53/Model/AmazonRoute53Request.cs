using Amazon.Runtime;

namespace Amazon.Route53.Model;

/// <summary>A request to the service.</summary>
public class AmazonRoute53Request : AmazonWebServiceRequest;
