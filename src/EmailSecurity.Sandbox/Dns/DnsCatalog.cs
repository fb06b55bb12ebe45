namespace EmailSecurity.Sandbox.Dns;

/// <summary>Resolves names over every zone that the sandbox's DNS knows, as a recursive resolver does.</summary>
public sealed class DnsCatalog(TimeProvider time)
{
    private const int MaxChain = 16;

    private static readonly ZoneView Root = new("", []);

    /// <summary>The zones.</summary>
    public ZoneSources Zones { get; } = new();
    /// <summary>Resolves a name as a recursive resolver does: CNAMEs followed across zones, aliases turned into addresses.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="isUnchecked">True with DNSSEC checking disabled (RFC 4035 section 3.2.2).</param>
    public DnsAnswer Resolve(string name, ushort type, bool isUnchecked = false)
    {
        var answer = new DnsAnswer();
        var now = time.GetUtcNow();
        var owner = name;
        for (var step = 0; step < MaxChain; step++)
        {
            var match = Find(owner, type, isUnchecked, now, out var set, out var view, out var fault);
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
        return [.. Zones.ViewsFor(name, now).SelectMany(v => v.All(name)).Where(s => s.AliasName is null)];
    }

    private ZoneMatch Find(string name, ushort type, bool isUnchecked, DateTimeOffset now, out DnsRecordSet? set, out ZoneView view, out DnsFault fault)
    {
        set = null;
        fault = DnsFault.None;
        view = Root;
        var best = ZoneMatch.NoName;
        var any = false;
        // RFC 4035 section 3.1.4.1: the DS set of a zone is on its parent's side.
        var start = type == DnsType.Ds && Zones.Contains(name) ? DnsName.Parent(name) : name;
        foreach (var candidate in Zones.ViewsFor(start, now))
        {
            if (!any)
            {
                view = candidate;
                any = true;
            }
            fault = candidate.FaultAt(name, type);
            fault = isUnchecked && fault == DnsFault.Bogus ? DnsFault.None : fault;
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
        return best == ZoneMatch.NoName && Zones.HasBelow(name) ? ZoneMatch.NoData : best;
    }
}
