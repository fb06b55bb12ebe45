using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.CloudFront.Model;

public class OriginAccessControl
{
    [Must] public string Id { get; set; }
    public OriginAccessControlConfig OriginAccessControlConfig { get; set; }
}

public class OriginAccessControlConfig : Structure
{
    public string Name { get; set; }
    public string Description { get; set; }
    public OriginAccessControlSigningProtocols SigningProtocol { get; set; }
    public OriginAccessControlSigningBehaviors SigningBehavior { get; set; }
    public OriginAccessControlOriginTypes OriginAccessControlOriginType { get; set; }
}

public class OriginAccessControlSummary
{
    [Must] public string Id { get; set; }
    public string Description { get; set; }
    [Must] public string Name { get; set; }
    public OriginAccessControlSigningProtocols SigningProtocol { get; set; }
    public OriginAccessControlSigningBehaviors SigningBehavior { get; set; }
    public OriginAccessControlOriginTypes OriginAccessControlOriginType { get; set; }
}

public class OriginAccessControlList
{
    public string Marker { get; set; }
    public string NextMarker { get; set; }
    public int? MaxItems { get; set; }
    [Must] public bool? IsTruncated { get; set; }
    public int? Quantity { get; set; }
    [Items("OriginAccessControlSummary")] public List<OriginAccessControlSummary> Items { get; set; }
}

public class ListOriginAccessControlsRequest : AmazonCloudFrontRequest
{
    [At(Place.Query, "Marker")] public string Marker { get; set; }
    [At(Place.Query, "MaxItems")] public string MaxItems { get; set; }
}

public class ListOriginAccessControlsResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public OriginAccessControlList OriginAccessControlList { get; set; }
}

public class CreateOriginAccessControlRequest : AmazonCloudFrontRequest
{
    [At(Place.Payload)] public OriginAccessControlConfig OriginAccessControlConfig { get; set; }
}

public class CreateOriginAccessControlResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public OriginAccessControl OriginAccessControl { get; set; }
    [At(Place.Header, "Location")] public string Location { get; set; }
    [At(Place.Header, "ETag")] public string ETag { get; set; }
}

public class GetOriginAccessControlRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
}

public class GetOriginAccessControlResponse : AmazonWebServiceResponse
{
    [At(Place.Payload)] public OriginAccessControl OriginAccessControl { get; set; }
    [At(Place.Header, "ETag")] public string ETag { get; set; }
}

public class DeleteOriginAccessControlRequest : AmazonCloudFrontRequest
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
    [At(Place.Header, "If-Match")] public string IfMatch { get; set; }
}

public class DeleteOriginAccessControlResponse : AmazonWebServiceResponse;
