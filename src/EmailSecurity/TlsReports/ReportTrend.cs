using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>Whether failures rise: the last week of the reports against the week before. Keeps a few numbers of each report.</summary>
/// <param name="now">The time: a report of a day after it does not make the week.</param>
internal sealed class ReportTrend(DateTimeOffset now)
{
    private const int Week = 7;
    private readonly TlsRptMeasure measure = new([TlsRptGrouping.Domain], Week) { Now = now };
    private readonly object gate = new();
    private Dictionary<string, TlsRptSummary>? rows;

    /// <summary>Adds a report.</summary>
    public void Add(TlsRptReport report)
    {
        rows = null;
        measure.Add(report);
    }

    /// <summary>What the reports say of a domain.</summary>
    /// <param name="domain">The domain, as A-labels in lower case.</param>
    public Finding Of(string domain)
    {
        if (!Rows().TryGetValue(domain, out var row))
        {
            return TlsReportTrendRules.Absent.Found($"None of the reports of the last week is about {domain}.", domain);
        }

        var sessions = Count.Of(SessionCount.Add(row.TotalSuccessfulSessionCount ?? 0, row.TotalFailureSessionCount), "session");
        if (row.TotalFailureSessionCount == 0)
        {
            return TlsReportTrendRules.Clean.Found($"In the last week of the reports, senders saw no failure in {sessions}.", domain);
        }

        var before = row.PreviousFailureRate is { } rate ? $", against {Share(rate)} in the week before" : "";
        var rule = row.Trend == TlsRptTrend.Worse ? TlsReportTrendRules.Rose : TlsReportTrendRules.Seen;
        var failures = Count.Of(row.TotalFailureSessionCount, "failure");
        return rule.Found($"In the last week of the reports, senders saw {failures} in {sessions} ({Share(row.FailureRate ?? 0)}){before}.", domain,
            "To see where and how they fail, pipe the reports to: Measure-TlsRptReport -By MailServer, ResultType -Days 7.");
    }

    private Dictionary<string, TlsRptSummary> Rows()
    {
        lock (gate) // many domains are judged at once
        {
            return rows ??= measure.ToRows().ToDictionary(r => r.Domain ?? "", StringComparer.Ordinal);
        }
    }

    private static string Share(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.##}%");
}
