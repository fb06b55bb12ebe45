using System.Text;
using System.Text.Json.Nodes;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>One thing that a sender does otherwise than RFC 8460 section 4.4.</summary>
/// <param name="Name">What.</param>
/// <param name="Code">The finding that names it.</param>
/// <param name="Apply">Makes it so.</param>
/// <param name="Holds">What the reader still reads.</param>
/// <param name="Touches">The field that it alters: two of one field are not combined.</param>
internal sealed record Deviation(string Name, string Code, Action<JsonObject> Apply, Func<TlsRptReport, bool> Holds, string Touches);

/// <summary>A report without fault, and all that is seen in the field.</summary>
internal static class Deviations
{
    public const string Plain = """
        {"organization-name":"Sender Inc.","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},
        "contact-info":"tls@sender.example","report-id":"2026-03-01T00:00:00Z_example.com","policies":[{"policy":{"policy-type":"sts",
        "policy-string":["version: STSv1","mode: testing","mx: mx1.example.com","max_age: 86400"],"policy-domain":"example.com","mx-host":["mx1.example.com"]},
        "summary":{"total-successful-session-count":40,"total-failure-session-count":3},"failure-details":[{"result-type":"certificate-expired",
        "sending-mta-ip":"192.0.2.1","receiving-mx-hostname":"mx1.example.com","receiving-ip":"192.0.2.25","failed-session-count":3}]}]}
        """;

    /// <summary>The same, and no session failed.</summary>
    public const string Clean = """
        {"organization-name":"Sender Inc.","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},
        "contact-info":"tls@sender.example","report-id":"2026-03-01T00:00:00Z_example.com","policies":[{"policy":{"policy-type":"sts",
        "policy-string":["version: STSv1","mode: testing","mx: mx1.example.com","max_age: 86400"],"policy-domain":"example.com","mx-host":["mx1.example.com"]},
        "summary":{"total-successful-session-count":40,"total-failure-session-count":0}}]}
        """;

    public static readonly Deviation[] All =
    [
        Set("mx-host a string", "TlsReportMxHostNotArray", r => Policy(r)["mx-host"] = "mx1.example.com", r => P(r).MxHost is ["mx1.example.com"], "mx-host"),
        Set("mx-host null", "TlsReportFieldNull", r => Policy(r)["mx-host"] = null, r => P(r).MxHost is [], "mx-host"),
        Set("mx-host with the word of the policy", "TlsReportMxHostPrefixed", r => Policy(r)["mx-host"] = A("mx: mx1.example.com"),
            r => P(r).MxHost is ["mx1.example.com"], "mx-host"),
        Set("mx-host-pattern", "TlsReportFieldMisnamed", r => Rename(Policy(r), "mx-host", "mx-host-pattern"), r => P(r).MxHost is ["mx1.example.com"], "mx-host"),
        Set("contact-info null", "TlsReportFieldNull", r => r["contact-info"] = null, r => r.ContactInfo is null, "contact-info"),
        Set("contact-info missing", "TlsReportFieldMissing", r => r.Remove("contact-info"), r => r.ContactInfo is null, "contact-info"),
        Set("policy-domain missing", "TlsReportFieldMissing", r => Policy(r).Remove("policy-domain"), r => P(r).PolicyDomain == "", "policy-domain"),
        Set("policy-domain in capitals", "TlsReportPolicyDomainForm", r => Policy(r)["policy-domain"] = "Example.COM.",
            r => r.PolicyDomain is ["example.com"], "policy-domain"),
        Set("policy-domain no name", "TlsReportPolicyDomainInvalid", r => Policy(r)["policy-domain"] = "exa mple..com", r => P(r).PolicyDomain == "exa mple..com",
            "policy-domain"),
        Set("sending-mta-ip missing", "TlsReportFieldMissing", r => Failure(r).Remove("sending-mta-ip"), r => F(r).SendingMtaIp == "", "sending-mta-ip"),
        Set("sending-mta-ip empty", "TlsReportFieldEmpty", r => Failure(r)["sending-mta-ip"] = "", r => F(r).SendingMtaIp == "", "sending-mta-ip"),
        Set("sending-mta-ip x.x.x.x", "TlsReportIpInvalid", r => Failure(r)["sending-mta-ip"] = "x.x.x.x", r => F(r).SendingMtaIp == "x.x.x.x", "sending-mta-ip"),
        Set("a misspelt mail server", "TlsReportFieldMisnamed", r => Rename(Failure(r), "receiving-mx-hostname", "receiving-mx-host-name"),
            r => F(r).ReceivingMxHostname == "mx1.example.com", "receiving-mx-hostname"),
        Set("failure-error-code", "TlsReportFieldMisnamed", r => Failure(r)["failure-error-code"] = "X509", r => F(r).FailureReasonCode == "X509",
            "failure-reason-code"),
        Set("a greeting with line ends", "TlsReportTextOfLines", r => Failure(r)["receiving-mx-helo"] = "mx1\r\nSTARTTLS",
            r => F(r).ReceivingMxHelo == "mx1\\u000D\\u000ASTARTTLS", "receiving-mx-helo"),
        Set("information that is no URI", "TlsReportInformationNotUri", r => Failure(r)["additional-information"] = "see our site",
            r => F(r).AdditionalInformation == "see our site", "additional-information"),
        Set("policies empty", "TlsReportPoliciesEmpty", r => r["policies"] = A(), r => r.Policies.Count == 0, "policies"),
        Set("policies missing", "TlsReportFieldMissing", r => r.Remove("policies"), r => r.Policies.Count == 0, "policies"),
        Set("policies a lone object", "TlsReportFieldType", r => r["policies"] = r["policies"]![0]!.DeepClone(), r => r.Policies.Count == 1, "policies"),
        Set("policies as a string", "TlsReportFieldType", r => r["policies"] = r["policies"]!.ToJsonString(), r => r.Policies.Count == 1, "policies"),
        Set("policies a number", "TlsReportFieldType", r => r["policies"] = 5, r => r.Policies.Count == 0 && r.OtherFields is [{ Value: "5" }], "policies"),
        Set("policy-string a string", "TlsReportFieldType", r => Policy(r)["policy-string"] = "version: STSv1", r => P(r).PolicyString is ["version: STSv1"],
            "policy-string"),
        Set("policy-string an empty string", "TlsReportFieldType", r => Policy(r)["policy-string"] = "", r => P(r).PolicyString is [], "policy-string"),
        Set("policy-string null", "TlsReportFieldNull", r => Policy(r)["policy-string"] = null, r => P(r).PolicyString is [], "policy-string"),
        Set("policy-string an array within a string", "TlsReportPolicyStringNested", r => Policy(r)["policy-string"] = A("[\"3 1 1 AB\",\"3 1 1 CD\"]"),
            r => P(r).PolicyString is ["3 1 1 AB", "3 1 1 CD"], "policy-string"),
        Set("policy-type in capitals", "TlsReportPolicyTypeUnknown", r => Policy(r)["policy-type"] = "STS", r => P(r).PolicyType == "sts", "policy-type"),
        Set("an unknown policy-type", "TlsReportPolicyTypeUnknown", r => Policy(r)["policy-type"] = "tls", r => P(r).PolicyType == "tls", "policy-type"),
        Set("an unknown result-type", "TlsReportResultTypeUnknown", r => Failure(r)["result-type"] = "flux", r => F(r).ResultType == "flux", "result-type"),
        Set("a result-type in capitals", "TlsReportResultTypeUnknown", r => Failure(r)["result-type"] = "Certificate-Expired",
            r => F(r).ResultType == "certificate-expired", "result-type"),
        Set("an unknown field", "TlsReportFieldUnknown", r => Policy(r)["x-note"] = A(1, 2), r => P(r).OtherFields is [{ Key: "x-note", Value: "[1,2]" }], "x-note"),
        Set("a count as a string", "TlsReportFieldType", r => Summary(r)["total-successful-session-count"] = "40", r => P(r).TotalSuccessfulSessionCount == 40, "ok"),
        Set("a count missing", "TlsReportFieldMissing", r => Summary(r).Remove("total-successful-session-count"), r => P(r).TotalSuccessfulSessionCount == 0, "ok"),
        Set("a count null", "TlsReportFieldNull", r => Summary(r)["total-successful-session-count"] = null, r => P(r).TotalSuccessfulSessionCount == 0, "ok"),
        Set("a count past 64 bits", "TlsReportCountTooLarge", r => Summary(r)["total-successful-session-count"] = JsonNode.Parse("18446744073709551616"),
            r => P(r).TotalSuccessfulSessionCount == long.MaxValue && P(r).OtherFields is [{ Value: "18446744073709551616" }], "ok"),
        Set("a count below nothing", "TlsReportCountNegative", r => Summary(r)["total-successful-session-count"] = -4,
            r => P(r).TotalSuccessfulSessionCount == 0 && P(r).OtherFields is [{ Value: "-4" }], "ok"),
        Set("a broken count", "TlsReportCountInvalid", r => Summary(r)["total-successful-session-count"] = 3.5, r => P(r).TotalSuccessfulSessionCount == 3, "ok"),
        Set("a count that is a word", "TlsReportCountInvalid", r => Summary(r)["total-successful-session-count"] = "many",
            r => P(r).OtherFields is [{ Value: "\"many\"" }], "ok"),
        Set("sums that do not match", "TlsReportSumMismatch", r => Failure(r)["failed-session-count"] = 2, r => F(r).FailedSessionCount == 2, "failed"),
        Set("a date without zone", "TlsReportDateTimeForm", r => Range(r)["start-datetime"] = "2026-03-01T00:00:00",
            r => r.Start == new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), "start"),
        Set("a date in seconds", "TlsReportDateTimeForm", r => Range(r)["start-datetime"] = 1772323200,
            r => r.Start == new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), "start"),
        Set("a date as Go writes it", "TlsReportDateTimeForm", r => Range(r)["start-datetime"] = "2026-03-01 00:00:00 +0000 UTC",
            r => r.Start == new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), "start"),
        Set("a date without separators", "TlsReportDateTimeForm", r => Range(r)["start-datetime"] = "20260301T000000Z",
            r => r.Start == new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), "start"),
        Set("a time of day", "TlsReportDateTimeUnreadable", r => Range(r)["start-datetime"] = "23:59", r => r.Start is null, "start"),
        Set("a small number for a date", "TlsReportDateTimeUnreadable", r => Range(r)["start-datetime"] = "10", r => r.Start is null, "start"),
        Set("a date that is none", "TlsReportDateTimeUnreadable", r => Range(r)["start-datetime"] = "soon", r => r.Start is null, "start"),
        Set("a date missing", "TlsReportFieldMissing", r => Range(r).Remove("start-datetime"), r => r.Start is null, "start"),
        Set("dates outside date-range", "TlsReportFieldMisplaced", r => { Range(r).Remove("end-datetime"); r["end-datetime"] = "2026-03-01T23:59:59Z"; },
            r => r.End == new DateTimeOffset(2026, 3, 1, 23, 59, 59, TimeSpan.Zero), "end"),
        Set("an end before the begin", "TlsReportDateRangeReversed", r => Range(r)["end-datetime"] = "2026-02-27T00:00:00Z", r => r.End < r.Start!.Value.AddDays(9), "end"),
        Set("a week", "TlsReportDateRangeLength", r => Range(r)["end-datetime"] = "2026-03-07T23:59:59Z", r => r.End!.Value.Day == 7, "end"),
        Set("an odd report id", "TlsReportIdCharacters", r => r["report-id"] = "<a+b@sender.example>", r => r.ReportId == "<a+b@sender.example>", "report-id"),
        Set("a lone failure", "TlsReportFieldType", r => Entry(r)["failure-details"] = Failure(r).DeepClone(), r => P(r).FailureDetails.Count == 1, "failure-details"),
    ];

    /// <summary>The report with some deviations.</summary>
    public static string With(params IEnumerable<Deviation> deviations)
    {
        var report = JsonNode.Parse(Plain)!.AsObject();
        foreach (var deviation in deviations)
        {
            deviation.Apply(report);
        }

        return report.ToJsonString();
    }

    /// <summary>What is odd about the text itself, not about a field.</summary>
    public static readonly (string Name, string Code, byte[] Content)[] OfText =
    [
        ("a byte order mark", "TlsReportJsonByteOrderMark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Plain)]),
        ("UTF-16", "TlsReportJsonEncoding", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Plain)]),
        ("UTF-16 without a mark", "TlsReportJsonEncoding", Encoding.Unicode.GetBytes(Plain)),
        ("Latin-1", "TlsReportJsonEncoding", Encoding.Latin1.GetBytes(Plain.Replace("Sender Inc.", "S\u00E9nder", StringComparison.Ordinal))),
        ("a comma too many", "TlsReportJsonLenient", Encoding.UTF8.GetBytes(Plain.Replace("}]}]}", "},]}]}", StringComparison.Ordinal))),
        ("a comment", "TlsReportJsonLenient", Encoding.UTF8.GetBytes("{/* sent by cron */" + Plain.TrimStart()[1..])),
        ("something after it", "TlsReportJsonTrailing", Encoding.UTF8.GetBytes(Plain + "\n-- \nsent by cron")),
        ("a lone surrogate", "TlsReportTextNotUnicode", Encoding.UTF8.GetBytes(Plain.Replace("Sender Inc.", "S\\ud800\\n", StringComparison.Ordinal))),
        ("half a character in a name", "TlsReportFieldUnknown", Encoding.UTF8.GetBytes("{\"re\\ud800sult-type\":1," + Plain.TrimStart()[1..])),
        ("a name that is escaped and not odd otherwise", "TlsReportFieldUnknown", Encoding.UTF8.GetBytes(
            "{\"x\":1," + Plain.TrimStart()[1..].Replace("\"report-id\"", "\"report\\u002Did\"", StringComparison.Ordinal))),
        ("a raw tab and a line end within a text", "TlsReportJsonLenient", Encoding.UTF8.GetBytes(Plain.Replace("Sender Inc.", "Sender\t\nInc.", StringComparison.Ordinal))),
        ("policies twice", "TlsReportFieldRepeated", Encoding.UTF8.GetBytes("{\"policies\":[]," + Plain.TrimStart()[1..])),
        ("a field twice", "TlsReportFieldRepeated", Encoding.UTF8.GetBytes("{\"organization-name\":\"x\"," + Plain.TrimStart()[1..])),
    ];

    private static Deviation Set(string name, string code, Action<JsonObject> apply, Func<TlsRptReport, bool> holds, string touches) =>
        new(name, code, apply, holds, touches);

    private static JsonArray A(params JsonNode?[] items) => new(items);

    private static JsonObject Range(JsonObject report) => report["date-range"]!.AsObject();

    private static JsonObject Entry(JsonObject report) => report["policies"]![0]!.AsObject();

    private static JsonObject Policy(JsonObject report) => Entry(report)["policy"]!.AsObject();

    private static JsonObject Summary(JsonObject report) => Entry(report)["summary"]!.AsObject();

    private static JsonObject Failure(JsonObject report) => Entry(report)["failure-details"]![0]!.AsObject();

    private static TlsRptPolicy P(TlsRptReport report) => report.Policies[0];

    private static TlsRptFailure F(TlsRptReport report) => P(report).FailureDetails[0];

    private static void Rename(JsonObject parent, string from, string to)
    {
        var value = parent[from]!.DeepClone();
        parent.Remove(from);
        parent[to] = value;
    }
}
