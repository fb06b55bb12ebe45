using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>Probes each mail server once, however many domains share it, and few at a time.</summary>
internal sealed class MxProbes(ISmtpProbe smtp, LiveOptions options) : IDisposable
{
    private const int AtOnce = 16;
    private readonly SharedLooks<SmtpProbeResult> looks = new();
    private readonly SemaphoreSlim gate = new(AtOnce);

    public Task<SmtpProbeResult> ProbeAsync(string host, CancellationToken cancellationToken) => looks.GetAsync(host, h => GatedAsync(h, cancellationToken));

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
