using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Subset;

namespace Amazon.Route53;

/// <summary>Settings of <see cref="AmazonRoute53Client"/>.</summary>
public class AmazonRoute53Config : ClientConfig
{
    public AmazonRoute53Config() : base(Pipeline.Defaults())
    {
        base.ServiceId = ServiceId; // AWS_ENDPOINT_URL_ROUTE_53 is looked up by it
        AuthenticationServiceName = "route53";
        EndpointProvider = new EndpointProvider("route53");
    }

    public static new string ServiceId => "Route 53";

    /// <summary>
    /// Not null: answers are read as the official packages read them, so that tests show what holds there too. The set names the elements that
    /// those know and no class here declares.
    /// </summary>
    internal IReadOnlySet<string> OfficialElements { get; set; }

    public override string RegionEndpointServiceName => "route53";

    public override string ServiceVersion => "2013-04-01";

    public override string UserAgent => Pipeline.UserAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(Pipeline.Parameters(this, parameters.AlternateEndpoint));
}
