using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.Route53.Model;

public class ResourceRecordSet : Structure
{
    [Must] public string Name { get; set; }
    [Must] public RRType Type { get; set; }
    public string SetIdentifier { get; set; }
    public long? Weight { get; set; }
    public ResourceRecordSetRegion Region { get; set; }
    public GeoLocation GeoLocation { get; set; }
    public ResourceRecordSetFailover Failover { get; set; }
    public bool? MultiValueAnswer { get; set; }
    public long? TTL { get; set; }
    [Items("ResourceRecord")] public List<ResourceRecord> ResourceRecords { get; set; }
    public AliasTarget AliasTarget { get; set; }
    public string HealthCheckId { get; set; }
    public string TrafficPolicyInstanceId { get; set; }
}

public class ResourceRecord : Structure
{
    public string Value { get; set; }
}

public class AliasTarget : Structure
{
    public string HostedZoneId { get; set; }
    public string DNSName { get; set; }
    public bool? EvaluateTargetHealth { get; set; }
}

public class GeoLocation : Structure
{
    public string ContinentCode { get; set; }
    public string CountryCode { get; set; }
    public string SubdivisionCode { get; set; }
}

public class ListResourceRecordSetsRequest : AmazonRoute53Request
{
    [At(Place.Uri, "Id")] public string HostedZoneId { get; set; }
    [At(Place.Query, "name")] public string StartRecordName { get; set; }
    [At(Place.Query, "type")] public RRType StartRecordType { get; set; }
    [At(Place.Query, "identifier")] public string StartRecordIdentifier { get; set; }
    [At(Place.Query, "maxitems")] public string MaxItems { get; set; }
}

public class ListResourceRecordSetsResponse : AmazonWebServiceResponse
{
    [Items("ResourceRecordSet"), Must] public List<ResourceRecordSet> ResourceRecordSets { get; set; }
    [Must] public bool? IsTruncated { get; set; }
    public string NextRecordName { get; set; }
    public RRType NextRecordType { get; set; }
    public string NextRecordIdentifier { get; set; }
    public string MaxItems { get; set; }
}

public class ChangeResourceRecordSetsRequest : AmazonRoute53Request
{
    [At(Place.Uri, "Id")] public string HostedZoneId { get; set; }
    public ChangeBatch ChangeBatch { get; set; }
}

public class ChangeBatch : Structure
{
    public string Comment { get; set; }
    [Items("Change")] public List<Change> Changes { get; set; }
}

public class Change : Structure
{
    public ChangeAction Action { get; set; }
    public ResourceRecordSet ResourceRecordSet { get; set; }
}

public class ChangeResourceRecordSetsResponse : AmazonWebServiceResponse
{
    [Must] public ChangeInfo ChangeInfo { get; set; }
}

public class ChangeInfo
{
    [Must] public string Id { get; set; }
    [Must] public ChangeStatus Status { get; set; }
    public DateTime? SubmittedAt { get; set; }
    public string Comment { get; set; }
}

public class GetChangeRequest : AmazonRoute53Request
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
}

public class GetChangeResponse : AmazonWebServiceResponse
{
    [Must] public ChangeInfo ChangeInfo { get; set; }
}
