using EmailSecurity.Planning;

namespace EmailSecurity.Applying;

/// <summary>The state of one run of a plan: what was decided, what waits, and how each step ended.</summary>
internal sealed class PlanRun(Plan plan, IPlanHost host)
{
    private readonly List<Change> waiting = [.. plan.Changes];
    private readonly Dictionary<string, ChangeDecision> decisions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> ended = new(StringComparer.Ordinal); // id -> done
    private readonly List<Change> applied = [];
    private readonly List<Change> skipped = [];
    private readonly List<FailedChange> failed = [];
    private readonly List<PendingChange> pending = [];

    public bool IsWhatIf { get; private set; }

    public int DoneCount => applied.Count;

    /// <summary>Asks for every write in the order of the plan, but for what falls with a step declined before. Returns all that is declined.</summary>
    public async Task<IReadOnlyList<Change>> DecideAsync(CancellationToken cancellationToken)
    {
        HashSet<string> declined = new(StringComparer.Ordinal);
        foreach (var change in plan.Changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!change.IsWrite || FallsWith(change, declined))
            {
                continue;
            }

            var decision = await host.DecideAsync(change, cancellationToken).ConfigureAwait(false);
            decisions[change.Id] = decision;
            IsWhatIf |= decision == ChangeDecision.WhatIf;
            if (decision == ChangeDecision.Skip)
            {
                declined.Add(change.Id);
                while (plan.Changes.FirstOrDefault(c => !declined.Contains(c.Id) && FallsWith(c, declined)) is { } falls)
                {
                    declined.Add(falls.Id);
                }
            }
        }

        foreach (var id in declined)
        {
            decisions[id] = ChangeDecision.Skip;
        }

        return [.. plan.Changes.Where(c => declined.Contains(c.Id))];
    }

    public bool IsDecidedTo(Change change, ChangeDecision decision)
        => decision == (decisions.TryGetValue(change.Id, out var decided) ? decided
            : IsWhatIf || host.IsWhatIf ? ChangeDecision.WhatIf : ChangeDecision.Apply);

    private bool FallsWith(Change change, HashSet<string> declined)
        => change.DependsOn.Any(declined.Contains)
            || (change.Group.Length > 0 && plan.Changes.Any(c => c.Group == change.Group && declined.Contains(c.Id)));

    public List<Change> TakeReady(int writes)
    {
        List<Change> ready = [];
        for (var i = 0; i < waiting.Count;)
        {
            var change = waiting[i];
            if (change.DependsOn.Any(d => ended.TryGetValue(d, out var done) && !done))
            {
                waiting.RemoveAt(i);
                Skip(change);
                i = 0; // what was passed over may depend on it
                continue;
            }

            if (change.DependsOn.All(ended.ContainsKey) && (!change.IsWrite || IsRecord(change) || writes-- > 0))
            {
                waiting.RemoveAt(i);
                ready.Add(change);
                continue;
            }

            i++;
        }

        return ready;
    }

    public void Started(Change change)
    {
        var what = change.IsWrite ? change.Action.ToString() : "Waiting for";
        host.Report(new PlanProgress(plan.Domain, applied.Count, plan.Changes.Count, change, $"{what} {change.Resource} {change.Target}"));
    }

    public void WouldDo(Change change)
    {
        IsWhatIf = true;
        ended[change.Id] = true;
    }

    public void Skip(Change change)
    {
        ended[change.Id] = false;
        skipped.Add(change);
    }

    public void End(IReadOnlyList<Change> changes, StepOutcome outcome)
    {
        foreach (var change in changes)
        {
            var error = outcome.Errors.GetValueOrDefault(change.Id);
            ended[change.Id] = error is null && outcome.Pending is null;
            if (error is not null)
            {
                failed.Add(new FailedChange(change, error));
            }
            else if (outcome.Pending is { } p)
            {
                pending.Add(new PendingChange(change, p.Reason, p.Until, p.Records));
            }
            else
            {
                applied.Add(change);
                host.Report(new PlanProgress(plan.Domain, applied.Count, plan.Changes.Count, change, "done"));
            }
        }
    }

    public ExecutionResult Result(RunState state) => new()
    {
        Applied = [.. applied],
        Failed = [.. failed],
        Pending = [.. pending],
        Skipped = [.. skipped],
        IsWhatIf = IsWhatIf,
        Certificate = state.Certificate,
        Distribution = state.Distribution,
        PutObjects = [.. state.PutObjects],
    };

    private static bool IsRecord(Change c) => c.Operation is Operation.UpsertRecord or Operation.DeleteRecord;
}
