using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Live;

/// <summary>TLS reporting of a live domain, as a sending server reads it (RFC 8460 section 3).</summary>
internal sealed class LiveTlsRpt(IResolver resolver, IFetcher fetcher, SharedLooks<FetchResult> receivers, LiveOptions options)
{
    private const string Standard = "RFC 8460";

    public async Task<TestResult> TestAsync(string domain, CancellationToken ct)
    {
        var name = StackNames.TlsRptRecord(domain);
        var answer = await resolver.QueryAsync(name, DnsRecordType.TXT, ct).ConfigureAwait(false);
        if (LiveFindings.Dns("TlsRptRecord", name, DnsRecordType.TXT, answer, Standard, "3", Consequence.NoReports) is { } trouble)
        {
            return TestResult.From("TlsRpt", [trouble], null, domain);
        }

        var result = TlsRptRecord.Select(answer.Records.Select(r => r.Value), domain);
        result = result with { Findings = [.. Consequence.Add(result.Findings, Consequence.NoReports, name)] };
        if (!options.CheckReceivers || result.Value is not TlsRptRecord record)
        {
            return result with { Mechanism = "TlsRpt" };
        }

        var found = await Task.WhenAll(record.ReportUris.Select(u => ReceiverAsync(u, ct))).ConfigureAwait(false);
        return TestResult.From("TlsRpt", [.. result.Findings, .. found.OfType<Finding>()], record, domain);
    }

    private async Task<Finding?> ReceiverAsync(string uri, CancellationToken ct)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed))
        {
            return null; // the record's own finding
        }

        if (parsed.Scheme == Uri.UriSchemeHttps)
        {
            // Reports are posted; whether something answers with a good certificate shows at any request.
            var fetched = await receivers.GetAsync(parsed.AbsoluteUri, _ => fetcher.FetchAsync(new FetchRequest(parsed, 65536, options.FetchTimeout), ct)).ConfigureAwait(false);
            return fetched.Outcome is FetchOutcome.Response or FetchOutcome.TooLarge ? null : LiveFindings.Fetch("ReportReceiver", parsed, fetched, Standard, "3", Consequence.ReportsLost) is { } f ? f with { Severity = FindingSeverity.Warning } : null;
        }

        var at = uri.LastIndexOf('@');
        if (at < 0 || !Dns.DomainName.TryNormalize(uri[(at + 1)..].Split('?')[0], out var host))
        {
            return null;
        }

        var mx = await resolver.QueryAsync(host, DnsRecordType.MX, ct).ConfigureAwait(false);
        if (LiveFindings.Dns("ReportReceiver", host, DnsRecordType.MX, mx, Standard, "3", Consequence.ReportsLost) is { } failure)
        {
            return failure with { Severity = FindingSeverity.Warning };
        }

        // RFC 5321 section 5.1: without MX, the address records count; RFC 7505: a single "." takes no mail.
        var isNull = mx.Records.Count == 1 && mx.Records[0].Value.TrimEnd('.').Length == 0;
        if (!isNull && (mx.Records.Count > 0 || await HasAddressAsync(host, ct).ConfigureAwait(false)))
        {
            return null;
        }

        return new Finding
        {
            Code = "ReportReceiverTakesNoMail",
            Severity = FindingSeverity.Warning,
            Standard = Standard,
            Section = "3",
            Message = $"{host}, the domain of {uri}, takes no mail ({(isNull ? "null MX" : mx.Status == DnsStatus.NxDomain ? "there is no such name" : "neither MX nor address records")}). {Consequence.ReportsLost}",
            Fix = "Use an address that receives mail.",
            Location = uri,
        };
    }

    private async Task<bool> HasAddressAsync(string host, CancellationToken ct)
    {
        var answers = await Task.WhenAll(resolver.QueryAsync(host, DnsRecordType.A, ct), resolver.QueryAsync(host, DnsRecordType.AAAA, ct)).ConfigureAwait(false);
        // A failure is no proof that there is none.
        return Array.Exists(answers, a => a.Records.Count > 0 || a.Status is not (DnsStatus.NoError or DnsStatus.NxDomain));
    }
}
