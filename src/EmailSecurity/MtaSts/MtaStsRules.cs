using EmailSecurity.Findings;
using EmailSecurity.Text;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.MtaSts;

/// <summary>The rules of MTA-STS (RFC 8461) for the record and the policy.</summary>
internal static class MtaStsRules
{
    /// <summary>SMTP MTA Strict Transport Security.</summary>
    public const string Standard = "RFC 8461";

    /// <summary>What the record shares with that of TLS-RPT.</summary>
    public static readonly VersionedRecordRules Record = new("MtaStsRecord", Standard, "3.1");

    // The record.
    public static readonly Rule RecordIdInvalid = new("MtaStsRecordIdInvalid", Error, Standard, "3.1", "Keep one id of 1 to 32 letters and digits.");
    public static readonly Rule RecordIdRepeated = new("MtaStsRecordIdRepeated", Warning, Standard, "3.1",
        "Keep one id.",
        "The record has more than one id; senders may use either.");
    public static readonly Rule RecordFieldCase = new("MtaStsRecordFieldCase", Warning, Standard, "3.1", "Write 'id' in lowercase.");
    public static readonly Rule RecordIdMissing = new("MtaStsRecordIdMissing", Error, Standard, "3.1",
        "Add 'id=' and 1 to 32 letters and digits.",
        "The record has no id.");

    // The policy.
    public static readonly Rule PolicyEmpty = new("PolicyEmpty", Error, Standard, "3.2",
        "Serve version, mode, mx and max_age, one to a line.",
        "The policy is empty.");
    public static readonly Rule PolicyByteOrderMark = new("PolicyByteOrderMark", Error, Standard, "3.2",
        "Save the file as UTF-8 without a byte order mark.",
        "The policy begins with a byte order mark, which a field name cannot have.");
    public static readonly Rule PolicyBlankLine = new("PolicyBlankLine", Error, Standard, "3.2", "Remove the blank line.");
    public static readonly Rule PolicyLineMalformed = new("PolicyLineMalformed", Error, Standard, "3.2", "Write each field as 'name: value'.");
    public static readonly Rule PolicyVersionUnknown = new("PolicyVersionUnknown", Error, Standard, "3.2");
    public static readonly Rule PolicyFieldRepeated = new("PolicyFieldRepeated", Warning, Standard, "3.2");
    public static readonly Rule PolicyModeUnknown = new("PolicyModeUnknown", Error, Standard, "3.2",
        "Write 'mode: testing' or 'mode: enforce', in lowercase.");
    public static readonly Rule PolicyMaxAgeMalformed = new("PolicyMaxAgeMalformed", Error, Standard, "3.2",
        "Write the seconds as plain digits: 'max_age: 604800' is one week.");
    public static readonly Rule PolicyMaxAgeTooLarge = new("PolicyMaxAgeTooLarge", Error, Standard, "3.2");
    public static readonly Rule PolicyMxInvalid = new("PolicyMxInvalid", Error, Standard, "3.2");
    public static readonly Rule PolicyMxNumeric = new("PolicyMxNumeric", Warning, Standard, "3.2",
        "Write a name as the MX record has it, such as mail.example.com or *.example.com.");
    public static readonly Rule PolicyMxRepeated = new("PolicyMxRepeated", Information, Standard, "3.2", "Remove one of them.");
    public static readonly Rule PolicyFieldNameInvalid = new("PolicyFieldNameInvalid", Error, Standard, "3.2");
    public static readonly Rule PolicyFieldValueInvalid = new("PolicyFieldValueInvalid", Error, Standard, "3.2",
        "Enter a value of printable characters, or remove the line.");
    public static readonly Rule PolicyFieldNameCase = new("PolicyFieldNameCase", Warning, Standard, "3.2");
    public static readonly Rule PolicyVersionMissing = new("PolicyVersionMissing", Error, Standard, "3.2",
        "Begin with 'version: STSv1'.",
        "There is no version field.");
    public static readonly Rule PolicyModeMissing = new("PolicyModeMissing", Error, Standard, "3.2",
        "Add 'mode: testing' or 'mode: enforce'.",
        "There is no mode field.");
    public static readonly Rule PolicyMaxAgeMissing = new("PolicyMaxAgeMissing", Error, Standard, "3.2",
        "Add 'max_age: 604800' (seconds; one week).",
        "There is no max_age field.");
    public static readonly Rule PolicyMxMissing = new("PolicyMxMissing", Error, Standard, "3.2",
        "Add an 'mx:' line for each MX host.",
        "There is no mx field; only a policy in mode none can omit it.");
    public static readonly Rule PolicyMaxAgeShort = new("PolicyMaxAgeShort", Warning, Standard, "3.2",
        "Raise max_age to 604800 (one week) or more once the policy is proven.");
    public static readonly Rule PolicyTooLarge = new("PolicyTooLarge", Error, Standard, "3.3",
        "Serve only the policy, without comments; use wildcards for many hosts.");
    public static readonly Rule PolicyNotUtf8 = new("PolicyNotUtf8", Error, Standard, "3.2",
        "Save the file as UTF-8 without a byte order mark; plain ASCII is enough.");
}
