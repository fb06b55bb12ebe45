using System.IO.Compression;
using System.Text;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>Reports as senders write them: all is read, and what is odd has a name.</summary>
public class TlsReportReaderTests
{
    public static TheoryData<string> Names => [.. Deviations.All.Select(d => d.Name)];

    public static TheoryData<string> TextNames => [.. Deviations.OfText.Select(d => d.Name)];

    [Fact]
    public void A_report_without_fault_has_no_finding()
    {
        var report = Gathered.One(Deviations.Plain);
        Assert.Empty(report.Findings);
        Assert.True(report.IsValid);
        Assert.Equal(("Sender Inc.", "tls@sender.example", 40L, 3L), (report.OrganizationName, report.ContactInfo, report.TotalSuccessfulSessionCount,
            report.TotalFailureSessionCount));
        Assert.Equal("certificate-expired", report.Policies[0].FailureDetails[0].ResultType);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_deviation_is_read_and_named(string name)
    {
        var deviation = Deviations.All.Single(d => d.Name == name);
        var report = Gathered.One(Deviations.With(deviation));
        Assert.Contains(report.Findings, f => f.Code == deviation.Code);
        Assert.True(deviation.Holds(report), report.ToJson());
        Assert.All(report.Findings, f => Assert.NotEmpty(f.Message));
    }

    [Fact]
    public void Two_deviations_together_are_read_and_named()
    {
        List<string> wrong = [];
        foreach (var first in Deviations.All)
        {
            foreach (var second in Deviations.All.Where(d => !Interferes(first, d)))
            {
                var report = Gathered.One(Deviations.With(first, second));
                if (!report.Findings.Any(f => f.Code == first.Code) || !report.Findings.Any(f => f.Code == second.Code) || !first.Holds(report) || !second.Holds(report))
                {
                    wrong.Add($"{first.Name} + {second.Name}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(TextNames))]
    public void A_text_that_is_odd_is_read_and_named(string name)
    {
        var (_, code, content) = Deviations.OfText.Single(d => d.Name == name);
        var gathered = Gathered.Of(content);
        Assert.Empty(gathered.Refused);
        var report = Assert.Single(gathered.Reports);
        Assert.Contains(report.Findings, f => f.Code == code);
        Assert.Equal(43, report.TotalSuccessfulSessionCount + report.TotalFailureSessionCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1,2]")]
    [InlineData("{\"name\":\"x\",\"version\":\"1\"}")]
    [InlineData("{\"report-id\":\"x\"}")]
    [InlineData("<html><body>no</body></html>")]
    [InlineData("From a@b\n")]
    [InlineData("From a@b\n\\0t-0")]
    [InlineData("{\"organization-name\":\"x\",\"policies\":[")]
    [InlineData("\u0089PNG\r\n")]
    public void What_is_no_report_is_refused_with_the_reason(string text)
    {
        var gathered = Gathered.Of(text);
        Assert.Empty(gathered.Reports);
        Assert.EndsWith(".", Assert.Single(gathered.Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_reports_in_one_text_are_all_read()
    {
        var lines = Gathered.Of($"{OneLine}\n{OneLine}\n\n{OneLine}");
        Assert.Equal(["file", "file#2", "file#3"], lines.Reports.Select(r => r.Source));
        Assert.Equal(2, Gathered.Of($"[{Deviations.Plain},{{}},{Deviations.Plain}]") is { Refused.Count: 1 } array ? array.Reports.Count : 0);
    }

    [Fact]
    public void Messages_that_cannot_be_read_do_not_hide_those_after_them()
    {
        var message = $"From: a@b.example\nContent-Type: application/tlsrpt+json\n\n{OneLine}\n";
        var gathered = Gathered.Of($"From a@b Mon\n{message}\nFrom a@b\n\\0t-0\n\nFrom a@b\n\\0t-0\n\nFrom a@b Mon\n{message}");
        Assert.Equal(2, gathered.Reports.Count);
    }

    [Fact]
    public void The_domain_of_the_file_name_is_compared_with_the_policies()
    {
        var report = Gathered.One(Deviations.Plain, "/in/sender.example!example.net!1772323200!1772409599.json");
        Assert.Equal("example.net", report.ReportDomain);
        Assert.Contains(report.Findings, f => f.Code == "TlsReportOtherDomain");
        Assert.Empty(Gathered.One(Deviations.Plain, "sender.example!example.com!1772323200!1772409599!7.json").Findings);
    }

    [Fact]
    public void A_text_of_very_many_elements_is_refused()
    {
        var policies = "{\"report-id\":\"x\",\"policies\":[" + string.Join(',', Enumerable.Repeat("{}", ElementBudget.Most + 1)) + "]}";
        Assert.Contains("more than 250000", Assert.Single(Gathered.Of(policies).Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_quotes_no_more_than_a_line_can_hold()
        => Assert.InRange(Assert.Single(Gathered.Of("{\"report-id\":" + new string('t', 100_000)).Refused).Reason.Length, 20, 300);

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var gathered = Gathered.Of("{\"report-id\":\"x\",\"policies\":" + new string('[', 10_000));
        Assert.Empty(gathered.Reports);
        Assert.Single(gathered.Refused);
    }

    [Fact]
    public void A_report_that_expands_without_end_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var blanks = new byte[1024 * 1024];
            Array.Fill(blanks, (byte)' ');
            for (var i = 0; i < 70; i++)
            {
                gzip.Write(blanks);
            }
        }

        Assert.Contains("64 MiB", Assert.Single(Gathered.Of(packed.ToArray()).Refused).Reason, StringComparison.Ordinal);
    }

    private static string OneLine => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Deviations.Plain.ReplaceLineEndings("")));

    // What takes a part away hides what is odd within it.
    private static bool Interferes(Deviation a, Deviation b) =>
        a.Touches == b.Touches || IsWhole(a) || IsWhole(b) || (a.Touches is "start" or "end" && b.Touches is "start" or "end")
        || (a.Touches == "ok" && b.Touches == "x-note") || (a.Touches == "x-note" && b.Touches == "ok");

    private static bool IsWhole(Deviation deviation) => deviation.Touches is "policies" or "failure-details";
}
