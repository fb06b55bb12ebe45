using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.CloudFront.Model;

public class Distribution
{
    [Must] public string Id { get; set; }
    [Must] public string ARN { get; set; }
    [Must] public string Status { get; set; }
    public DateTime? LastModifiedTime { get; set; }
    public int? InProgressInvalidationBatches { get; set; }
    [Must] public string DomainName { get; set; }
    [Must] public DistributionConfig DistributionConfig { get; set; }
}

public class DistributionSummary
{
    [Must] public string Id { get; set; }
    [Must] public string ARN { get; set; }
    public string ETag { get; set; }
    [Must] public string Status { get; set; }
    public DateTime? LastModifiedTime { get; set; }
    public string DomainName { get; set; }
    public Aliases Aliases { get; set; }
    public Origins Origins { get; set; }
    public DefaultCacheBehavior DefaultCacheBehavior { get; set; }
    public string Comment { get; set; }
    public PriceClass PriceClass { get; set; }
    public bool? Enabled { get; set; }
    public ViewerCertificate ViewerCertificate { get; set; }
    public Restrictions Restrictions { get; set; }
    public string WebACLId { get; set; }
    public HttpVersion HttpVersion { get; set; }
    public bool? IsIPV6Enabled { get; set; }
    public bool? Staging { get; set; }
    public ConnectionMode ConnectionMode { get; set; }
    public string AnycastIpListId { get; set; }
}

public class DistributionList
{
    public string Marker { get; set; }
    public string NextMarker { get; set; }
    public int? MaxItems { get; set; }
    [Must] public bool? IsTruncated { get; set; }
    [Must] public int? Quantity { get; set; }
    [Items("DistributionSummary")] public List<DistributionSummary> Items { get; set; }
}

public class ListDistributionsRequest : AmazonCloudFrontRequest
{
    [At(Place.Query, "Marker")] public string Marker { get; set; }
    [At(Place.Query, "MaxItems")] public string MaxItems { get; set; }
}

public class ListDistributionsResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public DistributionList DistributionList { get; set; }
}

public class DistributionConfigWithTags : Structure
{
    public DistributionConfig DistributionConfig { get; set; }
    public Tags Tags { get; set; }
}

public class CreateDistributionWithTagsRequest : AmazonCloudFrontRequest
{
    [At(Place.Payload)] public DistributionConfigWithTags DistributionConfigWithTags { get; set; }
}

public class CreateDistributionWithTagsResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public Distribution Distribution { get; set; }
    [At(Place.Header, "Location")] public string Location { get; set; }
    [At(Place.Header, "ETag")] public string ETag { get; set; }
}

public class GetDistributionRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
}

public class GetDistributionResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public Distribution Distribution { get; set; }
    [At(Place.Header, "ETag")] public string ETag { get; set; }
}

public class GetDistributionConfigRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
}

public class GetDistributionConfigResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public DistributionConfig DistributionConfig { get; set; }
    [At(Place.Header, "ETag")] public string ETag { get; set; }
}

public class UpdateDistributionRequest : AmazonCloudFrontRequest
{
    [At(Place.Payload)] public DistributionConfig DistributionConfig { get; set; }
    [At(Place.Uri, "Id")] public string Id { get; set; }
    [At(Place.Header, "If-Match")] public string IfMatch { get; set; }
}

public class UpdateDistributionResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public Distribution Distribution { get; set; }
    [At(Place.Header, "ETag")] public string ETag { get; set; }
}

public class DeleteDistributionRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
    [At(Place.Header, "If-Match")] public string IfMatch { get; set; }
}

public class DeleteDistributionResponse : AmazonWebServiceResponse;
