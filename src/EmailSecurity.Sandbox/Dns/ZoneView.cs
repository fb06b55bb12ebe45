namespace EmailSecurity.Sandbox.Dns;

/// <summary>One record set as DNS serves it.</summary>
/// <param name="Name">Owner, in the kept form of <see cref="DnsName"/>.</param>
/// <param name="Type">Record type.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Data">Values in wire form; empty for an alias.</param>
public sealed record DnsRecordSet(string Name, ushort Type, uint Ttl, IReadOnlyList<byte[]> Data)
{
    /// <summary>Name that a Route 53 alias takes its addresses from; null for an ordinary set.</summary>
    public string? AliasName { get; init; }

    /// <summary>When the change that made the set was submitted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Target of a CNAME, in kept form; empty for other types.</summary>
    public string Target { get; init; } = "";
}

/// <summary>How a name fails on purpose.</summary>
public enum DnsFault
{
    None,
    /// <summary>Answers SERVFAIL.</summary>
    ServFail,
    /// <summary>Answers REFUSED.</summary>
    Refused,
    /// <summary>Answers NXDOMAIN.</summary>
    NxDomain,
    /// <summary>No answer.</summary>
    Timeout,
    /// <summary>Answers a truncated message over UDP and nothing over TCP.</summary>
    Truncate,
    /// <summary>Answers FORMERR.</summary>
    FormErr,
    /// <summary>Answers NOTIMP.</summary>
    NotImp,
    /// <summary>Answers a message that announces a record and ends before it.</summary>
    Garbage,
    /// <summary>Answers SERVFAIL, as a validating resolver does where the zone's signatures do not validate, unless checking is disabled (CD).</summary>
    Bogus,
}

/// <summary>A fault at a name.</summary>
/// <param name="Fault">What goes wrong.</param>
/// <param name="Types">For which query types; empty for all.</param>
public sealed record DnsFaultEntry(DnsFault Fault, IReadOnlyList<ushort> Types);

/// <summary>What a zone holds at a name.</summary>
public enum ZoneMatch
{
    /// <summary>The name is not in the zone.</summary>
    NoName,
    /// <summary>The name is there (or names below it are), the type is not.</summary>
    NoData,
    /// <summary>The set is there.</summary>
    Found,
    /// <summary>The name lies under a delegation to a server that is not known here.</summary>
    Lame,
}

/// <summary>An immutable state of one zone: what DNS serves of it.</summary>
public sealed class ZoneView
{
    private readonly Dictionary<string, List<DnsRecordSet>> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> inner = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DnsFaultEntry> faults;
    private readonly bool hasDelegations;

    /// <summary>Makes a view; SOA and NS of the apex are made up where they are not given.</summary>
    public ZoneView(string zone, IEnumerable<DnsRecordSet> sets, IReadOnlyDictionary<string, DnsFaultEntry>? faults = null)
    {
        Zone = zone;
        this.faults = faults is null ? new(StringComparer.Ordinal) : new(faults, StringComparer.Ordinal);
        foreach (var set in sets)
        {
            Add(set);
            hasDelegations |= set.Type == DnsType.Ns && set.Name != zone;
        }
        foreach (var name in this.faults.Keys)
        {
            AddInner(name);
        }
        var apex = names.GetValueOrDefault(zone) ?? [];
        if (!apex.Exists(s => s.Type == DnsType.Soa))
        {
            var suffix = zone.Length == 0 ? "root-servers.net" : zone;
            Add(new DnsRecordSet(zone, DnsType.Soa, 900, [RecordData.ToWire(DnsType.Soa, $"ns1.{suffix}. hostmaster.{suffix}. 1 7200 900 1209600 300")]));
        }
        if (zone.Length > 0 && !apex.Exists(s => s.Type == DnsType.Ns))
        {
            Add(new DnsRecordSet(zone, DnsType.Ns, 3600, [RecordData.ToWire(DnsType.Ns, $"ns1.{zone}.")]));
        }
        Soa = names[zone].First(s => s.Type == DnsType.Soa);
    }

    /// <summary>Apex.</summary>
    public string Zone { get; }

    /// <summary>True for a zone whose answers a validating resolver would call authentic (RFC 4035 section 3.2.3).</summary>
    public bool IsSecure { get; init; }

    /// <summary>The SOA set of the apex.</summary>
    public DnsRecordSet Soa { get; }

    /// <summary>The fault at a name for a query type.</summary>
    public DnsFault FaultAt(string name, ushort type) =>
        faults.Count > 0 && faults.TryGetValue(name, out var entry) && (entry.Types.Count == 0 || entry.Types.Contains(type)) ? entry.Fault : DnsFault.None;

    /// <summary>Looks a name and type up: the set, or the CNAME that stands in its place (RFC 1034 section 4.3.2, wildcards per section 4.3.3).</summary>
    public ZoneMatch Find(string name, ushort type, out DnsRecordSet? set)
    {
        set = null;
        if (hasDelegations && IsDelegatedAway(name, type))
        {
            return ZoneMatch.Lame;
        }
        if (names.TryGetValue(name, out var sets))
        {
            set = Pick(sets, type);
            return set is null ? ZoneMatch.NoData : ZoneMatch.Found;
        }
        if (inner.Contains(name))
        {
            return ZoneMatch.NoData;
        }
        // RFC 4592 section 3.3.1: the wildcard is that of the closest encloser.
        var encloser = DnsName.Parent(name);
        while (encloser != Zone && !names.ContainsKey(encloser) && !inner.Contains(encloser))
        {
            if (encloser.Length == 0)
            {
                return ZoneMatch.NoName;
            }
            encloser = DnsName.Parent(encloser);
        }
        if (!names.TryGetValue(encloser.Length == 0 ? "*" : "*." + encloser, out sets))
        {
            return ZoneMatch.NoName;
        }
        set = Pick(sets, type);
        return set is null ? ZoneMatch.NoData : ZoneMatch.Found;
    }

    /// <summary>Every set at a name.</summary>
    public IReadOnlyList<DnsRecordSet> All(string name) => names.TryGetValue(name, out var sets) ? sets : [];

    private static DnsRecordSet? Pick(List<DnsRecordSet> sets, ushort type)
    {
        DnsRecordSet? cname = null;
        foreach (var set in sets)
        {
            if (set.Type == type)
            {
                return set;
            }
            if (set.Type == DnsType.Cname)
            {
                cname = set;
            }
        }
        return cname;
    }

    private bool IsDelegatedAway(string name, ushort type)
    {
        // DS and the delegation's own NS set are answered on the parent's side of a cut.
        var at = name != Zone && type is DnsType.Ns or DnsType.Ds ? DnsName.Parent(name) : name;
        for (; at != Zone && at.Length > 0; at = DnsName.Parent(at))
        {
            if (names.TryGetValue(at, out var sets) && sets.Exists(s => s.Type == DnsType.Ns))
            {
                return true;
            }
        }
        return false;
    }

    private void Add(DnsRecordSet set)
    {
        if (!names.TryGetValue(set.Name, out var sets))
        {
            names[set.Name] = sets = [];
            AddInner(set.Name);
        }
        sets.Add(set);
    }

    private void AddInner(string name)
    {
        for (var parent = name; parent != Zone && parent.Length > 0;)
        {
            parent = DnsName.Parent(parent);
            if (!inner.Add(parent))
            {
                break;
            }
        }
    }
}
