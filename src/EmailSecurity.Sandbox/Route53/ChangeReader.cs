using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>Reads the changes of a request, as the service's schema has them.</summary>
internal static class ChangeReader
{
    private const int MaxValueLength = 4000;

    private static readonly XNamespace Ns = Route53Service.Ns;
    private static readonly HashSet<string> Actions = new(StringComparer.Ordinal) { "CREATE", "DELETE", "UPSERT" };

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "SOA", "A", "TXT", "NS", "CNAME", "MX", "NAPTR", "PTR", "SRV", "SPF", "AAAA", "CAA", "DS", "TLSA", "SSHFP", "SVCB", "HTTPS",
    };

    private static readonly HashSet<string> RoutingElements = new(StringComparer.Ordinal)
    {
        "Weight", "Region", "GeoLocation", "Failover", "MultiValueAnswer", "CidrRoutingConfig", "GeoProximityLocation", "HealthCheckId",
        "TrafficPolicyInstanceId",
    };

    /// <summary>Reads the changes.</summary>
    /// <exception cref="AwsRuleException">The request is not of the service's schema (InvalidInput).</exception>
    public static IReadOnlyList<RecordChange> Read(XElement request, DateTimeOffset submittedAt)
    {
        var changes = request.Element(Ns + "ChangeBatch")?.Element(Ns + "Changes")?.Elements(Ns + "Change").ToArray() ?? [];
        if (changes.Length == 0)
        {
            throw Invalid("Invalid XML ; cvc-complex-type.2.4.b: The content of element 'Changes' is not complete. One of '{Change}' is expected.");
        }
        var result = new List<RecordChange>();
        foreach (var change in changes)
        {
            var action = change.Text(Ns + "Action") ?? "";
            if (!Actions.Contains(action))
            {
                throw Invalid(
                    $"Invalid XML ; cvc-enumeration-valid: Value '{action}' is not facet-valid with respect to enumeration '[CREATE, DELETE, "
                        + "UPSERT]'. It must be a value from the enumeration.");
            }
            result.Add(
                new RecordChange(action, ReadSet(change.Element(Ns + "ResourceRecordSet") ?? throw Missing("Change", "ResourceRecordSet"), submittedAt)));
        }
        return result;
    }

    /// <summary>True for a type of record that Route 53 holds.</summary>
    public static bool IsRecordType(string type) => Types.Contains(type);
    private static AwsRuleException Invalid(string message) => new(400, "InvalidInput", message);

    private static AwsRuleException Missing(string parent, string child) =>
        Invalid(
            $"Invalid XML ; cvc-complex-type.2.4.b: The content of element '{parent}' is not complete. One of "
                + $"'{{\"{Ns.NamespaceName}\":{child}}}' is expected.");

    private static RecordSet ReadSet(XElement element, DateTimeOffset submittedAt)
    {
        var name = ReadName(element.Text(Ns + "Name") ?? throw Missing("ResourceRecordSet", "Name"));
        var type = element.Text(Ns + "Type") ?? throw Missing("ResourceRecordSet", "Type");
        if (!Types.Contains(type))
        {
            throw Invalid(
                $"Invalid XML ; cvc-enumeration-valid: Value '{type}' is not facet-valid with respect to enumeration "
                    + $"'[{string.Join(", ", Types)}]'. It must be a value from the enumeration.");
        }
        var set = new RecordSet
        {
            Key = new RecordKey(name, type, element.Text(Ns + "SetIdentifier") ?? ""),
            Routing = [.. element.Elements().Where(e => RoutingElements.Contains(e.Name.LocalName)).Select(e => new XElement(e))],
            SubmittedAt = submittedAt,
        };
        var records = element.Element(Ns + "ResourceRecords")?.Elements(Ns + "ResourceRecord").ToArray();
        var ttl = element.Text(Ns + "TTL");
        return element.Element(Ns + "AliasTarget") is { } alias ? ReadAlias(set, alias, records, ttl) : ReadValues(set, records, ttl);
    }

    private static RecordSet ReadAlias(RecordSet set, XElement alias, XElement[]? records, string? ttl)
    {
        if (records is not null || ttl is not null)
        {
            throw NotOneOf(set, "more than one");
        }
        return set with
        {
            Alias = new AliasTarget(
                alias.Text(Ns + "HostedZoneId") ?? throw Missing("AliasTarget", "HostedZoneId"),
                ReadName(alias.Text(Ns + "DNSName") ?? throw Missing("AliasTarget", "DNSName")),
                (alias.Text(Ns + "EvaluateTargetHealth") ?? throw Missing("AliasTarget", "EvaluateTargetHealth")) == "true"),
        };
    }

    private static RecordSet ReadValues(RecordSet set, XElement[]? records, string? ttl)
    {
        if (records is null || ttl is null)
        {
            throw NotOneOf(set, "none");
        }
        if (records.Length == 0)
        {
            throw Missing("ResourceRecords", "ResourceRecord");
        }
        if (!long.TryParse(ttl, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > int.MaxValue)
        {
            throw Invalid($"Invalid XML ; cvc-datatype-valid.1.2.1: '{ttl}' is not a valid TTL of 0 to 2147483647.");
        }
        var values = records.Select(r => r.Text(Ns + "Value") ?? throw Missing("ResourceRecord", "Value")).ToArray();
        return values.All(v => v.Length is > 0 and <= MaxValueLength)
            ? set with { Ttl = seconds, Values = values }
            : throw Invalid($"Invalid XML ; cvc-maxLength-valid: a Value has 1 to {MaxValueLength} characters.");
    }

    private static AwsRuleException NotOneOf(RecordSet set, string found) =>
        Invalid(
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but "
                + $"found {found} in Change with [Action=..., Name={DnsName.ToRoute53(set.Key.Name)}, Type={set.Key.Type}, "
                + $"SetIdentifier={(set.Key.SetIdentifier.Length > 0 ? set.Key.SetIdentifier : "null")}]");

    private static string ReadName(string text)
    {
        try
        {
            return DnsName.Parse(text);
        }
        catch (FormatException e)
        {
            throw Invalid($"FATAL problem: {e.Message}");
        }
    }
}
