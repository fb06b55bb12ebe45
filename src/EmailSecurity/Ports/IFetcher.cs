namespace EmailSecurity.Ports;

/// <summary>How an HTTPS fetch ended.</summary>
public enum FetchOutcome
{
    /// <summary>A response with any status was read whole.</summary>
    Response,
    /// <summary>The host name does not exist or has no address.</summary>
    NameNotResolved,
    /// <summary>DNS failed on the way (SERVFAIL, timeout).</summary>
    DnsFailure,
    /// <summary>The host has only addresses that are not globally reachable (RFC 6890); none was connected to.</summary>
    AddressNotGlobal,
    /// <summary>The connection was refused.</summary>
    ConnectionRefused,
    /// <summary>No connection or answer in time.</summary>
    Timeout,
    /// <summary>The connection broke.</summary>
    ConnectionReset,
    /// <summary>The TLS handshake failed (alert, no common version).</summary>
    TlsHandshakeFailed,
    /// <summary>The chain does not lead to a trusted root.</summary>
    CertificateUntrusted,
    /// <summary>The certificate is past its end or not yet valid.</summary>
    CertificateExpired,
    /// <summary>No DNS-ID of the certificate matches the host (CN never counts).</summary>
    CertificateNameMismatch,
    /// <summary>Every TLS handshake resumed an earlier session, so the server showed no certificate: a limit of this computer.</summary>
    CertificateNotJudged,
    /// <summary>The server accepts TLS 1.3 alone, and this computer has no TLS 1.3: a limit of this computer.</summary>
    Tls13Only,
    /// <summary>The body is larger than the cap.</summary>
    TooLarge,
    /// <summary>The response is not HTTP, or broken.</summary>
    ProtocolError,
}

/// <summary>What to fetch and within which bounds.</summary>
/// <param name="Url">https only.</param>
/// <param name="MaxBytes">Cap on the body.</param>
/// <param name="Timeout">Cap on the whole.</param>
public sealed record FetchRequest(Uri Url, int MaxBytes, TimeSpan Timeout)
{
    /// <summary>
    /// Host to connect to instead of the URL's (a distribution's own name); SNI, Host and checks stay the URL's. The session's -ConnectTo takes precedence.
    /// </summary>
    public string? ConnectHost { get; init; }
}

/// <summary>What a fetch returned.</summary>
public sealed record FetchResult
{
    /// <summary>How it ended.</summary>
    public required FetchOutcome Outcome { get; init; }
    /// <summary>HTTP status; 0 without a response.</summary>
    public int StatusCode { get; init; }
    /// <summary>Content-Type as sent; empty for none.</summary>
    public string ContentType { get; init; } = "";
    /// <summary>Content-Encoding as sent; empty for none.</summary>
    public string ContentEncoding { get; init; } = "";
    /// <summary>Location of a redirect (never followed); empty for none.</summary>
    public string RedirectLocation { get; init; } = "";
    /// <summary>What a bot check in front of the server says of itself in a header (<c>cf-mitigated</c>, <c>x-amzn-waf-action</c>); empty for none.</summary>
    public string Challenge { get; init; } = "";
    /// <summary>The body; empty without one.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
    /// <summary>Leaf certificate's beginning; null without TLS.</summary>
    public DateTimeOffset? CertificateNotBefore { get; init; }
    /// <summary>Leaf certificate's end; null without TLS.</summary>
    public DateTimeOffset? CertificateNotAfter { get; init; }
    /// <summary>Leaf certificate's DNS names.</summary>
    public IReadOnlyList<string> CertificateNames { get; init; } = [];
    /// <summary>Negotiated TLS version: <c>1.2</c>, <c>1.3</c>; empty without TLS.</summary>
    public string TlsVersion { get; init; } = "";
    /// <summary>What went wrong, for people; empty for Response.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>
/// HTTPS as RFC 8461 section 3.3 asks: no redirects, no cache, TLS 1.2 or newer, SNI, DNS-ID match, bounded. Never throws for what the network does; only
/// for cancellation.
/// </summary>
public interface IFetcher
{
    /// <summary>Fetches.</summary>
    Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken);
}
