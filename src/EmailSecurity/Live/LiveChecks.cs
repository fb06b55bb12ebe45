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
        NamedAsync(domain, d => Mta(d, cached, new LookupMemo(dns), cancellationToken));

    /// <summary>TLS-RPT: record and, when asked, receivers.</summary>
    public Task<TestResult> TestTlsRptAsync(string domain, CancellationToken cancellationToken) =>
        NamedAsync(domain, d => new LiveTlsRpt(new LookupMemo(dns), polite, receivers, mailDomains, options).TestAsync(d, cancellationToken));

    /// <summary>BIMI: record with fallback, logo, mark certificate, DMARC gate.</summary>
    public Task<TestResult> TestBimiAsync(string domain, CancellationToken cancellationToken) =>
        NamedAsync(domain, d => new LiveBimi(new LookupMemo(dns), polite, time, options).TestAsync(d, cancellationToken));

    /// <summary>DMARC: the record that applies, and whether it enforces.</summary>
    public Task<TestResult> TestDmarcAsync(string domain, CancellationToken cancellationToken) =>
        NamedAsync(domain, d => new LiveDmarc(new LookupMemo(dns)).TestAsync(d, cancellationToken));

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
            NamedAsync(domain, d => Mta(d, cached, memo, cancellationToken)),
            NamedAsync(domain, d => new LiveTlsRpt(memo, polite, receivers, mailDomains, options).TestAsync(d, cancellationToken)),
            NamedAsync(domain, d => new LiveDmarc(memo).TestAsync(d, cancellationToken)),
            NamedAsync(domain, d => new LiveBimi(memo, polite, time, options).TestAsync(d, cancellationToken))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => probes.Dispose();

    private Task<TestResult> Mta(string domain, IReadOnlyList<CachedPolicy> cached, LookupMemo memo, CancellationToken cancellationToken) =>
        new LiveMtaSts(memo, polite, probes, time, options).TestAsync(domain, cached, cancellationToken);

    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    private static async Task<TestResult> NamedAsync(string domain, Func<string, Task<TestResult>> test) =>
        await test(DomainName.Normalize(domain)).ConfigureAwait(false);
}
