using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The TLS reports that a command is given: as objects, and as folders and files. They are read once, one after the other.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="take">Receives each report.</param>
internal sealed class GivenReports(EmailSecurityCmdlet cmdlet, Action<TlsRptReport> take) : ITlsReportSink
{
    /// <summary>Reads them, before the first domain comes.</summary>
    /// <param name="reports">Reports of Import-TlsRptReport.</param>
    /// <param name="paths">Files and folders, as typed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, TlsReportNotFound, StoreFileUnreadable.</exception>
    public async Task ReadAsync(TlsRptReport[]? reports, string[]? paths, CancellationToken cancellationToken)
    {
        Array.ForEach(reports ?? [], take);
        string[] files = [.. (paths ?? []).SelectMany(p => ReportPaths.Of(cmdlet, p, isLiteral: false))];
        foreach (var file in files)
        {
            if (KeptReports.IsStore(file))
            {
                await KeptReports.ReadAsync(file, take, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                Read(file, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    void ITlsReportSink.Take(TlsRptReport report) => take(report);

    /// <inheritdoc/>
    void ITlsReportSink.Refuse(string source, string reason) => cmdlet.WriteWarning($"'{source}' was not read as a TLS report. {reason}");

    private void Read(string file, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = UserFile.Open(file);
            new TlsReportFile(Adapters.Messages, this).Read(stream, file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cmdlet.WriteWarning($"'{file}' could not be read: {e.Message}");
        }
    }
}
