using EmailSecurity.Findings;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>Reports that are given to a check of a domain: whether failures rise.</summary>
public sealed class ReportTrendTests
{
    [Theory]
    [InlineData(0, 0, "TlsReportFailuresAbsent", FindingSeverity.Information)]
    [InlineData(0, 30, "TlsReportFailuresAbsent", FindingSeverity.Information)]
    [InlineData(30, 0, "TlsReportFailuresRose", FindingSeverity.Warning)]
    [InlineData(30, 20, "TlsReportFailuresRose", FindingSeverity.Warning)]
    [InlineData(30, 30, "TlsReportFailuresSeen", FindingSeverity.Information)]
    [InlineData(20, 30, "TlsReportFailuresSeen", FindingSeverity.Information)]
    public void The_last_week_is_compared_with_the_week_before(long now, long before, string code, FindingSeverity severity)
    {
        var trend = new ReportTrend();
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
        var trend = new ReportTrend();
        trend.Add(Report(0, 30));
        trend.Add(Report(8, 10));
        Assert.Equal("In the last week of the reports, senders saw 30 failures in 1000 sessions (3%), against 1% in the week before.", trend.Of("example.com").Message);
    }

    private static TlsRptReport Report(int daysAgo, long failed)
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddDays(-daysAgo);
        var policy = new TlsRptPolicy { PolicyType = "sts", PolicyDomain = "Example.com.", TotalSuccessfulSessionCount = 1000 - failed, TotalFailureSessionCount = failed };
        return new TlsRptReport { OrganizationName = "a", ReportId = $"{daysAgo}", Start = start, End = start.AddDays(1), Policies = [policy] };
    }
}
