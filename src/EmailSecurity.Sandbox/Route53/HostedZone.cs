using System.Collections.Immutable;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>A hosted zone. Its members are read and changed under the service's lock.</summary>
public sealed class HostedZone
{
    /// <summary>Id without its <c>/hostedzone/</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Apex in kept form.</summary>
    public required string Name { get; init; }

    /// <summary>Owner.</summary>
    public required string AccountId { get; init; }

    /// <summary>Caller reference it was made with.</summary>
    public required string CallerReference { get; init; }

    /// <summary>Comment; empty for none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>True for a zone that only its VPC sees: it is listed, but not in the sandbox's DNS.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>VPC of a private zone: region and id.</summary>
    public (string Region, string Id) Vpc { get; init; }

    /// <summary>Order of making.</summary>
    public required long Sequence { get; init; }

    /// <summary>The four name servers.</summary>
    public required IReadOnlyList<string> NameServers { get; init; }

    /// <summary>Record sets as the API shows them.</summary>
    public ImmutableSortedDictionary<RecordKey, RecordSet> Sets { get; set; } = ImmutableSortedDictionary.Create<RecordKey, RecordSet>(RecordKey.Order);

    /// <summary>Tags.</summary>
    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>True while a change batch is being processed.</summary>
    public bool Busy { get; set; }

    /// <summary>States that DNS serves, and from when.</summary>
    public ImmutableList<ZoneVersion> Versions { get; private set; } = [];

    /// <summary>Makes the present record sets visible in DNS at a time; states that can no longer be seen are dropped.</summary>
    public void Publish(DateTimeOffset visibleAt, DateTimeOffset now)
    {
        // Weighted and other routed sets: DNS shows the first of each name and type.
        var sets = Sets.Values.GroupBy(s => (s.Key.Name, s.Key.Type)).Select(g => g.First().ToDns()).OfType<DnsRecordSet>();
        var lastVisible = Versions.FindLastIndex(v => v.VisibleAt <= now);
        var kept = lastVisible > 0 ? Versions.RemoveRange(0, lastVisible) : Versions;
        // A change made under a shorter latency never overtakes one made before it.
        var at = kept.IsEmpty || kept[^1].VisibleAt < visibleAt ? visibleAt : kept[^1].VisibleAt;
        Versions = kept.Add(new ZoneVersion(at, new ZoneView(Name, sets)));
    }
}
