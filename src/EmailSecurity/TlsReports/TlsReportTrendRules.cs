using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.TlsReports;

/// <summary>What reports that are given to a check of a domain say about it.</summary>
internal static class TlsReportTrendRules
{
    private const string Standard = "RFC 8460";

    public static readonly Rule Rose = new("TlsReportFailuresRose", Warning, Standard, "4.3");
    public static readonly Rule Seen = new("TlsReportFailuresSeen", Information, Standard, "4.3");
    public static readonly Rule Clean = new("TlsReportFailuresAbsent", Information, Standard, "4.2");
    public static readonly Rule Absent = new("TlsReportsAbsent", Information, Standard, "4.2");
}
