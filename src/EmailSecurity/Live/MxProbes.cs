using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>Looks at each mail server once, however many domains share it, and few at a time.</summary>
internal sealed class MxProbes(ISmtpProbe smtp, LiveOptions options) : IDisposable
{
    private const int AtOnce = 16;
    private readonly SharedLooks<SmtpProbeResult> looks = new();
    private readonly SharedLooks<AddressPresence> addresses = new();
    private readonly SemaphoreSlim gate = new(AtOnce);

    public Task<SmtpProbeResult> ProbeAsync(string host, CancellationToken cancellationToken) => looks.GetAsync(host, h => GatedAsync(h, cancellationToken));

    /// <summary>Whether a mail server has an address.</summary>
    public Task<AddressPresence> AddressesAsync(string host, IResolver resolver, CancellationToken cancellationToken) =>
        addresses.GetAsync(host, h => HostAddresses.LookAsync(resolver, h, cancellationToken));

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
