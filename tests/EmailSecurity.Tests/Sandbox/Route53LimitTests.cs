using static EmailSecurity.Tests.Sandbox.EmulationHarness;
using Reply = (int Status, string Body, System.Collections.Generic.IReadOnlyDictionary<string, string> Headers);

namespace EmailSecurity.Tests.Sandbox;

/// <summary>Throttling as the Developer Guide describes it: token buckets for an account, for each operation, and for record changes.</summary>
public sealed class Route53LimitTests : IAsyncDisposable
{
    private const string Zones = "/2013-04-01/hostedzone";

    private readonly EmulationHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task An_account_has_ten_requests_a_second_with_a_bucket_of_fifty()
    {
        Assert.Equal(50, await CountAsync(() => harness.CallAsync("route53", "GET", Zones)));
        Assert.Equal("Throttling", Code(await harness.CallAsync("route53", "GET", Zones + "count"))); // whatever the operation
        Assert.Equal(200, (await harness.CallAsync("route53", "GET", Zones, account: OtherAccount)).Status);
        harness.Time.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Equal(1, await CountAsync(() => harness.CallAsync("route53", "GET", Zones)));
        harness.Time.Advance(TimeSpan.FromSeconds(2.001));
        Assert.Equal(20, await CountAsync(() => harness.CallAsync("route53", "GET", Zones)));
        harness.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(50, await CountAsync(() => harness.CallAsync("route53", "GET", Zones)));
    }

    [Fact]
    public async Task CreateHostedZone_has_two_a_second_with_a_bucket_of_forty()
    {
        Assert.Equal(40, await CountAsync(CreateAsync));
        // What the operation's own bucket refuses takes nothing from the account's: ten are left.
        Assert.Equal(10, await CountAsync(() => harness.CallAsync("route53", "GET", Zones)));
        harness.Time.Advance(TimeSpan.FromSeconds(5.001));
        Assert.Equal(10, await CountAsync(CreateAsync));
        Assert.Equal(40, await CountAsync(() => harness.CallAsync("route53", "GET", Zones)));
    }

    [Fact]
    public async Task DeleteHostedZone_has_five_a_second_with_a_bucket_of_forty()
    {
        Assert.Equal(40, await CountAsync(() => harness.CallAsync("route53", "DELETE", Zones + "/ZNONE")));
        harness.Time.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Equal(5, await CountAsync(() => harness.CallAsync("route53", "DELETE", Zones + "/ZNONE")));
    }

    [Fact]
    public async Task Record_changes_have_a_budget_of_their_own_over_all_calls_that_change_records()
    {
        var first = await harness.CreateZoneAsync("example.com");
        var second = await harness.CreateZoneAsync("example.org");
        Assert.Equal(200, (await harness.ChangeAsync(first, Many(600, "example.com"))).Status);
        var refused = await harness.ChangeAsync(second, Many(600, "example.org")); // of 46 requests and 400 changes left
        Assert.Equal((400, "Throttling"), (refused.Status, Code(refused)));
        Assert.Equal(200, (await harness.ChangeAsync(second, Many(400, "example.org"))).Status);
        Assert.Equal("Throttling", Code(await harness.ChangeAsync(second, Change("UPSERT", "one.example.org", "A", 60, "192.0.2.1"))));
        Assert.Equal(200, (await harness.CallAsync("route53", "GET", Zones)).Status); // other calls go on
        harness.Time.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Equal("Throttling", Code(await harness.ChangeAsync(second, Many(101, "two.example.org"))));
        Assert.Equal(200, (await harness.ChangeAsync(second, Many(100, "two.example.org"))).Status);
    }

    private static string Many(int count, string under) =>
        string.Concat(Enumerable.Range(0, count).Select(i => Change("CREATE", $"n{i}.{under}", "A", 60, "192.0.2.1")));

    private static async Task<int> CountAsync(Func<Task<Reply>> call)
    {
        for (var count = 0; ; count++)
        {
            var reply = await call();
            if (reply.Status == 400 && Code(reply) == "Throttling")
            {
                return count;
            }
        }
    }

    private Task<Reply> CreateAsync()
    {
        var names = $"<Name>example.com</Name><CallerReference>{Guid.NewGuid()}</CallerReference>";
        return harness.CallAsync("route53", "POST", Zones, $"<CreateHostedZoneRequest xmlns='{R53}'>{names}</CreateHostedZoneRequest>");
    }
}
