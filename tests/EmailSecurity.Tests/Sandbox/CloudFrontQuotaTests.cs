using static EmailSecurity.Tests.Sandbox.EmulationHarness;
using Reply = (int Status, string Body, System.Collections.Generic.IReadOnlyDictionary<string, string> Headers);

namespace EmailSecurity.Tests.Sandbox;

/// <summary>CloudFront's quotas: 100 distributions of one origin access control, 100 such controls and 500 distributions of an account.</summary>
public sealed class CloudFrontQuotaTests : IAsyncDisposable
{
    private readonly EmulationHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task An_origin_access_control_serves_a_hundred_distributions()
    {
        var control = await harness.CreateControlAsync();
        Reply last = (0, "", new Dictionary<string, string>());
        for (var i = 0; i < 100; i++)
        {
            last = await CreateAsync(i, control);
            Assert.Equal(201, last.Status);
        }
        Assert.Equal((400, "TooManyDistributionsAssociatedToOriginAccessControl"), Refusal(await CreateAsync(100, control)));
        // One that uses it already is updated all the same; one that does not is not moved to it.
        var path = $"/2020-05-31/distribution/{Value(last.Body, "Id")}";
        var config = await harness.CallAsync("cloudfront", "GET", path + "/config");
        Assert.Equal(200, (await harness.CallAsync("cloudfront", "PUT", path + "/config", config.Body, headers: ("If-Match", config.Headers["ETag"]))).Status);
        var second = await harness.CreateControlAsync("second");
        var elsewhere = await CreateAsync(101, second);
        path = $"/2020-05-31/distribution/{Value(elsewhere.Body, "Id")}/config";
        var moved = (await harness.CallAsync("cloudfront", "GET", path)).Body.Replace(second, control, StringComparison.Ordinal);
        var refused = await harness.CallAsync("cloudfront", "PUT", path, moved, headers: ("If-Match", elsewhere.Headers["ETag"]));
        Assert.Equal((400, "TooManyDistributionsAssociatedToOriginAccessControl"), Refusal(refused));
    }

    [Fact]
    public async Task An_account_has_a_hundred_origin_access_controls()
    {
        for (var i = 0; i < 100; i++)
        {
            await harness.CreateControlAsync($"control-{i}");
        }
        var body = $"<OriginAccessControlConfig xmlns='{Cf}'><Name>one-more</Name><SigningProtocol>sigv4</SigningProtocol>"
            + "<SigningBehavior>always</SigningBehavior><OriginAccessControlOriginType>s3</OriginAccessControlOriginType></OriginAccessControlConfig>";
        Assert.Equal((400, "TooManyOriginAccessControls"), Refusal(await harness.CallAsync("cloudfront", "POST", "/2020-05-31/origin-access-control", body)));
        Assert.Equal(201, (await harness.CallAsync("cloudfront", "POST", "/2020-05-31/origin-access-control", body, account: OtherAccount)).Status);
    }

    [Fact]
    public async Task An_account_has_five_hundred_distributions()
    {
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(201, (await CreateAsync(i, "")).Status);
        }
        Assert.Equal((400, "TooManyDistributions"), Refusal(await CreateAsync(500, "")));
    }

    private static (int Status, string Code) Refusal(Reply reply) => (reply.Status, Code(reply));

    private Task<Reply> CreateAsync(int number, string control) =>
        harness.CreateDistributionAsync(Config($"r{number}", "", [], control, log: ""));
}
