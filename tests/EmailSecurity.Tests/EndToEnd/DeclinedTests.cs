using EmailSecurity.Applying;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A declined question leaves nothing behind that the next command could take up.</summary>
public sealed class DeclinedTests
{
    private static StackWish Plain => StackWish.For(StackLab.Domain);

    private static StackWish Enforce => StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, Logo = null });

    /// <summary>The steps of a move to enforce that somebody is asked about.</summary>
    public static TheoryData<string> Steps => ["distribution/served", "log-bucket/serving", "object/policy", "invalidation", "log-bucket/served", "record/mta-sts"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task No_to_any_step_of_the_move_to_enforce_writes_nothing_and_the_next_publish_does_not_enforce(string step)
    {
        await using var lab = await StackLab.StartAsync();
        var first = await lab.PublishAsync(StackLab.Stack(s => s with { Logo = null }));
        lab.Sandbox.ClearCalls();
        var declined = await lab.PublishAsync(Enforce, host: new Answers(c => c.Id == step ? ChangeDecision.Skip : ChangeDecision.Apply));
        Assert.Contains(step, declined.Execution.Skipped.Select(c => c.Id));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        Assert.Equal(MtaStsMode.Testing, declined.Stack!.Policy!.Mode);
        lab.Time.Advance(StackLab.InSync);

        Assert.Empty((await lab.PublishAsync(Plain)).Plan.Changes);
        Assert.Contains("mode: testing", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
        Assert.Equal([$"v=STSv1; id={first.Stack!.PolicyId};"], await lab.TxtAsync("_mta-sts.example.com"));
    }

    // Ctrl+C at the question, or a session that cannot ask.
    [Fact]
    public async Task A_question_that_is_never_answered_writes_nothing()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack(s => s with { Logo = null }));
        lab.Sandbox.ClearCalls();
        await Assert.ThrowsAsync<OperationCanceledException>(() => lab.PublishAsync(Enforce, host: new Answers(c => c.MovesToEnforce ? throw new OperationCanceledException() : ChangeDecision.Apply)));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
    }

    [Fact]
    public async Task No_to_enforce_on_a_first_publish_leaves_a_stack_that_enforces_nothing()
    {
        await using var lab = await StackLab.StartAsync();
        var declined = await lab.PublishAsync(Enforce, host: new Answers(c => c.MovesToEnforce ? ChangeDecision.Skip : ChangeDecision.Apply));
        Assert.Empty(declined.Errors);
        Assert.Null(await lab.ServedPolicyAsync());
        Assert.Empty(await lab.TxtAsync("_mta-sts.example.com"));
        using (var marks = new LabDamage(lab))
        {
            Assert.Equal(("nothing", "nothing"), await marks.MarksAsync());
        }

        Assert.Empty((await lab.PublishAsync(Plain)).Errors);
        lab.Time.Advance(StackLab.InSync);
        Assert.Contains("mode: testing", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
    }

    // A run that died between the upload and the record: DNS tells what is announced, the version history what that is.
    [Fact]
    public async Task What_was_uploaded_and_never_announced_is_not_taken_for_deployed()
    {
        await using var lab = await StackLab.StartAsync();
        var first = await lab.PublishAsync(StackLab.Stack(s => s with { Logo = null }));
        using var stop = new CancellationTokenSource();
        lab.Sandbox.OnCall((_, operation) =>
        {
            if (operation == "CreateInvalidation")
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab.PublishAsync(Enforce, cancellationToken: stop.Token));
        lab.Sandbox.OnCall(null);
        lab.Time.Advance(StackLab.InSync); // edge locations look again
        Assert.Contains("mode: enforce", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
        Assert.Equal(MtaStsMode.Testing, (await lab.GetAsync())!.Policy!.Mode);

        Assert.Empty((await lab.PublishAsync(Plain)).Errors);
        lab.Time.Advance(StackLab.InSync);
        var served = Assert.IsType<MtaStsPolicy>(MtaStsPolicy.Check((await lab.ServedPolicyAsync())!, StackLab.Domain).Value);
        Assert.Equal((MtaStsMode.Testing, first.Stack!.Policy!.MaxAge), (served.Mode, served.MaxAge));
        Assert.Equal(first.Stack.Policy.MxHosts, served.MxHosts);

        // Senders that fetched the enforce policy did so under the first id: they must see another.
        Assert.NotEqual(first.Stack.PolicyId, served.Id);
        Assert.Equal([$"v=STSv1; id={served.Id};"], await lab.TxtAsync("_mta-sts.example.com"));
    }

    // The tag would claim the record that stayed, and the removal delete it.
    [Fact]
    public async Task A_record_whose_adoption_was_declined_is_not_claimed_and_survives_the_removal()
    {
        await using var lab = await StackLab.StartAsync(("_smtp._tls.example.com", "TXT", "\"v=TLSRPTv1; rua=mailto:theirs@example.net\""));
        var declined = await lab.PublishAsync(StackLab.Stack(s => s with { Logo = null }), options: new PublishOptions { Adopt = true }, host: new Answers(c => c.Id == "record/tls-rpt" ? ChangeDecision.Skip : ChangeDecision.Apply));
        Assert.Empty(declined.Errors);
        Assert.DoesNotContain(declined.Execution.Applied, c => c.Id.Contains("before-image", StringComparison.Ordinal));
        await lab.RemoveAsync(new RemovalOptions { Force = true });
        lab.Time.Advance(StackLab.InSync);
        Assert.Equal(["v=TLSRPTv1; rua=mailto:theirs@example.net"], await lab.TxtAsync("_smtp._tls.example.com"));
    }

    [Theory]
    [InlineData("distribution/served")]
    [InlineData("object/policy")]
    [InlineData("record/mta-sts")]
    public async Task No_to_any_step_that_takes_the_policy_back_leaves_it_in_force(string step)
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(Enforce);
        lab.Sandbox.ClearCalls();
        await lab.RemoveAsync(host: new Answers(c => c.Id == step ? ChangeDecision.Skip : ChangeDecision.Apply));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        Assert.Empty((await lab.PublishAsync(Plain)).Plan.Changes);
    }

    // Nothing is published before the tag that makes it the stack's: a first publish that fails there does not meet its own record as a stranger's.
    [Fact]
    public async Task The_report_record_of_a_first_publish_that_failed_is_known_by_the_next()
    {
        await using var lab = await StackLab.StartAsync();
        lab.Sandbox.SetFaults("""[{"operation":"CreateBucket","nth":2,"kind":"error500","times":50}]""");
        await lab.PublishAsync(StackLab.Stack(s => s with { Logo = null }));
        lab.Sandbox.SetFaults(null);
        Assert.Empty(await lab.TxtAsync("_smtp._tls.example.com"));
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { Logo = null, ReportUri = ["mailto:other@example.com"] }))).Errors);
    }

    private sealed class Answers(Func<Change, ChangeDecision> answer) : IPlanHost
    {
        public ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken) => ValueTask.FromResult(answer(change));

        public void Report(PlanProgress progress)
        {
        }
    }
}
