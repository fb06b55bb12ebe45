using System.Numerics;
using EmailSecurity.Applying;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>
/// Carries a plan out, and every part of it after which the run can be stopped. Parts that begin alike are carried out together until they differ.
/// </summary>
/// <param name="account">What the steps change.</param>
/// <param name="begin">What is so before.</param>
/// <param name="command">The command whose plan it is.</param>
/// <param name="observed">What the plan was made of.</param>
/// <param name="plan">The plan.</param>
/// <param name="stage">Which plan of the command it is.</param>
internal sealed class Execution(AbstractAccount account, AccountFacts begin, Command command, ObservedStack observed, Plan plan, int stage)
{
    private static readonly TimeSpan AwsTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private static readonly WaitOptions Waits = new() { Timeout = TimeSpan.Zero };
    private readonly BigInteger all = (BigInteger.One << plan.Changes.Count) - 1;
    private readonly List<Ending> endings = [];

    /// <summary>How the run ends where nobody stops it.</summary>
    public Ending Whole()
    {
        Walk(new Point(begin, new RunState(observed)), 0, [all]);
        return endings[0];
    }

    /// <summary>How it ends where it is stopped after each of these sets of steps, and, last, where nobody stops it.</summary>
    public (IReadOnlyList<Ending> Stopped, Ending Whole) With(IEnumerable<BigInteger> ideals)
    {
        Walk(new Point(begin, new RunState(observed)), 0, [all, .. ideals.Where(i => i != all && i != 0)]);
        return ([.. endings.Skip(1)], endings[0]);
    }

    // The whole run is the first of the sets, and goes first.
    private void Walk(Point at, int from, IReadOnlyList<BigInteger> ideals)
    {
        for (var i = from; i < plan.Changes.Count && at.Violation is null; i++)
        {
            var change = plan.Changes[i];
            if (!change.DependsOn.All(at.Done.Contains))
            {
                continue;
            }

            var bit = BigInteger.One << i;
            var without = ideals.Where(s => (s & bit) == 0).ToArray();
            if (without.Length == ideals.Count)
            {
                continue;
            }

            if (without.Length > 0)
            {
                var other = at.Fork(observed);
                Step(at, change);
                Walk(at, i + 1, [.. ideals.Where(s => (s & bit) != 0)]);
                Walk(other, i + 1, without);
                return;
            }

            Step(at, change);
        }

        endings.Add(End(at));
    }

    private void Step(Point at, Change change)
    {
        account.Facts = at.Facts;
        if (change.Operation is Operation.WaitDistribution or Operation.WaitCertificate or Operation.WaitInvalidation)
        {
            // What AWS takes its time for takes minutes, but the whole of them only once.
            account.Facts = AbstractAccount.Pass(at.Facts, at.Facts.Now > begin.Now ? at.Facts.Now : begin.Now + AwsTime);
        }

        var before = account.Facts;
        var applier = new ChangeApplier(account, account, Waits, at.State, (_, _) => { });
        var outcome = OwnThread.Run(() => applier.ApplyAsync([change], CancellationToken.None));
        at.Facts = account.Facts.SendersLook();
        if (outcome.Errors.TryGetValue(change.Id, out var error))
        {
            at.Errors.Add(error);
            return;
        }

        if (outcome.Pending is { } pending)
        {
            at.Until = pending.Until;
            return;
        }

        at.Done.Add(change.Id);
        at.Last = change.Id;
        at.Violation = Invariants.OfStep(before, at.Facts, change, command, plan);
        if (command.Removal is { Force: true } && change.Operation is Operation.DeleteRecord or Operation.DeleteBucket)
        {
            at.Facts = at.Facts.Forgetting(_ => true); // the risk was named, and taken
        }
    }

    private Ending End(Point at)
    {
        var isComplete = at.Done.Count == plan.Changes.Count && plan.Refused.Count == 0;
        var text = isComplete ? "done" : at.Errors.Count > 0 ? $"failed: {at.Errors[0].ErrorId}"
            : at.Until is { } u ? $"waits until {u:u}" : $"stopped after {at.Last}";
        var end = at.Facts == begin ? begin : (at.Facts with { Now = at.Facts.Now + Moment }).SendersLook();
        return new Ending(end, Invariant($"{text} (stage {stage}, {at.Done.Count} of {plan.Changes.Count} steps)"))
        {
            IsComplete = isComplete,
            Until = at.Until,
            Errors = at.Errors,
            Violation = at.Violation,
        };
    }

    /// <summary>Where a run stands.</summary>
    private sealed class Point(AccountFacts facts, RunState state)
    {
        public AccountFacts Facts { get; set; } = facts;

        public RunState State { get; } = state;

        public HashSet<string> Done { get; init; } = new(StringComparer.Ordinal);

        public List<EmailSecurityException> Errors { get; init; } = [];

        public DateTimeOffset? Until { get; set; }

        public string? Violation { get; set; }

        public string Last { get; set; } = "nothing";

        public Point Fork(ObservedStack observed)
        {
            var copy = new RunState(observed)
            {
                Certificate = State.Certificate,
                Distribution = State.Distribution,
                CertificateArn = State.CertificateArn,
                OriginAccessControlId = State.OriginAccessControlId,
                InvalidationId = State.InvalidationId,
            };
            foreach (var (step, id) in State.RecordChanges)
            {
                copy.RecordChanges[step] = id;
            }

            return new Point(Facts, copy) { Done = new(Done, StringComparer.Ordinal), Errors = [.. Errors], Until = Until, Last = Last };
        }
    }
}
