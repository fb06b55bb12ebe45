using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Progress of one piece of work: reports while it lasts, and a completed record on every way out.</summary>
public sealed class ProgressScope : IDisposable
{
    private readonly AsyncPSCmdlet cmdlet;
    private readonly int id;
    private readonly string activity;
    private int disposed;

    internal ProgressScope(AsyncPSCmdlet cmdlet, int id, string activity)
    {
        this.cmdlet = cmdlet;
        this.id = id;
        this.activity = activity;
    }

    /// <summary>Shows where the work is; from any thread.</summary>
    /// <param name="status">What is being done or waited for.</param>
    /// <param name="percent">0 to 100; -1 where it is not known.</param>
    /// <param name="remaining">About how long it will take; null where it is not known.</param>
    public void Report(string status, int percent = -1, TimeSpan? remaining = null) => cmdlet.WriteProgress(new ProgressRecord(id, activity, status.Length == 0 ? " " : status)
    {
        PercentComplete = Math.Clamp(percent, -1, 100),
        SecondsRemaining = remaining is { } time ? (int)Math.Ceiling(time.TotalSeconds) : -1,
    });

    /// <summary>Takes the progress away.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        try
        {
            cmdlet.WriteProgress(new ProgressRecord(id, activity, " ") { RecordType = ProgressRecordType.Completed });
        }
        catch (Exception exception) when (exception is PipelineStoppedException or OperationCanceledException)
        {
            // A stopped pipeline takes its progress away itself.
        }
    }
}
