namespace EmailSecurity.Ports;

/// <summary>How an SMTP probe ended.</summary>
public enum SmtpOutcome
{
    /// <summary>STARTTLS went through and the certificate is valid for the host.</summary>
    Secure,
    /// <summary>The host name has no address.</summary>
    NameNotResolved,
    /// <summary>The host has only addresses that are not globally reachable (RFC 6890); none was connected to.</summary>
    AddressNotGlobal,
    /// <summary>The host name's address could not be looked up (SERVFAIL, timeout).</summary>
    DnsFailure,
    /// <summary>The server refused the connection or said 5xx/4xx at greeting.</summary>
    Refused,
    /// <summary>No connection in time: port 25 is blocked on the way, or the host is down.</summary>
    Blocked,
    /// <summary>The server does not offer STARTTLS, or refuses the command.</summary>
    StartTlsNotOffered,
    /// <summary>The TLS handshake failed.</summary>
    TlsHandshakeFailed,
    /// <summary>The chain does not lead to a trusted root.</summary>
    CertificateUntrusted,
    /// <summary>The certificate is past its end.</summary>
    CertificateExpired,
    /// <summary>No DNS-ID matches the MX host (RFC 8461 section 4.2).</summary>
    CertificateNameMismatch,
    /// <summary>Every TLS handshake resumed an earlier session, so the server showed no certificate: a limit of this computer.</summary>
    CertificateNotJudged,
    /// <summary>The server accepts TLS 1.3 alone, and this computer has no TLS 1.3: a limit of this computer.</summary>
    Tls13Only,
    /// <summary>The server says more than SMTP allows (RFC 5321 section 4.5.3.1.5), or than a probe reads.</summary>
    ReplyTooLong,
    /// <summary>The conversation broke.</summary>
    ProtocolError,
}

/// <summary>What an SMTP probe found.</summary>
public sealed record SmtpProbeResult
{
    /// <summary>How it ended.</summary>
    public required SmtpOutcome Outcome { get; init; }
    /// <summary>The MX host probed.</summary>
    public required string Host { get; init; }
    /// <summary>Leaf certificate's beginning; null without TLS.</summary>
    public DateTimeOffset? CertificateNotBefore { get; init; }
    /// <summary>Leaf certificate's end; null without TLS.</summary>
    public DateTimeOffset? CertificateNotAfter { get; init; }
    /// <summary>Leaf certificate's DNS names.</summary>
    public IReadOnlyList<string> CertificateNames { get; init; } = [];
    /// <summary>Negotiated TLS version; empty without TLS.</summary>
    public string TlsVersion { get; init; } = "";
    /// <summary>What went wrong, for people.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>SMTP with STARTTLS as a sending server does it; sends no mail. Never throws for what the network does; only for cancellation.</summary>
public interface ISmtpProbe
{
    /// <summary>Probes port 25 of a mail server (another port for a test).</summary>
    Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken);
}
