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
    /// <summary>Carries out the plan. Failed steps are in the result, and what depends on them is skipped; the rest continues.</summary>
    /// <exception cref="OperationCanceledException">Stopped; running the same command again finishes the work.</exception>
    public async Task<ExecutionResult> RunAsync(Plan plan, ObservedStack observed, IPlanHost host, CancellationToken cancellationToken)
    {
        var run = new PlanRun(plan, host);
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
            // Steps under way see the same token; their end is awaited so that nothing continues behind the user's back.
            await ((Task)Task.WhenAll(running.Keys)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return run.Result(state);
    }

    private void StartReady(
        PlanRun run, ChangeApplier applier, Dictionary<Task<StepOutcome>, IReadOnlyList<Change>> running, CancellationToken cancellationToken)
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
}
