using EmailSecurity.Findings;
using EmailSecurity.Stacks;
using EmailSecurity.Text;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Planning;

/// <summary>What TLS reports say about the move to mode enforce: where senders saw failures, they would not have delivered. Pure.</summary>
internal static class ReportedFailures
{
    private const int MaxTold = 10;

    // Reports come once a day, the day after (RFC 8460 section 4.1).
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(3);
    private static readonly string[] DaneTypes = ["tlsa-invalid", "dnssec-invalid", "dane-required"];

    /// <summary>Everything that the reports say.</summary>
    /// <param name="observed">The domain, and its live MX hosts.</param>
    /// <param name="recentDays">A failure that nobody has reported for so many days counts as settled: it warns, and stops nothing.</param>
    /// <param name="reports">The reports.</param>
    public static IEnumerable<ReadinessPoint> Check(ObservedStack observed, int recentDays, ReportEvidence reports)
    {
        var seen = reports.Of(observed.Domain, observed.ObservedAt);
        if (seen.ReportCount == 0)
        {
            return [new ReadinessPoint(ReadinessRules.ReportsAbsent, NoneOf(reports.ReportCount, observed.Domain))
            {
                Fix = "Check that the reports are those of this domain. Senders send none where they deliver no mail.",
            }];
        }

        var points = seen.Failures.Select(f => Point(f, seen, observed, recentDays)).OrderByDescending(p => p.Rule.Severity).ToArray();
        var more = points.Skip(MaxTold).Where(p => p.Rule.Severity == FindingSeverity.Error).ToArray();
        return
        [
            Totals(seen),
            .. Age(seen, observed),
            .. points.Take(MaxTold),
            .. more.Length == 0 ? (ReadinessPoint[])[]
                : [new ReadinessPoint(ReadinessRules.MoreFailures, $"senders reported failures of {Count.Of(more.Length, "more kind")}")
                {
                    Fix = "To see them all, pipe the reports to Measure-TlsRptReport -By Sender, MailServer, ResultType.",
                }],
        ];
    }

    /// <summary>One kind of failure in words: who saw it, how often, where, and how.</summary>
    public static string Words(SeenFailure failure)
    {
        var at = failure.MailServer.Length > 0 ? $" at {TlsReportValues.Short(failure.MailServer)}" : "";
        var how = ResultTypes.Find(failure.ResultType)?.Words
            ?? (failure.ResultType.Length > 0 ? TlsReportValues.Short(failure.ResultType) : "without a detail of how");
        string[] more = [.. new[] { TlsReportValues.Short(failure.Reason), Dates(failure.Start, failure.End) }.Where(t => t.Length > 0)];
        return $"{Named(failure.Sender)} saw {Count.Of(failure.Count, "failure")}{at}: {how}{(more.Length > 0 ? $" ({string.Join("; ", more)})" : "")}";
    }

    private static ReadinessPoint Totals(DomainEvidence seen)
    {
        var failed = seen.FailureCount == 0 ? "none failed" : Invariant($"{seen.FailureCount} failed");
        var who = seen.Senders.Count == 1 ? Named(seen.Senders[0]) : Count.Of(seen.Senders.Count, "sender");
        return new ReadinessPoint(ReadinessRules.Reports,
            $"{who} reported {Count.Of(seen.SessionCount, "session")}{Period(seen.Start, seen.End)}, of which {failed}")
        { BeginsWithName = true };
    }

    private static IEnumerable<ReadinessPoint> Age(DomainEvidence seen, ObservedStack observed)
    {
        if (seen.End is { } end && observed.ObservedAt - end > Fresh)
        {
            yield return new ReadinessPoint(ReadinessRules.ReportsOld,
                Invariant($"the newest of the reports ends on {end.UtcDateTime:yyyy-MM-dd}, {Count.Days(observed.ObservedAt - end)} ago"))
            {
                Fix = "Import the reports that came since, or find out why none came: Test-TlsRpt checks where they are sent.",
            };
        }
    }

    private static ReadinessPoint Point(SeenFailure failure, DomainEvidence seen, ObservedStack observed, int recentDays)
    {
        var isDane = failure.PolicyType.Equals("tlsa", StringComparison.OrdinalIgnoreCase)
            || DaneTypes.Contains(failure.ResultType, StringComparer.OrdinalIgnoreCase);
        var isOver = seen.End - failure.End > TimeSpan.FromDays(Math.Max(1, recentDays));
        var isGone = failure.MailServer.Length > 0 && observed.MxHosts.Count > 0 && !observed.MxHosts.Contains(failure.MailServer, StringComparer.Ordinal)
            && DomainName.TryNormalize(failure.MailServer, out _);
        var rule = isDane ? ReadinessRules.FailureOfDane : isOver ? ReadinessRules.FailureEarlier : ReadinessRules.FailureReported;
        var note = isDane ? ", under DANE, which the mode of the policy does not change"
            : isOver ? ", and no report since tells of it" : isGone ? ", which is no MX host now" : "";
        return new ReadinessPoint(rule, Words(failure) + note)
        {
            BeginsWithName = true,
            Fix = ResultTypes.Find(failure.ResultType)?.Fix ?? "Ask the sender: the report's ContactInfo says whom.",
            Location = failure.MailServer.Length > 0 ? TlsReportValues.Short(failure.MailServer, 255) : null,
        };
    }

    private static string NoneOf(int count, string domain) => count switch
    {
        0 => "no TLS report was read",
        1 => $"the report is not about {domain}",
        _ => Invariant($"none of the {count} reports is about {domain}"),
    };

    private static string Named(string sender) => sender.Length > 0 ? TlsReportValues.Short(sender) : "A sender without a name";

    private static string Period(DateTimeOffset? start, DateTimeOffset? end) => Dates(start, end) switch
    {
        "" => "",
        var one when one.Length == 10 => $" on {one}",
        var range => $" from {range}",
    };

    // The days on which something was; a period that ends at midnight ends on the day before.
    private static string Dates(DateTimeOffset? start, DateTimeOffset? end) => (start, end) switch
    {
        ({ } s, { } e) when e.UtcDateTime.AddSeconds(-1).Date > s.UtcDateTime.Date => $"{Day(s)} to {Day(e.AddSeconds(-1))}",
        ({ } s, _) => Day(s),
        _ => "",
    };

    private static string Day(DateTimeOffset at) => Invariant($"{at.UtcDateTime:yyyy-MM-dd}");
}
