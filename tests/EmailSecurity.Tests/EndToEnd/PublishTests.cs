using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

public class PublishTests
{
    [Fact]
    public async Task First_publish_deploys_everything_and_is_seen_from_outside()
    {
        await using var lab = await StackLab.StartAsync();
        var result = await lab.PublishAsync(StackLab.Stack());

        Assert.Empty(result.Errors);
        Assert.Equal(StackStatus.Deployed, result.Stack!.Status);
        lab.Time.Advance(StackLab.InSync);
        Assert.Equal([$"v=STSv1; id={result.Stack.Policy!.Id};"], await lab.TxtAsync("_mta-sts.example.com"));
        Assert.Equal(["v=TLSRPTv1; rua=mailto:tls@example.com"], await lab.TxtAsync("_smtp._tls.example.com"));
        Assert.StartsWith("v=BIMI1; l=https://bimi-assets.example.com/", Assert.Single(await lab.TxtAsync("default._bimi.example.com")), StringComparison.Ordinal);
        Assert.Equal(result.Stack.Policy.Text, await lab.ServedPolicyAsync());
        Assert.Equal(MtaStsMode.Testing, result.Stack.Policy.Mode);
        Assert.Equal(["mx1.example.com"], result.Stack.Policy.MxHosts);
        Assert.All(result.Stack.Records, r => Assert.Equal(DnsRecordStatus.Published, r.Status));
        var calls = lab.Sandbox.GetCalls();
        string[] looks = ["DescribeCertificate", "GetDistribution", "GetChange"];
        var work = calls.Where(c => !looks.Contains(c.Operation, StringComparer.Ordinal)).Select(c => c.Operation).Concat(calls.Select(c => c.Operation).Where(o => looks.Contains(o, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)).ToArray();
        Assert.True(work.Length <= 35, $"{work.Length} calls, looks of a wait counted once: {string.Join(", ", work)}");
    }

    [Fact]
    public async Task A_checkout_with_other_line_ends_is_served_under_the_same_id()
    {
        await using var lab = await StackLab.StartAsync();
        var written = MtaStsPolicy.Create("example.com", MtaStsMode.Testing, ["mx1.example.com"], 86400);
        var unix = (MtaStsPolicy)MtaStsPolicy.Check(written.Text.ReplaceLineEndings("\n"), "example.com").Value!;
        AssertNoErrors(await lab.PublishAsync(StackLab.Stack(s => s with { Policy = unix })));
        lab.Time.Advance(StackLab.InSync);
        var announced = await lab.TxtAsync("_mta-sts.example.com");
        Assert.Equal(unix.Text, await lab.ServedPolicyAsync());

        lab.Sandbox.ClearCalls();
        AssertNoErrors(await lab.PublishAsync(StackLab.Stack(s => s with { Policy = written })));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Operation == "ChangeResourceRecordSets");
        Assert.Equal(announced, await lab.TxtAsync("_mta-sts.example.com"));
        Assert.Equal(written.Text, await lab.ServedPolicyAsync());

        lab.Sandbox.ClearCalls();
        AssertNoErrors(await lab.PublishAsync(StackLab.Stack(s => s with { Policy = written })));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);

        // Removal holds the policy for its max_age, as for any.
        Assert.InRange((await lab.RemoveAsync()).Stack!.WaitingUntil!.Value - lab.Time.GetUtcNow(), TimeSpan.FromHours(23.9), TimeSpan.FromHours(25));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)] // certificate 50 minutes, distribution 80 minutes
    public async Task A_whole_life_takes_as_long_as_AWS_does(double scale)
    {
        await using var lab = await StackLab.StartAsync();
        lab.Sandbox.SetLatency("real", scale);
        var before = await lab.ZoneAsync();

        var began = lab.Time.GetUtcNow();
        var first = await lab.PublishAsync(StackLab.Stack());
        AssertNoErrors(first);
        AssertTook(began, lab, TimeSpan.FromSeconds(150 + 240) * scale);

        began = lab.Time.GetUtcNow();
        var changed = await lab.PublishAsync(StackLab.Stack(s => s with { MaxAge = 31557600, Mode = MtaStsMode.Enforce }));
        AssertNoErrors(changed);
        AssertTook(began, lab, TimeSpan.FromSeconds(30) * scale); // the invalidation

        var waiting = await lab.RemoveAsync();
        Assert.Empty(waiting.Errors);
        Assert.InRange(waiting.Stack!.WaitingUntil!.Value - lab.Time.GetUtcNow(), TimeSpan.FromDays(365), TimeSpan.FromDays(366));

        lab.Time.Advance(TimeSpan.FromDays(364));
        Assert.Equal(StackStatus.Removing, (await lab.RemoveAsync()).Stack!.Status);
        lab.Time.Advance(TimeSpan.FromDays(3));
        began = lab.Time.GetUtcNow();
        var gone = await lab.RemoveAsync();
        AssertNoErrors(gone);
        Assert.Null(gone.Stack);
        AssertTook(began, lab, TimeSpan.FromSeconds(240) * scale); // the distribution, disabled
        Assert.Equal(before, await lab.ZoneAsync());
    }

    private static void AssertNoErrors(DeploymentResult result) => Assert.True(result.Errors.Count == 0, string.Join("; ", result.Errors.Select(e => e.Message)));

    private static void AssertTook(DateTimeOffset began, StackLab lab, TimeSpan chain)
        => Assert.InRange(lab.Time.GetUtcNow() - began, chain, (chain * 1.05) + TimeSpan.FromSeconds(10));

    [Fact]
    public async Task Second_publish_writes_nothing_and_its_plan_is_empty()
    {
        await using var lab = await StackLab.StartAsync();
        var memory = new SettingsMemory(lab.Time);
        await lab.PublishAsync(StackLab.Stack(), memory: memory);
        lab.Sandbox.ClearCalls();

        var again = await lab.PublishAsync(StackLab.Stack(), memory: memory);
        Assert.Empty(again.Plan.Changes);
        Assert.Equal(StackStatus.Deployed, again.Stack!.Status);
        var calls = lab.Sandbox.GetCalls();
        Assert.DoesNotContain(calls, c => c.Write);
        Assert.True(calls.Count <= 12, $"{calls.Count} calls: {string.Join(", ", calls.Select(c => c.Operation))}");

        // A new session remembers nothing, reads every setting, and finds them as they should be.
        lab.Sandbox.ClearCalls();
        var fresh = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(fresh.Plan.Changes);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
    }

    [Fact]
    public async Task Policy_change_is_served_before_its_id_is_published()
    {
        await using var lab = await StackLab.StartAsync();
        var first = await lab.PublishAsync(StackLab.Stack());
        Assert.NotNull(await lab.ServedPolicyAsync());
        lab.Sandbox.ClearCalls();

        var second = await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce }));
        Assert.Empty(second.Errors);
        var writes = lab.Sandbox.GetCalls().Where(c => c.Write).Select(c => c.Operation).ToArray();
        Assert.Equal(["TagResource", "PutBucketTagging", "PutObject", "CreateInvalidation", "PutBucketTagging", "ChangeResourceRecordSets"], writes);
        Assert.NotEqual(first.Stack!.PolicyId, second.Stack!.PolicyId);
        Assert.Contains("mode: enforce", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_takes_the_policy_back_waits_and_force_finishes()
    {
        await using var lab = await StackLab.StartAsync();
        var before = await lab.ZoneAsync();
        await lab.PublishAsync(StackLab.Stack());

        var began = lab.Time.GetUtcNow();
        var waiting = await lab.RemoveAsync();
        Assert.Empty(waiting.Errors);
        Assert.Equal(StackStatus.Removing, waiting.Stack!.Status);
        // The time of the last upload as S3 has it, in whole seconds.
        var hold = TimeSpan.FromSeconds(86400 + ServedPolicy.EdgeSeconds);
        Assert.InRange(waiting.Stack.WaitingUntil!.Value, began.AddSeconds(-1) + hold, lab.Time.GetUtcNow() + hold);
        Assert.Contains("mode: none", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
        Assert.Empty(await lab.TxtAsync("default._bimi.example.com"));
        Assert.Single(await lab.TxtAsync("_mta-sts.example.com"));

        lab.Sandbox.ClearCalls();
        var again = await lab.RemoveAsync();
        Assert.Equal(StackStatus.Removing, again.Stack!.Status);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);

        var gone = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.Empty(gone.Errors);
        Assert.Null(gone.Stack);
        Assert.Empty(gone.Warnings); // in mode testing senders deliver anyway
        Assert.Null(await lab.GetAsync());
        Assert.Equal(before, await lab.ZoneAsync());
    }

    [Fact]
    public async Task Removal_finishes_by_itself_once_senders_have_forgotten()
    {
        await using var lab = await StackLab.StartAsync();
        var before = await lab.ZoneAsync();
        await lab.PublishAsync(StackLab.Stack());
        var result = await lab.RemoveAsync();
        Assert.Equal(StackStatus.Removing, result.Stack!.Status);
        lab.Time.Advance(result.Stack.WaitingUntil!.Value - lab.Time.GetUtcNow());
        result = await lab.RemoveAsync();

        Assert.Empty(result.Errors);
        Assert.True(result.Stack is null, $"{result.Stack?.WaitingFor} until {result.Stack?.WaitingUntil:O}, now {lab.Time.GetUtcNow():O}");
        Assert.Equal(before, await lab.ZoneAsync());
    }

    [Fact]
    public async Task What_was_once_asked_for_stays_where_a_command_does_not_repeat_it()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack(s => s with { LogRetentionDays = 400, BimiSubdomain = "brand" }));

        // Nobody asks for a retention or a subdomain here: the defaults must not come back.
        Assert.Empty((await lab.PlanAsync(EmailSecurityStack.For(StackLab.Domain))).Changes);
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);

        var shorter = await lab.PlanAsync(StackLab.Stack(s => s with { LogRetentionDays = 30 }));
        Assert.Equal(["log-bucket/Lifecycle"], shorter.Changes.Select(c => c.Id));
    }
}
