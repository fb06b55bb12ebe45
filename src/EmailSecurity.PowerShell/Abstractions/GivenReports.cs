using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The TLS reports that a command is given: as objects, and as folders and files. They are read once, one after the other.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="take">Receives each report.</param>
internal sealed class GivenReports(EmailSecurityCmdlet cmdlet, Action<TlsRptReport> take) : ITlsReportSink
{
    private TlsReportFile? reader;

    /// <summary>The reports of a parameter. That none were imported is a finding, and no error.</summary>
    public static TlsRptReport[] Listed(TlsRptReport[]? given) => [.. (given ?? []).OfType<TlsRptReport>()];

    /// <summary>What they say for the move to mode enforce; null where none are given.</summary>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, TlsReportNotFound, StoreFileUnreadable.</exception>
    public static async Task<ReportEvidence?> EvidenceAsync(
        EmailSecurityCmdlet cmdlet, TlsRptReport[]? reports, string[]? paths, CancellationToken cancellationToken)
    {
        if (reports is null && paths is null)
        {
            return null;
        }

        var evidence = new ReportEvidence();
        await new GivenReports(cmdlet, evidence.Add).ReadAsync(reports, paths, cancellationToken).ConfigureAwait(false);
        return evidence;
    }

    /// <summary>Reads them, before the first domain comes.</summary>
    /// <param name="reports">Reports of Import-TlsRptReport.</param>
    /// <param name="paths">Files and folders, as typed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, TlsReportNotFound, StoreFileUnreadable.</exception>
    public async Task ReadAsync(TlsRptReport[]? reports, string[]? paths, CancellationToken cancellationToken)
    {
        Array.ForEach(reports ?? [], take);
        ReportPlace[] places = [.. (paths ?? []).SelectMany(p => ReportPaths.Of(cmdlet, p, isLiteral: false))];
        foreach (var (file, kept) in places)
        {
            if (kept is not null)
            {
                await KeptReports.ReadAsync(kept, take, cancellationToken).ConfigureAwait(false);
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
            (reader ??= new TlsReportFile(Adapters.Messages, this)).Read(stream, file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cmdlet.WriteWarning($"'{file}' could not be read: {e.Message}");
        }
    }
}
