using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>The findings of one report: some of each severity, and how many more there are.</summary>
internal sealed class TlsReportFindings() : FindingBag(limit: 50, isPerSeverity: true)
{
    /// <summary>All findings, worst first.</summary>
    public IReadOnlyList<Finding> ToList()
    {
        if (Left > 0)
        {
            Close(TlsReportRules.MoreFindings.Found($"{Count.Of(Left, "finding")} more of the same kinds.", null));
        }

        return Items.Count < 2 ? Items : [.. Items.OrderByDescending(f => f.Severity)];
    }
}
