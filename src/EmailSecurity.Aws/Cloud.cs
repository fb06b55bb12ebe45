using EmailSecurity.Aws.Account;
using EmailSecurity.Aws.Buckets;
using EmailSecurity.Aws.Certificates;
using EmailSecurity.Aws.Distributions;
using EmailSecurity.Aws.Session;
using EmailSecurity.Aws.Zones;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws;

/// <summary>The adapters to AWS of one session. Every client is made at its first call.</summary>
internal sealed class Cloud : ICloud
{
    private readonly AwsSession session;
    private readonly StsAccount account;
    private readonly S3Buckets buckets;
    private readonly S3Objects objects;
    private readonly CloudFrontDistributions distributions;
    private readonly AcmCertificates certificates;
    private readonly Route53Zones zones;

    public Cloud(ConnectionSettings settings, TimeProvider time, AwsClientOptions? options, Route53Budgets budgets, ISessionHost? host)
    {
        session = new AwsSession(settings, time, options, host);
        account = new StsAccount(session);
        buckets = new S3Buckets(session, account);
        objects = new S3Objects(session, account);
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
    public IObjects Objects => objects;

    /// <inheritdoc/>
    public IDistributions Distributions => distributions;

    /// <inheritdoc/>
    public ICertificates Certificates => certificates;

    /// <inheritdoc/>
    public IZones Zones => zones;

    /// <inheritdoc/>
    public IDisposable KeepListings() => new Kept([zones.KeepListing(), distributions.KeepListing(), certificates.KeepListing()]);

    /// <inheritdoc/>
    public void Dispose()
    {
        buckets.Dispose();
        objects.Dispose();
        distributions.Dispose();
        certificates.Dispose();
        zones.Dispose();
        account.Dispose();
        session.Dispose();
    }

    private sealed class Kept(IDisposable[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, static one => one.Dispose());
    }
}
