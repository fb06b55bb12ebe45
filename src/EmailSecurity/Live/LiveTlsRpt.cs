using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Live;

/// <summary>TLS reporting of a live domain, as a sending server reads it (RFC 8460 section 3).</summary>
internal sealed class LiveTlsRpt(IResolver resolver, IFetcher fetcher, SharedLooks<FetchResult> receivers, SharedLooks<ReportReceivers.View> mailDomains,
    LiveOptions options)
{
    private const int MaxReceivers = 32;
    private readonly Seen seen = new();

    public async Task<TestResult> TestAsync(string domain, CancellationToken ct) =>
        await CheckAsync(domain, ct).ConfigureAwait(false) with { Observed = seen.Items };

    private async Task<TestResult> CheckAsync(string domain, CancellationToken ct)
    {
        var name = TlsRptRecord.NameOf(domain);
        var answer = await resolver.QueryAsync(name, DnsRecordType.TXT, ct).ConfigureAwait(false);
        seen.Records(name, answer);
        if (LiveFindings.Dns(LiveRules.TlsRptRecord, name, DnsRecordType.TXT, answer, Consequence.NoReports) is { } trouble)
        {
            return TestResult.From("TlsRpt", [trouble], null, domain);
        }

        var result = TlsRptRecord.Select(answer.Records.Select(r => r.Value), domain);
        result = result with { Findings = [.. Consequence.Add(result.Findings, Consequence.NoReports, name)] };
        if (result.Value is not TlsRptRecord record)
        {
            return result with { Mechanism = "TlsRpt" };
        }

        // What DNS alone tells is always worth a look; connections are made when asked, and a failed lookup is reported then: it may be this network's own.
        var found = await Task.WhenAll(record.ReportUris.Take(MaxReceivers).Select(u => ReceiverAsync(u, ct))).ConfigureAwait(false);
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
            if (!options.CheckReceivers)
            {
                return null;
            }

            // Reports are posted; whether something answers with a valid certificate shows at any request.
            var fetched = await receivers.GetAsync(parsed.AbsoluteUri,
                _ => fetcher.FetchAsync(new FetchRequest(parsed, 65536, options.FetchTimeout), ct)).ConfigureAwait(false);
            return fetched.Outcome is FetchOutcome.Response or FetchOutcome.TooLarge ? null
                : LiveFindings.Fetch(LiveRules.ReportReceiver, parsed, fetched, Consequence.ReportsLost);
        }

        // Many domains have one receiver: it is looked up once for all of them.
        return ReportUri.MailDomain(uri) is { } host
            ? ReportReceivers.Judge(uri, host, await mailDomains.GetAsync(host, h => ReportReceivers.ViewAsync(resolver, h, ct)).ConfigureAwait(false),
                options.CheckReceivers)
            : null;
    }
}
