using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What the given TLS reports say, for all domains of a pipeline: the reports are read at the first.</summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class ReportsOnce(EmailSecurityCmdlet cmdlet)
{
    private ReportEvidence? evidence;

    /// <summary>What they say; null where none were given. Pipeline thread only.</summary>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, TlsReportNotFound.</exception>
    public ReportEvidence? Of(TlsRptReport[]? reports, string[]? paths)
    {
        if (evidence is null && (reports is not null || paths is not null))
        {
            var all = new ReportEvidence();
            new GivenReports(cmdlet).Read(reports, paths, all.Add);
            evidence = all;
        }

        return evidence;
    }
}
