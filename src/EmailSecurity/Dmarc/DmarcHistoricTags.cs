using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Dmarc;

/// <summary>The tags of RFC 7489 that RFC 9989 removed, read and reported as obsolete: pct, ri, rf.</summary>
internal static class DmarcHistoricTags
{
    public static int? ReadPercent(Tag tag, FindingBag findings)
    {
        if (tag.Value.Length is >= 1 and <= 3 && int.TryParse(tag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100)
        {
            if (percent < 100)
            {
                findings.Report(DmarcRules.RecordPercentHistoric,
                    $"'pct={percent}' is obsolete. Receivers that follow RFC 9989 apply the policy to all mail; " +
                        $"older receivers apply it to {percent}% of the mail.", 1,
                    tag.Column, fix: percent == 0 ? "Use 't=y' to test a policy." : "Remove pct.");
            }
            else
            {
                findings.Report(DmarcRules.RecordTagHistoric, "'pct=100' has no effect: RFC 9989 removed the tag.", 1, tag.Column);
            }

            return percent;
        }
        findings.Report(DmarcRules.RecordTagInvalid,
            $"The pct tag is '{RecordText.Show(tag.Value)}', not 0 to 100 (RFC 7489 section 6.3).", 1, tag.Column, fix: "Remove pct.");
        return null;
    }

    public static long? ReadInterval(Tag tag, FindingBag findings)
    {
        // RFC 7489 section 6.3: a 32-bit unsigned integer.
        if (uint.TryParse(tag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            findings.Report(DmarcRules.RecordTagHistoric, "RFC 9989 removed the ri tag: reports are sent daily.", 1, tag.Column, fix: "Remove ri.");
            return seconds;
        }
        findings.Report(DmarcRules.RecordTagInvalid,
            $"The ri tag is '{RecordText.Show(tag.Value)}', not a number of seconds (RFC 7489 section 6.3).", 1, tag.Column, fix: "Remove ri.");
        return null;
    }

    public static List<string> ReadFormats(Tag tag, FindingBag findings)
    {
        var formats = new List<string>();
        foreach (var part in tag.Value.Split(':'))
        {
            // RFC 7489 section 6.4: Keyword of RFC 5321 section 4.1.2, Ldh-str: letters, digits and hyphens, ending in a letter or digit.
            var format = part.Trim(' ', '\t');
            if (format.Length == 0 || format[^1] == '-' || format.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
            {
                findings.Report(DmarcRules.RecordTagInvalid,
                    $"'{RecordText.Show(format)}' in the rf tag is not a report format (RFC 7489 section 6.4).", 1, tag.Column, fix: "Remove rf.");
                return [];
            }
            formats.Add(format);
        }
        findings.Report(DmarcRules.RecordTagHistoric, "RFC 9989 removed the rf tag: there is only one report format.", 1, tag.Column, fix: "Remove rf.");
        return formats;
    }
}
