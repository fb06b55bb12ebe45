using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Import-TlsRptReport: reads TLS reports (RFC 8460) as senders write them: JSON, gzip, zip, messages, mbox files and Maildirs.</summary>
[Cmdlet(VerbsData.Import, "TlsRptReport", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TlsRptReport))]
public sealed class ImportTlsRptReportCommand : EmailSecurityCmdlet, ITlsReportSink
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";
    private const int ProgressEvery = 250; // milliseconds

    private TlsReportFile? reader;
    private string? file;
    private long files;
    private long reports;
    private long refused;
    private long shownAt;

    /// <summary>Files, or folders with everything below them; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, names taken as they are; what Get-ChildItem emits binds here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var isLiteral = ParameterSetName == LiteralSet;
        foreach (var path in isLiteral ? LiteralPath : Path)
        {
            try
            {
                foreach (var found in ReportPaths.Of(this, path, isLiteral))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Read(found, cancellationToken);
                }
            }
            catch (Exception e) when (e is EmailSecurityException or IOException or UnauthorizedAccessException)
            {
                WriteFailure(e, path);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (shownAt > 0)
        {
            WriteProgress(Progress(ProgressRecordType.Completed));
        }

        WriteVerbose(Invariant($"Reports: {reports}. Files: {files}. No report: {refused}."));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    void ITlsReportSink.Take(TlsRptReport report)
    {
        reports++;
        WriteObject(report);
    }

    /// <inheritdoc/>
    void ITlsReportSink.Refuse(string source, string reason)
    {
        refused++;
        WriteFailure(
            new EmailSecurityException("TlsReportRefused", ErrorKind.InvalidData, $"'{source}' was not read as a TLS report. {reason}",
                "Everything else was read.")
            { Target = source }, source);
    }

    private void Read(string path, CancellationToken cancellationToken)
    {
        (file, reader) = (path, reader ?? new TlsReportFile(Adapters.Messages, this));
        files++;
        ShowProgress();
        try
        {
            using var stream = UserFile.Open(path);
            reader.Read(stream, path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteFailure(e, path);
        }
    }

    private void ShowProgress()
    {
        var now = Environment.TickCount64;
        if (shownAt == 0)
        {
            shownAt = -now; // the first quarter of a second shows nothing
        }
        else if (now - Math.Abs(shownAt) >= ProgressEvery)
        {
            shownAt = now;
            WriteProgress(Progress(ProgressRecordType.Processing));
        }
    }

    private ProgressRecord Progress(ProgressRecordType type) =>
        new(1, "Reading TLS reports", Invariant($"reports: {reports}, files: {files}")) { CurrentOperation = file, RecordType = type };
}
