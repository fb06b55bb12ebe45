using EmailSecurity.Findings;

namespace EmailSecurity.Live;

/// <summary>What can happen to one file that is fetched: one rule for each outcome that brings nothing usable.</summary>
/// <param name="prefix">What the codes begin with.</param>
/// <param name="subject">What a message calls the file; empty for its URL.</param>
/// <param name="standard">The standard that asks for the file.</param>
/// <param name="section">Its section.</param>
/// <param name="severity">How much a failure matters.</param>
internal sealed class FetchRules(string prefix, string subject, string standard, string section, FindingSeverity severity = FindingSeverity.Error)
{
    /// <summary>What a message calls the file: the URL is the location, and in a message it would stand before what matters.</summary>
    public string Subject(Uri url) => subject.Length > 0 ? subject : url.ToString();

    public Rule Redirect { get; } = new(prefix + "Redirect", severity, standard, section, "Serve the file at exactly this URL, without a redirect.");

    public Rule NotFound { get; } = new(prefix + "NotFound", severity, standard, section, "Put the file there.");

    public Rule Forbidden { get; } = new(prefix + "Forbidden", severity, standard, section, "Let everyone read it.");

    public Rule ServerError { get; } = new(prefix + "ServerError", severity, standard, section, "Check the web server's log.");

    public Rule HttpStatus { get; } = new(prefix + "HttpStatus", severity, standard, section, "Serve the file with status 200.");

    public Rule HostNotFound { get; } = new(prefix + "HostNotFound", severity, standard, section);

    public Rule HostDnsFailure { get; } = new(prefix + "HostDnsFailure", severity, standard, section, "Check the zone's servers.");

    public Rule AddressNotGlobal { get; } = new(prefix + "AddressNotGlobal", severity, standard, section);

    public Rule ConnectionRefused { get; } = new(prefix + "ConnectionRefused", severity, standard, section);

    public Rule Timeout { get; } = new(prefix + "Timeout", severity, standard, section,
        "Check that the web server is up and reachable from the internet.");

    public Rule ConnectionReset { get; } = new(prefix + "ConnectionReset", severity, standard, section,
        "Check the web server and firewalls before it.");

    public Rule TlsHandshakeFailed { get; } = new(prefix + "TlsHandshakeFailed", severity, standard, section);

    public Rule CertificateUntrusted { get; } = new(prefix + "CertificateUntrusted", severity, standard, section,
        "Use a certificate from a publicly trusted CA, and send its intermediate certificates with it.");

    public Rule CertificateExpired { get; } = new(prefix + "CertificateExpired", severity, standard, section, "Renew the certificate.");

    public Rule CertificateNameMismatch { get; } = new(prefix + "CertificateNameMismatch", severity, standard, section);

    public Rule TooLarge { get; } = new(prefix + "TooLarge", severity, standard, section, "Make it smaller.");

    public Rule ProtocolError { get; } = new(prefix + "ProtocolError", severity, standard, section, "Check the web server.");

    // What this computer cannot see is no fault of the server.
    public Rule CertificateNotJudged { get; } = new(prefix + "CertificateNotJudged", FindingSeverity.Warning, standard, section, TlsAdvice.NotJudged);

    public Rule Tls13Only { get; } = new(prefix + "Tls13Only", FindingSeverity.Warning, standard, section, TlsAdvice.Tls13);
}
