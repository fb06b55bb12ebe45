using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>What the calls of Route 53 have in common: elements of its answers, and parameters of lists.</summary>
internal static class Route53Xml
{
    private static readonly XNamespace Ns = Route53Service.Ns;

    /// <summary>A change, and whether it is still on its way to the name servers.</summary>
    public static XElement Xml(ChangeInfo change, bool pending) => new(
        Ns + "ChangeInfo",
        new XElement(Ns + "Id", "/change/" + change.Id),
        new XElement(Ns + "Status", pending ? "PENDING" : "INSYNC"),
        new XElement(Ns + "SubmittedAt", RestXml.Time(change.SubmittedAt)),
        change.Comment.Length > 0 ? new XElement(Ns + "Comment", change.Comment) : null);

    /// <summary>A hosted zone.</summary>
    public static XElement Xml(HostedZone zone) => new(
        Ns + "HostedZone",
        new XElement(Ns + "Id", "/hostedzone/" + zone.Id),
        new XElement(Ns + "Name", DnsName.ToRoute53(zone.Name)),
        new XElement(Ns + "CallerReference", zone.CallerReference),
        new XElement(
            Ns + "Config",
            zone.Comment.Length > 0 ? new XElement(Ns + "Comment", zone.Comment) : null,
            new XElement(Ns + "PrivateZone", zone.IsPrivate ? "true" : "false")),
        new XElement(Ns + "ResourceRecordSetCount", zone.Sets.Count));

    /// <summary>The name servers of a public zone.</summary>
    public static XElement Delegation(HostedZone zone) =>
        new(Ns + "DelegationSet", new XElement(Ns + "NameServers", zone.NameServers.Select(s => new XElement(Ns + "NameServer", s))));

    /// <summary>The network of a private zone.</summary>
    public static XElement Vpc(HostedZone zone) => new(Ns + "VPC", new XElement(Ns + "VPCRegion", zone.Vpc.Region), new XElement(Ns + "VPCId", zone.Vpc.Id));

    /// <summary>A record set.</summary>
    public static XElement Xml(RecordSet set) => new(
        Ns + "ResourceRecordSet",
        new XElement(Ns + "Name", DnsName.ToRoute53(set.Key.Name)),
        new XElement(Ns + "Type", set.Key.Type),
        set.Key.SetIdentifier.Length > 0 ? new XElement(Ns + "SetIdentifier", set.Key.SetIdentifier) : null,
        set.Routing.Select(e => new XElement(e)),
        set.Ttl is { } ttl ? new XElement(Ns + "TTL", ttl) : null,
        set.Alias is not null
            ? null
            : new XElement(Ns + "ResourceRecords", set.Values.Select(v => new XElement(Ns + "ResourceRecord", new XElement(Ns + "Value", v)))),
        set.Alias is not { } alias ? null : new XElement(
            Ns + "AliasTarget",
            new XElement(Ns + "HostedZoneId", alias.HostedZoneId),
            new XElement(Ns + "DNSName", DnsName.ToRoute53(alias.DnsName)),
            new XElement(Ns + "EvaluateTargetHealth", alias.EvaluateTargetHealth)));

    /// <summary>The error for a parameter that is not valid.</summary>
    public static AwsRuleException InvalidInput(string message) => new(400, "InvalidInput", message);

    /// <summary>How many items a page has.</summary>
    public static int PageSize(AwsCall call, int max)
    {
        if (!call.Query.TryGetValue("maxitems", out var text))
        {
            return max;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? Math.Min(size, max)
            : throw InvalidInput($"Invalid value for 'maxitems': {text}");
    }

    /// <summary>Reads a domain name.</summary>
    /// <exception cref="AwsRuleException">It is not one: the error has the code given.</exception>
    public static string Domain(string text, string code)
    {
        try
        {
            return DnsName.Parse(text);
        }
        catch (FormatException e)
        {
            throw new AwsRuleException(400, code, e.Message);
        }
    }
}
