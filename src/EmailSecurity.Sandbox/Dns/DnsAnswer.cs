namespace EmailSecurity.Sandbox.Dns;

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
