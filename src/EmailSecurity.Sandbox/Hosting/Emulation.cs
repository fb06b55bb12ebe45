using System.Security.Cryptography;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Route53;
using EmailSecurity.Sandbox.S3;
using EmailSecurity.Sandbox.Sts;
using EmailSecurity.Sandbox.Tls;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>
/// Everything that is emulated, put together here and nowhere else: the accounts, the five services, and the DNS server and HTTPS edge that
/// they show up in.
/// </summary>
public sealed class Emulation : IAsyncDisposable
{
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(30);
    private static readonly string[] ForeignRegions = ["us-east-1", "eu-west-1"];

    private readonly DnsServer dns;
    private readonly EdgeDirectory directory;
    private readonly EdgeServer edge;
    private readonly SandboxCa ca;
    private readonly HostedZoneRecords hostedZones;

    /// <summary>Makes an emulation; nothing listens before <see cref="StartAsync"/>.</summary>
    /// <param name="clock">Time in every service.</param>
    /// <param name="origin">What CloudFront and the edge see in place of S3; null for S3.</param>
    internal Emulation(SandboxClock clock, IBucketOrigin? origin = null)
    {
        var lifetime = CaLifetime.Of(clock, RootLifetime);
        ca = new SandboxCa(lifetime.From, lifetime.To);
        Main = Accounts.Open(NewAccountId(), "administrator");
        Other = Accounts.Open(NewAccountId(), "somebody-else");
        S3 = new S3State(clock, Accounts);
        Buckets = origin ?? new BucketOrigin(S3);
        ForeignBuckets = OpenForeignBuckets(clock);
        Catalog = new DnsCatalog(clock.Time) { Zones = { ZoneAdded = PermitZone } };
        ThirdParty = new ThirdPartyZones(Catalog, clock.Time);
        var gate = new Lock(); // certificates and distributions name each other
        Certificates = new AcmStore(clock, Catalog, ca, gate);
        Distributions = new CloudFrontStore(clock, Catalog, gate);
        Certificates.UsersOf = Distributions.UsersOf;
        Zones = new Route53Store(clock, Catalog);
        hostedZones = new HostedZoneRecords(clock, Zones, Distributions);
        dns = new DnsServer(Catalog);
        directory = new EdgeDirectory(clock, Distributions, Certificates, ca);
        edge = new EdgeServer(directory, new DistributionHandler(clock, Distributions, Buckets));
        Services =
        [
            new S3Service(S3),
            new StsService(Accounts, clock),
            new Route53Service(clock, Zones, Distributions),
            new CloudFrontService(Distributions, Certificates, Buckets),
            new AcmService(Certificates, ca),
        ];
    }

    /// <summary>Keys and accounts.</summary>
    public AccountDirectory Accounts { get; } = new();

    /// <summary>The key of the main account.</summary>
    public SandboxCredential Main { get; }

    /// <summary>The key of the other account.</summary>
    public SandboxCredential Other { get; }

    /// <summary>Buckets that belong to the other account.</summary>
    public IReadOnlyList<string> ForeignBuckets { get; }

    /// <summary>S3, STS, Route 53, CloudFront and ACM.</summary>
    public IReadOnlyList<IAwsService> Services { get; }

    /// <summary>S3 as CloudFront sees it.</summary>
    public IBucketOrigin Buckets { get; }

    /// <summary>Every zone DNS knows.</summary>
    public DnsCatalog Catalog { get; }

    /// <summary>DNS server, <c>host:port</c>; holds after <see cref="StartAsync"/>, as do the edge's.</summary>
    public string NameServer => dns.EndPoint.ToString();

    /// <summary>HTTPS edge, <c>host:port</c>.</summary>
    public string ConnectTo => edge.ConnectTo;

    /// <summary>The edge on plain HTTP, <c>host:port</c>.</summary>
    public string ConnectToHttp => edge.ConnectToHttp;

    /// <summary>PEM text of the CA that signs the edge's certificates.</summary>
    public string TrustedRootPem => ca.RootPem;

    /// <summary>Called when <see cref="TrustedRootPem"/> has grown: a zone has a root of its own.</summary>
    public Action? RootsChanged { get => ca.RootsChanged; set => ca.RootsChanged = value; }

    /// <summary>Buckets and objects.</summary>
    internal S3State S3 { get; }

    /// <summary>Hosted zones.</summary>
    internal Route53Store Zones { get; }

    /// <summary>Certificates.</summary>
    internal AcmStore Certificates { get; }

    /// <summary>Distributions.</summary>
    internal CloudFrontStore Distributions { get; }

    /// <summary>Zones at somebody else's DNS host.</summary>
    internal ThirdPartyZones ThirdParty { get; }

    /// <summary>Starts the DNS server and the edge.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        dns.Start();
        await edge.StartAsync(cancellationToken);
    }

    /// <summary>Puts (replaces) a zone at somebody else's DNS host.</summary>
    /// <exception cref="ArgumentException">A record breaks a DNS rule; the message names it.</exception>
    public void PutThirdPartyZone(string zone, IReadOnlyList<ZoneRecord> records) => ThirdParty.Put(zone, records);

    /// <summary>A third-party zone; null where there is none.</summary>
    public IReadOnlyList<ZoneRecord>? GetThirdPartyZone(string zone) => ThirdParty.Get(zone);

    /// <summary>Drops a third-party zone; false where there is none.</summary>
    public bool DeleteThirdPartyZone(string zone) => ThirdParty.Delete(zone);

    /// <summary>Makes a hosted zone of the main account with these records, or gives the one there these.</summary>
    /// <exception cref="FormatException">A record breaks a rule; the message names it.</exception>
    public void PutHostedZone(string zone, IReadOnlyList<ZoneRecord> records) => hostedZones.Put(Main.Account.AccountId, zone, records);

    /// <summary>The records of a hosted zone of the main account; null where there is no such zone.</summary>
    public IReadOnlyList<ZoneRecord>? GetHostedZone(string zone) => hostedZones.Get(Main.Account.AccountId, zone);

    /// <summary>Drops a hosted zone of the main account with all its records; false where there is none.</summary>
    public bool DeleteHostedZone(string zone) => hostedZones.Delete(Main.Account.AccountId, zone);

    /// <summary>Puts (replaces) a third-party site.</summary>
    /// <exception cref="ArgumentException">The definition breaks a rule; the message names it.</exception>
    public void PutSite(string host, SiteDefinition definition) => directory.PutSite(host, definition);

    /// <summary>Drops a site; false where there is none.</summary>
    public bool DeleteSite(string host) => directory.DeleteSite(host);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await edge.DisposeAsync();
        await dns.DisposeAsync();
        ca.Dispose();
    }

    private static string NewAccountId() =>
        RandomNumberGenerator.GetString("123456789", 1) + RandomNumberGenerator.GetString("0123456789", 11);

    // A zone of one label would be a root for a whole top-level domain.
    private void PermitZone(string zone)
    {
        if (zone.Contains('.', StringComparison.Ordinal))
        {
            ca.Permit(zone);
        }
    }

    private List<string> OpenForeignBuckets(SandboxClock clock)
    {
        var names = new List<string>();
        foreach (var region in ForeignRegions)
        {
            var name = "taken-" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 8);
            S3.Buckets.Add(name, new Bucket(name, Other.Account, region, clock.Now));
            names.Add(name);
        }
        return names;
    }
}
