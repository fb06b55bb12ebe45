using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.Route53.Model;

public class HostedZone
{
    [Must] public string Id { get; set; }
    [Must] public string Name { get; set; }
    public string CallerReference { get; set; }
    public HostedZoneConfig Config { get; set; }
    public long? ResourceRecordSetCount { get; set; }
}

public class HostedZoneConfig : Structure
{
    public string Comment { get; set; }
    public bool? PrivateZone { get; set; }
}

public class DelegationSet
{
    public string Id { get; set; }
    public string CallerReference { get; set; }
    [Items("NameServer")] public List<string> NameServers { get; set; }
}

public class VPC : Structure
{
    public VPCRegion VPCRegion { get; set; }
    public string VPCId { get; set; }
}

public class ListHostedZonesByNameRequest : AmazonRoute53Request
{
    [At(Place.Query, "dnsname")] public string DNSName { get; set; }
    [At(Place.Query, "hostedzoneid")] public string HostedZoneId { get; set; }
    [At(Place.Query, "maxitems")] public string MaxItems { get; set; }
}

public class ListHostedZonesByNameResponse : AmazonWebServiceResponse
{
    [Items("HostedZone"), Must] public List<HostedZone> HostedZones { get; set; }
    public string DNSName { get; set; }
    public string HostedZoneId { get; set; }
    public bool? IsTruncated { get; set; }
    public string NextDNSName { get; set; }
    public string NextHostedZoneId { get; set; }
    public string MaxItems { get; set; }
}

public class ListHostedZonesRequest : AmazonRoute53Request
{
    [At(Place.Query, "marker")] public string Marker { get; set; }
    [At(Place.Query, "maxitems")] public string MaxItems { get; set; }
    [At(Place.Query, "delegationsetid")] public string DelegationSetId { get; set; }
    [At(Place.Query, "hostedzonetype")] public HostedZoneType HostedZoneType { get; set; }
}

public class ListHostedZonesResponse : AmazonWebServiceResponse
{
    [Items("HostedZone"), Must] public List<HostedZone> HostedZones { get; set; }
    public string Marker { get; set; }
    [Must] public bool? IsTruncated { get; set; }
    public string NextMarker { get; set; }
    public string MaxItems { get; set; }
}

public class GetHostedZoneRequest : AmazonRoute53Request
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
}

public class GetHostedZoneResponse : AmazonWebServiceResponse
{
    [Must] public HostedZone HostedZone { get; set; }
    public DelegationSet DelegationSet { get; set; }
    [Items("VPC")] public List<VPC> VPCs { get; set; }
}

public class CreateHostedZoneRequest : AmazonRoute53Request
{
    public string Name { get; set; }
    public VPC VPC { get; set; }
    public string CallerReference { get; set; }
    public HostedZoneConfig HostedZoneConfig { get; set; }
    public string DelegationSetId { get; set; }
}

public class CreateHostedZoneResponse : AmazonWebServiceResponse
{
    [Must] public HostedZone HostedZone { get; set; }
    [Must] public ChangeInfo ChangeInfo { get; set; }
    public DelegationSet DelegationSet { get; set; }
    public VPC VPC { get; set; }
    [At(Place.Header, "Location")] public string Location { get; set; }
}

public class DeleteHostedZoneRequest : AmazonRoute53Request
{
    [At(Place.Uri, "Id")] public string Id { get; set; }
}

public class DeleteHostedZoneResponse : AmazonWebServiceResponse
{
    [Must] public ChangeInfo ChangeInfo { get; set; }
}
