using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

/// <summary>
/// Walks a plan's dependency graph: independent steps side by side, stopped at any point without harm. Every question is asked, in the order of the plan,
/// before the first write: what is declined leaves nothing behind.
/// </summary>
public sealed class PlanExecutor(IEmailSecurityServices services, TimeProvider time, WaitOptions options)
{
    /// <summary>Carries the plan out. Failed steps are in the result, and what depends on them is skipped; the rest goes on.</summary>
    /// <exception cref="OperationCanceledException">Stopped; running the same command again finishes the work.</exception>
    public async Task<ExecutionResult> RunAsync(Plan plan, ObservedStack observed, IPlanHost host, CancellationToken cancellationToken)
    {
        var run = new Run(plan, host);
        var state = new RunState(observed);
        var applier = new ChangeApplier(services, time, options, state,
            (change, detail) => host.Report(new PlanProgress(plan.Domain, run.DoneCount, plan.Changes.Count, change, detail)));
        var running = new Dictionary<Task<StepOutcome>, IReadOnlyList<Change>>();
        try
        {
            state.Declined = await run.DecideAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                StartReady(run, applier, running, cancellationToken);
                if (running.Count == 0)
                {
                    break;
                }

                var ended = await Task.WhenAny(running.Keys).ConfigureAwait(false);
                running.Remove(ended, out var changes);
                run.End(changes!, await ended.ConfigureAwait(false));
            }
        }
        finally
        {
            // Steps under way see the same token; their end is awaited so that nothing goes on behind the user's back.
            await ((Task)Task.WhenAll(running.Keys)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return run.Result(state);
    }

    private void StartReady(Run run, ChangeApplier applier, Dictionary<Task<StepOutcome>, IReadOnlyList<Change>> running, CancellationToken cancellationToken)
    {
        bool again;
        do
        {
            again = false;
            foreach (var batch in Batches(run.TakeReady(Math.Max(0, options.MaxConcurrency - running.Values.Count(c => c[0].IsWrite)))))
            {
                cancellationToken.ThrowIfCancellationRequested();
                List<Change> go = [];
                foreach (var change in batch)
                {
                    if (run.IsDecidedTo(change, ChangeDecision.Apply))
                    {
                        go.Add(change);
                        continue;
                    }

                    if (run.IsDecidedTo(change, ChangeDecision.WhatIf))
                    {
                        run.WouldDo(change);
                    }
                    else
                    {
                        run.Skip(change);
                    }

                    again = true;
                }

                if (go.Count > 0)
                {
                    run.Started(go[0]);
                    running.Add(applier.ApplyAsync(go, cancellationToken), go);
                }
            }
        }
        while (again);
    }

    // Record changes of one zone that are ready together go as one atomic batch: one call instead of many.
    private static IEnumerable<IReadOnlyList<Change>> Batches(IReadOnlyList<Change> ready)
    {
        foreach (var group in ready.GroupBy(c => c.Operation switch
        {
            Operation.UpsertRecord u => "zone " + u.ZoneId,
            Operation.DeleteRecord d => "zone " + d.ZoneId,
            _ => c.Id,
        }, StringComparer.Ordinal))
        {
            yield return [.. group];
        }
    }

    private sealed class Run(Plan plan, IPlanHost host)
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
}

/// <summary>How a step ended: done, failed (by step id), or to be waited for.</summary>
internal sealed record StepOutcome(IReadOnlyDictionary<string, EmailSecurityException> Errors, StepPending? Pending)
{
    public static StepOutcome Done { get; } = new(new Dictionary<string, EmailSecurityException>(StringComparer.Ordinal), null);

    public static StepOutcome Failed(IEnumerable<Change> changes, EmailSecurityException error)
        => new(changes.ToDictionary(c => c.Id, _ => error, StringComparer.Ordinal), null);

    public static StepOutcome Waits(string reason, DateTimeOffset? until = null, IReadOnlyList<DnsRecordState>? records = null)
        => Done with { Pending = new StepPending(reason, until, records ?? []) };
}

/// <summary>What a step waits for.</summary>
internal sealed record StepPending(string Reason, DateTimeOffset? Until, IReadOnlyList<DnsRecordState> Records);
