using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>Names for whatever can go wrong on the way: one code each, and what a sender or mailbox provider makes of it.</summary>
internal static class LiveFindings
{
    /// <summary>A failed lookup: <c>...ServFail</c>, <c>...Timeout</c> ...; null where there was an answer (NXDOMAIN included).</summary>
    public static Finding? Dns(LookupRules rules, string name, DnsRecordType type, DnsAnswer answer, string consequence)
    {
        if (rules.Of(answer.Status) is not { } rule)
        {
            return null;
        }

        var detail = rule == rules.OtherError && answer.Detail.Length > 0 ? $" ({answer.Detail})" : "";
        return rule.Found($"{name} {type} cannot be looked up: {rule.Message}{detail}. {consequence}", name);
    }

    /// <summary>A fetch that brought nothing usable: <c>...NotFound</c>, <c>...Redirect</c>, <c>...CertificateExpired</c> ...; null for a 200.</summary>
    public static Finding? Fetch(FetchRules rules, Uri url, FetchResult result, string consequence)
    {
        if (result is { Outcome: FetchOutcome.Response, StatusCode: 200 })
        {
            return null;
        }

        var (rule, what) = result.Outcome switch
        {
            FetchOutcome.Response => Response(rules, result),
            FetchOutcome.NameNotResolved => (rules.HostNotFound, $"{url.Host} has no address"),
            FetchOutcome.DnsFailure => (rules.HostDnsFailure, $"{url.Host} cannot be looked up{Detail(result.Detail, url.Host)}"),
            FetchOutcome.AddressNotGlobal =>
                (rules.AddressNotGlobal, $"{url.Host} has no address that is reachable from the internet{Detail(result.Detail, url.Host)}"),
            FetchOutcome.ConnectionRefused => (rules.ConnectionRefused, "the server refuses the connection"),
            FetchOutcome.Timeout => (rules.Timeout, "the server does not answer in time"),
            FetchOutcome.ConnectionReset => (rules.ConnectionReset, "the server closed the connection before the answer was complete"),
            FetchOutcome.TlsHandshakeFailed =>
                (rules.TlsHandshakeFailed, $"a connection of TLS 1.2 or later could not be established{Detail(result.Detail, url.Host)}"),
            FetchOutcome.CertificateUntrusted =>
                (rules.CertificateUntrusted, $"its certificate does not lead to a trusted root{Detail(result.Detail, url.Host)}"),
            FetchOutcome.CertificateExpired =>
                (rules.CertificateExpired, $"its certificate is not valid now{(result.CertificateNotAfter is { } end ? $" (it ends {end:u})" : "")}"),
            FetchOutcome.CertificateNameMismatch => (rules.CertificateNameMismatch,
                $"its certificate is for {Names(result)}, not for {url.Host} (only DNS names in subjectAltName are compared)"),
            FetchOutcome.CertificateNotJudged =>
                (rules.CertificateNotJudged, $"its certificate could not be checked{Detail(result.Detail, url.Host)}"),
            FetchOutcome.Tls13Only => (rules.Tls13Only, "the server accepts TLS 1.3 only, which this computer does not have"),
            FetchOutcome.TooLarge => (rules.TooLarge, "it is larger than any sender or mailbox provider accepts"),
            _ => (rules.ProtocolError, $"the answer is not valid HTTP{Detail(result.Detail, url.Host)}"),
        };
        (what, var fix) = Manner(result, what, Fix(rules, rule, url));
        var isLocal = rule == rules.CertificateNotJudged || rule == rules.Tls13Only;
        return rule.Found(isLocal ? $"{rules.Subject(url)} cannot be checked from this computer: {what}."
            : $"{rules.Subject(url)} cannot be used: {what}. {consequence}", url.ToString(), fix);
    }

    private static (Rule Rule, string What) Response(FetchRules rules, FetchResult result) => result.StatusCode switch
    {
        >= 300 and < 400 => (rules.Redirect, Invariant($"it answers with a redirect (HTTP {result.StatusCode}{To(result)}), which is never followed")),
        404 or 410 => (rules.NotFound, Invariant($"the file was not found (HTTP {result.StatusCode})")),
        401 or 403 => (rules.Forbidden, Invariant($"access is refused (HTTP {result.StatusCode})")),
        >= 500 => (rules.ServerError, Invariant($"the server reports an error (HTTP {result.StatusCode})")),
        _ => (rules.HttpStatus, Invariant($"it returned HTTP {result.StatusCode}; only HTTP 200 is accepted")),
    };

    private static string To(FetchResult result) => result.RedirectLocation.Length > 0 ? " to " + result.RedirectLocation : "";

    // The ways out that name the host.
    private static string Fix(FetchRules rules, Rule rule, Uri url) =>
        rule == rules.HostNotFound ? $"Publish an A, AAAA or CNAME record for {url.Host}."
        : rule == rules.AddressNotGlobal ? NetworkAdvice.Private(url.Host)
        : rule == rules.ConnectionRefused ? Invariant($"Check that a web server listens on port {url.Port}.")
        : rule == rules.TlsHandshakeFailed ? $"Check that the server knows the name {url.Host} (SNI) and speaks TLS 1.2 or newer."
        : rule == rules.CertificateNameMismatch ? $"Use a certificate with the name {url.Host}."
        : rule.Fix;

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
            203 => ("a proxy changed the response (HTTP 203); only HTTP 200 is accepted",
                "Remove the proxy, or configure it to leave this file unchanged."),
            206 => ("it returned part of the file, which was not requested (HTTP 206); only HTTP 200 is accepted", "Serve the whole file with status 200."),
            429 => ("the server refuses the request for now, because of too many requests (HTTP 429)", "Exempt this URL from the rate limit."),
            520 or 521 or 522 or 523 or 524 or 527 or 530 =>
                (Invariant($"the content delivery network in front of the server cannot reach it (HTTP {result.StatusCode})"),
                "Check that the origin server is up and accepts connections from the network."),
            525 or 526 => (Invariant($"the content delivery network in front of the server cannot set up a TLS connection to it (HTTP {result.StatusCode})"),
                "Check the origin server's certificate and its TLS settings."),
            _ => (what, fix),
        };
        return page is null ? note : ($"{note.Item1}, with {page.What.TrimEnd(',')}", page.Fix);
    }

    /// <summary>Warns of a certificate that ends soon (<see cref="CertificateLife"/>).</summary>
    public static Finding? Expiry(Rule rule, string host, DateTimeOffset? notBefore, DateTimeOffset? notAfter, DateTimeOffset now)
    {
        return CertificateLife.IsEnding(notBefore, notAfter, now) && notAfter is { } end
            ? rule.Found(Invariant($"The certificate of {host} ends in {Count.Of((int)(end - now).TotalDays, "day")}, {end:u}."), host)
            : null;
    }

    /// <summary>What an adapter says beside its verdict, in brackets; without the host that it begins with, which the message has named already.</summary>
    public static string Detail(string detail, string host)
    {
        var text = detail.StartsWith(host + ": ", StringComparison.OrdinalIgnoreCase) ? detail[(host.Length + 2)..] : detail;
        return text.Length > 0 ? $" ({text.TrimEnd('.')})" : "";
    }

    private static string Names(FetchResult r) => r.CertificateNames.Count == 0 ? "no DNS name"
        : string.Join(", ", r.CertificateNames.Take(5)) + (r.CertificateNames.Count > 5 ? " ..." : "");
}
