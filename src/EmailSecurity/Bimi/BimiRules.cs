using EmailSecurity.Findings;
using EmailSecurity.Text;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Bimi;

/// <summary>The rules of BIMI for the record and for DMARC. Sections as in the editors' copy of draft-brand-indicators-for-message-identification of late 2025:
/// 5.3 assertion record, 5.5 local-part selectors, 8.1 DMARC, 8.2 discovery, 8.3 indicator.</summary>
internal static class BimiRules
{
    /// <summary>Brand Indicators for Message Identification.</summary>
    public const string Standard = "BIMI";

    /// <summary>The same, as the findings of live checks name it.</summary>
    public const string Draft = "draft-brand-indicators-for-message-identification";

    /// <summary>What the record shares with that of DMARC; what is broken makes it invalid.</summary>
    public static readonly TagListRules Record = new("BimiRecord", Standard, choice: "8.2", tags: "5.3", isBrokenIgnored: false);

    public static readonly Rule RecordTooLong = new("BimiRecordTooLong", Error, Standard, "5.3", "Shorten it.");
    public static readonly Rule RecordVersionInvalid = new("BimiRecordVersionInvalid", Error, Standard, "5.3",
        "Begin the record with exactly 'v=BIMI1;' (case matters, nothing before it).",
        "The record does not begin with 'v=BIMI1'.");
    public static readonly Rule RecordTagCase = new("BimiRecordTagCase", Warning, Standard, "5.3", "Write it in lowercase.");
    public static readonly Rule RecordLocationInvalid = new("BimiRecordLocationInvalid", Error, Standard, "5.3", "Write an https: URI.");
    public static readonly Rule RecordEvidenceInvalid = new("BimiRecordEvidenceInvalid", Error, Standard, "5.3", "Write an https: URI.");
    public static readonly Rule RecordLocationMissing = new("BimiRecordLocationMissing", Error, Standard, "5.3",
        "Add 'l=' and the https URI of the logo; leave it empty to decline.",
        "The record has no l tag, which is required.");
    public static readonly Rule RecordLocationFormat = new("BimiRecordLocationFormat", Error, Standard, "5.3.2",
        "Convert the logo to SVG Tiny Portable/Secure, and name the .svg file.");
    public static readonly Rule RecordDeclines = new("BimiRecordDeclines", Information, Standard, "5.3.1",
        "",
        "The record declines to take part in BIMI: no indicator is shown.");
    public static readonly Rule RecordEvidenceWithoutLocation = new("BimiRecordEvidenceWithoutLocation", Error, Standard, "8.3",
        "Add the logo's https URI to 'l='.",
        "The record names a mark certificate but no logo, so no indicator is found.");
    public static readonly Rule RecordPort = new("BimiRecordPort", Warning, Standard, "5.3", "Serve the file on port 443.");
    public static readonly Rule RecordAvatarPreferenceUnknown = new("BimiRecordAvatarPreferenceUnknown", Warning, Standard, "5.3",
        "Write 'avp=brand' or 'avp=personal', or leave it out.");
    public static readonly Rule RecordLocalPartSelectorInvalid = new("BimiRecordLocalPartSelectorInvalid", Warning, Standard, "5.5",
        "Use a comma-separated list. Each entry has 1 to 63 letters, digits and hyphens.");

    // DMARC.
    public static readonly Rule DmarcAbsent = new("BimiDmarcAbsent", Error, Standard, "8.1");
    public static readonly Rule DmarcPolicyNone = new("BimiDmarcPolicyNone", Error, Standard, "8.1",
        "Raise it to p=quarantine or p=reject once reports show that all mail passes.");
    public static readonly Rule DmarcSubdomainPolicyNone = new("BimiDmarcSubdomainPolicyNone", Error, Standard, "8.1",
        "Remove sp, or set it to quarantine or reject.");
    public static readonly Rule DmarcPercent = new("BimiDmarcPercent", Error, Standard, "8.1", "Remove pct.");
    public static readonly Rule DmarcTesting = new("BimiDmarcTesting", Error, Standard, "8.1", "Remove t=y.");

    // The logo at the providers.
    public static readonly Rule Providers = new("BimiProviders", Information, Draft, "8");
}
