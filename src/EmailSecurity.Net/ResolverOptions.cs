namespace EmailSecurity.Net;

/// <summary>Bounds and manners of <see cref="DnsClientResolver"/>.</summary>
public sealed record ResolverOptions
{
    /// <summary>How long one try at one name server may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a try that got no answer is repeated.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>How long a lookup may take in all: every try, server and CNAME.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Asks with the DNSSEC OK bit, without which resolvers leave the AD bit out (RFC 6840 section 5.8).</summary>
    public bool RequestDnssec { get; init; } = true;

    /// <summary>Asks name servers of a parent zone at addresses that are not globally reachable too: a stranger's DNS names them.</summary>
    public bool AllowPrivateNetwork { get; init; }

    /// <summary>CNAMEs followed for one lookup before it counts as a loop.</summary>
    public int MaxCnames { get; init; } = 12;

    /// <summary>Lookups under way at once; the rest wait their turn. Each holds one UDP socket.</summary>
    public int MaxConcurrency { get; init; } = 512;
}
