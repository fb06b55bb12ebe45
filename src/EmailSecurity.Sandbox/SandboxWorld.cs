using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Route53;
using EmailSecurity.Sandbox.Tls;

namespace EmailSecurity.Sandbox;

/// <summary>Route 53, CloudFront and ACM with the DNS server and HTTPS edge they show up in.</summary>
public sealed class SandboxWorld : ISandboxWorld, ISiteHost, IHostedZoneHost, IShowsState
{
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(30);

    private readonly DnsServer dns;
    private readonly ThirdPartyZones thirdParty;
    private readonly SandboxCa ca;
    private readonly EdgeDirectory directory;
    private readonly EdgeServer edge;
    private readonly WorldState state;
    private readonly HostedZoneRecords hostedZones;

    private SandboxWorld(SandboxClock clock, IBucketOrigin buckets, string accountId)
    {
        Catalog = new DnsCatalog(clock.Time);
        var lifetime = CaLifetime.Of(clock, RootLifetime);
        ca = new SandboxCa(lifetime.From, lifetime.To);
        // A zone of one label would be a root for a whole top-level domain.
        Catalog.ZoneAdded = zone =>
        {
            if (zone.Contains('.', StringComparison.Ordinal))
            {
                ca.Permit(zone);
            }
        };
        dns = new DnsServer(Catalog);
        thirdParty = new ThirdPartyZones(Catalog, clock.Time);
        var gate = new Lock();
        var zones = new Route53Store(clock, Catalog);
        var certificates = new AcmStore(clock, Catalog, ca, gate);
        var distributions = new CloudFrontStore(clock, Catalog, gate);
        hostedZones = new HostedZoneRecords(clock, zones, distributions);
        state = new WorldState(zones, certificates, distributions, thirdParty);
        certificates.UsersOf = distributions.UsersOf;
        directory = new EdgeDirectory(clock, distributions, certificates, ca);
        edge = new EdgeServer(directory, new DistributionHandler(clock, distributions, buckets));
        Services =
        [
            new Route53Service(clock, zones, distributions),
            new CloudFrontService(distributions, certificates, buckets),
            new AcmService(certificates, ca),
        ];
        AccountId = accountId;
    }

    /// <summary>The main account.</summary>
    public string AccountId { get; }

    /// <inheritdoc/>
    public IReadOnlyList<IAwsService> Services { get; }

    /// <summary>Every zone DNS knows.</summary>
    public DnsCatalog Catalog { get; }

    /// <inheritdoc/>
    public string NameServer => dns.EndPoint.ToString();

    /// <inheritdoc/>
    public string ConnectTo => edge.ConnectTo;

    /// <inheritdoc/>
    public string ConnectToHttp => edge.ConnectToHttp;

    /// <inheritdoc/>
    public string TrustedRootPem => ca.RootPem;

    /// <inheritdoc/>
    public Action? RootsChanged { get => ca.RootsChanged; set => ca.RootsChanged = value; }

    /// <summary>Makes a world; nothing listens before <see cref="StartAsync"/>.</summary>
    public static SandboxWorld Create(SandboxClock clock, IBucketOrigin buckets, string accountId) => new(clock, buckets, accountId);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        dns.Start();
        await edge.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void PutThirdPartyZone(string zone, IReadOnlyList<ZoneRecord> records) => thirdParty.Put(zone, records);

    /// <inheritdoc/>
    public IReadOnlyList<ZoneRecord>? GetThirdPartyZone(string zone) => thirdParty.Get(zone);

    /// <inheritdoc/>
    public bool DeleteThirdPartyZone(string zone) => thirdParty.Delete(zone);

    /// <inheritdoc/>
    public void PutHostedZone(string zone, IReadOnlyList<ZoneRecord> records) => hostedZones.Put(AccountId, zone, records);

    /// <inheritdoc/>
    public IReadOnlyList<ZoneRecord>? GetHostedZone(string zone) => hostedZones.Get(AccountId, zone);

    /// <inheritdoc/>
    public bool DeleteHostedZone(string zone) => hostedZones.Delete(AccountId, zone);

    /// <inheritdoc/>
    public void PutSite(string host, SiteDefinition definition) => directory.PutSite(host, definition);

    /// <inheritdoc/>
    public bool DeleteSite(string host) => directory.DeleteSite(host);

    /// <inheritdoc/>
    public IReadOnlyList<StateTable> Describe() => state.Describe();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await edge.DisposeAsync();
        await dns.DisposeAsync();
        ca.Dispose();
    }
}
