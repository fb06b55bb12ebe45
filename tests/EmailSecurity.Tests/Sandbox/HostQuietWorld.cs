using EmailSecurity.Sandbox.Aws;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>A world without DNS, edge or services; third-party zones are kept as put.</summary>
internal sealed class HostQuietWorld : ISandboxWorld
{
    private readonly Dictionary<string, IReadOnlyList<ZoneRecord>> zones = [];

    public IReadOnlyList<IAwsService> Services => [];

    public string NameServer => "127.0.0.1:1";

    public string ConnectTo => "127.0.0.1:2";

    public string ConnectToHttp => "127.0.0.1:3";

    public string TrustedRootPem => "PEM";

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void PutThirdPartyZone(string zone, IReadOnlyList<ZoneRecord> records) =>
        zones[zone] = zone == "bad.example" ? throw new ArgumentException("bad zone", nameof(zone)) : records;

    public IReadOnlyList<ZoneRecord>? GetThirdPartyZone(string zone) => zones.GetValueOrDefault(zone);

    public bool DeleteThirdPartyZone(string zone) => zones.Remove(zone);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
