using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.TlsReports;

/// <summary>
/// What reports in the field do otherwise than RFC 8460 section 4.4 says. Each is read all the same. Warning: the report does not meet the section; Error: a
/// value is lost; Information: it is allowed, and worth knowing. Nobody but the sender can mend a report, so no rule has a fix for the reader.
/// </summary>
internal static class TlsReportRules
{
    /// <summary>SMTP TLS Reporting.</summary>
    private const string Standard = "RFC 8460";

    public static readonly Rule FieldMissing = Of("TlsReportFieldMissing", Warning);
    public static readonly Rule FieldNull = Of("TlsReportFieldNull", Warning);
    public static readonly Rule FieldType = Of("TlsReportFieldType", Warning);
    public static readonly Rule FieldUnknown = Of("TlsReportFieldUnknown", Warning);
    public static readonly Rule FieldMisnamed = Of("TlsReportFieldMisnamed", Warning);
    public static readonly Rule FieldMisplaced = Of("TlsReportFieldMisplaced", Warning);
    public static readonly Rule FieldRepeated = Of("TlsReportFieldRepeated", Warning);
    public static readonly Rule FieldEmpty = Of("TlsReportFieldEmpty", Warning);
    public static readonly Rule JsonLenient = Of("TlsReportJsonLenient", Warning,
        message: "The text is JSON only for a lenient reader: it has comments or commas too many.");
    public static readonly Rule JsonTrailing = Of("TlsReportJsonTrailing", Warning, message: "Something that is not JSON follows the report.");
    public static readonly Rule JsonEncoding = Of("TlsReportJsonEncoding", Warning, message: "The text is not in UTF-8, as JSON has to be.");
    public static readonly Rule JsonByteOrderMark = Of("TlsReportJsonByteOrderMark", Warning,
        message: "The text begins with a byte order mark, which JSON must not have (RFC 8259 section 8.1).");
    public static readonly Rule TextNotUnicode = Of("TlsReportTextNotUnicode", Warning);
    public static readonly Rule DateTimeForm = Of("TlsReportDateTimeForm", Warning);
    public static readonly Rule DateTimeUnreadable = Of("TlsReportDateTimeUnreadable", Error);
    public static readonly Rule DateRangeReversed = Of("TlsReportDateRangeReversed", Warning, message: "The period ends before it begins.");
    public static readonly Rule DateRangeLength = Of("TlsReportDateRangeLength", Information);
    public static readonly Rule ReportIdCharacters = Of("TlsReportIdCharacters", Information);
    public static readonly Rule PoliciesEmpty = Of("TlsReportPoliciesEmpty", Warning, message: "The report has no policies: it tells of no session.");
    public static readonly Rule PolicyTypeUnknown = Of("TlsReportPolicyTypeUnknown", Warning, "4.4");
    public static readonly Rule PolicyDomainForm = Of("TlsReportPolicyDomainForm", Information);
    public static readonly Rule PolicyDomainInvalid = Of("TlsReportPolicyDomainInvalid", Warning);
    public static readonly Rule PolicyStringNested = Of("TlsReportPolicyStringNested", Warning);
    public static readonly Rule MxHostNotArray = Of("TlsReportMxHostNotArray", Warning,
        message: "mx-host is a string, as in an example of RFC 8460; it has to be an array (erratum 6241).");
    public static readonly Rule MxHostPrefixed = Of("TlsReportMxHostPrefixed", Warning);
    public static readonly Rule ResultTypeUnknown = Of("TlsReportResultTypeUnknown", Warning, "4.3");
    public static readonly Rule IpInvalid = Of("TlsReportIpInvalid", Warning);
    public static readonly Rule InformationNotUri = Of("TlsReportInformationNotUri", Warning);
    public static readonly Rule TextOfLines = Of("TlsReportTextOfLines", Warning);
    public static readonly Rule CountInvalid = Of("TlsReportCountInvalid", Error);
    public static readonly Rule CountTooLarge = Of("TlsReportCountTooLarge", Warning);
    public static readonly Rule CountNegative = Of("TlsReportCountNegative", Error);
    public static readonly Rule SumMismatch = Of("TlsReportSumMismatch", Information);
    public static readonly Rule OtherDomain = Of("TlsReportOtherDomain", Information, "5.3");
    public static readonly Rule MoreFindings = Of("TlsReportMoreFindings", Information);

    private static Rule Of(string code, FindingSeverity severity, string section = "4.4", string message = "") =>
        new(code, severity, Standard, section, Message: message);
}
