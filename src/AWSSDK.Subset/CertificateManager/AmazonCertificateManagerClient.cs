using Amazon.CertificateManager.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Subset;

namespace Amazon.CertificateManager;

/// <inheritdoc cref="IAmazonCertificateManager"/>
public class AmazonCertificateManagerClient : AmazonServiceClient, IAmazonCertificateManager
{
    public AmazonCertificateManagerClient() : this(new AmazonCertificateManagerConfig()) { }

    public AmazonCertificateManagerClient(RegionEndpoint region) : this(new AmazonCertificateManagerConfig { RegionEndpoint = region }) { }

    public AmazonCertificateManagerClient(AmazonCertificateManagerConfig config) : base(config) { }

    public AmazonCertificateManagerClient(AWSCredentials credentials) : this(credentials, new AmazonCertificateManagerConfig()) { }

    public AmazonCertificateManagerClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonCertificateManagerConfig { RegionEndpoint = region }) { }

    public AmazonCertificateManagerClient(AWSCredentials credentials, AmazonCertificateManagerConfig clientConfig) : base(credentials, clientConfig) { }

    public AmazonCertificateManagerClient(string awsAccessKeyId, string awsSecretAccessKey, AmazonCertificateManagerConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig) { }

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata("ACM");

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => Pipeline.Customize(pipeline);

    private Task<TResponse> CallAsync<TResponse>(AmazonWebServiceRequest request, string name, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(request, new InvokeOptions
        {
            RequestMarshaller = new JsonMarshaller("Amazon.CertificateManager", "CertificateManager." + name),
            ResponseUnmarshaller = new JsonUnmarshaller<TResponse, AmazonCertificateManagerException>(
                ((AmazonCertificateManagerConfig)Config).OfficialElements),
        }, cancellationToken);

    public virtual Task<RequestCertificateResponse> RequestCertificateAsync(RequestCertificateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<RequestCertificateResponse>(request, "RequestCertificate", cancellationToken);

    public virtual Task<DescribeCertificateResponse> DescribeCertificateAsync(
        DescribeCertificateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<DescribeCertificateResponse>(request, "DescribeCertificate", cancellationToken);

    public virtual Task<ListCertificatesResponse> ListCertificatesAsync(ListCertificatesRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListCertificatesResponse>(request, "ListCertificates", cancellationToken);

    public virtual Task<DeleteCertificateResponse> DeleteCertificateAsync(DeleteCertificateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<DeleteCertificateResponse>(request, "DeleteCertificate", cancellationToken);

    public virtual Task<AddTagsToCertificateResponse> AddTagsToCertificateAsync(
        AddTagsToCertificateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<AddTagsToCertificateResponse>(request, "AddTagsToCertificate", cancellationToken);

    public virtual Task<ListTagsForCertificateResponse> ListTagsForCertificateAsync(
        ListTagsForCertificateRequest request, CancellationToken cancellationToken = default) =>
        CallAsync<ListTagsForCertificateResponse>(request, "ListTagsForCertificate", cancellationToken);

    /// <summary>Settings as the SDK's factories make them.</summary>
    public static ClientConfig CreateDefaultClientConfig() => new AmazonCertificateManagerConfig();

    /// <summary>A client as the SDK's factories make it.</summary>
    public static IAmazonService CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig) =>
        new AmazonCertificateManagerClient(awsCredentials, (AmazonCertificateManagerConfig)clientConfig);
}
