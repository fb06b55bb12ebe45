using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox;

/// <summary>Route 53, CloudFront and ACM with the DNS server and HTTPS edge they show up in.</summary>
public sealed class SandboxWorld : ISandboxWorld
{
    private readonly DnsServer dns;
    private readonly ThirdPartyZones thirdParty;

    private SandboxWorld(SandboxClock clock, IBucketOrigin buckets, string accountId)
    {
        Catalog = new DnsCatalog(clock.Time);
        dns = new DnsServer(Catalog);
        thirdParty = new ThirdPartyZones(Catalog, clock.Time);
        Services = [];
        _ = buckets;
        _ = accountId;
    }

    /// <inheritdoc/>
    public IReadOnlyList<IAwsService> Services { get; }

    /// <summary>Every zone DNS knows.</summary>
    public DnsCatalog Catalog { get; }

    /// <inheritdoc/>
    public string NameServer => dns.EndPoint.ToString();

    /// <inheritdoc/>
    public string ConnectTo => "";

    /// <inheritdoc/>
    public string ConnectToHttp => "";

    /// <inheritdoc/>
    public string TrustedRootPem => "";

    /// <summary>Makes a world; nothing listens before <see cref="StartAsync"/>.</summary>
    public static SandboxWorld Create(SandboxClock clock, IBucketOrigin buckets, string accountId) => new(clock, buckets, accountId);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        dns.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void PutThirdPartyZone(string zone, IReadOnlyList<ZoneRecord> records) => thirdParty.Put(zone, records);

    /// <inheritdoc/>
    public IReadOnlyList<ZoneRecord>? GetThirdPartyZone(string zone) => thirdParty.Get(zone);

    /// <inheritdoc/>
    public bool DeleteThirdPartyZone(string zone) => thirdParty.Delete(zone);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await dns.DisposeAsync();
}
