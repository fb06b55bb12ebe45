using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>How many calls the adapters make, from the sandbox's own log. Each test has a sandbox to itself.</summary>
public sealed class CallCountTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly HashSet<BucketSetting> All = [.. Enum.GetValues<BucketSetting>()];

    private readonly SandboxAws world = new(sandbox.Server);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_bucket_costs_one_call_and_a_present_one_a_call_for_each_setting()
    {
        using var services = world.Open();
        await services.Account.GetCallerIdentityAsync(Token);
        Assert.Equal(["GetBucketTagging"], await OperationsAsync(() => services.Buckets.GetAsync(AwsWorld.Unique("none"), All, Token)));
        var name = AwsWorld.Unique("bucket");
        Assert.Equal(["CreateBucket"], await OperationsAsync(() => services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token)));
        Assert.Equal(All.Count, (await OperationsAsync(() => services.Buckets.GetAsync(name, All, Token))).Count);
        Assert.Equal(["GetBucketPolicy"], await OperationsAsync(() => services.Buckets.GetAsync(name, new HashSet<BucketSetting> { BucketSetting.Policy }, Token)));
        Assert.Equal(["PutObject"], await OperationsAsync(() => services.Buckets.PutObjectAsync(name, new BucketObject("key", new byte[] { 1 }, "text/plain", "no-store"), Token)));
        Assert.Equal(["ListObjectVersions", "DeleteObjects", "DeleteBucket"], await OperationsAsync(() => services.Buckets.EmptyAndDeleteAsync(name, null, Token)));
    }

    [Fact]
    public async Task Looking_for_what_is_not_there_costs_one_call()
    {
        using var services = world.Open();
        var domain = AwsWorld.UniqueDomain();
        Assert.Equal(["ListDistributions"], await OperationsAsync(() => services.Distributions.FindByAliasAsync(["mta-sts." + domain], Token)));
        Assert.Equal(["ListOriginAccessControls"], await OperationsAsync(() => services.Distributions.FindOriginAccessControlAsync(domain, Token)));
        Assert.Equal(["ListCertificates"], await OperationsAsync(() => services.Certificates.FindAsync(domain, ["mta-sts." + domain], Token)));
        Assert.Equal(["ListHostedZonesByName"], await OperationsAsync(() => services.Zones.FindZonesAsync("mail.eu." + domain, Token)));
    }

    [Fact]
    public async Task A_change_of_records_and_its_state_cost_one_call_each()
    {
        using var services = world.Open();
        var zone = await world.CreateZoneAsync(AwsWorld.UniqueDomain());
        var change = new RecordSetChange(false, new RecordSet { Name = "a." + zone.Name, Type = "TXT", Ttl = 60, Values = ["\"x\""] });
        var id = "";
        Assert.Equal(["ChangeResourceRecordSets"], await OperationsAsync(async () => id = await services.Zones.ChangeAsync(zone.Id, [change], Token)));
        Assert.Equal(["GetChange"], await OperationsAsync(() => services.Zones.IsInSyncAsync(id, Token)));
        Assert.Equal(["ListResourceRecordSets"], await OperationsAsync(() => services.Zones.GetRecordSetsAsync(zone, zone.Name, [], Token)));
    }

    private async Task<IReadOnlyList<string>> OperationsAsync(Func<Task> action)
    {
        await world.ClearCallsAsync();
        await action();
        return [.. (await world.CallsAsync()).Select(c => c.Operation)];
    }
}
