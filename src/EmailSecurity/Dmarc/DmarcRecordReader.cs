using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Dmarc;

/// <summary>
/// Reads a DMARC record (RFC 9989 section 4.8): dmarc-record = dmarc-version *(dmarc-sep dmarc-tag) [dmarc-sep].
/// A value that breaks its rule is discarded in favour of the default (section 4.7), so it is a warning; only what stops receivers from using the record is
/// an error.
/// </summary>
internal static class DmarcRecordReader
{
    internal static DmarcRecord? Read(string value, FindingBag findings)
    {
        if (value.Length > RecordText.MaxRecordLength)
        {
            findings.Report(DmarcRules.RecordTooLong, $"The record has {value.Length} characters, more than a TXT record can contain.");
            return null;
        }
        // RFC 9989 section 4.8: dmarc-version = "v" equals %s"DMARC1": the tag's name in any case, its value exactly.
        if (!TagList.StartsWithVersion(value, DmarcRecord.Version, caseSensitiveName: false))
        {
            findings.Report(DmarcRules.RecordVersionInvalid, 1, 1);
            return null;
        }
        var tags = new List<Tag>(8);
        TagList.Read(value, DmarcRules.Record, caseSensitiveNames: false, tags, findings);
        return new Reading(tags).Run(findings);
    }

    private ref struct Reading(List<Tag> tags)
    {
        private DmarcPolicy? policy;
        private DmarcPolicy? subdomainPolicy;
        private DmarcPolicy? nonexistentPolicy;
        private bool sawPolicy;
        private bool badPolicy;

        private bool testing;
        private DmarcPsd psd;
        private DmarcAlignment dkim;
        private DmarcAlignment spf;
        private int? percent;
        private long? interval;
        private List<string>? aggregate;
        private List<string>? failure;
        private List<string>? options;
        private List<string>? formats;

        public DmarcRecord Run(FindingBag findings)
        {
            for (var i = 0; i < tags.Count; i++)
            {
                Apply(tags[i], i, findings);
            }

            // RFC 9989 section 4.10.1: without a valid p, or with an sp or np that is not valid, a record with a valid rua counts as p=none; any other is
            // not applied.
            var usable = policy is not null && !badPolicy;
            if (!usable)
            {
                var rule = sawPolicy ? DmarcRules.RecordPolicyInvalid : DmarcRules.RecordPolicyMissing;
                var why = sawPolicy ? "The record has a policy that is not none, quarantine or reject" : "The record has no p tag";
                if (aggregate is { Count: > 0 })
                {
                    findings.Report(rule with { Severity = FindingSeverity.Warning }, $"{why}; receivers treat it as p=none.");
                }
                else
                {
                    findings.Report(rule, $"{why} and no valid rua; receivers do not apply DMARC.");
                }
            }
            return new DmarcRecord
            {
                Policy = usable ? policy!.Value : DmarcPolicy.None,
                SubdomainPolicy = usable ? subdomainPolicy : null,
                NonexistentSubdomainPolicy = usable ? nonexistentPolicy : null,
                IsTesting = testing,
                Psd = psd,
                DkimAlignment = dkim,
                SpfAlignment = spf,
                Percent = percent,
                ReportInterval = interval,
                AggregateReportUris = (IReadOnlyList<string>?)aggregate ?? [],
                FailureReportUris = (IReadOnlyList<string>?)failure ?? [],
                FailureOptions = (IReadOnlyList<string>?)options ?? [],
                ReportFormats = (IReadOnlyList<string>?)formats ?? [],
            };
        }

        private void Apply(Tag tag, int index, FindingBag findings)
        {
            switch (tag.Name)
            {
                case "p":
                    sawPolicy = true;
                    policy = ReadPolicy(tag, findings);
                    // RFC 7489 section 6.3 wants p second; RFC 9989 section 4.8 takes any order.
                    if (index > 0)
                    {
                        findings.Report(DmarcRules.RecordPolicyNotSecond, 1, tag.Column);
                    }

                    break;
                case "sp":
                    subdomainPolicy = ReadPolicy(tag, findings);
                    break;
                case "np":
                    nonexistentPolicy = ReadPolicy(tag, findings);
                    break;
                case "t":
                    testing = Choose(tag, findings, "n", "y") == 1;
                    break;
                case "psd":
                    psd = (DmarcPsd)Choose(tag, findings, "u", "y", "n");
                    break;
                case "adkim":
                    dkim = (DmarcAlignment)Choose(tag, findings, "r", "s");
                    break;
                case "aspf":
                    spf = (DmarcAlignment)Choose(tag, findings, "r", "s");
                    break;
                case "rua":
                    aggregate = ReadUris(tag, findings);
                    break;
                case "ruf":
                    failure = ReadUris(tag, findings);
                    break;
                case "fo":
                    options = ReadFailureOptions(tag, findings);
                    break;
                case "pct":
                    percent = ReadPercent(tag, findings);
                    break;
                case "ri":
                    interval = ReadInterval(tag, findings);
                    break;
                case "rf":
                    formats = ReadFormats(tag, findings);
                    break;
                default:
                    findings.Report(DmarcRules.RecordTagUnknown, $"Tag '{RecordText.Show(tag.Name)}' is unknown; receivers ignore it.", 1, tag.Column);
                    break;
            }
        }

        private DmarcPolicy? ReadPolicy(Tag tag, FindingBag findings)
        {
            // ABNF strings are matched without regard to case (RFC 5234 section 2.3).
            foreach (var known in (ReadOnlySpan<DmarcPolicy>)[DmarcPolicy.None, DmarcPolicy.Quarantine, DmarcPolicy.Reject])
            {
                if (tag.Value.Equals(DmarcRecord.Word(known), StringComparison.OrdinalIgnoreCase))
                {
                    return known;
                }
            }
            badPolicy = true;
            findings.Report(DmarcRules.RecordTagInvalid,
                $"The {tag.Name} tag is '{RecordText.Show(tag.Value)}', not none, quarantine or reject.", 1, tag.Column);
            return null;
        }
    }

    /// <summary>Index of the word that the value is; 0, the default, with a warning, where it is none.</summary>
    private static int Choose(Tag tag, FindingBag findings, params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (tag.Value.Equals(words[i], StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }
        findings.Report(DmarcRules.RecordTagInvalid,
            $"The {tag.Name} tag is '{RecordText.Show(tag.Value)}', not one of {string.Join(", ", words.ToArray())}; receivers use the default, " +
                $"{words[0]}.", 1, tag.Column, fix: "Correct it, or leave the tag out.");
        return 0;
    }

    // dmarc-urilist = (dmarc-uri / obs-dmarc-uri) *(*WSP "," *WSP (dmarc-uri / obs-dmarc-uri))
    private static List<string> ReadUris(Tag tag, FindingBag findings)
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

    private static List<string> ReadFailureOptions(Tag tag, FindingBag findings)
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

    private static int? ReadPercent(Tag tag, FindingBag findings)
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

    private static long? ReadInterval(Tag tag, FindingBag findings)
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

    private static List<string> ReadFormats(Tag tag, FindingBag findings)
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
