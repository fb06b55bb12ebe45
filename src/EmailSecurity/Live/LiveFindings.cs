using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>Names for whatever can go wrong on the way: one code each, and what a sender or mailbox provider makes of it.</summary>
internal static class LiveFindings
{
    /// <summary>A look-up that brought no answer: <c>{prefix}ServFail</c>, <c>{prefix}Timeout</c> ...; null where there was one (NXDOMAIN included).</summary>
    public static Finding? Dns(string prefix, string name, DnsRecordType type, DnsAnswer answer, string standard, string section, string consequence)
    {
        var (what, fix) = answer.Status switch
        {
            DnsStatus.NoError or DnsStatus.NxDomain => ("", ""),
            DnsStatus.ServFail => ("its servers answer SERVFAIL (broken zone, or DNSSEC that does not validate)", "Check the zone's servers and its DNSSEC chain."),
            DnsStatus.Refused => ("its servers refuse to answer", "Check that the name servers serve the zone."),
            DnsStatus.Timeout => ("its servers do not answer in time", "Check that the name servers are up and reachable over UDP and TCP port 53."),
            DnsStatus.Unreachable => ("no name server can be reached", "Check the network and the name servers."),
            DnsStatus.Malformed => ("the answer cannot be read, or its CNAMEs go in a circle", "Check the zone's data, its CNAMEs above all."),
            _ => ($"its servers answer with an error{(answer.Detail.Length > 0 ? " (" + answer.Detail + ")" : "")}", "Check the zone's servers."),
        };
        return what.Length == 0 ? null : new Finding
        {
            Code = prefix + answer.Status,
            Severity = FindingSeverity.Error,
            Standard = standard,
            Section = section,
            Message = $"{name} {type} cannot be looked up: {what}. {consequence}",
            Fix = fix,
            Location = name,
        };
    }

    /// <summary>A fetch that brought nothing usable: <c>{prefix}NotFound</c>, <c>{prefix}Redirect</c>, <c>{prefix}CertificateExpired</c> ...; null for a 200.</summary>
    public static Finding? Fetch(string prefix, Uri url, FetchResult result, string standard, string section, string consequence)
    {
        if (result is { Outcome: FetchOutcome.Response, StatusCode: 200 })
        {
            return null;
        }

        var (code, what, fix) = result.Outcome switch
        {
            FetchOutcome.Response when result.StatusCode is >= 300 and < 400 => ("Redirect", Invariant($"it answers with a redirect (HTTP {result.StatusCode}{(result.RedirectLocation.Length > 0 ? " to " + result.RedirectLocation : "")}), which is never followed"), "Serve the file at this very URL, without a redirect."),
            FetchOutcome.Response when result.StatusCode is 404 or 410 => ("NotFound", Invariant($"there is no such file (HTTP {result.StatusCode})"), "Put the file there."),
            FetchOutcome.Response when result.StatusCode is 401 or 403 => ("Forbidden", Invariant($"access is refused (HTTP {result.StatusCode})"), "Let everyone read it."),
            FetchOutcome.Response when result.StatusCode >= 500 => ("ServerError", Invariant($"the server fails (HTTP {result.StatusCode})"), "Look into the web server's log."),
            FetchOutcome.Response => ("HttpStatus", Invariant($"it answers HTTP {result.StatusCode}; only 200 counts"), "Serve the file with status 200."),
            FetchOutcome.NameNotResolved => ("HostNotFound", $"{url.Host} has no address", $"Publish an A, AAAA or CNAME record for {url.Host}."),
            FetchOutcome.DnsFailure => ("HostDnsFailure", $"{url.Host} cannot be looked up{Detail(result.Detail, url.Host)}", "Check the zone's servers."),
            FetchOutcome.AddressNotGlobal =>
                ("AddressNotGlobal", $"{url.Host} has no address that is reachable from the internet{Detail(result.Detail, url.Host)}", NetworkAdvice.Private(url.Host)),
            FetchOutcome.ConnectionRefused => ("ConnectionRefused", "the server refuses the connection", Invariant($"Check that a web server listens on port {url.Port}.")),
            FetchOutcome.Timeout => ("Timeout", "the server does not answer in time", "Check that the web server is up and reachable from the internet."),
            FetchOutcome.ConnectionReset =>
                ("ConnectionReset", "the server closed the connection before the answer was complete", "Check the web server and firewalls before it."),
            FetchOutcome.TlsHandshakeFailed =>
                ("TlsHandshakeFailed", $"a connection of TLS 1.2 or later could not be established{Detail(result.Detail, url.Host)}",
                $"Check that the server knows the name {url.Host} (SNI) and speaks TLS 1.2 or newer."),
            FetchOutcome.CertificateUntrusted => ("CertificateUntrusted", $"its certificate does not lead to a trusted root{Detail(result.Detail, url.Host)}", "Use a certificate of a public authority and serve its intermediate certificates."),
            FetchOutcome.CertificateExpired => ("CertificateExpired", $"its certificate is not valid now{(result.CertificateNotAfter is { } end ? $" (it ends {end:u})" : "")}", "Renew the certificate."),
            FetchOutcome.CertificateNameMismatch => ("CertificateNameMismatch", $"its certificate is for {Names(result)}, not for {url.Host} (only DNS names in subjectAltName count)", $"Use a certificate with the name {url.Host}."),
            FetchOutcome.CertificateNotJudged => ("CertificateNotJudged", $"its certificate could not be judged{Detail(result.Detail, url.Host)}", TlsAdvice.NotJudged),
            FetchOutcome.Tls13Only => ("Tls13Only", "the server accepts TLS 1.3 only, which this computer does not have", TlsAdvice.Tls13),
            FetchOutcome.TooLarge => ("TooLarge", "it is larger than any reader accepts", "Make it smaller."),
            _ => ("ProtocolError", $"the answer is not proper HTTP{Detail(result.Detail, url.Host)}", "Check the web server."),
        };
        (what, fix) = Manner(result, what, fix);
        // What this computer cannot see is no fault of the server.
        var isLocal = result.Outcome is FetchOutcome.CertificateNotJudged or FetchOutcome.Tls13Only;
        return new Finding
        {
            Code = prefix + code,
            Severity = isLocal ? FindingSeverity.Warning : FindingSeverity.Error,
            Standard = standard,
            Section = section,
            Message = isLocal ? $"{Subject(prefix, url)} cannot be checked from this computer: {what}." : $"{Subject(prefix, url)} cannot be used: {what}. {consequence}",
            Fix = fix,
            Location = url.ToString(),
        };
    }

    /// <summary>The URL is the location; in a message it would stand before what matters.</summary>
    public static string Subject(string prefix, Uri url) =>
        prefix switch { "Policy" => "The policy", "Logo" => "The logo", "MarkCertificate" => "The mark certificate", _ => url.ToString() };

    // Statuses that say more than their class, and the bot checks that answer with any: the way out is another one.
    private static (string What, string Fix) Manner(FetchResult result, string what, string fix)
    {
        if (result.Outcome != FetchOutcome.Response || result.StatusCode is >= 300 and < 400)
        {
            return (what, fix);
        }

        if (result.Challenge.Length > 0)
        {
            return (Invariant($"a bot check answers in place of the server (HTTP {result.StatusCode}, '{RecordText.Show(result.Challenge)}')"),
                "Exempt this URL from the bot check: senders are programs and cannot pass it.");
        }

        var page = result.StatusCode is 404 or 410 ? null : WebPage.Recognize(result.Body.Span);
        var note = result.StatusCode switch
        {
            203 => ("a proxy on the way changed the answer (HTTP 203); only 200 counts", "Take the proxy out, or keep it from changing this file."),
            206 => ("it answers with a part of the file that nobody asked for (HTTP 206); only 200 counts", "Serve the whole file with status 200."),
            429 => ("the server refuses for now because of too many requests (HTTP 429)", "Exempt this URL from the rate limit."),
            520 or 521 or 522 or 523 or 524 or 527 or 530 =>
                (Invariant($"the content delivery network in front of the server cannot reach it (HTTP {result.StatusCode})"),
                "Check that the origin server is up and lets the network in."),
            525 or 526 => (Invariant($"the content delivery network in front of the server cannot set up a TLS connection to it (HTTP {result.StatusCode})"),
                "Check the origin server's certificate and its TLS settings."),
            _ => (what, fix),
        };
        return page is null ? note : ($"{note.Item1}, with {page.What.TrimEnd(',')}", page.Fix);
    }

    /// <summary>Warns of a certificate that ends soon.</summary>
    public static Finding? Expiry(string prefix, string host, DateTimeOffset? notAfter, DateTimeOffset now, string standard, string section, string fix)
    {
        const int warnDays = 14;
        return notAfter is { } end && end - now < TimeSpan.FromDays(warnDays) && end > now ? new Finding
        {
            Code = prefix + "CertificateExpiresSoon",
            Severity = FindingSeverity.Warning,
            Standard = standard,
            Section = section,
            Message = Invariant($"The certificate of {host} ends in {(int)(end - now).TotalDays} days, {end:u}."),
            Fix = fix,
            Location = host,
        }
        : null;
    }

    /// <summary>What an adapter says beside its verdict, in brackets; without the host that it begins with, which the message has named already.</summary>
    public static string Detail(string detail, string host)
    {
        var text = detail.StartsWith(host + ": ", StringComparison.OrdinalIgnoreCase) ? detail[(host.Length + 2)..] : detail;
        return text.Length > 0 ? $" ({text.TrimEnd('.')})" : "";
    }

    private static string Names(FetchResult r) => r.CertificateNames.Count == 0 ? "no DNS name" : string.Join(", ", r.CertificateNames.Take(5)) + (r.CertificateNames.Count > 5 ? " ..." : "");
}
