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

    public Services(ConnectionSettings settings, TimeProvider time, AwsClientOptions? options)
    {
        session = new AwsSession(settings, time, options);
        account = new StsAccount(session);
        buckets = new S3Buckets(session, account);
        distributions = new CloudFrontDistributions(session);
        certificates = new AcmCertificates(session);
        zones = new Route53Zones(session);
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
    public IResolver Resolver => throw new NotSupportedException();

    /// <inheritdoc/>
    public IFetcher Fetcher => throw new NotSupportedException();

    /// <inheritdoc/>
    public ISmtpProbe SmtpProbe => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        buckets.Dispose();
        distributions.Dispose();
        certificates.Dispose();
        zones.Dispose();
        account.Dispose();
        session.Dispose();
    }
}
