using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>A state of a zone and from when DNS serves it; a null view: the zone is gone.</summary>
public sealed record ZoneVersion(DateTimeOffset VisibleAt, ZoneView? View);

/// <summary>What resolving a name gave.</summary>
public sealed class DnsAnswer
{
    /// <summary>Response code.</summary>
    public DnsRcode Rcode { get; set; }

    /// <summary>Record sets in order: the CNAMEs, then the sets asked for. The owner is the name asked at that step (wildcards expanded).</summary>
    public List<(string Owner, DnsRecordSet Set)> Sets { get; } = [];

    /// <summary>SOA for the authority section of a negative answer.</summary>
    public DnsRecordSet? Soa { get; set; }

    /// <summary>A fault that the server carries out.</summary>
    public DnsFault Fault { get; set; }

    /// <summary>True where every zone on the way is secure.</summary>
    public bool IsSecure { get; set; } = true;

    /// <summary>The sets of the type asked for; empty for a negative answer.</summary>
    public IEnumerable<DnsRecordSet> OfType(ushort type) => Sets.Where(s => s.Set.Type == type).Select(s => s.Set);
}

/// <summary>
/// Every zone the sandbox's DNS knows and the resolution over them. A name belongs to the zone with the longest matching apex.
/// Where a third-party zone and a Route 53 zone have the same apex, the third party's records come first and Route 53's fill in what it does
/// not hold; of several Route 53 zones with one name the oldest is the delegated one, as the others' name servers are not in the parent.
/// </summary>
public sealed class DnsCatalog(TimeProvider time)
{
    private const int MaxChain = 16;

    private static readonly ZoneView Root = new("", []);

    private readonly ConcurrentDictionary<string, ImmutableArray<Source>> zones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> ancestors = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Told the name of each zone that is put and was not there.</summary>
    public Action<string>? ZoneAdded { get; set; }

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

    /// <summary>Resolves a name as a recursive resolver does: CNAMEs followed across zones, aliases turned into addresses.</summary>
    public DnsAnswer Resolve(string name, ushort type)
    {
        var answer = new DnsAnswer();
        var now = time.GetUtcNow();
        var owner = name;
        for (var step = 0; step < MaxChain; step++)
        {
            var match = Find(owner, type, now, out var set, out var view, out var fault);
            answer.IsSecure &= view.IsSecure;
            if (fault != DnsFault.None)
            {
                answer.Fault = fault;
                answer.Rcode = fault switch
                {
                    DnsFault.Refused => DnsRcode.Refused,
                    DnsFault.NxDomain => DnsRcode.NxDomain,
                    DnsFault.FormErr => DnsRcode.FormErr,
                    DnsFault.NotImp => DnsRcode.NotImp,
                    DnsFault.Garbage => DnsRcode.NoError,
                    _ => DnsRcode.ServFail,
                };
                answer.Soa = fault == DnsFault.NxDomain ? view.Soa : null;
                return answer;
            }
            if (match != ZoneMatch.Found)
            {
                answer.Rcode = match switch { ZoneMatch.NoName => DnsRcode.NxDomain, ZoneMatch.Lame => DnsRcode.ServFail, _ => DnsRcode.NoError };
                answer.Soa = match == ZoneMatch.Lame ? null : view.Soa;
                return answer;
            }
            if (set!.AliasName is { } alias)
            {
                var addresses = Resolve(alias, type).OfType(type).SelectMany(s => s.Data).ToArray();
                if (addresses.Length == 0)
                {
                    answer.Soa = view.Soa;
                    return answer;
                }
                answer.Sets.Add((owner, set with { Data = addresses }));
                return answer;
            }
            answer.Sets.Add((owner, set));
            if (set.Type != DnsType.Cname || type == DnsType.Cname)
            {
                return answer;
            }
            owner = set.Target;
        }
        answer.Sets.Clear();
        answer.Rcode = DnsRcode.ServFail; // a CNAME loop
        return answer;
    }

    /// <summary>Everything at a name (type ANY).</summary>
    public IReadOnlyList<DnsRecordSet> All(string name)
    {
        var now = time.GetUtcNow();
        return [.. ViewsFor(name, now).SelectMany(v => v.All(name)).Where(s => s.AliasName is null)];
    }

    private ZoneMatch Find(string name, ushort type, DateTimeOffset now, out DnsRecordSet? set, out ZoneView view, out DnsFault fault)
    {
        set = null;
        fault = DnsFault.None;
        view = Root;
        var best = ZoneMatch.NoName;
        var any = false;
        // RFC 4035 section 3.1.4.1: the DS set of a zone is on its parent's side.
        var start = type == DnsType.Ds && zones.ContainsKey(name) ? DnsName.Parent(name) : name;
        foreach (var candidate in ViewsFor(start, now))
        {
            if (!any)
            {
                view = candidate;
                any = true;
            }
            fault = candidate.FaultAt(name, type);
            if (fault != DnsFault.None)
            {
                return ZoneMatch.NoData;
            }
            var match = candidate.Find(name, type, out var found);
            if (match == ZoneMatch.Found)
            {
                set = found;
                view = candidate;
                return match;
            }
            best = match > best ? match : best;
        }
        return best == ZoneMatch.NoName && ancestors.ContainsKey(name) ? ZoneMatch.NoData : best;
    }

    private IEnumerable<ZoneView> ViewsFor(string name, DateTimeOffset now)
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
