using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

public sealed class ExecutorTests
{
    private static readonly DnsAnswer NoAnswer = new() { Status = DnsStatus.NxDomain };
    private static readonly RecordSet ProvidersHost = new() { Name = "mta-sts.example.com", Type = "CNAME", Ttl = 300, Values = ["mta-sts.provider.example"] };

    // The first steps of such a plan are waits for the distribution, which would take minutes.
    [Fact]
    public async Task WhatIf_waits_for_nothing()
    {
        var state = Deployed().WithoutSets("_mta-sts.example.com").WithDistribution(d => d with { IsDeployed = false });
        var plan = Publish(state);
        Assert.Equal(ChangeAction.Wait, plan.Changes[0].Action);
        var host = new Host(_ => ChangeDecision.WhatIf) { IsWhatIf = true };
        var result = await RunAsync(new StubServices(NoAnswer), plan, state, host);
        Assert.True(result.IsWhatIf);
        Assert.Equal(["record/mta-sts"], host.Asked);
        Assert.Empty(result.Failed);
    }

    [Fact]
    public async Task A_CNAME_in_the_way_of_both_aliases_is_deleted_once()
    {
        var state = Deployed().WithoutSets("mta-sts.example.com").WithSets(ProvidersHost);
        var plan = Publish(state, options: new PublishOptions { Adopt = true });
        var services = new StubServices(NoAnswer);
        var aliases = new Plan(Domain, [.. plan.Changes.Where(c => c.Id is "alias/mta-sts/A" or "alias/mta-sts/AAAA").Select(c => c with { DependsOn = [] })]);
        await RunAsync(services, aliases, state, new Host(_ => ChangeDecision.Apply));
        Assert.Equal(["delete CNAME", "upsert A", "upsert AAAA"], Assert.Single(services.Batches).Select(c => $"{(c.IsDelete ? "delete" : "upsert")} {c.Set.Type}"));
    }

    // Whatever one step is declined, the id is published only after all that it announces.
    [Theory]
    [InlineData("object/policy")]
    [InlineData("invalidation")]
    public async Task What_depends_on_a_declined_step_is_left(string declined)
    {
        var state = Deployed();
        var services = new StubServices(NoAnswer);
        var plan = Publish(state, Stack with { Policy = Enforce });
        var result = await RunAsync(services, plan, state, new Host(c => c.Id == declined ? ChangeDecision.Skip : ChangeDecision.Apply));
        Assert.Contains("record/mta-sts", result.Skipped.Select(c => c.Id));
        Assert.False(result.IsComplete);
        Assert.Empty(services.Batches);
    }

    // Asked for by its domain alone; that DNS is elsewhere shows in that the account has no zone for it.
    [Fact]
    public async Task Removal_without_a_zone_waits_for_the_records_at_the_external_host()
    {
        var answer = new DnsAnswer { Status = DnsStatus.NoError, Records = [new DnsRecord("default._bimi.example.com", DnsRecordType.TXT, 300, "v=BIMI1; l=https://bimi-assets.example.com/bimi/1/logo.svg;")] };
        var deployment = new StackDeployment(new StubServices(answer), TimeProvider.System, new SettingsMemory(TimeProvider.System));
        var result = await deployment.RemoveAsync(EmailSecurityStack.For(Domain), new RemovalOptions(), new WaitOptions(), new Host(_ => ChangeDecision.Apply), TestContext.Current.CancellationToken);
        Assert.Equal(["record/default._bimi.example.com/TXT"], result.Execution.Pending.Select(p => p.Change.Id));
        Assert.NotNull(result.Stack);
    }

    private static Task<ExecutionResult> RunAsync(StubServices services, Plan plan, ObservedStack state, Host host)
        => new PlanExecutor(services, TimeProvider.System, new WaitOptions()).RunAsync(plan, state, host, TestContext.Current.CancellationToken);

    private sealed class Host(Func<Change, ChangeDecision> decide) : IPlanHost
    {
        public bool IsWhatIf { get; init; }

        public List<string> Asked { get; } = [];

        public ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken)
        {
            Asked.Add(change.Id);
            return ValueTask.FromResult(decide(change));
        }

        public void Report(PlanProgress progress)
        {
        }
    }
}
