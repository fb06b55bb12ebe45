using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Planning;

/// <summary>What a domain needs before its policy moves from mode testing to mode enforce, where senders do not deliver to a mail server that fails.</summary>
internal static class ReadinessRules
{
    private const string Sts = "RFC 8461";
    private const string Reporting = "RFC 8460";

    public static readonly Rule Enforced = new("ReadinessEnforced", Information, Sts, "5");
    public static readonly Rule TestingTime = new("ReadinessTestingTime", Information, Sts, "5");
    public static readonly Rule TestingTooShort = new("ReadinessTestingTooShort", Error, Sts, "5");
    public static readonly Rule PolicyCovers = new("ReadinessPolicyCovers", Information, Sts, "4.1");
    public static readonly Rule PublishRefused = new("ReadinessPublishRefused", Error, Sts, "5");
    public static readonly Rule MailServers = new("ReadinessMailServers", Information, Sts, "4.2");
    public static readonly Rule MailServersNotProbed = new("ReadinessMailServersNotProbed", Warning, Sts, "4.2");
    public static readonly Rule MailServerFails = new("ReadinessMailServerFails", Error, Sts, "4.2");
    public static readonly Rule Reports = new("ReadinessReports", Information, Reporting, "4.2");
    public static readonly Rule ReportsAbsent = new("ReadinessReportsAbsent", Warning, Reporting, "3");
    public static readonly Rule ReportsOld = new("ReadinessReportsOld", Warning, Reporting, "4.1");
    public static readonly Rule FailureReported = new("ReadinessFailureReported", Error, Reporting, "4.3");
    public static readonly Rule FailureEarlier = new("ReadinessFailureEarlier", Warning, Reporting, "4.3");
    public static readonly Rule FailureOfDane = new("ReadinessFailureOfDane", Warning, Reporting, "4.3.2.1");
    public static readonly Rule MoreFailures = new("ReadinessMoreFailures", Error, Reporting, "4.3");
}
