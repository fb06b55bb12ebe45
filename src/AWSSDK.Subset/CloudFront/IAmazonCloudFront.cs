using Amazon.CloudFront.Model;
using Amazon.Runtime;

namespace Amazon.CloudFront;

/// <summary>CloudFront, the operations this module calls.</summary>
public interface IAmazonCloudFront : IAmazonService, IDisposable
{
    Task<ListDistributionsResponse> ListDistributionsAsync(ListDistributionsRequest request, CancellationToken cancellationToken = default);
    Task<CreateDistributionWithTagsResponse> CreateDistributionWithTagsAsync(
        CreateDistributionWithTagsRequest request, CancellationToken cancellationToken = default);
    Task<GetDistributionResponse> GetDistributionAsync(GetDistributionRequest request, CancellationToken cancellationToken = default);
    Task<GetDistributionConfigResponse> GetDistributionConfigAsync(GetDistributionConfigRequest request, CancellationToken cancellationToken = default);
    Task<UpdateDistributionResponse> UpdateDistributionAsync(UpdateDistributionRequest request, CancellationToken cancellationToken = default);
    Task<DeleteDistributionResponse> DeleteDistributionAsync(DeleteDistributionRequest request, CancellationToken cancellationToken = default);
    Task<ListOriginAccessControlsResponse> ListOriginAccessControlsAsync(
        ListOriginAccessControlsRequest request, CancellationToken cancellationToken = default);
    Task<CreateOriginAccessControlResponse> CreateOriginAccessControlAsync(
        CreateOriginAccessControlRequest request, CancellationToken cancellationToken = default);
    Task<GetOriginAccessControlResponse> GetOriginAccessControlAsync(GetOriginAccessControlRequest request, CancellationToken cancellationToken = default);
    Task<DeleteOriginAccessControlResponse> DeleteOriginAccessControlAsync(
        DeleteOriginAccessControlRequest request, CancellationToken cancellationToken = default);
    Task<CreateInvalidationResponse> CreateInvalidationAsync(CreateInvalidationRequest request, CancellationToken cancellationToken = default);
    Task<GetInvalidationResponse> GetInvalidationAsync(GetInvalidationRequest request, CancellationToken cancellationToken = default);
    Task<ListInvalidationsResponse> ListInvalidationsAsync(ListInvalidationsRequest request, CancellationToken cancellationToken = default);
    Task<TagResourceResponse> TagResourceAsync(TagResourceRequest request, CancellationToken cancellationToken = default);
    Task<ListTagsForResourceResponse> ListTagsForResourceAsync(ListTagsForResourceRequest request, CancellationToken cancellationToken = default);
    Task<ListDomainConflictsResponse> ListDomainConflictsAsync(ListDomainConflictsRequest request, CancellationToken cancellationToken = default);
    Task<UpdateDomainAssociationResponse> UpdateDomainAssociationAsync(UpdateDomainAssociationRequest request, CancellationToken cancellationToken = default);
}
