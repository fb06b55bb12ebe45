using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>
/// Every zone the sandbox's DNS knows, each from its sources. A name belongs to the zone with the longest matching apex.
/// Where a third-party zone and a Route 53 zone have the same apex, the third party's records come first and Route 53's fill in what it does
/// not hold; of several Route 53 zones with one name the oldest is the delegated one, as the others' name servers are not in the parent.
/// </summary>
public sealed class ZoneSources
{
    private readonly ConcurrentDictionary<string, ImmutableArray<Source>> zones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> ancestors = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Told the name of each zone that is put and was not there.</summary>
    public Action<string>? ZoneAdded { get; set; }

    /// <summary>True where there is a zone of this name.</summary>
    public bool Contains(string zone) => zones.ContainsKey(zone);

    /// <summary>True where there is a zone below this name.</summary>
    public bool HasBelow(string name) => ancestors.ContainsKey(name);

    /// <summary>Puts (replaces) the versions of a zone from one source; sources of one apex are asked in the order of their rank.</summary>
    public void Put(string zone, string source, long rank, IReadOnlyList<ZoneVersion> versions)
    {
        bool known;
        lock (gate)
        {
            known = zones.TryGetValue(zone, out var sources);
            sources = known ? sources.RemoveAll(s => s.Id == source) : [];
            zones[zone] = sources.Add(new Source(source, rank, [.. versions])).Sort((a, b) => a.Rank.CompareTo(b.Rank));
            if (!known)
            {
                Count(zone, 1);
            }
        }

        if (!known)
        {
            ZoneAdded?.Invoke(zone);
        }
    }

    /// <summary>Drops a source of a zone.</summary>
    public void Remove(string zone, string source)
    {
        lock (gate)
        {
            if (!zones.TryGetValue(zone, out var sources))
            {
                return;
            }
            sources = sources.RemoveAll(s => s.Id == source);
            if (!sources.IsEmpty)
            {
                zones[zone] = sources;
            }
            else if (zones.TryRemove(zone, out _))
            {
                Count(zone, -1);
            }
        }
    }

    /// <summary>What is served of the zone that a name belongs to, one view for each source that has it now.</summary>
    public IEnumerable<ZoneView> ViewsFor(string name, DateTimeOffset now)
    {
        for (var apex = name; ; apex = DnsName.Parent(apex))
        {
            if (zones.TryGetValue(apex, out var sources))
            {
                var route53 = false;
                var any = false;
                foreach (var source in sources)
                {
                    if ((source.IsRoute53 && route53) || source.At(now) is not { } view)
                    {
                        continue;
                    }
                    route53 |= source.IsRoute53;
                    any = true;
                    yield return view;
                }
                if (any)
                {
                    yield break;
                }
            }
            if (apex.Length == 0)
            {
                yield break;
            }
        }
    }

    private void Count(string zone, int by)
    {
        for (var parent = DnsName.Parent(zone); parent.Length > 0; parent = DnsName.Parent(parent))
        {
            var count = ancestors.GetValueOrDefault(parent) + by;
            if (count > 0)
            {
                ancestors[parent] = count;
            }
            else
            {
                ancestors.TryRemove(parent, out _);
            }
        }
    }

    private sealed record Source(string Id, long Rank, ImmutableArray<ZoneVersion> Versions)
    {
        public bool IsRoute53 => Rank > 0;

        public ZoneView? At(DateTimeOffset now)
        {
            for (var i = Versions.Length - 1; i >= 0; i--)
            {
                if (Versions[i].VisibleAt <= now)
                {
                    return Versions[i].View;
                }
            }
            return null;
        }
    }
}
