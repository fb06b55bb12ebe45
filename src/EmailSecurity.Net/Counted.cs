using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Net;

/// <summary>Lookups that are reported to the clock (<see cref="UnderWay"/>) and to the user.</summary>
internal sealed class CountedResolver(IResolver inner, TimeProvider time, ISessionHost? host = null) : IResolver
{
    /// <inheritdoc/>
    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => AskAsync($"DNS {type} {name}", () => inner.QueryAsync(name, type, cancellationToken));

    /// <inheritdoc/>
    public Task<DnsAnswer> QueryDelegationAsync(string zone, CancellationToken cancellationToken)
        => AskAsync($"DNS NS {zone} (at the parent zone)", () => inner.QueryDelegationAsync(zone, cancellationToken));

    /// <inheritdoc/>
    public Task<DnsAnswer> QueryUncheckedAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => AskAsync($"DNS {type} {name} (DNSSEC not checked)", () => inner.QueryUncheckedAsync(name, type, cancellationToken));

    private Task<DnsAnswer> AskAsync(string what, Func<Task<DnsAnswer>> ask)
        => UnderWay.RunAsync(time, () => Watched.RunAsync(host, time, what, ask, Outcome, Detail));

    private static string Outcome(DnsAnswer answer) => answer.Status switch
    {
        DnsStatus.NoError => answer.Records.Count == 0 ? "no records" : Count.Of(answer.Records.Count, "record"),
        DnsStatus.NxDomain => "NXDOMAIN",
        var other => other.ToString(),
    };

    private static string Detail(DnsAnswer answer) => string.Join("; ", new[]
    {
        answer.CnameChain.Count > 0 ? $"CNAME {string.Join(" -> ", answer.CnameChain)}" : "",
        string.Join(", ", answer.Records.Select(r => Invariant($"{(r.Type == DnsRecordType.MX ? Invariant($"{r.Preference} ") : "")}{r.Value} (TTL {r.Ttl})"))),
        answer.AuthenticData ? "AD" : "",
        answer.Detail,
    }.Where(t => t.Length > 0));
}

/// <summary>Fetches that are reported to the clock and to the user.</summary>
internal sealed class CountedFetcher(IFetcher inner, TimeProvider time, ISessionHost? host = null) : IFetcher
{
    /// <inheritdoc/>
    public Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        var what = $"HTTPS GET {request.Url}{(request.ConnectHost is { } at ? $" at {at}" : "")}";
        return UnderWay.RunAsync(
            time, () => Watched.RunAsync(host, time, what, () => inner.FetchAsync(request, cancellationToken), Outcome, Detail));
    }

    private static string Outcome(FetchResult result) => result.Outcome == FetchOutcome.Response
        ? Invariant($"HTTP {result.StatusCode}, {Count.Of(result.Body.Length, "byte")}") : result.Outcome.ToString();

    private static string Detail(FetchResult result) => string.Join("; ", new[]
    {
        result.ContentType,
        result.CertificateNames.Count > 0 ? $"certificate for {string.Join(", ", result.CertificateNames.Take(5))}" : "",
        result.CertificateNotAfter is { } end ? $"until {end:u}" : "",
        result.Detail,
    }.Where(t => t.Length > 0));
}

/// <summary>Probes that are reported to the clock and to the user.</summary>
internal sealed class CountedProbe(ISmtpProbe inner, TimeProvider time, ISessionHost? user = null) : ISmtpProbe
{
    /// <inheritdoc/>
    public Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
        => UnderWay.RunAsync(time, () => Watched.RunAsync(user, time, Invariant($"SMTP {host}:{port}"),
            () => inner.ProbeAsync(host, port, timeout, cancellationToken), static r => r.Outcome.ToString(), Detail));

    private static string Detail(SmtpProbeResult result) => string.Join("; ", new[]
    {
        result.TlsVersion.Length > 0 ? $"TLS {result.TlsVersion}" : "",
        result.CertificateNames.Count > 0 ? $"certificate for {string.Join(", ", result.CertificateNames.Take(5))}" : "",
        result.CertificateNotAfter is { } end ? $"until {end:u}" : "",
        result.Detail,
    }.Where(t => t.Length > 0));
}

/// <summary>Tells the user of a look from outside when it has ended.</summary>
internal static class Watched
{
    public static async Task<T> RunAsync<T>(
        ISessionHost? host, TimeProvider time, string what, Func<Task<T>> look, Func<T, string> outcome, Func<T, string>? detail = null)
    {
        if (host is not ({ WatchesCalls: true } or { WatchesDetails: true }))
        {
            return await look().ConfigureAwait(false);
        }

        var start = time.GetTimestamp();
        var ended = "canceled";
        try
        {
            var result = await look().ConfigureAwait(false);
            ended = outcome(result);
            if (host.WatchesDetails)
            {
                host.Detail($"{what}: {ended}{(detail?.Invoke(result) is { Length: > 0 } more ? $"; {more}" : "")}");
            }

            return result;
        }
        catch (Exception e) when (e is EmailSecurityException)
        {
            ended = ((EmailSecurityException)e).ErrorId;
            throw;
        }
        finally
        {
            if (host.WatchesCalls)
            {
                host.Ended(new EndedCall(what, ended, time.GetElapsedTime(start)));
            }
        }
    }
}
