using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Subset;

namespace Amazon.CertificateManager;

/// <summary>Settings of <see cref="AmazonCertificateManagerClient"/>.</summary>
public class AmazonCertificateManagerConfig : ClientConfig
{
    public AmazonCertificateManagerConfig() : base(Pipeline.Defaults())
    {
        base.ServiceId = ServiceId; // AWS_ENDPOINT_URL_ACM is looked up by it
        AuthenticationServiceName = "acm";
        EndpointProvider = new EndpointProvider("acm");
    }

    public static new string ServiceId => "ACM";

    public override string RegionEndpointServiceName => "acm";

    public override string ServiceVersion => "2015-12-08";

    public override string UserAgent => Pipeline.UserAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(Pipeline.Parameters(this, parameters.AlternateEndpoint));
}
