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

    /// <summary>
    /// Not null: answers are read as the official packages read them, so that tests show what holds there too. The set names the elements that
    /// those know and no class here declares.
    /// </summary>
    internal IReadOnlySet<string> OfficialElements { get; set; }

    public override string RegionEndpointServiceName => "acm";

    public override string ServiceVersion => "2015-12-08";

    public override string UserAgent => Pipeline.UserAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(Pipeline.Parameters(this, parameters.AlternateEndpoint));
}
