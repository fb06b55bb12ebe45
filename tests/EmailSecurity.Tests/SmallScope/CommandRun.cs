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
    private readonly AbstractAccount account = new() { Facts = new AccountFacts() };
    private readonly SettingsMemory memory;
    private readonly Dictionary<(StackWish, bool), ObservedStack> seen = [];
    private readonly Dictionary<Command, Ending> ended = [];
    private readonly Alphabet alphabet;
    private AccountFacts? last;

    public CommandRun(Alphabet alphabet = Alphabet.Whole) => (memory, this.alphabet) = (new SettingsMemory(account), alphabet);

    /// <summary>Every way in which the command can end from here, the undisturbed one last.</summary>
    public IReadOnlyList<Ending> All(AccountFacts facts, Command command)
    {
        List<Ending> endings = [];
        Remember(facts);
        ended[command] = Run(facts, command, endings);
        return endings;
    }

    /// <summary>How it ends undisturbed.</summary>
    public Ending Whole(AccountFacts facts, Command command)
        => ReferenceEquals(facts, last) && ended.TryGetValue(command, out var known) ? known : Run(facts, command, null);

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

            var execution = new Execution(account, facts, command, observed, plan, stage);
            Ending end;
            if (endings is null)
            {
                end = execution.Whole();
            }
            else
            {
                (var stopped, end) = execution.With(Ideals.Of(plan, alphabet));
                endings.AddRange(stopped);
            }

            end = end with { IsWhole = true, Policy = plan.Decision.Policy };
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

    // What is read of the same facts twice is the same.
    private void Remember(AccountFacts facts)
    {
        if (!ReferenceEquals(facts, last))
        {
            last = facts;
            seen.Clear();
            ended.Clear();
        }
    }

    private ObservedStack Observe(Command command)
    {
        var key = (command.Wish, command.Removal is not null);
        if (!ReferenceEquals(account.Facts, last))
        {
            return Read(command);
        }

        return seen.TryGetValue(key, out var known) ? known : seen[key] = Read(command);
    }

    private ObservedStack Read(Command command)
    {
        var look = command.Removal is not null
            ? new ObserveOptions { Parts = StackParts.All, ForRemoval = true, FindsDnsHost = true }
            : new ObserveOptions { Parts = StackParts.All, ForPublish = true, ForWarnings = true, AllSettings = true };
        var observed = OwnThread.Run(() => new StackObserver(account, account, memory).ObserveAsync(command.Wish, look, CancellationToken.None));
        return command.Removal is null || observed.LogBucket is null ? observed
            : observed with { OtherLogObjects = OwnThread.Run(() => account.FindOthersAsync(observed.LogBucketName, StackNames.IsLogKey, CancellationToken.None)) };
    }
}
