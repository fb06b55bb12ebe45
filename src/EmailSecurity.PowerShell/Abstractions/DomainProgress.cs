using System.Globalization;
using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>One progress for all domains of a command: how many are done, and a line for each of the first that are under way.</summary>
internal sealed class DomainProgress : IDisposable
{
    private const int ParentId = 1;
    private const int NamesShown = 3;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly EmailSecurityCmdlet cmdlet;
    private readonly Look look;
    private readonly Func<(int Started, int Finished, IReadOnlyList<DomainTurn> Running)> state;
    private readonly DomainTurn?[] lines; // the domain that each line shows; touched on the pipeline thread only
    private readonly object gate = new();
    private Timer? ticker;
    private Task shown = Task.CompletedTask;

    /// <summary>Starts to show.</summary>
    public DomainProgress(EmailSecurityCmdlet cmdlet, Look look, Func<(int Started, int Finished, IReadOnlyList<DomainTurn> Running)> state)
    {
        (this.cmdlet, this.look, this.state) = (cmdlet, look, state);
        lines = new DomainTurn?[look.Lines];
        ticker = new Timer(_ => Show(), null, Every, Every);
    }

    /// <summary>Takes it away.</summary>
    public void End()
    {
        StopTicker();
        try
        {
            cmdlet.WriteTogether(() =>
            {
                for (var line = 0; line < lines.Length; line++)
                {
                    Clear(line);
                }

                Report(ParentId, look.Activity, "", -1, ProgressRecordType.Completed);
            });
        }
        catch (Exception exception) when (exception is PipelineStoppedException or OperationCanceledException)
        {
            // A stopped pipeline takes its progress away itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => StopTicker();

    // While the pipeline's thread is busy elsewhere nothing can be shown, and no second report queues up behind the first.
    private void Show()
    {
        lock (gate)
        {
            if (!shown.IsCompleted)
            {
                return;
            }

            try
            {
                shown = cmdlet.OnPipelineAsync(Write);
            }
            catch (OperationCanceledException)
            {
                // The command has ended.
            }
        }
    }

    private bool Write()
    {
        var (started, finished, running) = state();
        if (look.Only is { } only && started <= 1)
        {
            var now = running.Count > 0 ? running[0].Now : null;
            Report(ParentId, $"{look.Activity} {only}", now?.Status ?? "", now?.Percent ?? -1);
            return true;
        }

        var status = string.Create(CultureInfo.InvariantCulture, $"{finished} done, {running.Count} in progress");
        if (running.Count is > 0 and <= NamesShown && lines.Length == 0)
        {
            status += ": " + string.Join(", ", running.Select(r => r.Domain));
        }

        // How many a pipeline will bring is not known before its end.
        Report(ParentId, look.Activity, status, look.Total is > 1 and var total ? 100 * finished / total : -1);
        WriteLines(running);
        return true;
    }

    // A domain keeps its line while it is under way; a free line goes to the one that has waited longest.
    private void WriteLines(IReadOnlyList<DomainTurn> running)
    {
        for (var line = 0; line < lines.Length; line++)
        {
            if (lines[line] is { } shownThere && !running.Contains(shownThere))
            {
                Clear(line);
            }

            lines[line] ??= running.FirstOrDefault(r => !lines.Contains(r));
            if (lines[line] is { } turn)
            {
                Report(ParentId + 1 + line, turn.Domain, turn.Now.Status, turn.Now.Percent);
            }
        }
    }

    private void Clear(int line)
    {
        if (lines[line] is { } turn)
        {
            Report(ParentId + 1 + line, turn.Domain, "", -1, ProgressRecordType.Completed);
            lines[line] = null;
        }
    }

    private void Report(int id, string activity, string status, int percent, ProgressRecordType type = ProgressRecordType.Processing)
        => cmdlet.WriteProgress(new ProgressRecord(id, activity, status.Length == 0 ? " " : status)
        {
            ParentActivityId = id == ParentId ? -1 : ParentId,
            PercentComplete = percent,
            RecordType = type,
        });

    private void StopTicker() => Interlocked.Exchange(ref ticker, null)?.Dispose();

    /// <summary>How the progress of a command looks.</summary>
    /// <param name="Activity">What is going on: <c>Publishing</c>.</param>
    /// <param name="Lines">How many domains have a line of their own at most.</param>
    /// <param name="Total">How many domains there are; null where it is not known.</param>
    /// <param name="Only">The domain, where there is but one; then there is one line for it all.</param>
    internal sealed record Look(string Activity, int Lines, int? Total = null, string? Only = null);
}
