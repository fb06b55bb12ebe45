using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>Looks at live domains exactly as conforming senders and mailbox providers do. One for any number of domains, at once.</summary>
/// <param name="resolver">DNS.</param>
/// <param name="fetcher">HTTPS.</param>
/// <param name="smtp">SMTP.</param>
/// <param name="time">The clock.</param>
/// <param name="options">What to include.</param>
public sealed class LiveChecks(IResolver resolver, IFetcher fetcher, ISmtpProbe smtp, TimeProvider time, LiveOptions options) : IDisposable
{
    private readonly TopLevelMemo dns = new(resolver, time);
    private readonly MxProbes probes = new(smtp, options);
    private readonly PoliteFetcher polite = new(fetcher);
    private readonly SharedLooks<FetchResult> receivers = new();
    private readonly SharedLooks<ReportReceivers.View> mailDomains = new();

    /// <summary>MTA-STS: record, policy, coverage of the MX hosts.</summary>
    public Task<TestResult> TestMtaStsAsync(string domain, CancellationToken cancellationToken) => TestMtaStsAsync(domain, [], cancellationToken);

    /// <summary>MTA-STS: the same, and whether the MX hosts are in every policy that senders may have cached.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cached">The policies that senders may have cached: nobody sees that from outside.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<TestResult> TestMtaStsAsync(string domain, IReadOnlyList<CachedPolicy> cached, CancellationToken cancellationToken) =>
        NamedAsync(domain, new LookupMemo(dns), (d, memo) => Mta(d, cached, memo, cancellationToken), cancellationToken);

    /// <summary>TLS-RPT: record and, when asked, receivers.</summary>
    public Task<TestResult> TestTlsRptAsync(string domain, CancellationToken cancellationToken) =>
        NamedAsync(domain, new LookupMemo(dns), (d, memo) => Reports(d, memo, cancellationToken), cancellationToken);

    /// <summary>BIMI: record with fallback, logo, mark certificate, DMARC gate.</summary>
    public Task<TestResult> TestBimiAsync(string domain, CancellationToken cancellationToken) =>
        NamedAsync(domain, new LookupMemo(dns), (d, memo) => new LiveBimi(memo, polite, time, options).TestAsync(d, cancellationToken), cancellationToken);

    /// <summary>DMARC: the record that applies, and whether it enforces.</summary>
    public Task<TestResult> TestDmarcAsync(string domain, CancellationToken cancellationToken) =>
        NamedAsync(domain, new LookupMemo(dns), (d, memo) => new LiveDmarc(memo).TestAsync(d, cancellationToken), cancellationToken);

    /// <summary>All mechanisms, in this order: MtaSts, TlsRpt, Dmarc, Bimi.</summary>
    public Task<IReadOnlyList<TestResult>> TestAllAsync(string domain, CancellationToken cancellationToken) => TestAllAsync(domain, [], cancellationToken);

    /// <summary>All mechanisms; for the policies see <see cref="TestMtaStsAsync(string, IReadOnlyList{CachedPolicy}, CancellationToken)"/>.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cached">The policies that senders may have cached.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<TestResult>> TestAllAsync(string domain, IReadOnlyList<CachedPolicy> cached, CancellationToken cancellationToken)
    {
        var memo = new LookupMemo(dns);
        return await Task.WhenAll(
            NamedAsync(domain, memo, (d, m) => Mta(d, cached, m, cancellationToken), cancellationToken),
            NamedAsync(domain, memo, (d, m) => Reports(d, m, cancellationToken), cancellationToken),
            NamedAsync(domain, memo, (d, m) => new LiveDmarc(m).TestAsync(d, cancellationToken), cancellationToken),
            NamedAsync(domain, memo, (d, m) => new LiveBimi(m, polite, time, options).TestAsync(d, cancellationToken), cancellationToken))
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => probes.Dispose();

    private Task<TestResult> Mta(string domain, IReadOnlyList<CachedPolicy> cached, LookupMemo memo, CancellationToken cancellationToken) =>
        new LiveMtaSts(memo, polite, probes, time, options).TestAsync(domain, cached, cancellationToken);

    private Task<TestResult> Reports(string domain, LookupMemo memo, CancellationToken cancellationToken) =>
        new LiveTlsRpt(memo, polite, receivers, mailDomains, options).TestAsync(domain, cancellationToken);

    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    private static async Task<TestResult> NamedAsync(
        string typed, LookupMemo memo, Func<string, LookupMemo, Task<TestResult>> test, CancellationToken cancellationToken)
    {
        var domain = MailDomain.Normalize(typed);
        var result = await test(domain, memo).ConfigureAwait(false);
        if (result.Status != TestStatus.Absent)
        {
            return result;
        }

        // RFC 8020 section 2: below a name that does not exist there is nothing. That nothing is there says little to someone who mistyped the name.
        var mx = await memo.QueryAsync(domain, DnsRecordType.MX, cancellationToken).ConfigureAwait(false);
        return mx.Status != DnsStatus.NxDomain ? result : result with
        {
            Findings = [LiveRules.DomainNotFound.Found($"{domain} does not exist in DNS (NXDOMAIN).", domain)],
        };
    }
}
