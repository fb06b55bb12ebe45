using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>What becomes of adopted records when the stack is removed: put back, kept, or told.</summary>
public sealed class RestoreTests
{
    private const string PolicyText = "version: STSv1\nmode: testing\nmx: mx1.example.com\nmax_age: 86400\n";

    private static readonly (string Name, string Type, string Value)[] Theirs =
    [
        ("mta-sts.example.com", "A", "192.0.2.10"), ("_mta-sts.example.com", "TXT", "\"v=STSv1; id=1;\""),
        ("_smtp._tls.example.com", "TXT", "\"v=TLSRPTv1; rua=mailto:theirs@example.com\""),
    ];

    private static readonly EmailSecurityStack Stack = StackLab.Stack(s => s with { Logo = null, Mode = MtaStsMode.Testing });

    [Fact]
    public async Task Adopted_records_are_put_back_as_they_were()
    {
        await using var lab = await StackLab.StartAsync(Theirs);
        var before = await lab.ZoneAsync();
        await AdoptAsync(lab);
        // An earlier value of the stack's own is kept as well where it is published again with -Adopt, and is not taken for somebody else's.
        await AdoptAsync(lab, Stack with { Wish = Stack.Wish with { ReportUri = ["mailto:later@example.com"] } });
        Assert.Equal(3, (await lab.GetAsync())!.AdoptedRecords.Count);

        // Their server is there still, and answers once the name leads to it again.
        Serve(lab);
        var removed = await lab.RemoveAsync(new RemovalOptions { Force = true, RestoreAdopted = true });
        Assert.Empty(removed.Errors);
        Assert.Null(removed.Stack);
        Assert.Equal(before, await lab.ZoneAsync());
        Assert.DoesNotContain(removed.Warnings, w => w.Contains("Save this message", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_earlier_policy_is_not_announced_before_it_is_served_again()
    {
        await using var lab = await StackLab.StartAsync(Theirs);
        await AdoptAsync(lab);
        var first = await lab.RemoveAsync(new RemovalOptions { Force = true, RestoreAdopted = true });
        Assert.Equal("PolicyNotRestored", Assert.Single(first.Errors).ErrorId);
        lab.Time.Advance(StackLab.InSync);
        Assert.Empty(await lab.TxtAsync("_mta-sts.example.com"));
        Assert.Equal(["v=TLSRPTv1; rua=mailto:theirs@example.com"], await lab.TxtAsync("_smtp._tls.example.com"));

        // The values are still there for the next run, which finishes.
        Serve(lab);
        var second = await lab.RemoveAsync(new RemovalOptions { Force = true, RestoreAdopted = true });
        Assert.Empty(second.Errors);
        Assert.Null(second.Stack);
        lab.Time.Advance(StackLab.InSync);
        Assert.Equal(["v=STSv1; id=1;"], await lab.TxtAsync("_mta-sts.example.com"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Adopted_records_that_are_not_put_back_are_told_and_kept_on_request(bool isKept)
    {
        await using var lab = await StackLab.StartAsync(Theirs);
        await AdoptAsync(lab);
        var removed = await lab.RemoveAsync(new RemovalOptions { Force = true, KeepAdopted = isKept });
        Assert.Empty(removed.Errors);
        var told = Assert.Single(removed.Warnings, w => w.Contains("mta-sts.example.com. 300 IN A 192.0.2.10", StringComparison.Ordinal));
        Assert.Contains("_mta-sts.example.com. 300 IN TXT \"v=STSv1; id=1;\"", told, StringComparison.Ordinal);
        Assert.Contains("rua=mailto:theirs@example.com", told, StringComparison.Ordinal);
        Assert.Contains(isKept ? "It is kept in bucket" : "Save this message", told, StringComparison.Ordinal);
        var buckets = await lab.OnS3Async(s3 => s3.ListBucketsAsync());
        Assert.Equal(isKept, (buckets.Buckets ?? []).Exists(b => b.BucketName == lab.AssetBucket()));
        if (isKept)
        {
            var left = await lab.OnS3Async(s3 => s3.ListVersionsAsync(new Amazon.S3.Model.ListVersionsRequest { BucketName = lab.AssetBucket() }));
            Assert.Equal(3, left.Versions.Count);
            Assert.All(left.Versions, v => Assert.StartsWith(StackNames.AdoptedPrefix, v.Key, StringComparison.Ordinal));
        }
    }

    private static void Serve(StackLab lab) => lab.Sandbox.Emulation.PutSite("mta-sts.example.com", new SiteDefinition
    {
        Http = new Dictionary<string, SiteResponse>(StringComparer.Ordinal) { ["/" + MtaStsPolicy.WellKnownFile] = new SiteResponse { Body = PolicyText } },
    });

    private static async Task AdoptAsync(StackLab lab, EmailSecurityStack? stack = null)
    {
        lab.Sandbox.SetLatency("none", 1);
        Assert.Empty((await lab.PublishAsync(stack ?? Stack, options: new PublishOptions { Adopt = true })).Errors);
        lab.Sandbox.SetLatency("real", 1);
        lab.Time.Advance(TimeSpan.FromMinutes(1));
    }
}
