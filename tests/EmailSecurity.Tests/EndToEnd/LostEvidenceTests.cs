using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Whatever other people delete of a stack that enforces for a year: it is not taken down while senders hold its policy, and not weakened.</summary>
public sealed class LostEvidenceTests
{
    private const long Year = 31557600;
    private static readonly HashSet<string> TakingDown = ["DeleteDistribution", "UpdateDistribution", "DeleteBucket", "DeleteCertificate", "DeleteObjects"];

    public static TheoryData<Damage> Damages => new(Enum.GetValues<Damage>());

    public static TheoryData<Damage, bool> Publishes => new(from damage in Enum.GetValues<Damage>() from adopt in new[] { false, true } select (damage, adopt));

    private static StackWish Plain => StackWish.For(StackLab.Domain);

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task It_is_not_taken_down_without_force(Damage damage)
    {
        await using var lab = await EnforcingAsync();
        await DamageAsync(lab, damage);
        lab.Sandbox.ClearCalls();
        var from = lab.Time.GetUtcNow();
        try
        {
            var result = await lab.RemoveAsync();
            Assert.Empty(result.Errors);
            Assert.Equal(StackStatus.Removing, result.Stack!.Status);
            Assert.True(result.Stack.WaitingUntil >= from.AddSeconds(Year - 60), $"{damage}: until {result.Stack.WaitingUntil:u}");
        }
        catch (EmailSecurityException e)
        {
            Assert.Contains(e.ErrorId, (string[])["DistributionMissing", "DistributionDisabled", "AssetBucketMissing", "BucketNotOurs", "DistributionNotOurs"]);
        }

        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => TakingDown.Contains(c.Operation));
        Assert.Equal(damage is Damage.PolicyRecordDeleted or Damage.AssetBucketAndPolicyRecordDeleted or Damage.DistributionAndRecordsDeleted ? 0 : 1, (await lab.TxtAsync("_mta-sts.example.com")).Count);
    }

    [Theory]
    [MemberData(nameof(Publishes))]
    public async Task A_publish_that_does_not_ask_for_another_policy_keeps_mode_and_max_age(Damage damage, bool adopt)
    {
        await using var lab = await EnforcingAsync();
        await DamageAsync(lab, damage);
        DeploymentResult result;
        try
        {
            result = await lab.PublishAsync(Plain, options: new PublishOptions { Adopt = adopt });
        }
        catch (EmailSecurityException e) when (damage is Damage.AssetTagsAltered or Damage.DistributionTagsAltered)
        {
            Assert.Contains(e.ErrorId, (string[])["BucketNotOurs", "DistributionNotOurs"]); // somebody says that it is another stack's
            return;
        }

        catch (EmailSecurityException e) when (damage is Damage.DistributionAndRecordsDeleted)
        {
            Assert.Equal("PolicyNotKnown", e.ErrorId); // just so it looks after a first publish that ended before it announced anything
            return;
        }

        Assert.Empty(result.Errors);
        Assert.Equal(StackStatus.Deployed, result.Stack!.Status);
        lab.Time.Advance(StackLab.InSync);
        var served = Assert.IsType<MtaStsPolicy>(MtaStsPolicy.Check((await lab.ServedPolicyAsync())!, StackLab.Domain).Value);
        Assert.Equal((MtaStsMode.Enforce, Year), (served.Mode, served.MaxAge));
        Assert.Equal([$"v=STSv1; id={served.Id};"], await lab.TxtAsync("_mta-sts.example.com"));

        // All is mended, and remembered in both places.
        Assert.Empty((await lab.PlanAsync(Plain)).Changes);
        using var marks = new LabDamage(lab);
        var (distribution, logs) = await marks.MarksAsync();
        Assert.StartsWith($"enforce {Year} {served.Id} ", distribution, StringComparison.Ordinal);
        Assert.Equal(distribution, logs);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task It_is_still_found_and_never_called_deployed_where_it_does_not_serve(Damage damage)
    {
        await using var lab = await EnforcingAsync();
        await DamageAsync(lab, damage);
        var stack = await lab.GetAsync();
        Assert.NotNull(stack);
        var isWhole = damage is Damage.AssetTagsRemoved or Damage.AssetTagsAltered or Damage.LogTagsRemoved or Damage.LogBucketDeleted or Damage.DistributionTagsRemoved or Damage.DistributionTagsAltered
            or Damage.AliasesDeleted or Damage.VersioningSuspendedAndVersionsGone;
        Assert.True(isWhole || stack.Status != StackStatus.Deployed, $"{damage}: {stack.Status}");
        Assert.True(stack.Policy is null or { Mode: MtaStsMode.Enforce, MaxAge: Year }, $"{damage}: {stack.Policy}");
    }

    // A shorter policy since: the longer one of before is told by versions and marks alone.
    [Theory]
    [InlineData(Damage.AssetBucketEmptied)]
    [InlineData(Damage.VersioningSuspendedAndVersionsGone)]
    [InlineData(Damage.DistributionTagsRemoved)]
    public async Task The_longer_policy_of_before_is_not_forgotten(Damage damage)
    {
        await using var lab = await EnforcingAsync();
        await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Testing, MaxAge = 86400 }));
        var until = lab.Time.GetUtcNow().AddSeconds(Year);
        await DamageAsync(lab, damage);
        var result = await lab.RemoveAsync();
        Assert.Empty(result.Errors);
        Assert.True(result.Stack!.WaitingUntil >= until.AddSeconds(-60), $"{result.Stack.WaitingUntil:u} before {until:u}");
    }

    // What senders hold runs out all the same: a removal that waits comes to its end.
    [Theory]
    [InlineData(Damage.AssetBucketEmptied)]
    [InlineData(Damage.AssetBucketDeleted)]
    [InlineData(Damage.VersioningSuspendedAndVersionsGone)]
    [InlineData(Damage.DistributionDeleted)]
    [InlineData(Damage.DistributionDisabled)]
    [InlineData(Damage.PolicyRecordDeleted)]
    [InlineData(Damage.LogBucketDeleted)]
    public async Task A_removal_that_waits_ends_no_sooner_and_not_much_later(Damage damage)
    {
        await using var lab = await EnforcingAsync();
        var until = (await lab.RemoveAsync()).Stack!.WaitingUntil!.Value;
        await DamageAsync(lab, damage);
        lab.Time.Advance(until.AddMinutes(-5) - lab.Time.GetUtcNow());
        var early = await lab.RemoveAsync();
        Assert.Equal(StackStatus.Removing, early.Stack?.Status);
        lab.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(10));
        var late = await lab.RemoveAsync();
        Assert.Empty(late.Errors);
        Assert.Null(late.Stack);
        lab.Time.Advance(StackLab.InSync);
        Assert.Empty(await lab.TxtAsync("_mta-sts.example.com"));
    }

    // CloudFront disables no distribution whose buckets are gone.
    [Theory]
    [InlineData(Damage.AssetBucketDeleted)]
    [InlineData(Damage.LogBucketDeleted)]
    [InlineData(Damage.BothBucketsDeleted)]
    [InlineData(Damage.DistributionDeleted)]
    [InlineData(Damage.DistributionTagsRemoved)]
    public async Task With_force_everything_goes_whatever_is_lost(Damage damage)
    {
        await using var lab = await StackLab.StartAsync();
        var before = await lab.ZoneAsync();
        await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce }));
        await DamageAsync(lab, damage);
        var result = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.Empty(result.Errors);
        Assert.NotEmpty(result.Warnings);
        lab.Time.Advance(StackLab.InSync);
        Assert.Null(await lab.GetAsync());
        Assert.Equal(before, await lab.ZoneAsync());
    }

    // The removal was the user's word: what outlives it neither holds the next removal up nor brings the policy back.
    [Fact]
    public async Task A_log_bucket_that_was_kept_remembers_no_policy()
    {
        await using var lab = await EnforcingAsync();
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true, KeepLogs = true })).Errors);
        lab.Time.Advance(StackLab.InSync);
        Assert.Equal(MtaStsMode.Testing, (await lab.PublishAsync(Plain)).Stack!.Policy!.Mode);
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true, KeepLogs = true })).Errors);
        var rest = await lab.RemoveAsync();
        Assert.Empty(rest.Errors);
        Assert.Null(rest.Stack);
        Assert.Null(await lab.GetAsync());
    }

    [Fact]
    public async Task Where_nothing_tells_the_policy_a_publish_asks_for_it()
    {
        await using var lab = await EnforcingAsync();
        using var damage = new LabDamage(lab);
        await damage.DoAsync(Damage.AssetBucketAndDistributionDeleted);
        await damage.DoAsync(Damage.LogBucketDeleted);
        Assert.Equal("PolicyNotKnown", (await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(Plain, options: new PublishOptions { Adopt = true }))).ErrorId);
        Assert.Empty((await lab.PublishAsync(Plain with { Mode = MtaStsMode.Enforce, MaxAge = Year }, options: new PublishOptions { Adopt = true })).Errors);
    }

    // An interrupted first publish whose certificate was never issued can have served nothing.
    [Fact]
    public async Task What_was_never_served_is_taken_down_at_once()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, Logo = null }), waits: new WaitOptions { NoWait = true });
        var result = await lab.RemoveAsync();
        Assert.Empty(result.Errors);
        Assert.Null(result.Stack);
        Assert.Null(await lab.GetAsync());
    }

    private static async Task<StackLab> EnforcingAsync()
    {
        var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, MaxAge = Year, Logo = null }), scale: 0.02);
        return lab;
    }

    private static async Task DamageAsync(StackLab lab, Damage damage)
    {
        using var hands = new LabDamage(lab);
        await hands.DoAsync(damage);
    }
}
