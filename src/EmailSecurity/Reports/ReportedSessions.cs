using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Text;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Reports;

/// <summary>What the TLS reports of senders say of a domain, in words that every format shows.</summary>
/// <param name="domain">The domain.</param>
/// <param name="seen">What they say.</param>
internal sealed class ReportedSessions(string domain, DomainEvidence seen)
{
    /// <summary>What the overview calls it.</summary>
    public const string Mechanism = "TlsReports";

    private const int Week = 7;
    private const int MaxFailures = 10;

    /// <summary>The domain; a few words where the reports name none.</summary>
    public string Domain => VisibleText.Of(domain.Length > 0 ? domain : "(reports without a domain)");

    /// <summary>A warning where sessions failed in the last week of the reports.</summary>
    public TestStatus Status => seen.Days.Any(d => d.Failed > 0 && d.Day.AddDays(Week) > seen.Days[^1].Day) ? TestStatus.Warning : TestStatus.Pass;

    /// <summary>The days, in their order.</summary>
    public IReadOnlyList<DaySessions> Days => seen.Days;

    /// <summary>Who reported how many sessions, and how many failed.</summary>
    public string Totals
    {
        get
        {
            var share = seen.SessionCount > 0 && seen.FailureCount > 0 ? Invariant($" ({100.0 * seen.FailureCount / seen.SessionCount:0.##}%)") : "";
            var failed = seen.FailureCount == 0 ? "none failed" : Invariant($"{seen.FailureCount} failed{share}");
            return $"{Count.Of(seen.ReportCount, "report")} of {Count.Of(seen.Senders.Count, "sender")}: {Count.Of(seen.SessionCount, "session")}, {failed}.";
        }
    }

    /// <summary>The failures with the most sessions, and what to do about each.</summary>
    public IEnumerable<(string What, string Fix)> Failures => seen.Failures.Take(MaxFailures)
        .Select(f => ($"{ReportedFailures.Words(f)}.", ResultTypes.Find(f.ResultType)?.Fix ?? ""));

    /// <summary>How many kinds of failures are left out.</summary>
    public int MoreFailures => Math.Max(0, seen.Failures.Count - MaxFailures);
}
