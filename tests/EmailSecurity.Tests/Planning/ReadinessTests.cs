using EmailSecurity.Deployment;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsReports;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>What senders reported decides about the move to mode enforce, by name.</summary>
public sealed class ReadinessTests
{
    private static readonly StackWish Enforcing = Stack with { Policy = null, Mode = MtaStsMode.Enforce };

    [Fact]
    public void A_failure_that_a_sender_saw_stops_the_move_by_name()
    {
        var reports = Evidence(Report("Google Inc.", 1, 1000, Failure("mx1.example.com", "certificate-expired", 14)));
        var error = Assert.Throws<EmailSecurityException>(() => Publish(Ready(), reports));
        Assert.Equal("EnforceNotReady", error.ErrorId);
        Assert.Contains("Google Inc. saw 14 failures at mx1.example.com: certificate expired (2026-02-28)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sts", "certificate-expired", "mx1.example.com", 1, FindingSeverity.Error, "ReadinessFailureReported", "certificate expired")]
    [InlineData("sts", "starttls-not-supported", "MX1.example.com.", 1, FindingSeverity.Error, "ReadinessFailureReported", "at mx1.example.com: no STARTTLS")]
    [InlineData("sts", "sts-policy-fetch-error", "", 1, FindingSeverity.Error, "ReadinessFailureReported", "policy could not be fetched")]
    [InlineData("no-policy-found", "certificate-not-trusted", "mx1.example.com", 1, FindingSeverity.Error, "ReadinessFailureReported", "certificate not trusted")]
    [InlineData("sts", "something-new", "mx1.example.com", 1, FindingSeverity.Error, "ReadinessFailureReported", "something-new")]
    [InlineData("sts", "", "mx1.example.com", 1, FindingSeverity.Error, "ReadinessFailureReported", "without a detail of how")]
    [InlineData("sts", "certificate-expired", "old.example.com", 1, FindingSeverity.Error, "ReadinessFailureReported", "which is no MX host now")]
    [InlineData("tlsa", "validation-failure", "mx1.example.com", 1, FindingSeverity.Warning, "ReadinessFailureOfDane", "under DANE")]
    [InlineData("sts", "dane-required", "mx1.example.com", 1, FindingSeverity.Warning, "ReadinessFailureOfDane", "under DANE")]
    [InlineData("sts", "certificate-expired", "mx1.example.com", 9, FindingSeverity.Warning, "ReadinessFailureEarlier", "no report since")]
    [InlineData("sts", "certificate-expired", "mx1.example.com", 7, FindingSeverity.Error, "ReadinessFailureReported", "certificate expired")]
    public void Each_kind_of_failure_counts_as_it_should(string policy, string type, string server, int daysAgo, FindingSeverity severity, string code, string words)
    {
        var result = Judge(Ready(), Evidence(Report("a", 1, 100), Report("b", daysAgo, 100, policy, Failure(server, type, 2))));
        var finding = Assert.Single(result.Findings, f => f.Code == code);
        Assert.Equal(severity, finding.Severity);
        Assert.Contains(words, finding.Message, StringComparison.Ordinal);
        Assert.NotEqual("", finding.Fix);
        Assert.Equal(severity == FindingSeverity.Error ? TestStatus.Fail : TestStatus.Warning, result.Status);
        Assert.Equal(severity == FindingSeverity.Error, IsRefused(Ready(), Evidence(Report("a", 1, 100), Report("b", daysAgo, 100, policy, Failure(server, type, 2)))));
    }

    [Fact]
    public void Clean_reports_pass_and_say_who_reported_what()
    {
        var result = Judge(Ready(), Evidence(Report("a", 1, 100), Report("b", 2, 50), Report("a", 3, 7)));
        Assert.Equal(TestStatus.Pass, result.Status);
        var told = Assert.Single(result.Findings, f => f.Code == "ReadinessReports");
        Assert.Equal("2 senders reported 157 sessions from 2026-02-26 to 2026-02-28, of which none failed.", told.Message);
        Assert.Equal(MtaStsMode.Enforce, Assert.IsType<MtaStsPolicy>(result.Value).Mode);
    }

    [Fact]
    public void A_report_counts_once_and_one_of_another_domain_not_at_all()
    {
        var twice = Report("a", 1, 100, Failure("mx1.example.com", "certificate-expired", 3));
        var other = twice with { ReportId = "x", Policies = [twice.Policies[0] with { PolicyDomain = "example.org" }] };
        var result = Judge(Ready(), Evidence(twice, other, twice));
        Assert.Contains(result.Findings, f => f.Message.StartsWith("a saw 3 failures", StringComparison.Ordinal));
        Assert.DoesNotContain(Judge(Ready(), Evidence(other)).Findings, f => f.Code == "ReadinessFailureReported");
        Assert.Contains(Judge(Ready(), Evidence(other)).Findings, f => f.Code == "ReadinessReportsAbsent" && f.Message == "The report is not about example.com.");
    }

    [Fact]
    public void Failures_without_details_and_beyond_the_first_ten_kinds_are_told()
    {
        var untold = Report("a", 1, 100);
        untold = untold with { Policies = [untold.Policies[0] with { TotalFailureSessionCount = 5 }] };
        Assert.Contains(Judge(Ready(), Evidence(untold)).Findings, f => f.Message.StartsWith("a saw 5 failures: without a detail", StringComparison.Ordinal));

        var many = Report("a", 1, 100, [.. Enumerable.Range(0, 15).Select(i => Failure($"mx{i}.example.com", "certificate-expired", 1))]);
        var findings = Judge(Ready(), Evidence(many)).Findings;
        Assert.Equal(10, findings.Count(f => f.Code == "ReadinessFailureReported"));
        Assert.Contains("5 more kinds", Assert.Single(findings, f => f.Code == "ReadinessMoreFailures").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_reports_are_a_warning_and_no_reports_are_one_in_the_test_alone()
    {
        Assert.Contains(Judge(Ready(), Evidence(Report("a", 5, 10))).Findings, f => f.Code == "ReadinessReportsOld" && f.Message == "The newest of the reports ends on 2026-02-24, 4 days ago.");
        var none = Judge(Ready(), null);
        Assert.Equal(TestStatus.Warning, none.Status);
        Assert.Contains(none.Findings, f => f.Code == "ReadinessReportsAbsent" && f.Fix.Contains("-Report", StringComparison.Ordinal));
        Assert.DoesNotContain(Publish(Ready(), null).Warnings, w => w.Contains("report", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void What_a_publish_refuses_fails_and_the_rest_is_still_told()
    {
        var state = Ready();
        var mx = new DnsAnswer { Status = DnsStatus.NoError, Records = [new DnsRecord(Domain, DnsRecordType.MX, 300, "mx9.example.com", 10)] };
        var result = Judge(state with { Mx = mx }, Evidence(Report("a", 1, 100, Failure("mx1.example.com", "certificate-expired", 14))));
        Assert.Equal(TestStatus.Fail, result.Status);
        var codes = result.Findings.Select(f => f.Code).ToArray();
        Assert.Contains("ReadinessTestingTime", codes);
        Assert.Contains("ReadinessFailureReported", codes);
        Assert.Contains(result.Findings, f => f.Message.Contains("mx9.example.com", StringComparison.Ordinal) && f.Severity == FindingSeverity.Error);
    }

    // Anybody can send a report, and the clock of a sender can be wrong.
    [Fact]
    public void A_report_of_the_future_settles_no_failure_and_makes_no_report_new()
    {
        var failing = Report("Google Inc.", 1, 1000, Failure("mx1.example.com", "certificate-expired", 14));
        var result = Judge(Ready(), Evidence(failing, Report("other", -26000, 1)));
        Assert.Contains(result.Findings, f => f.Code == "ReadinessFailureReported");
        Assert.True(IsRefused(Ready(), Evidence(failing, Report("other", -26000, 1))));
        Assert.Contains(Judge(Ready(), Evidence(Report("a", 9, 10), Report("other", -26000, 1))).Findings, f => f.Code == "ReadinessReportsOld");
    }

    [Fact]
    public void What_is_said_of_a_failure_stays_short_however_long_its_texts_are()
    {
        var texts = new string('x', 50_000);
        var result = Judge(Ready(), Evidence(Report(texts, 1, 1000, Failure(texts, texts, 14) with { FailureReasonCode = texts })));
        Assert.All(result.Findings, f => Assert.True(f.Message.Length <= 1000, $"{f.Message.Length} characters"));
    }

    [Fact]
    public void A_domain_in_mode_enforce_is_ready_and_its_failures_are_told()
    {
        var state = Deployed(Enforce) with { Mx = Ready().Mx };
        Assert.Contains(Judge(state, null).Findings, f => f.Code == "ReadinessEnforced");
        var failing = Judge(state, Evidence(Report("a", 1, 100, Failure("mx1.example.com", "certificate-expired", 14))));
        Assert.Equal(TestStatus.Fail, failing.Status);
        Assert.DoesNotContain(failing.Findings, f => f.Code == "ReadinessTestingTooShort");
    }

    [Fact]
    public void An_override_keeps_what_the_reports_say_as_a_warning()
    {
        var reports = Evidence(Report("a", 1, 100, Failure("mx1.example.com", "certificate-expired", 14)));
        var plan = StackPlanner.Publish(Enforcing, StackParts.MtaSts, Ready(), new PublishOptions { MinimumTestingDays = 7, Reports = reports, OverrideReason = "ticket 1" });
        Assert.Contains(plan.Warnings, w => w.Contains("although it is not ready", StringComparison.Ordinal) && w.Contains("14 failures", StringComparison.Ordinal));
    }

    private static ObservedStack Ready()
    {
        var state = Deployed();
        var mx = new DnsAnswer { Status = DnsStatus.NoError, Records = [new DnsRecord(Domain, DnsRecordType.MX, 300, "mx1.example.com", 10)] };
        return state with { TestingSince = state.ObservedAt.AddDays(-10), Mx = mx, Outside = new OutsideView() };
    }

    private static Findings.TestResult Judge(ObservedStack observed, ReportEvidence? reports) =>
        ReadinessTest.Judge(Enforcing, observed, new PublishOptions { MinimumTestingDays = 7, Reports = reports });

    private static Plan Publish(ObservedStack observed, ReportEvidence? reports) =>
        StackPlanner.Publish(Enforcing, StackParts.MtaSts, observed, new PublishOptions { MinimumTestingDays = 7, Reports = reports });

    private static bool IsRefused(ObservedStack observed, ReportEvidence reports)
    {
        try
        {
            Publish(observed, reports);
            return false;
        }
        catch (EmailSecurityException e) when (e.ErrorId == "EnforceNotReady")
        {
            return true;
        }
    }

    private static ReportEvidence Evidence(params TlsRptReport[] reports)
    {
        var evidence = new ReportEvidence();
        Array.ForEach(reports, evidence.Add);
        return evidence;
    }

    private static TlsRptReport Report(string sender, int daysAgo, long good, params TlsRptFailure[] failures) => Report(sender, daysAgo, good, "sts", failures);

    private static TlsRptReport Report(string sender, int daysAgo, long good, string policy, params TlsRptFailure[] failures)
    {
        var start = new DateTimeOffset(Now.Date, TimeSpan.Zero).AddDays(-daysAgo);
        return new TlsRptReport
        {
            OrganizationName = sender,
            ReportId = $"{start:O}",
            Start = start,
            End = start.AddDays(1).AddSeconds(-1),
            Policies = [new TlsRptPolicy
            {
                PolicyType = policy,
                PolicyDomain = Domain,
                TotalSuccessfulSessionCount = good,
                TotalFailureSessionCount = failures.Sum(f => f.FailedSessionCount),
                FailureDetails = failures,
            }],
        };
    }

    private static TlsRptFailure Failure(string server, string type, long count) => new() { ReceivingMxHostname = server, ResultType = type, FailedSessionCount = count };
}
