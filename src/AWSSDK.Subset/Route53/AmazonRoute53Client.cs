using Amazon.Route53.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Subset;

namespace Amazon.Route53;

/// <inheritdoc cref="IAmazonRoute53"/>
public class AmazonRoute53Client : AmazonServiceClient, IAmazonRoute53
{
    private const string Namespace = "https://route53.amazonaws.com/doc/2013-04-01/";

    public AmazonRoute53Client() : this(new AmazonRoute53Config()) { }

    public AmazonRoute53Client(RegionEndpoint region) : this(new AmazonRoute53Config { RegionEndpoint = region }) { }

    public AmazonRoute53Client(AmazonRoute53Config config) : base(config) { }

    public AmazonRoute53Client(AWSCredentials credentials) : this(credentials, new AmazonRoute53Config()) { }

    public AmazonRoute53Client(AWSCredentials credentials, RegionEndpoint region) : this(credentials, new AmazonRoute53Config { RegionEndpoint = region }) { }

    public AmazonRoute53Client(AWSCredentials credentials, AmazonRoute53Config clientConfig) : base(credentials, clientConfig) { }

    public AmazonRoute53Client(string awsAccessKeyId, string awsSecretAccessKey, AmazonRoute53Config clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig) { }

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata("Route 53");

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => Pipeline.Customize(pipeline);

    private Task<TResponse> CallAsync<TResponse>(AmazonWebServiceRequest request, string method, string path, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(request, new InvokeOptions
        {
            RequestMarshaller = new XmlMarshaller("Amazon.Route53", Namespace, method, path),
            ResponseUnmarshaller = new XmlUnmarshaller<TResponse, AmazonRoute53Exception>(((AmazonRoute53Config)Config).OfficialElements),
        }, cancellationToken);

    public virtual Task<ListHostedZonesByNameResponse> ListHostedZonesByNameAsync(
        ListHostedZonesByNameRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListHostedZonesByNameResponse>(request, "GET", "/2013-04-01/hostedzonesbyname", cancellationToken);

    public virtual Task<ListHostedZonesResponse> ListHostedZonesAsync(ListHostedZonesRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListHostedZonesResponse>(request, "GET", "/2013-04-01/hostedzone", cancellationToken);

    public virtual Task<GetHostedZoneResponse> GetHostedZoneAsync(GetHostedZoneRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetHostedZoneResponse>(request, "GET", "/2013-04-01/hostedzone/{Id}", cancellationToken);

    public virtual Task<ListResourceRecordSetsResponse> ListResourceRecordSetsAsync(
        ListResourceRecordSetsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListResourceRecordSetsResponse>(request, "GET", "/2013-04-01/hostedzone/{Id}/rrset", cancellationToken);

    public virtual Task<ChangeResourceRecordSetsResponse> ChangeResourceRecordSetsAsync(
        ChangeResourceRecordSetsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ChangeResourceRecordSetsResponse>(request, "POST", "/2013-04-01/hostedzone/{Id}/rrset/", cancellationToken);

    public virtual Task<GetChangeResponse> GetChangeAsync(GetChangeRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetChangeResponse>(request, "GET", "/2013-04-01/change/{Id}", cancellationToken);

    public virtual Task<CreateHostedZoneResponse> CreateHostedZoneAsync(CreateHostedZoneRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<CreateHostedZoneResponse>(request, "POST", "/2013-04-01/hostedzone", cancellationToken);

    public virtual Task<DeleteHostedZoneResponse> DeleteHostedZoneAsync(DeleteHostedZoneRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<DeleteHostedZoneResponse>(request, "DELETE", "/2013-04-01/hostedzone/{Id}", cancellationToken);

    public virtual Task<ListTagsForResourceResponse> ListTagsForResourceAsync(
        ListTagsForResourceRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListTagsForResourceResponse>(request, "GET", "/2013-04-01/tags/{ResourceType}/{ResourceId}", cancellationToken);

    public virtual Task<ChangeTagsForResourceResponse> ChangeTagsForResourceAsync(
        ChangeTagsForResourceRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ChangeTagsForResourceResponse>(request, "POST", "/2013-04-01/tags/{ResourceType}/{ResourceId}", cancellationToken);

    /// <summary>Settings as the SDK's factories make them.</summary>
    public static ClientConfig CreateDefaultClientConfig() => new AmazonRoute53Config();

    /// <summary>A client as the SDK's factories make it.</summary>
    public static IAmazonService CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig) =>
        new AmazonRoute53Client(awsCredentials, (AmazonRoute53Config)clientConfig);
}
