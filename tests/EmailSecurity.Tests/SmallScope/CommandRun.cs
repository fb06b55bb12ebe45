using System.Numerics;
using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>How a command ended, or where it was stopped.</summary>
/// <param name="Facts">What is so then.</param>
/// <param name="Label">Where it ended, for the story.</param>
internal sealed record Ending(AccountFacts Facts, string Label)
{
    /// <summary>True where nobody stopped it.</summary>
    public bool IsWhole { get; init; }

    /// <summary>True where every step was carried out.</summary>
    public bool IsComplete { get; init; }

    /// <summary>What it waits for; null for nothing.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why it did nothing, or what failed.</summary>
    public IReadOnlyList<EmailSecurityException> Errors { get; init; } = [];

    /// <summary>What must never happen, and did.</summary>
    public string? Violation { get; init; }

    /// <summary>The policy that a publish decided on.</summary>
    public MtaSts.MtaStsPolicy? Policy { get; init; }
}

/// <summary>
/// Runs commands on the facts: observer, planners and applier are the module's own. A run can be stopped after any set of steps that its order allows. It is
/// stopped after each prefix of the plan, after each step with only what the step depends on, and with everything done but one step and what depends on that:
/// whatever can be wrong about two steps, one done and the other not, shows in one of these.
/// </summary>
internal sealed class CommandRun : IDisposable
{
    private const int MaxStages = 4;
    private static readonly TimeSpan AwsTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private static readonly WaitOptions Waits = new() { Timeout = TimeSpan.Zero };
    private readonly AbstractAccount account = new() { Facts = new AccountFacts() };
    private readonly SettingsMemory memory;

    public CommandRun() => memory = new SettingsMemory(account);

    /// <summary>Every way in which the command can end from here, the undisturbed one last.</summary>
    public IReadOnlyList<Ending> All(AccountFacts facts, Command command)
    {
        List<Ending> endings = [];
        Run(facts, command, endings);
        return endings;
    }

    /// <summary>How it ends undisturbed.</summary>
    public Ending Whole(AccountFacts facts, Command command) => Run(facts, command, null);

    /// <summary>The plan of a publish, as Get-EmailSecurityPlan shows it.</summary>
    public Plan Plan(AccountFacts facts, Command command)
    {
        account.Facts = facts;
        return StackPlanner.Publish(command.Wish, StackParts.All, Observe(command), command.Options with { IsPlanOnly = true });
    }

    /// <summary>What the observer reads.</summary>
    public ObservedStack Observe(AccountFacts facts, Command command)
    {
        account.Facts = facts;
        return Observe(command);
    }

    public void Dispose() => account.Dispose();

    private Ending Run(AccountFacts facts, Command command, List<Ending>? endings)
    {
        var label = "";
        for (var stage = 1; ; stage++)
        {
            account.Facts = facts;
            ObservedStack observed;
            Plan plan;
            try
            {
                observed = Observe(command);
                plan = command.Removal is { } removal ? RemovalPlanner.Remove(command.Wish, observed, removal)
                    : StackPlanner.Publish(command.Wish, StackParts.All, observed, command.Options);
            }
            catch (EmailSecurityException e)
            {
                return Add(endings, new Ending(facts, $"refused: {e.ErrorId}") { IsWhole = true, Errors = [e] });
            }

            if (endings is not null && plan.Changes.Count > 0)
            {
                var all = (BigInteger.One << plan.Changes.Count) - 1;
                endings.AddRange(Ideals.Of(plan).Where(i => i != all && i != 0).Select(i => Execute(facts, command, observed, plan, i, stage)));
            }

            var end = Execute(facts, command, observed, plan, null, stage) with { IsWhole = true, Policy = plan.Decision.Policy };
            label = label.Length == 0 ? end.Label : $"{label}; {end.Label}";
            var isLast = command.Removal is null || !end.IsComplete || plan.IsEmpty || stage == MaxStages
                || plan.Changes.Any(c => c.Operation is Operation.DeleteBucket or Operation.DeleteDistribution or Operation.DeleteCertificate);
            if (isLast || end.Violation is not null)
            {
                return Add(endings, end with { Label = label, Errors = [.. end.Errors, .. plan.Refused] });
            }

            facts = end.Facts;
        }
    }

    private static Ending Add(List<Ending>? endings, Ending end)
    {
        endings?.Add(end);
        return end;
    }

    private ObservedStack Observe(Command command)
    {
        var look = command.Removal is not null
            ? new ObserveOptions { Parts = StackParts.All, ForRemoval = true, FindsDnsHost = true }
            : new ObserveOptions { Parts = StackParts.All, ForPublish = true, ForWarnings = true, AllSettings = true };
        var observed = OwnThread.Run(() => new StackObserver(account, account, memory).ObserveAsync(command.Wish, look, CancellationToken.None));
        return command.Removal is null || observed.LogBucket is null ? observed
            : observed with { OtherLogObjects = OwnThread.Run(() => account.FindOthersAsync(observed.LogBucketName, StackNames.IsLogKey, CancellationToken.None)) };
    }

    private Ending Execute(AccountFacts facts, Command command, ObservedStack observed, Plan plan, BigInteger? ideal, int stage)
    {
        account.Facts = facts;
        var applier = new ChangeApplier(account, account, Waits, new RunState(observed), (_, _) => { });
        HashSet<string> done = new(StringComparer.Ordinal);
        List<EmailSecurityException> errors = [];
        DateTimeOffset? until = null;
        string? violation = null;
        var last = "nothing";
        for (var i = 0; i < plan.Changes.Count && violation is null; i++)
        {
            var change = plan.Changes[i];
            if ((ideal is { } only && (only & (BigInteger.One << i)) == 0) || !change.DependsOn.All(done.Contains))
            {
                continue;
            }

            if (change.Operation is Operation.WaitDistribution or Operation.WaitCertificate or Operation.WaitInvalidation)
            {
                // What AWS takes its time for takes minutes, but the whole of them only once.
                var now = account.Facts.Now > facts.Now ? account.Facts.Now : facts.Now + AwsTime;
                account.Facts = AbstractAccount.Pass(account.Facts, now);
            }

            var before = account.Facts;
            var outcome = OwnThread.Run(() => applier.ApplyAsync([change], CancellationToken.None));
            account.Facts = account.Facts.SendersLook();
            if (outcome.Errors.TryGetValue(change.Id, out var error))
            {
                errors.Add(error);
                continue;
            }

            if (outcome.Pending is { } pending)
            {
                until = pending.Until;
                continue;
            }

            done.Add(change.Id);
            last = change.Id;
            violation = Invariants.OfStep(before, account.Facts, change, command, plan);
            if (command.Removal is { Force: true } && change.Operation is Operation.DeleteRecord or Operation.DeleteBucket)
            {
                account.Facts = account.Facts.Forgetting(_ => true); // the risk was named, and taken
            }
        }

        var isComplete = done.Count == plan.Changes.Count && plan.Refused.Count == 0;
        var text = isComplete ? "done" : errors.Count > 0 ? $"failed: {errors[0].ErrorId}" : until is { } u ? $"waits until {u:u}" : $"stopped after {last}";
        var steps = Invariant($"stage {stage}, {done.Count} of {plan.Changes.Count} steps");
        var end = account.Facts == facts ? facts : (account.Facts with { Now = account.Facts.Now + Moment }).SendersLook();
        return new Ending(end, $"{text} ({steps})")
        {
            IsComplete = isComplete,
            Until = until,
            Errors = errors,
            Violation = violation,
        };
    }
}
