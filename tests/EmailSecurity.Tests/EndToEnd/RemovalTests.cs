using System.Text.RegularExpressions;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A removal as a state machine: every command shows how far it is, it goes on where it stopped, and a publish takes it back from anywhere.</summary>
public sealed class RemovalTests
{
    // A wait that is short has the same steps.
    private const double Scale = 0.02;

    private static StackWish Plain => StackWish.For(StackLab.Domain);

    /// <summary>Where a removal stops: at the call that comes after the named one was answered.</summary>
    public static TheoryData<string, bool, RemovalPhase> Stops => new()
    {
        { "TagResource", false, RemovalPhase.Withdrawing },
        { "PutObject", false, RemovalPhase.Withdrawing },
        { "PutBucketTagging", false, RemovalPhase.Withdrawing },
        { "", false, RemovalPhase.Waiting },
        { "TagResource", true, RemovalPhase.TakingDown }, // with -Force
        { "ChangeResourceRecordSets", true, RemovalPhase.TakingDown },
        { "UpdateDistribution", true, RemovalPhase.TakingDown },
        { "DeleteDistribution", true, RemovalPhase.TakingDown },
        { "DeleteCertificate", true, RemovalPhase.TakingDown },
        { "DeleteBucket", true, RemovalPhase.TakingDown },
    };

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task A_removal_that_stopped_anywhere_is_shown_and_a_publish_takes_it_back(string stop, bool force, RemovalPhase phase)
    {
        await using var lab = await StackLab.StartAsync();
        var wish = StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce });
        var before = await lab.PrepareAsync(wish, Scale);
        var whole = await LabState.DescribeAsync(lab);
        lab.Time.Advance(TimeSpan.FromDays(10));

        await StopAsync(lab, stop, force);
        lab.Time.Advance(StackLab.InSync);

        var seen = await lab.GetAsync();
        Assert.NotNull(seen);
        Assert.Equal((StackStatus.Removing, phase), (seen.Status, seen.RemovalPhase));
        Assert.NotEmpty(seen.WaitingFor);
        Assert.Equal([StackLab.Domain], await lab.ListDomainsAsync()); // also where only buckets are left
        Assert.True(seen.Removal!.DueAt > lab.Time.GetUtcNow(), $"{seen.Removal.DueAt:u}");
        Assert.Contains("A removal of example.com is in progress", Assert.Single(await RecordWarningsAsync(lab)), StringComparison.Ordinal);
        var said = (await lab.PlanAsync(wish)).Warnings;
        Assert.Contains(said, w => w.Contains("A removal of example.com is in progress", StringComparison.Ordinal)
            && w.EndsWith("Publishing takes it back: senders are served mode enforce.", StringComparison.Ordinal));

        var back = await lab.PublishAsync(wish);
        Assert.Empty(back.Errors);
        Assert.Equal((StackStatus.Deployed, (StackRemoval?)null), (back.Stack!.Status, back.Stack.Removal));
        lab.Time.Advance(StackLab.InSync);
        var served = Assert.IsType<MtaStsPolicy>(MtaStsPolicy.Check((await lab.ServedPolicyAsync())!, StackLab.Domain).Value);
        AssertSame(before.Stack!.Policy!, served);
        Assert.Equal([$"v=STSv1; id={served.Id};"], await lab.TxtAsync("_mta-sts.example.com"));
        Assert.Equal(WithoutSpelling(whole), WithoutSpelling(await LabState.DescribeAsync(lab)));
        using var marks = new LabDamage(lab);
        var (distribution, logs) = await marks.MarksAsync();
        Assert.DoesNotContain("removing", distribution + logs, StringComparison.Ordinal);
        var after = await lab.GetAsync();
        Assert.Equal((StackStatus.Deployed, (RemovalPhase?)null), (after!.Status, after.RemovalPhase));
        Assert.Empty((await lab.PlanAsync(wish)).Changes);
    }

    [Fact]
    public async Task Whoever_asks_for_nothing_gets_back_what_was_served_as_long_as_senders_hold_it_and_after_that_mode_testing()
    {
        await using var lab = await StackLab.StartAsync();
        var before = await lab.PrepareAsync(Plain with { Mode = MtaStsMode.Enforce, MaxAge = 172800, MxHost = ["mx1.example.com"] }, Scale);
        lab.Time.Advance(TimeSpan.FromDays(8));
        Assert.Empty((await lab.RemoveAsync()).Errors);

        var week = new PublishOptions { MinimumTestingDays = 7 };
        var back = await lab.PublishAsync(Plain, options: week);
        Assert.Empty(back.Errors);
        AssertSame(before.Stack!.Policy!, back.Stack!.Policy!);
        Assert.NotEqual(before.Stack.PolicyId, back.Stack.PolicyId); // some senders fetched mode none under that id
        Assert.Contains(back.Plan.Changes, c => c.Reason.Contains("served for 8 days before its removal began on", StringComparison.Ordinal));

        // Nobody holds the policy anymore: it has to prove itself again.
        Assert.Empty((await lab.RemoveAsync()).Errors);
        lab.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(RemovalPhase.Due, (await lab.GetAsync())!.RemovalPhase);
        var late = await lab.PublishAsync(Plain, options: week);
        Assert.Empty(late.Errors);
        Assert.Equal((MtaStsMode.Testing, 172800L), (late.Stack!.Mode, late.Stack.MaxAge));
        Assert.Contains(late.Warnings, w => w.EndsWith("it begins in mode testing again.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_due_at_the_second_that_is_told_and_not_one_before()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(s => s with { Logo = null }));
        lab.Sandbox.SetLatency("none", 1);
        var due = (await lab.RemoveAsync()).Stack!.Removal!.DueAt!.Value;
        lab.Time.Advance(due.AddSeconds(-1) - lab.Time.GetUtcNow());
        lab.Sandbox.ClearCalls();

        var early = await lab.RemoveAsync();
        Assert.Equal((RemovalPhase.Waiting, due), (early.Stack!.RemovalPhase, early.Stack.Removal!.DueAt));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        Assert.Equal(due.AddSeconds(-1), lab.Time.GetUtcNow());

        lab.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RemovalPhase.Due, (await lab.GetAsync())!.RemovalPhase);
        Assert.Null((await lab.RemoveAsync()).Stack);
        Assert.Null(await lab.GetAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_people_who_remove_at_once_end_as_one_would(bool force)
    {
        await using var lab = await StackLab.StartAsync();
        var empty = await LabState.DescribeAsync(lab);
        await lab.PrepareAsync(StackLab.Stack(), Scale);
        var options = new RemovalOptions { Force = force };

        var second = Task.FromResult<DeploymentResult?>(null);
        lab.Time.At(TimeSpan.FromSeconds(3), () =>
        {
            second = Run(); // it goes on beside the first
            return Task.CompletedTask;
        });
        var both = new[] { await Run(), await second };
        Assert.Contains(both, r => r?.Errors.Count == 0);
        var last = await lab.RemoveAsync(options);
        Assert.Empty(last.Errors);
        Assert.Equal(force ? null : RemovalPhase.Waiting, last.Stack?.RemovalPhase);
        if (force)
        {
            Assert.Equal(empty, await LabState.DescribeAsync(lab));
        }

        // The second may meet what the first has just changed: that is an error, and nothing else.
        async Task<DeploymentResult?> Run()
        {
            try
            {
                return await lab.RemoveAsync(options);
            }
            catch (EmailSecurityException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task Mode_none_that_somebody_published_is_no_removal_until_it_is_removed()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(s => s with { Logo = null }), Scale);
        Assert.Empty((await lab.PublishAsync(Plain with { Mode = MtaStsMode.None })).Errors);
        var seen = await lab.GetAsync();
        Assert.Equal((StackStatus.Deployed, (RemovalPhase?)null), (seen!.Status, seen.RemovalPhase));
        Assert.DoesNotContain((await lab.PlanAsync(Plain)).Warnings, w => w.Contains("removal", StringComparison.Ordinal));

        var removing = await lab.RemoveAsync();
        Assert.Equal(RemovalPhase.Waiting, removing.Stack!.RemovalPhase);
        Assert.Equal(RemovalPhase.Waiting, (await lab.GetAsync())!.RemovalPhase);
    }

    [Fact]
    public async Task What_a_removal_deleted_first_is_named_with_the_command_that_publishes_it_again()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(), Scale);
        Assert.Equal(RemovalPhase.Waiting, (await lab.RemoveAsync()).Stack!.RemovalPhase);
        lab.Time.Advance(StackLab.InSync);

        var back = await lab.PublishAsync(Plain);
        Assert.Empty(back.Errors);
        Assert.Contains(back.Warnings, w => w.EndsWith("run: Publish-BimiAssets example.com -LogoPath logo.svg", StringComparison.Ordinal));
        Assert.DoesNotContain(back.Warnings, w => w.Contains("TLS-RPT", StringComparison.Ordinal)); // still there

        // A part of its own does not take it back, and says so.
        await lab.RemoveAsync();
        var reports = await lab.PublishAsync(StackLab.Stack(), StackParts.TlsRpt);
        Assert.Contains(reports.Warnings, w => w.Contains("is withdrawn (mode none), and this does not change that", StringComparison.Ordinal));
        var logo = await lab.PublishAsync(StackLab.Stack(), StackParts.Bimi);
        Assert.Contains(logo.Warnings, w => w.EndsWith("This does not take it back; Publish-EmailSecurityStack example.com does.", StringComparison.Ordinal));
        Assert.Equal(RemovalPhase.Waiting, (await lab.GetAsync())!.RemovalPhase);
    }

    private static async Task StopAsync(StackLab lab, string operation, bool force)
    {
        using var stop = new CancellationTokenSource();
        var (isNext, arrived) = (false, 0);
        lab.Sandbox.ClearCalls();
        lab.Sandbox.OnCall((_, called) =>
        {
            Interlocked.Increment(ref arrived);
            if (isNext)
            {
                stop.Cancel();
            }
            else if (called == operation)
            {
                // It is carried out, its answer is lost, and nothing gets through after it.
                lab.Sandbox.SetFaults("""[{"nth":1,"kind":"lostResponse"},{"nth":2,"kind":"reset","times":100000}]""");
                isNext = true;
            }
        });
        try
        {
            await lab.RemoveAsync(new RemovalOptions { Force = force }, cancellationToken: stop.Token);
        }
        catch (OperationCanceledException)
        {
            // stopped, as it should be
        }

        Assert.Equal(operation.Length > 0, stop.IsCancellationRequested);
        using (lab.LetTimePass())
        {
            while (lab.Sandbox.GetCalls().Count < Volatile.Read(ref arrived))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken); // calls that had arrived are carried out
            }
        }

        lab.Sandbox.OnCall(null);
        lab.Sandbox.SetFaults(null);
    }

    private static async Task<IReadOnlyList<string>> RecordWarningsAsync(StackLab lab)
    {
        using var run = lab.Time.Run();
        using var services = lab.Connect();
        List<string> warnings = [];
        await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).GetRecordsAsync(Plain, warnings.Add, TestContext.Current.CancellationToken);
        return warnings;
    }

    // A policy that comes back after mode none may be spelled differently, so that senders which fetched mode none in between fetch it again.
    private static void AssertSame(MtaStsPolicy expected, MtaStsPolicy actual)
    {
        Assert.Equal((expected.Mode, expected.MaxAge), (actual.Mode, actual.MaxAge));
        Assert.Equal(expected.MxHosts, actual.MxHosts);
    }

    private static string WithoutSpelling(string state) => Regex.Replace(state, @"id=[0-9a-f]{32}|(?<=mta-sts\.txt )\d+", "SPELLING");
}
