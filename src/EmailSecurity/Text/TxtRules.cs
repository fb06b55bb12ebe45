using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Text;

/// <summary>The rules of TXT values in presentation form (RFC 1035).</summary>
internal static class TxtRules
{
    private const string Standard = "RFC 1035";

    public static readonly Rule QuoteUnbalanced = new("TxtQuoteUnbalanced", Error, Standard, "5.1",
        "Put a quote at the beginning and at the end of each string, or leave both out; write \\\" for a quote within.",
        "The text has a quote (\") without its counterpart.");
    public static readonly Rule StringTooLong = new("TxtStringTooLong", Error, Standard, "3.3",
        "Split it: \"first part\" \"second part\". Readers join the parts without a space.");
}
