using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Tests.Engine;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A live check of a stack knows what senders may still have cached, which nobody sees from outside.</summary>
public sealed class CachedPolicyTests
{
    /// <summary>The codes that are shown here.</summary>
    public static IReadOnlyList<string> Codes { get; } = ["MxNotInCachedPolicy"];

    [Fact]
    public async Task Mail_servers_that_moved_before_senders_could_know_are_told_with_the_date_and_no_call_of_AWS()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, MaxAge = 604800 }), 0.02);
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { MxHost = ["mx1.example.com", "mx2.example.com", "mx3.example.com"] }))).Errors);
        await lab.PutRecordsAsync(("example.com", "MX", "10 mx2.example.com."));
        var until = (await lab.GetAsync())!.PolicyHistory[^1].HeldUntil!.Value;
        await using var session = EngineSession.Open(lab.Sandbox, lab.Time);
        using var run = lab.Time.RunEngine();
        session.Invoke("$global:stack = Get-EmailSecurityStack example.com");
        lab.Sandbox.ClearCalls();

        foreach (var command in (string[])["Test-MtaSts", "Test-EmailSecurity"])
        {
            var found = Result(session, $"$stack | {command}").Findings.Where(f => f.Code == "MxNotInCachedPolicy").ToArray();
            Assert.Equal([(FindingSeverity.Warning, "mx2.example.com"), (FindingSeverity.Information, "mx3.example.com")], found.Select(f => (f.Severity, f.Location!)));
            Assert.Contains($"Until {until:u} such senders may refuse to deliver there: keep an MX", found[0].Message, StringComparison.Ordinal);
            Assert.Contains($"Do not add mx3.example.com to the MX records of example.com before {until:u}", found[^1].Message, StringComparison.Ordinal);
        }

        // Who names only the domain, or asks about another, gets what is seen from outside.
        Assert.DoesNotContain(Result(session, "Test-MtaSts example.com").Findings, f => f.Code == "MxNotInCachedPolicy");
        Assert.Empty(lab.Sandbox.GetCalls());
    }

    // Every policy was in mode testing, and the history shows it: nothing is unknown.
    [Fact]
    public async Task Changes_in_mode_testing_warn_of_no_enforce_policy()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Testing, MaxAge = 604800 }), 0.02);
        foreach (var host in (string[])["mx2.example.com", "mx3.example.com", "mx4.example.com"])
        {
            var result = await lab.PublishAsync(StackLab.Stack(s => s with { MxHost = ["mx1.example.com", host] }));
            Assert.Empty(result.Errors);
            Assert.DoesNotContain(result.Warnings, w => w.Contains("enforce policy", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(Damage.AssetBucketEmptied)]
    [InlineData(Damage.AssetBucketDeleted)]
    [InlineData(Damage.PolicyObjectDeleted)]
    [InlineData(Damage.PolicyObjectOverwritten)]
    [InlineData(Damage.VersioningSuspendedAndVersionsGone)]
    [InlineData(Damage.LogTagsRemoved)]
    [InlineData(Damage.LogBucketDeleted)]
    [InlineData(Damage.DistributionTagsRemoved)]
    [InlineData(Damage.DistributionDisabled)]
    [InlineData(Damage.DistributionDeleted)]
    [InlineData(Damage.PolicyRecordAltered)]
    [InlineData(Damage.PolicyRecordDeleted)]
    [InlineData(Damage.AliasesDeleted)]
    [InlineData(Damage.AssetBucketAndPolicyRecordDeleted)]
    [InlineData(Damage.BothBucketsDeleted)]
    public async Task A_policy_whose_record_or_history_somebody_deleted_counts_as_long_as_senders_hold_it(Damage done)
    {
        await using var lab = await StackLab.StartAsync();
        var enforcing = StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, MaxAge = 604800, MxHost = ["mx1.example.com", "mx2.example.com"] });
        await lab.PrepareAsync(enforcing, 0.02);
        using (var damage = new LabDamage(lab))
        {
            await damage.DoAsync(done);
        }

        var plan = await lab.PlanAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, MxHost = ["mx1.example.com", "mx2.example.com", "mx3.example.com"] }));
        Assert.Contains(plan.Warnings, w => w.StartsWith("Do not add ", StringComparison.Ordinal) && w.Contains("mx3.example.com", StringComparison.Ordinal));
    }

    private static TestResult Result(EngineSession session, string command)
    {
        var run = session.Invoke(command);
        Assert.Empty(run.Errors);
        return run.Objects.Select(o => (TestResult)o.BaseObject).Single(r => r.Mechanism == "MtaSts");
    }
}
