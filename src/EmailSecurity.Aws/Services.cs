using EmailSecurity.Aws.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws;

/// <summary>The adapters of one session. Every client is made at its first call.</summary>
internal sealed class Services : IEmailSecurityServices
{
    private readonly AwsSession session;
    private readonly StsAccount account;
    private readonly S3Buckets buckets;
    private readonly CloudFrontDistributions distributions;
    private readonly AcmCertificates certificates;
    private readonly Route53Zones zones;
    private readonly DnsClientResolver resolver;
    private readonly HttpsFetcher fetcher;

    public Services(ConnectionSettings settings, TimeProvider time, AwsClientOptions? options, Route53Budgets budgets)
    {
        var roots = TrustedRoots.Load(settings.TrustedRoot);
        resolver = new DnsClientResolver(Given(settings.NameServer));
        // The names of the world are looked up where its records are: at -NameServer, or the system's DNS servers.
        fetcher = new HttpsFetcher(resolver, roots, Given(settings.ConnectTo), time, settings.AllowPrivateNetwork);
        // -ConnectTo says where HTTPS connects; mail servers are found by DNS.
        var smtpProbe = new SmtpProbe(resolver, roots, null, time, settings.AllowPrivateNetwork);
        Resolver = new CountedResolver(resolver, time);
        Fetcher = new CountedFetcher(fetcher, time);
        SmtpProbe = new CountedProbe(smtpProbe, time);
        session = new AwsSession(settings, time, options);
        account = new StsAccount(session);
        buckets = new S3Buckets(session, account);
        distributions = new CloudFrontDistributions(session);
        certificates = new AcmCertificates(session);
        zones = new Route53Zones(session, account, budgets);
    }

    /// <inheritdoc/>
    public string Region => session.Region;

    /// <inheritdoc/>
    public IAccount Account => account;

    /// <inheritdoc/>
    public IBuckets Buckets => buckets;

    /// <inheritdoc/>
    public IDistributions Distributions => distributions;

    /// <inheritdoc/>
    public ICertificates Certificates => certificates;

    /// <inheritdoc/>
    public IZones Zones => zones;

    /// <inheritdoc/>
    public IResolver Resolver { get; }

    /// <inheritdoc/>
    public IFetcher Fetcher { get; }

    /// <inheritdoc/>
    public ISmtpProbe SmtpProbe { get; }

    /// <inheritdoc/>
    public IDisposable KeepListings() => new Kept([zones.KeepListing(), distributions.KeepListing(), certificates.KeepListing()]);

    /// <inheritdoc/>
    public void Dispose()
    {
        buckets.Dispose();
        distributions.Dispose();
        certificates.Dispose();
        zones.Dispose();
        account.Dispose();
        session.Dispose();
        fetcher.Dispose();
        resolver.Dispose();
    }

    private sealed class Kept(IDisposable[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, static one => one.Dispose());
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
