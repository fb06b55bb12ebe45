using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.CloudFront.Model;

public class DistributionResourceId : Structure
{
    public string DistributionId { get; set; }
    public string DistributionTenantId { get; set; }
}

public class DomainConflict
{
    [Must] public string Domain { get; set; }
    [Must] public DistributionResourceType ResourceType { get; set; }
    [Must] public string ResourceId { get; set; }
    [Must] public string AccountId { get; set; }
}

public class ListDomainConflictsRequest : AmazonCloudFrontRequest
{
    public string Domain { get; set; }
    public DistributionResourceId DomainControlValidationResource { get; set; }
    public int? MaxItems { get; set; }
    public string Marker { get; set; }
}

[Document("ListDomainConflictsResult")]
public class ListDomainConflictsResponse : AmazonWebServiceResponse
{
    [Items("DomainConflicts")] public List<DomainConflict> DomainConflicts { get; set; }
    public string NextMarker { get; set; }
}

public class UpdateDomainAssociationRequest : AmazonCloudFrontRequest
{
    public string Domain { get; set; }
    public DistributionResourceId TargetResource { get; set; }
    [At(Place.Header, "If-Match")] public string IfMatch { get; set; }
}

[Document("UpdateDomainAssociationResult")]
public class UpdateDomainAssociationResponse : AmazonWebServiceResponse
{
    [Must] public string Domain { get; set; }
    [Must] public string ResourceId { get; set; }
    [At(Place.Header, "ETag")] public string ETag { get; set; }
}
