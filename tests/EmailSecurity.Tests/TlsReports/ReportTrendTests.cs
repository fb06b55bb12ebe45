using EmailSecurity.Findings;
using EmailSecurity.Reports;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>Reports that are given to a check of a domain: whether failures rise.</summary>
public sealed class ReportTrendTests
{
    private static readonly DateTimeOffset Today = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, "TlsReportFailuresAbsent", FindingSeverity.Information)]
    [InlineData(0, 30, "TlsReportFailuresAbsent", FindingSeverity.Information)]
    [InlineData(30, 0, "TlsReportFailuresRose", FindingSeverity.Warning)]
    [InlineData(30, 20, "TlsReportFailuresRose", FindingSeverity.Warning)]
    [InlineData(30, 30, "TlsReportFailuresSeen", FindingSeverity.Information)]
    [InlineData(20, 30, "TlsReportFailuresSeen", FindingSeverity.Information)]
    public void The_last_week_is_compared_with_the_week_before(long now, long before, string code, FindingSeverity severity)
    {
        var trend = new ReportTrend(Today);
        for (var day = 0; day < 14; day++)
        {
            trend.Add(Report(day, day < 7 ? now : before));
        }

        var told = trend.Of("example.com");
        Assert.Equal((code, severity), (told.Code, told.Severity));
        Assert.Equal("TlsReportsAbsent", trend.Of("example.org").Code);
    }

    [Fact]
    public void A_rise_says_both_shares()
    {
        var trend = new ReportTrend(Today);
        trend.Add(Report(0, 30));
        trend.Add(Report(8, 10));
        Assert.Equal("In the last week of the reports, senders saw 30 failures in 1000 sessions (3%), against 1% in the week before.", trend.Of("example.com").Message);
    }

    // Anybody can send a report, and the clock of a sender can be wrong.
    [Fact]
    public void A_report_of_the_future_does_not_make_the_week()
    {
        var trend = new ReportTrend(Today);
        trend.Add(Report(0, 30));
        trend.Add(Report(-400, 0));
        trend.Add(Report(-500, 0) with { Policies = [new TlsRptPolicy { PolicyDomain = "other.example", TotalSuccessfulSessionCount = 1 }] });
        Assert.Equal("TlsReportFailuresSeen", trend.Of("example.com").Code);
        Assert.Equal(30, Assert.Single(Measured(TlsRptGrouping.Domain, 7, Report(0, 30), Report(-400, 0))).TotalFailureSessionCount);
    }

    [Fact]
    public void A_report_of_the_future_hides_no_failure_of_the_last_week_in_a_report_of_domains()
    {
        var evidence = new ReportEvidence();
        evidence.Add(Report(0, 30));
        evidence.Add(Report(-400, 0));
        var seen = evidence.Of("example.com", Today);
        Assert.Equal([new DateOnly(2026, 3, 1)], seen.Days.Select(d => d.Day));
        Assert.Equal(TestStatus.Warning, new ReportedSessions("example.com", seen).Status);
        Assert.Equal(2000, seen.SessionCount);
    }

    [Fact]
    public void Failures_that_only_the_details_tell_of_count()
    {
        var plain = Report(0, 0);
        var told = plain with { Policies = [plain.Policies[0] with { FailureDetails = [new TlsRptFailure { ResultType = "certificate-expired", FailedSessionCount = 14 }] }] };
        var trend = new ReportTrend(Today);
        trend.Add(told);
        Assert.Equal("TlsReportFailuresSeen", trend.Of("example.com").Code);
        Assert.Equal(14, Assert.Single(Measured(TlsRptGrouping.Domain, null, told)).TotalFailureSessionCount);
        Assert.Equal(14, Assert.Single(Measured(TlsRptGrouping.ResultType, null, told)).TotalFailureSessionCount);
        var evidence = new ReportEvidence();
        evidence.Add(told);
        Assert.Equal(14, evidence.Of("example.com", Today).FailureCount);
    }

    private static IReadOnlyList<TlsRptSummary> Measured(TlsRptGrouping by, int? days, params TlsRptReport[] reports)
    {
        var measure = new TlsRptMeasure([by], days) { Now = Today };
        Array.ForEach(reports, measure.Add);
        return measure.ToRows();
    }

    private static TlsRptReport Report(int daysAgo, long failed)
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddDays(-daysAgo);
        var policy = new TlsRptPolicy { PolicyType = "sts", PolicyDomain = "Example.com.", TotalSuccessfulSessionCount = 1000 - failed, TotalFailureSessionCount = failed };
        return new TlsRptReport { OrganizationName = "a", ReportId = $"{daysAgo}", Start = start, End = start.AddDays(1), Policies = [policy] };
    }
}
