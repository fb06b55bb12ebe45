using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Subset;

namespace Amazon.CloudFront;

/// <summary>Settings of <see cref="AmazonCloudFrontClient"/>.</summary>
public class AmazonCloudFrontConfig : ClientConfig
{
    public AmazonCloudFrontConfig() : base(Pipeline.Defaults())
    {
        base.ServiceId = ServiceId; // AWS_ENDPOINT_URL_CLOUDFRONT is looked up by it
        AuthenticationServiceName = "cloudfront";
        EndpointProvider = new EndpointProvider("cloudfront");
    }

    public static new string ServiceId => "CloudFront";

    /// <summary>
    /// Not null: answers are read as the official packages read them, so that tests show what holds there too. The set names the elements that
    /// those know and no class here declares.
    /// </summary>
    internal IReadOnlySet<string> OfficialElements { get; set; }

    public override string RegionEndpointServiceName => "cloudfront";

    public override string ServiceVersion => "2020-05-31";

    public override string UserAgent => Pipeline.UserAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(Pipeline.Parameters(this, parameters.AlternateEndpoint));
}
