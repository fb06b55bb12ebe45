using EmailSecurity.Findings;
using EmailSecurity.Text;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Dmarc;

/// <summary>The rules of DMARC (RFC 9989) for the record, with those of RFC 7489 for the tags that it dropped.</summary>
internal static class DmarcRules
{
    /// <summary>Domain-based Message Authentication, Reporting, and Conformance.</summary>
    public const string Standard = "RFC 9989";

    private const string WriteP = "Write 'p=none', 'p=quarantine' or 'p=reject' right after the version.";

    /// <summary>What the record shares with that of BIMI; what is broken is ignored (section 4.7).</summary>
    public static readonly TagListRules Record = new("DmarcRecord", Standard, choice: "4.10", tags: "4.8", isBrokenIgnored: true);

    public static readonly Rule RecordTooLong = new("DmarcRecordTooLong", Error, Standard, "4.8", "Shorten it.");
    public static readonly Rule RecordVersionInvalid = new("DmarcRecordVersionInvalid", Error, Standard, "4.7",
        "Begin the record with exactly 'v=DMARC1;' (case matters, nothing before it).",
        "The record does not begin with 'v=DMARC1'.");
    public static readonly Rule RecordPolicyNotSecond = new("DmarcRecordPolicyNotSecond", Warning, Standard, "4.8",
        "Move 'p=' directly after 'v=DMARC1;'.",
        "The p tag is not right after the version; receivers that follow RFC 7489 ignore such a record.");
    public static readonly Rule RecordPolicyMissing = new("DmarcRecordPolicyMissing", Error, Standard, "4.10.1", WriteP);
    public static readonly Rule RecordPolicyInvalid = new("DmarcRecordPolicyInvalid", Error, Standard, "4.10.1", WriteP);
    public static readonly Rule RecordTagUnknown = new("DmarcRecordTagUnknown", Information, Standard, "4.7");
    public static readonly Rule RecordTagInvalid = new("DmarcRecordTagInvalid", Warning, Standard, "4.7", "Write none, quarantine or reject.");
    public static readonly Rule RecordSizeLimit = new("DmarcRecordSizeLimit", Information, Standard, "4.8", "Remove '!' and what follows it.");
    public static readonly Rule RecordUriInvalid = new("DmarcRecordUriInvalid", Warning, Standard, "4.8");
    public static readonly Rule RecordFailureOptionsExclusive = new("DmarcRecordFailureOptionsExclusive", Information, Standard, "4.7",
        "Keep 1 to get a report for any failure, 0 for complete failures only.",
        "The fo tag has both 0 and 1, which exclude each other.");
    public static readonly Rule RecordPercentHistoric = new("DmarcRecordPercentHistoric", Warning, Standard, "4.7");
    public static readonly Rule RecordTagHistoric = new("DmarcRecordTagHistoric", Information, Standard, "4.7", "Remove pct.");
}
