using System.Collections.Concurrent;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>Probes each mail server once, however many domains share it, and few at a time.</summary>
internal sealed class MxProbes(ISmtpProbe smtp, LiveOptions options) : IDisposable
{
    private const int AtOnce = 16;
    private const int MaxRemembered = 4096;
    private readonly ConcurrentDictionary<string, Lazy<Task<SmtpProbeResult>>> results = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim gate = new(AtOnce);

    public Task<SmtpProbeResult> ProbeAsync(string host, CancellationToken cancellationToken)
    {
        if (results.Count >= MaxRemembered)
        {
            results.Clear(); // bounded; at worst a server is asked again
        }

        return results.GetOrAdd(host, h => new Lazy<Task<SmtpProbeResult>>(() => GatedAsync(h, cancellationToken))).Value;
    }

    public void Dispose() => gate.Dispose();

    private async Task<SmtpProbeResult> GatedAsync(string host, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await smtp.ProbeAsync(host, options.SmtpPort, options.SmtpTimeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}
