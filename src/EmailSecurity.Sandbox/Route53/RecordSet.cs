using System.Xml.Linq;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>What an alias record points at.</summary>
public sealed record AliasTarget(string HostedZoneId, string DnsName, bool EvaluateTargetHealth);

/// <summary>Identity of a record set in a zone.</summary>
public readonly record struct RecordKey(string Name, string Type, string SetIdentifier)
{
    /// <summary>The order of listings: by labels from the right, then type, then set identifier.</summary>
    public static IComparer<RecordKey> Order { get; } = Comparer<RecordKey>.Create((a, b) =>
    {
        var order = Dns.DnsName.CompareReversed(a.Name, b.Name);
        order = order != 0 ? order : string.CompareOrdinal(a.Type, b.Type);
        return order != 0 ? order : string.CompareOrdinal(a.SetIdentifier, b.SetIdentifier);
    });
}

/// <summary>A record set as Route 53 keeps it.</summary>
public sealed record RecordSet
{
    /// <summary>Its key; the name is in kept form.</summary>
    public required RecordKey Key { get; init; }

    /// <summary>Seconds; null for an alias.</summary>
    public long? Ttl { get; init; }

    /// <summary>Values in presentation form, in the order given.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Alias target; null for an ordinary set.</summary>
    public AliasTarget? Alias { get; init; }

    /// <summary>Routing elements (Weight, Region, Failover, ...), kept as they came.</summary>
    public IReadOnlyList<XElement> Routing { get; init; } = [];

    /// <summary>When the change that gave it its values was submitted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>True where name, type, TTL, values and routing are the same; the order of values does not matter.</summary>
    public bool SameContent(RecordSet other) =>
        Key == other.Key && Ttl == other.Ttl && Alias == other.Alias && Routing.Count == other.Routing.Count
        && Values.Order(StringComparer.Ordinal).SequenceEqual(other.Values.Order(StringComparer.Ordinal), StringComparer.Ordinal)
        && Routing.OrderBy(e => e.Name.LocalName, StringComparer.Ordinal).Zip(
            other.Routing.OrderBy(e => e.Name.LocalName, StringComparer.Ordinal)).All(p => XNode.DeepEquals(p.First, p.Second));

    /// <summary>The set as DNS serves it; null for a type that the sandbox's DNS does not know.</summary>
    public DnsRecordSet? ToDns() =>
        DnsType.Find(Key.Type) is not { } type
            ? null
            : new DnsRecordSet(Key.Name, type, (uint)(Ttl ?? 60), [.. Values.Select(v => RecordData.ToWire(type, v))])
            {
                AliasName = Alias?.DnsName,
                SubmittedAt = SubmittedAt,
                Target = type == DnsType.Cname && Values.Count > 0 ? DnsName.Parse(Values[0]) : "",
            };
}
