using Amazon.CloudFront.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Subset;

namespace Amazon.CloudFront;

/// <inheritdoc cref="IAmazonCloudFront"/>
public class AmazonCloudFrontClient : AmazonServiceClient, IAmazonCloudFront
{
    private const string Namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    public AmazonCloudFrontClient() : this(new AmazonCloudFrontConfig()) { }

    public AmazonCloudFrontClient(RegionEndpoint region) : this(new AmazonCloudFrontConfig { RegionEndpoint = region }) { }

    public AmazonCloudFrontClient(AmazonCloudFrontConfig config) : base(config) { }

    public AmazonCloudFrontClient(AWSCredentials credentials) : this(credentials, new AmazonCloudFrontConfig()) { }

    public AmazonCloudFrontClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonCloudFrontConfig { RegionEndpoint = region }) { }

    public AmazonCloudFrontClient(AWSCredentials credentials, AmazonCloudFrontConfig clientConfig) : base(credentials, clientConfig) { }

    public AmazonCloudFrontClient(string awsAccessKeyId, string awsSecretAccessKey, AmazonCloudFrontConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig) { }

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata("CloudFront");

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => Pipeline.Customize(pipeline);

    private Task<TResponse> CallAsync<TResponse>(AmazonWebServiceRequest request, string method, string path, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(request, new InvokeOptions
        {
            RequestMarshaller = new XmlMarshaller("Amazon.CloudFront", Namespace, method, path),
            ResponseUnmarshaller = new XmlUnmarshaller<TResponse, AmazonCloudFrontException>(((AmazonCloudFrontConfig)Config).OfficialElements),
        }, cancellationToken);

    public virtual Task<ListDistributionsResponse> ListDistributionsAsync(ListDistributionsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListDistributionsResponse>(request, "GET", "/2020-05-31/distribution", cancellationToken);

    public virtual Task<CreateDistributionWithTagsResponse> CreateDistributionWithTagsAsync(
        CreateDistributionWithTagsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<CreateDistributionWithTagsResponse>(request, "POST", "/2020-05-31/distribution?WithTags", cancellationToken);

    public virtual Task<GetDistributionResponse> GetDistributionAsync(GetDistributionRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetDistributionResponse>(request, "GET", "/2020-05-31/distribution/{Id}", cancellationToken);

    public virtual Task<GetDistributionConfigResponse> GetDistributionConfigAsync(
        GetDistributionConfigRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetDistributionConfigResponse>(request, "GET", "/2020-05-31/distribution/{Id}/config", cancellationToken);

    public virtual Task<UpdateDistributionResponse> UpdateDistributionAsync(UpdateDistributionRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<UpdateDistributionResponse>(request, "PUT", "/2020-05-31/distribution/{Id}/config", cancellationToken);

    public virtual Task<DeleteDistributionResponse> DeleteDistributionAsync(DeleteDistributionRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<DeleteDistributionResponse>(request, "DELETE", "/2020-05-31/distribution/{Id}", cancellationToken);

    public virtual Task<ListOriginAccessControlsResponse> ListOriginAccessControlsAsync(
        ListOriginAccessControlsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListOriginAccessControlsResponse>(request, "GET", "/2020-05-31/origin-access-control", cancellationToken);

    public virtual Task<CreateOriginAccessControlResponse> CreateOriginAccessControlAsync(
        CreateOriginAccessControlRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<CreateOriginAccessControlResponse>(request, "POST", "/2020-05-31/origin-access-control", cancellationToken);

    public virtual Task<GetOriginAccessControlResponse> GetOriginAccessControlAsync(
        GetOriginAccessControlRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetOriginAccessControlResponse>(request, "GET", "/2020-05-31/origin-access-control/{Id}", cancellationToken);

    public virtual Task<DeleteOriginAccessControlResponse> DeleteOriginAccessControlAsync(
        DeleteOriginAccessControlRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<DeleteOriginAccessControlResponse>(request, "DELETE", "/2020-05-31/origin-access-control/{Id}", cancellationToken);

    public virtual Task<CreateInvalidationResponse> CreateInvalidationAsync(CreateInvalidationRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<CreateInvalidationResponse>(request, "POST", "/2020-05-31/distribution/{DistributionId}/invalidation", cancellationToken);

    public virtual Task<GetInvalidationResponse> GetInvalidationAsync(GetInvalidationRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<GetInvalidationResponse>(request, "GET", "/2020-05-31/distribution/{DistributionId}/invalidation/{Id}", cancellationToken);

    public virtual Task<ListInvalidationsResponse> ListInvalidationsAsync(ListInvalidationsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListInvalidationsResponse>(request, "GET", "/2020-05-31/distribution/{DistributionId}/invalidation", cancellationToken);

    public virtual Task<TagResourceResponse> TagResourceAsync(TagResourceRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<TagResourceResponse>(request, "POST", "/2020-05-31/tagging?Operation=Tag", cancellationToken);

    public virtual Task<ListTagsForResourceResponse> ListTagsForResourceAsync(
        ListTagsForResourceRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListTagsForResourceResponse>(request, "GET", "/2020-05-31/tagging", cancellationToken);

    public virtual Task<ListDomainConflictsResponse> ListDomainConflictsAsync(
        ListDomainConflictsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListDomainConflictsResponse>(request, "POST", "/2020-05-31/domain-conflicts", cancellationToken);

    public virtual Task<UpdateDomainAssociationResponse> UpdateDomainAssociationAsync(
        UpdateDomainAssociationRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<UpdateDomainAssociationResponse>(request, "POST", "/2020-05-31/domain-association", cancellationToken);

    /// <summary>Settings as the SDK's factories make them.</summary>
    public static ClientConfig CreateDefaultClientConfig() => new AmazonCloudFrontConfig();

    /// <summary>A client as the SDK's factories make it.</summary>
    public static IAmazonService CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig) =>
        new AmazonCloudFrontClient(awsCredentials, (AmazonCloudFrontConfig)clientConfig);
}
