using System.Diagnostics;
using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Many domains at a time: each result is emitted as soon as it is there, so in the order in which the domains finish.
/// The next domain is taken from the pipeline only when there is a turn for it, so memory does not depend on their number.
/// </summary>
internal sealed class DomainPool : IDisposable
{
    // What still runs at Ctrl+C is cancelled and ends by itself; it is waited for this long at most, so that the prompt is back within a second.
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(500);

    private readonly SortedDictionary<int, DomainTurn> running = [];
    private readonly Dictionary<string, Task> latest = new(StringComparer.OrdinalIgnoreCase);
    private readonly object gate = new();
    private readonly SemaphoreSlim turns;
    private readonly int limit;
    private readonly DomainProgress progress;
    private int started;
    private int finished;

    /// <summary>Starts to show progress.</summary>
    /// <param name="cmdlet">The command; its pipeline thread shows the progress.</param>
    /// <param name="limit">How many domains at a time.</param>
    /// <param name="look">How progress looks.</param>
    public DomainPool(EmailSecurityCmdlet cmdlet, int limit, DomainProgress.Look look)
    {
        this.limit = limit;
        turns = new SemaphoreSlim(limit);
        progress = new DomainProgress(cmdlet, look, () =>
        {
            lock (gate)
            {
                return (started, finished, [.. running.Values]);
            }
        });
    }

    /// <summary>Waits for a turn and starts the work.</summary>
    /// <param name="domain">The domain as given.</param>
    /// <param name="alone">True where the same domain must not be worked on twice at a time: the earlier work is finished first.</param>
    /// <param name="work">The work; reports its own errors.</param>
    /// <param name="cancellationToken">The command's token.</param>
    public async Task StartAsync(string domain, bool alone, Func<DomainTurn, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            var turn = new DomainTurn(++started, domain);
            running.Add(turn.Number, turn);
            var run = RunAsync(turn, alone ? latest.GetValueOrDefault(domain, Task.CompletedTask) : Task.CompletedTask, work, cancellationToken);
            if (alone)
            {
                latest[domain] = run;
            }
        }
    }

    /// <summary>Waits until nothing runs any more, and takes the progress away.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var turn = 0; turn < limit; turn++)
            {
                await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            progress.End();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => progress.Dispose(); // not the turns: work that outlives Ctrl+C gives its own back

    private bool AnyRunning
    {
        get
        {
            lock (gate)
            {
                return running.Count > 0;
            }
        }
    }

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nothing is left running behind the prompt: whatever ends gives its turn back.
            var clock = Stopwatch.StartNew();
            while (AnyRunning && StopPatience - clock.Elapsed is { Ticks: > 0 } rest)
            {
                await turns.WaitAsync(rest, CancellationToken.None).ConfigureAwait(false);
            }

            throw;
        }
    }

    private void Forget(string domain)
    {
        if (latest.Count > 0 && running.Values.All(r => !string.Equals(r.Domain, domain, StringComparison.OrdinalIgnoreCase)))
        {
            latest.Remove(domain);
        }
    }

    private async Task RunAsync(DomainTurn turn, Task before, Func<DomainTurn, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            await work(turn, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or PipelineStoppedException)
        {
            // The pipeline has been stopped, and nobody waits for the result.
        }
        finally
        {
            lock (gate)
            {
                finished++;
                running.Remove(turn.Number);
                Forget(turn.Domain);
            }

            turns.Release();
        }
    }
}
