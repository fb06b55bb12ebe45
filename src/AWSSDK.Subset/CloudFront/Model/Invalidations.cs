using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.CloudFront.Model;

public class Invalidation
{
    [Must] public string Id { get; set; }
    [Must] public string Status { get; set; }
    public DateTime? CreateTime { get; set; }
    public InvalidationBatch InvalidationBatch { get; set; }
}

public class InvalidationBatch : Structure
{
    public Paths Paths { get; set; }
    public string CallerReference { get; set; }
}

public class Paths : Structure
{
    public int? Quantity { get; set; }
    [Items("Path")] public List<string> Items { get; set; }
}

public class InvalidationSummary
{
    public string Id { get; set; }
    public DateTime? CreateTime { get; set; }
    public string Status { get; set; }
}

public class InvalidationList
{
    public string Marker { get; set; }
    public string NextMarker { get; set; }
    public int? MaxItems { get; set; }
    [Must] public bool? IsTruncated { get; set; }
    public int? Quantity { get; set; }
    [Items("InvalidationSummary")] public List<InvalidationSummary> Items { get; set; }
}

public class CreateInvalidationRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "DistributionId")] public string DistributionId { get; set; }
    [At(Place.Payload)] public InvalidationBatch InvalidationBatch { get; set; }
}

public class CreateInvalidationResponse : AmazonWebServiceResponse
{
    [At(Place.Header, "Location")] public string Location { get; set; }
    [At(Place.Payload)] public Invalidation Invalidation { get; set; }
}

public class GetInvalidationRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "DistributionId")] public string DistributionId { get; set; }
    [At(Place.Uri, "Id")] public string Id { get; set; }
}

public class GetInvalidationResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public Invalidation Invalidation { get; set; }
}

public class ListInvalidationsRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "DistributionId")] public string DistributionId { get; set; }
    [At(Place.Query, "Marker")] public string Marker { get; set; }
    [At(Place.Query, "MaxItems")] public string MaxItems { get; set; }
}

public class ListInvalidationsResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public InvalidationList InvalidationList { get; set; }
}
