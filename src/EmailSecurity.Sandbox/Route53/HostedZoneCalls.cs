using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using static EmailSecurity.Sandbox.Route53.Route53Xml;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>Hosted zones: made, told and listed. Under the store's lock.</summary>
internal sealed class HostedZoneCalls(Route53Store store)
{
    private const int MaxPage = 100;

    private static readonly XNamespace Ns = Route53Service.Ns;

    /// <summary>CreateHostedZone.</summary>
    public AwsReply Create(AwsCall call)
    {
        var request = RestXml.Parse(call.Body, "CreateHostedZoneRequest", Ns, "InvalidInput");
        var name = Domain(request.Text(Ns + "Name") ?? throw InvalidInput("Missing field 'Name' in CreateHostedZoneRequest"), "InvalidDomainName");
        // A zone is a host name's parent: letters, digits, hyphens and underscores.
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/'))
        {
            throw new AwsRuleException(400, "InvalidDomainName", $"The domain name is not valid: {request.Text(Ns + "Name")}");
        }
        var reference = request.Text(Ns + "CallerReference") is { Length: > 0 and <= 128 } text
            ? text
            : throw InvalidInput("CallerReference has 1 to 128 characters");
        var config = request.Element(Ns + "HostedZoneConfig");
        var vpc = request.Element(Ns + "VPC");
        var (zone, change) = store.Create(
            name,
            call.AccountId,
            reference,
            config?.Text(Ns + "Comment") ?? "",
            vpc is not null,
            (vpc?.Text(Ns + "VPCRegion") ?? "", vpc?.Text(Ns + "VPCId") ?? ""));
        return RestXml.Reply(
            201,
            new XElement(Ns + "CreateHostedZoneResponse", Xml(zone), Xml(change, pending: true), zone.IsPrivate ? Vpc(zone) : Delegation(zone)),
            ("Location", $"https://route53.amazonaws.com/2013-04-01/hostedzone/{zone.Id}"));
    }

    /// <summary>GetHostedZone.</summary>
    public static AwsReply Get(HostedZone zone) =>
        RestXml.Reply(200, new XElement(Ns + "GetHostedZoneResponse", Xml(zone), zone.IsPrivate ? new XElement(Ns + "VPCs", Vpc(zone)) : Delegation(zone)));

    /// <summary>ListHostedZones.</summary>
    public AwsReply List(AwsCall call)
    {
        var size = PageSize(call, MaxPage);
        var zones = store.ZonesOf(call.AccountId).Where(z => call.Query.GetValueOrDefault("hostedzonetype") != "PrivateHostedZone" || z.IsPrivate).ToArray();
        var start = 0;
        if (call.Query.TryGetValue("marker", out var marker))
        {
            start = Array.FindIndex(zones, z => z.Id == marker);
            if (start < 0)
            {
                throw InvalidInput($"The marker is not valid: {marker}");
            }
        }
        var more = start + size < zones.Length;
        return RestXml.Reply(200, new XElement(
            Ns + "ListHostedZonesResponse",
            new XElement(Ns + "HostedZones", zones.Skip(start).Take(size).Select(Xml)),
            marker is null ? null : new XElement(Ns + "Marker", marker),
            new XElement(Ns + "IsTruncated", more),
            more ? new XElement(Ns + "NextMarker", zones[start + size].Id) : null,
            new XElement(Ns + "MaxItems", size)));
    }

    /// <summary>ListHostedZonesByName.</summary>
    public AwsReply ListByName(AwsCall call)
    {
        var size = PageSize(call, MaxPage);
        var zones = store.ZonesOf(call.AccountId).Order(Comparer<HostedZone>.Create((a, b) =>
        {
            var order = DnsName.CompareReversed(a.Name, b.Name);
            return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
        })).ToArray();
        var hasName = call.Query.TryGetValue("dnsname", out var dnsName);
        var hasId = call.Query.TryGetValue("hostedzoneid", out var zoneId);
        if (hasId && !hasName)
        {
            throw InvalidInput("The hostedzoneid parameter needs the dnsname parameter");
        }
        var start = 0;
        if (hasName)
        {
            var name = Domain(dnsName!, "InvalidDomainName");
            start = Array.FindIndex(zones, z =>
            {
                var order = DnsName.CompareReversed(z.Name, name);
                return order > 0 || (order == 0 && (!hasId || string.CompareOrdinal(z.Id, zoneId) >= 0));
            });
            start = start < 0 ? zones.Length : start;
        }
        var more = start + size < zones.Length;
        return RestXml.Reply(200, new XElement(
            Ns + "ListHostedZonesByNameResponse",
            new XElement(Ns + "HostedZones", zones.Skip(start).Take(size).Select(Xml)),
            hasName ? new XElement(Ns + "DNSName", dnsName) : null,
            hasId ? new XElement(Ns + "HostedZoneId", zoneId) : null,
            new XElement(Ns + "IsTruncated", more),
            more ? new XElement(Ns + "NextDNSName", DnsName.ToRoute53(zones[start + size].Name)) : null,
            more ? new XElement(Ns + "NextHostedZoneId", zones[start + size].Id) : null,
            new XElement(Ns + "MaxItems", size)));
    }
}
