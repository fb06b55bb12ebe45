namespace EmailSecurity.TlsReports;

/// <summary>
/// Sums reports up. A report that comes twice (same organisation and report id) counts once; where the two differ, the same one counts whatever the order in
/// which they come. Keeps a few numbers of each report, not the report.
/// </summary>
/// <param name="by">By what; nothing for one row over all.</param>
/// <param name="days">Only the days until the newest report, so many; null for all.</param>
public sealed class TlsRptMeasure(IReadOnlyCollection<TlsRptGrouping> by, int? days = null)
{
    private readonly bool isDetailed = by.Contains(TlsRptGrouping.MailServer) || by.Contains(TlsRptGrouping.ResultType);
    private readonly OnceEach<Counted> reports = new();
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

    /// <summary>The time: a report of a day after it is not the newest, whatever it says. Null for any.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Reports that came again.</summary>
    public int DuplicateCount => reports.DuplicateCount;

    /// <summary>Adds a report.</summary>
    public void Add(TlsRptReport report) => reports.Add(report, r => new Counted(Word(r.OrganizationName), r.Start ?? r.End, r.Start, r.End, [.. Parts(r)]));

    /// <summary>The rows: most failures first, then by their columns.</summary>
    public IReadOnlyList<TlsRptSummary> ToRows()
    {
        var newest = reports.All.Where(r => !ReportTime.IsFuture(r.Day, Now)).Max(r => r.Day)?.UtcDateTime.Date;
        var current = RowsOf(newest, 0);
        var before = days is null ? null : RowsOf(newest, 1);
        return [.. current.Values
            .Select(r => r.ToSummary(by, PreviousRate(r, current, before)))
            .OrderByDescending(r => r.TotalFailureSessionCount).ThenBy(r => r.Domain, StringComparer.Ordinal).ThenBy(r => r.Day)
            .ThenBy(r => r.Sender, StringComparer.Ordinal).ThenBy(r => r.MailServer, StringComparer.Ordinal)
            .ThenBy(r => r.ResultType, StringComparer.Ordinal).ThenBy(r => r.Policy, StringComparer.Ordinal)];
    }

    private Dictionary<GroupKey, Row> RowsOf(DateTime? newest, int periodsBack)
    {
        var rows = new Dictionary<GroupKey, Row>();
        var bases = new Dictionary<GroupKey, long>();
        foreach (var report in reports.All.Where(r => IsIn(r, newest, periodsBack)))
        {
            foreach (var part in report.Parts)
            {
                bases[part.Base] = SessionCount.Add(bases.GetValueOrDefault(part.Base), SessionCount.Add(part.Successful, part.AllFailed));
                if (part.Counts)
                {
                    if (!rows.TryGetValue(part.Key, out var row))
                    {
                        rows.Add(part.Key, row = new Row(part.Key, part.Base, isDetailed));
                    }

                    row.Add(part, report);
                }
            }
        }

        foreach (var row in rows.Values)
        {
            row.Sessions = bases[row.Base];
        }

        return rows;
    }

    private bool IsIn(Counted report, DateTime? newest, int periodsBack)
    {
        if (days is not { } length || newest is not { } last)
        {
            return true;
        }

        return report.Day is { } day && (int)(last - day.UtcDateTime.Date).TotalDays / length == periodsBack && day.UtcDateTime.Date <= last;
    }

    private double? PreviousRate(Row row, Dictionary<GroupKey, Row> current, Dictionary<GroupKey, Row>? before)
    {
        if (by.Contains(TlsRptGrouping.Day))
        {
            return row.Key.Day is { } day && day > DateTimeOffset.MinValue
                && current.TryGetValue(row.Key with { Day = day.AddDays(-1) }, out var yesterday) ? yesterday.Rate : null;
        }

        return before is not null && before.TryGetValue(row.Key, out var earlier) ? earlier.Rate : null;
    }

    // A policy gives one part; where rows are about failures, one for each failure and one for what no detail tells.
    private IEnumerable<Part> Parts(TlsRptReport report)
    {
        foreach (var policy in report.Policies)
        {
            var key = new GroupKey(
                By(TlsRptGrouping.Domain) ? Word(policy.DomainIn(report)) : null,
                By(TlsRptGrouping.Day) && (report.Start ?? report.End) is { } day ? new DateTimeOffset(day.UtcDateTime.Date, TimeSpan.Zero) : null,
                By(TlsRptGrouping.Sender) ? Word(report.OrganizationName) : null,
                By(TlsRptGrouping.Policy) ? Word(policy.PolicyType) : null,
                null, null);
            if (!isDetailed)
            {
                yield return new Part(key, key, policy.TotalSuccessfulSessionCount, policy.FailureCount, policy.FailureCount, true);
                continue;
            }

            yield return new Part(key, key, policy.TotalSuccessfulSessionCount, 0, policy.FailureCount, false);
            foreach (var failure in policy.FailureDetails)
            {
                yield return new Part(Detailed(key, failure.MailServer, failure.ResultType), key, 0, failure.FailedSessionCount, 0, true);
            }

            if (policy.UntoldFailureCount is var untold and > 0)
            {
                yield return new Part(Detailed(key, "", ""), key, 0, untold, 0, true);
            }
        }
    }

    private GroupKey Detailed(GroupKey key, string server, string result) => key with
    {
        MailServer = By(TlsRptGrouping.MailServer) ? Word(server) : null,
        ResultType = By(TlsRptGrouping.ResultType) ? Word(result) : null,
    };

    private bool By(TlsRptGrouping grouping) => by.Contains(grouping);

    // The same few names stand in thousands of reports: one string of each is kept.
    private string Word(string text)
    {
        if (!words.TryGetValue(text, out var kept))
        {
            words.Add(text, kept = text);
        }

        return kept;
    }

    /// <summary>The columns of a row.</summary>
    internal sealed record GroupKey(string? Domain, DateTimeOffset? Day, string? Sender, string? Policy, string? MailServer, string? ResultType);

    private readonly record struct Part(GroupKey Key, GroupKey Base, long Successful, long Failed, long AllFailed, bool Counts);

    private sealed record Counted(string Organization, DateTimeOffset? Day, DateTimeOffset? Start, DateTimeOffset? End, Part[] Parts);

    private sealed class Row(GroupKey key, GroupKey @base, bool isDetailed)
    {
        private readonly SortedSet<string> senders = new(StringComparer.Ordinal);
        private readonly HashSet<Counted> seen = new(ReferenceEqualityComparer.Instance);
        private long successful;
        private long failed;
        private DateTimeOffset? first;
        private DateTimeOffset? last;

        public GroupKey Key => key;

        public GroupKey Base => @base;

        public long Sessions { get; set; }

        public double? Rate => Math.Max(Sessions, failed) is var all and > 0 ? (double)failed / all : null;

        public void Add(Part part, Counted report)
        {
            successful = SessionCount.Add(successful, part.Successful);
            failed = SessionCount.Add(failed, part.Failed);
            senders.Add(report.Organization);
            seen.Add(report);
            first = Earlier(first, report.Start ?? report.End);
            last = Later(last, report.End ?? report.Start);
        }

        public TlsRptSummary ToSummary(IReadOnlyCollection<TlsRptGrouping> by, double? before)
        {
            var type = by.Contains(TlsRptGrouping.ResultType) ? ResultTypes.Find(key.ResultType ?? "") : null;
            return new TlsRptSummary
            {
                Domain = key.Domain,
                Day = key.Day,
                Sender = key.Sender,
                MailServer = key.MailServer,
                ResultType = key.ResultType,
                Policy = key.Policy,
                TotalSuccessfulSessionCount = isDetailed ? null : successful,
                TotalFailureSessionCount = failed,
                FailureRate = Rate,
                PreviousFailureRate = before,
                Trend = TrendOf(Rate, before),
                FirstSeen = first,
                LastSeen = last,
                Senders = [.. senders],
                ReportCount = seen.Count,
                Meaning = type?.Meaning,
                Owner = type?.Owner,
                Fix = type?.Fix,
            };
        }

        private static TlsRptTrend TrendOf(double? now, double? before) => (now - before) switch
        {
            null => TlsRptTrend.Unknown,
            > 0.001 => TlsRptTrend.Worse,
            < -0.001 => TlsRptTrend.Better,
            _ => TlsRptTrend.Same,
        };

        private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;

        private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;
    }
}
