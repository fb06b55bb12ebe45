using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>Lookups that are reported to the clock (<see cref="UnderWay"/>).</summary>
internal sealed class CountedResolver(IResolver inner, TimeProvider time) : IResolver
{
    /// <inheritdoc/>
    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => UnderWay.RunAsync(time, () => inner.QueryAsync(name, type, cancellationToken));

    /// <inheritdoc/>
    public Task<DnsAnswer> QueryDelegationAsync(string zone, CancellationToken cancellationToken)
        => UnderWay.RunAsync(time, () => inner.QueryDelegationAsync(zone, cancellationToken));

    /// <inheritdoc/>
    public Task<DnsAnswer> QueryUncheckedAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => UnderWay.RunAsync(time, () => inner.QueryUncheckedAsync(name, type, cancellationToken));
}

/// <summary>Fetches that are reported to the clock.</summary>
internal sealed class CountedFetcher(IFetcher inner, TimeProvider time) : IFetcher
{
    /// <inheritdoc/>
    public Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
        => UnderWay.RunAsync(time, () => inner.FetchAsync(request, cancellationToken));
}

/// <summary>Probes that are reported to the clock.</summary>
internal sealed class CountedProbe(ISmtpProbe inner, TimeProvider time) : ISmtpProbe
{
    /// <inheritdoc/>
    public Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
        => UnderWay.RunAsync(time, () => inner.ProbeAsync(host, port, timeout, cancellationToken));
}
