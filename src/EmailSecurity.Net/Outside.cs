using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>The adapters to DNS, HTTPS and SMTP of one session.</summary>
internal sealed class Outside : IOutside
{
    private readonly DnsClientResolver resolver;
    private readonly HttpsFetcher fetcher;

    public Outside(ConnectionSettings settings, TimeProvider time, ISessionHost? host)
    {
        var roots = TrustedRoots.Load(settings.TrustedRoot);
        resolver = new DnsClientResolver(Given(settings.NameServer), new ResolverOptions { AllowPrivateNetwork = settings.AllowPrivateNetwork });
        // Internet names are looked up where their records are: at -NameServer, or the system's DNS servers.
        Resolver = new CountedResolver(resolver, time, host);
        fetcher = new HttpsFetcher(Resolver, roots, Given(settings.ConnectTo), time, settings.AllowPrivateNetwork);
        // -ConnectTo says where HTTPS connects; mail servers are found by DNS.
        var smtpProbe = new SmtpProbe(Resolver, roots, null, time, settings.AllowPrivateNetwork);
        Fetcher = new CountedFetcher(fetcher, time, host);
        SmtpProbe = new CountedProbe(smtpProbe, time, host);
    }

    /// <inheritdoc/>
    public IResolver Resolver { get; }

    /// <inheritdoc/>
    public IFetcher Fetcher { get; }

    /// <inheritdoc/>
    public ISmtpProbe SmtpProbe { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        fetcher.Dispose();
        resolver.Dispose();
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
