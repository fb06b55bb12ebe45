using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Dmarc;

/// <summary>The tags of a record that say where reports go and what is reported: rua, ruf, fo.</summary>
internal static class DmarcReportTags
{
    // dmarc-urilist = (dmarc-uri / obs-dmarc-uri) *(*WSP "," *WSP (dmarc-uri / obs-dmarc-uri))
    public static List<string> ReadUris(Tag tag, FindingBag findings)
    {
        var uris = new List<string>();
        foreach (var part in tag.Value.Split(','))
        {
            var text = part.Trim(' ', '\t');
            var uri = text.AsSpan();
            var bang = uri.IndexOf('!');
            if (bang >= 0 && IsSizeLimit(uri[(bang + 1)..]))
            {
                uri = uri[..bang];
                findings.Report(DmarcRules.RecordSizeLimit,
                    $"'{RecordText.Show(text)}' has a size limit, which RFC 9989 made obsolete: reporters ignore it.", 1, tag.Column);
            }
            var problem = Problem(uri);
            if (problem is not null)
            {
                findings.Report(DmarcRules.RecordUriInvalid,
                    $"'{RecordText.Show(text)}' in the {tag.Name} tag {problem.Message}{(problem.IsFatal ? " Receivers ignore it." : "")}", 1, tag.Column,
                    fix: problem.Fix);
            }

            if (problem is null or { IsFatal: false })
            {
                uris.Add(text);
            }
        }
        return uris;
    }

    private static UriProblem? Problem(ReadOnlySpan<char> uri) =>
        uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) && !uri.Contains('!') ? UriProblem.OfMailto(uri)
        : uri.StartsWith("https:", StringComparison.OrdinalIgnoreCase) && !uri.Contains('!') ? UriProblem.OfHttps(uri)
        : uri.Contains('!') || !UriText.IsUri(uri)
            ? new(true, "is not a usable URI.", uri.Contains(':') ? "Write 'mailto:' and an address; '!' in it as %21."
            : "Write 'mailto:' in front of the address.")
        : null;

    // obs-dmarc-report-size = "!" 1*DIGIT [ "k" / "m" / "g" / "t" ]; a number past 64 bits is no size.
    private static bool IsSizeLimit(ReadOnlySpan<char> text)
    {
        if (text.Length > 0 && text[^1] is 'k' or 'm' or 'g' or 't' or 'K' or 'M' or 'G' or 'T')
        {
            text = text[..^1];
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    public static List<string> ReadFailureOptions(Tag tag, FindingBag findings)
    {
        var options = new List<string>();
        foreach (var part in tag.Value.Split(':'))
        {
            var option = part.Trim(' ', '\t').ToLowerInvariant();
            if (option is "0" or "1" or "d" or "s")
            {
                if (!options.Contains(option))
                {
                    options.Add(option);
                }

                continue;
            }
            findings.Report(DmarcRules.RecordTagInvalid,
                $"'{RecordText.Show(option)}' in the fo tag is not 0, 1, d or s; receivers use the default, 0.", 1, tag.Column,
                fix: "Write one of 0 and 1, with d and s if wanted, separated by colons.");
            return [];
        }
        // RFC 7489 took any combination; RFC 9989 section 4.7 has 0 and 1 exclude each other.
        if (options.Contains("0") && options.Contains("1"))
        {
            findings.Report(DmarcRules.RecordFailureOptionsExclusive, 1, tag.Column);
        }

        return options;
    }
}
