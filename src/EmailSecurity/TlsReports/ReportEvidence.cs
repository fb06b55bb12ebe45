namespace EmailSecurity.TlsReports;

/// <summary>What senders saw of domains, from their reports: each report once. Keeps a few numbers of each, not the report.</summary>
internal sealed class ReportEvidence
{
    private readonly OnceEach<Seen[]> reports = new();
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);
    private ILookup<string, Seen>? byDomain;

    /// <summary>How many reports there are, whatever their domains.</summary>
    public int ReportCount => reports.All.Count();

    /// <summary>The domains that the reports are about, each once.</summary>
    public IReadOnlyList<string> Domains => [.. reports.All.SelectMany(s => s).Select(s => s.Domain).Distinct(StringComparer.Ordinal)];

    /// <summary>Adds a report.</summary>
    public void Add(TlsRptReport report)
    {
        byDomain = null;
        reports.Add(report, Keep);
    }

    /// <summary>What the reports say of a domain.</summary>
    /// <param name="domain">The domain, as A-labels in lower case.</param>
    /// <param name="now">The time: a report of the future is neither the latest nor on a day of its own. See <see cref="ReportTime.IsFuture"/>.</param>
    public DomainEvidence Of(string domain, DateTimeOffset now)
    {
        byDomain ??= reports.All.SelectMany(s => s).ToLookup(s => s.Domain, StringComparer.Ordinal);
        Seen[] all = [.. byDomain[domain]];
        return new DomainEvidence
        {
            ReportCount = all.Select(s => s.Report).Distinct().Count(),
            Senders = [.. all.Select(s => s.Sender).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            SessionCount = SessionCount.Sum(all, s => SessionCount.Add(s.Succeeded, s.Failed)),
            FailureCount = SessionCount.Sum(all, s => s.Failed),
            Start = all.Min(s => s.Start),
            End = all.Where(s => !ReportTime.IsFuture(s.End, now)).Max(s => s.End),
            Days = [.. all.Where(s => s.Start is not null && !ReportTime.IsFuture(s.Start, now)).GroupBy(s => DateOnly.FromDateTime(s.Start!.Value.UtcDateTime))
                .Select(d => new DaySessions(d.Key, SessionCount.Sum([.. d], s => s.Succeeded), SessionCount.Sum([.. d], s => s.Failed))).OrderBy(d => d.Day)],
            Failures = [.. all.SelectMany(s => s.Failures).GroupBy(f => f.Kind).Select(Sum).OrderByDescending(f => f.Count)
                .ThenBy(f => f.Sender, StringComparer.Ordinal).ThenBy(f => f.MailServer, StringComparer.Ordinal)],
        };
    }

    private static SeenFailure Sum(IEnumerable<SeenFailure> same)
    {
        SeenFailure[] all = [.. same];
        return all[0] with { Count = SessionCount.Sum(all, f => f.Count), Start = all.Min(f => f.Start), End = all.Max(f => f.End) };
    }

    private Seen[] Keep(TlsRptReport report)
    {
        var id = new object();
        var (start, end) = (report.Start ?? report.End, report.End ?? report.Start);
        return [.. report.Policies.Select(p => new Seen(id, Word(p.DomainIn(report)),
            Word(report.OrganizationName), p.TotalSuccessfulSessionCount, p.FailureCount, start, end, [.. Failures(report, p, start, end)]))];
    }

    // What the details do not tell of is a failure too.
    private IEnumerable<SeenFailure> Failures(TlsRptReport report, TlsRptPolicy policy, DateTimeOffset? start, DateTimeOffset? end)
    {
        var none = new SeenFailure(Word(report.OrganizationName), Word(policy.PolicyType), "", "", "", 0, start, end);
        foreach (var failure in policy.FailureDetails.Where(f => f.FailedSessionCount > 0))
        {
            yield return none with
            {
                MailServer = Word(failure.MailServer),
                ResultType = Word(failure.ResultType),
                Reason = Word(failure.FailureReasonCode),
                Count = failure.FailedSessionCount,
            };
        }

        if (policy.UntoldFailureCount is var untold and > 0)
        {
            yield return none with { Count = untold };
        }
    }

    // The same few names stand in thousands of reports: one string of each is kept.
    private string Word(string text)
    {
        if (!words.TryGetValue(text, out var kept))
        {
            words.Add(text, kept = text);
        }

        return kept;
    }

    private sealed record Seen(
        object Report, string Domain, string Sender, long Succeeded, long Failed, DateTimeOffset? Start, DateTimeOffset? End, SeenFailure[] Failures);
}

/// <summary>What senders saw of one domain.</summary>
internal sealed record DomainEvidence
{
    /// <summary>Reports that are about the domain.</summary>
    public required int ReportCount { get; init; }

    /// <summary>Who reported, each once.</summary>
    public required IReadOnlyList<string> Senders { get; init; }

    /// <summary>Sessions, failed ones among them.</summary>
    public required long SessionCount { get; init; }

    /// <summary>Sessions that failed.</summary>
    public required long FailureCount { get; init; }

    /// <summary>The begin of the earliest report; null where none says.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The end of the latest report that is not of the future; null where none says.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>The days (UTC) on which reports begin, in their order; none of the future.</summary>
    public required IReadOnlyList<DaySessions> Days { get; init; }

    /// <summary>The failures, most first.</summary>
    public required IReadOnlyList<SeenFailure> Failures { get; init; }
}

/// <summary>The sessions of the reports that begin on a day.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Succeeded">How many succeeded.</param>
/// <param name="Failed">How many failed.</param>
internal sealed record DaySessions(DateOnly Day, long Succeeded, long Failed);

/// <summary>Sessions that failed alike.</summary>
/// <param name="Sender">Who saw it.</param>
/// <param name="PolicyType">Under which kind of policy: <c>sts</c>, <c>tlsa</c>, <c>no-policy-found</c>; empty where the report does not say.</param>
/// <param name="MailServer">At which mail server, in lower case; empty where the report does not say.</param>
/// <param name="ResultType">How (RFC 8460 section 4.3); empty where the report does not say.</param>
/// <param name="Reason">The sender's own words; empty for none.</param>
/// <param name="Count">How many sessions.</param>
/// <param name="Start">The begin of the earliest report of it.</param>
/// <param name="End">The end of the latest report of it.</param>
internal sealed record SeenFailure(
    string Sender, string PolicyType, string MailServer, string ResultType, string Reason, long Count, DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <summary>What makes two the same.</summary>
    public (string Sender, string PolicyType, string MailServer, string ResultType, string Reason) Kind => (Sender, PolicyType, MailServer, ResultType, Reason);
}
