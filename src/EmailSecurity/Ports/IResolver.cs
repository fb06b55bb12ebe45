namespace EmailSecurity.Ports;

/// <summary>How a DNS lookup ended.</summary>
public enum DnsStatus
{
    /// <summary>An answer, perhaps without records (NODATA).</summary>
    NoError,
    /// <summary>The name does not exist.</summary>
    NxDomain,
    /// <summary>The server failed (also: DNSSEC bogus).</summary>
    ServFail,
    /// <summary>The server refused.</summary>
    Refused,
    /// <summary>No answer in time.</summary>
    Timeout,
    /// <summary>The server could not be reached.</summary>
    Unreachable,
    /// <summary>The answer could not be read, or a CNAME loop.</summary>
    Malformed,
    /// <summary>Any other response code.</summary>
    OtherError,
}

/// <summary>Record types that are looked up.</summary>
public enum DnsRecordType
{
    /// <summary>IPv4 address.</summary>
    A = 1,
    /// <summary>Name server.</summary>
    NS = 2,
    /// <summary>Canonical name.</summary>
    CNAME = 5,
    /// <summary>Start of authority.</summary>
    SOA = 6,
    /// <summary>Mail exchanger.</summary>
    MX = 15,
    /// <summary>Text.</summary>
    TXT = 16,
    /// <summary>IPv6 address.</summary>
    AAAA = 28,
    /// <summary>Delegation signer.</summary>
    DS = 43,
    /// <summary>TLSA (DANE).</summary>
    TLSA = 52,
    /// <summary>Certification authority authorization.</summary>
    CAA = 257,
}

/// <summary>One record of an answer.</summary>
/// <param name="Name">Owner name, no final dot, lower case.</param>
/// <param name="Type">Type.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Value">TXT: its strings concatenated, no quotes (RFC 8461 section 3.1; octets read as Latin-1-safe UTF-8). MX: exchange, <c>.</c> for a
/// null MX (RFC 7505). CAA: <c>flags tag "value"</c>. Others: presentation form, names without the final dot.</param>
/// <param name="Preference">MX preference; 0 for others.</param>
public sealed record DnsRecord(string Name, DnsRecordType Type, int Ttl, string Value, int Preference = 0);

/// <summary>A DNS answer.</summary>
public sealed record DnsAnswer
{
    /// <summary>How it ended.</summary>
    public required DnsStatus Status { get; init; }
    /// <summary>Records of the type asked for, at the end of the CNAME chain.</summary>
    public IReadOnlyList<DnsRecord> Records { get; init; } = [];
    /// <summary>Names passed through by CNAME, in order, the asked name left out.</summary>
    public IReadOnlyList<string> CnameChain { get; init; } = [];
    /// <summary>The resolver's AD bit: it validated the answer with DNSSEC.</summary>
    public bool AuthenticData { get; init; }
    /// <summary>What went wrong, for people; empty for NoError.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The values of the records; null where DNS gave no answer, so that nobody knows whether there are any.</summary>
    public IReadOnlyList<string>? ValuesIfAnswered => Status is DnsStatus.NoError or DnsStatus.NxDomain ? [.. Records.Select(r => r.Value)] : null;
}

/// <summary>DNS as the Internet sees it. Never throws for what DNS says; only for cancellation.</summary>
public interface IResolver
{
    /// <summary>
    /// Looks a name up, following CNAMEs, bounded in time and size. Answers are not cached across calls unless the implementation is set up to.
    /// </summary>
    Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken);

    /// <summary>
    /// The name servers that the parent zone delegates a zone to, asked of the parent's own servers (RFC 1034 section 4.2.2: the parent's set decides, and a
    /// resolver answers with the child's). Where those cannot be asked, the zone's NS records as <see cref="QueryAsync"/> sees them.
    /// </summary>
    Task<DnsAnswer> QueryDelegationAsync(string zone, CancellationToken cancellationToken) => QueryAsync(zone, DnsRecordType.NS, cancellationToken);

    /// <summary>
    /// The same with DNSSEC checking disabled (the CD bit, RFC 4035 section 3.2.2): what a validating resolver refuses as bogus is shown. A resolver that
    /// cannot ask so answers as always.
    /// </summary>
    Task<DnsAnswer> QueryUncheckedAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => QueryAsync(name, type, cancellationToken);
}
