using EmailSecurity.Findings;
using EmailSecurity.Text;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.TlsRpt;

/// <summary>The rules of SMTP TLS reporting (RFC 8460) for the record.</summary>
internal static class TlsRptRules
{
    /// <summary>SMTP TLS Reporting.</summary>
    public const string Standard = "RFC 8460";

    /// <summary>What the record shares with that of MTA-STS.</summary>
    public static readonly VersionedRecordRules Record = new("TlsRptRecord", Standard, "3");

    public static readonly Rule RecordRuaRepeated = new("TlsRptRecordRuaRepeated", Warning, Standard, "3",
        "Put all addresses into one rua, separated by commas.",
        "The record has more than one rua; senders may use only one of them.");
    public static readonly Rule RecordFieldCase = new("TlsRptRecordFieldCase", Warning, Standard, "3", "Write 'rua' in lowercase.");
    public static readonly Rule RecordRuaMissing = new("TlsRptRecordRuaMissing", Error, Standard, "3",
        "Add 'rua=mailto:' and an address.",
        "The record has no rua.");
    public static readonly Rule RecordNoUsableUri = new("TlsRptRecordNoUsableUri", Error, Standard, "3",
        "Add 'mailto:' and an address.",
        "None of the addresses in rua is a mailto: or https: URI, the two that senders know.");
    public static readonly Rule RecordUriEmpty = new("TlsRptRecordUriEmpty", Error, Standard, "3",
        "Remove the extra comma, or add an address.",
        "The rua list has an empty address.");
    public static readonly Rule RecordUriNotEncoded = new("TlsRptRecordUriNotEncoded", Error, Standard, "3", "Remove it, or write %21.");
    public static readonly Rule RecordUriScheme = new("TlsRptRecordUriScheme", Warning, Standard, "3", "Use mailto: or https:.");
    public static readonly Rule RecordUriInvalid = new("TlsRptRecordUriInvalid", Error, Standard, "3");
    public static readonly Rule RecordUriDoubtful = new("TlsRptRecordUriDoubtful", Warning, Standard, "3");
    public static readonly Rule RecordUriPort = new("TlsRptRecordUriPort", Warning, Standard, "3", "Receive reports on port 443.");
}
