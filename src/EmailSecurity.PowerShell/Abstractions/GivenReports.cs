using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The TLS reports that a command is given: as objects, and as folders and files. They are read once, one after the other.</summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class GivenReports(EmailSecurityCmdlet cmdlet) : ITlsReportSink
{
    private Action<TlsRptReport> take = _ => { };

    /// <summary>Reads them. Pipeline thread only.</summary>
    /// <param name="reports">Reports of Import-TlsRptReport.</param>
    /// <param name="paths">Files and folders, as typed.</param>
    /// <param name="into">Receives each report.</param>
    /// <returns>False where none were given.</returns>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, TlsReportNotFound.</exception>
    public bool Read(TlsRptReport[]? reports, string[]? paths, Action<TlsRptReport> into)
    {
        if (reports is null && paths is null)
        {
            return false;
        }

        take = into;
        Array.ForEach(reports ?? [], into);
        var reader = new TlsReportFile(Adapters.Messages, this);
        foreach (var file in (paths ?? []).SelectMany(p => ReportPaths.Of(cmdlet, p, isLiteral: false)))
        {
            Read(reader, file);
        }

        return true;
    }

    /// <inheritdoc/>
    void ITlsReportSink.Take(TlsRptReport report) => take(report);

    /// <inheritdoc/>
    void ITlsReportSink.Refuse(string source, string reason) => cmdlet.WriteWarning($"'{source}' was not read as a TLS report. {reason}");

    private void Read(TlsReportFile reader, string file)
    {
        try
        {
            using var stream = UserFile.Open(file);
            reader.Read(stream, file, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cmdlet.WriteWarning($"'{file}' could not be read: {e.Message}");
        }
    }
}
