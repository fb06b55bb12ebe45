using System.Management.Automation;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Emits the reports that are read, from any thread: reports as they come, an error for each thing that is no report, and progress a few times a second.
/// </summary>
/// <param name="cmdlet">The command.</param>
/// <param name="what">What is read, in the plural: <c>files</c>.</param>
internal sealed class ReportIntake(EmailSecurityCmdlet cmdlet, string what) : IRemoteReportSink
{
    private readonly ProgressPace pace = new();
    private long begun;
    private long reports;
    private long refused;
    private string? current;

    /// <inheritdoc/>
    public void Begin(string source)
    {
        Interlocked.Increment(ref begun);
        Volatile.Write(ref current, source);
        if (pace.IsDue())
        {
            cmdlet.WriteProgress(Progress(ProgressRecordType.Processing));
        }
    }

    /// <inheritdoc/>
    public void Take(TlsRptReport report)
    {
        Interlocked.Increment(ref reports);
        cmdlet.WriteObject(report);
    }

    /// <inheritdoc/>
    public void Refuse(string source, string reason)
    {
        Interlocked.Increment(ref refused);
        var error = new EmailSecurityException("TlsReportRefused", ErrorKind.InvalidData, $"'{source}' was not read as a TLS report. {reason}",
            "Everything else was read.")
        { Target = source };
        cmdlet.WriteError(Errors.From(error, source));
    }

    /// <inheritdoc/>
    public void Fail(string source, EmailSecurityException error)
    {
        Interlocked.Increment(ref refused);
        cmdlet.WriteError(Errors.From(error, source));
    }

    /// <inheritdoc/>
    public void Warn(string text) => cmdlet.WriteWarning(text);

    /// <summary>Nothing more is read.</summary>
    public void End()
    {
        if (pace.WasDue)
        {
            cmdlet.WriteProgress(Progress(ProgressRecordType.Completed));
        }

        var name = char.ToUpperInvariant(what[0]) + what[1..];
        cmdlet.WriteVerbose(Invariant($"Reports: {Interlocked.Read(ref reports)}. {name}: {Interlocked.Read(ref begun)}. ")
            + Invariant($"Not read: {Interlocked.Read(ref refused)}."));
    }

    private ProgressRecord Progress(ProgressRecordType type) =>
        new(1, "Reading TLS reports", Invariant($"reports: {Interlocked.Read(ref reports)}, {what}: {Interlocked.Read(ref begun)}"))
        {
            CurrentOperation = Volatile.Read(ref current),
            RecordType = type,
        };
}
