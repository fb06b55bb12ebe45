using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Dmarc;

/// <summary>
/// Reads a DMARC record (RFC 9989 section 4.8): dmarc-record = dmarc-version *(dmarc-sep dmarc-tag) [dmarc-sep].
/// A value that breaks its rule is discarded in favour of the default (section 4.7), so it is a warning; only what stops receivers from using the record is an error.
/// </summary>
internal static class DmarcRecordReader
{
    private const string Section = "4.7";

    internal static DmarcRecord? Read(string value, ref FindingBag findings)
    {
        if (value.Length > RecordText.MaxRecordLength)
        {
            findings.Error("DmarcRecordTooLong", "4.8", $"The record has {value.Length} characters, more than a TXT record can hold.", "Shorten it.");
            return null;
        }
        // RFC 9989 section 4.8: dmarc-version = "v" equals %s"DMARC1": the tag's name in any case, its value exactly.
        if (!TagList.StartsWithVersion(value, DmarcRecord.Version, caseSensitiveName: false))
        {
            findings.Error("DmarcRecordVersionInvalid", Section, "The record does not begin with 'v=DMARC1'.", "Begin the record with exactly 'v=DMARC1;' (case matters, nothing before it).", 1, 1);
            return null;
        }
        var tags = new List<Tag>(8);
        TagList.Read(value, "4.8", "DmarcRecord", caseSensitiveNames: false, ignoreBroken: true, tags, ref findings);
        return new Reading(tags).Run(ref findings);
    }

    private ref struct Reading(List<Tag> tags)
    {
        private DmarcPolicy? _policy;
        private DmarcPolicy? _subdomainPolicy;
        private DmarcPolicy? _nonexistentPolicy;
        private bool _sawPolicy;
        private bool _badPolicy;

        private bool _testing;
        private DmarcPsd _psd;
        private DmarcAlignment _dkim;
        private DmarcAlignment _spf;
        private int? _percent;
        private long? _interval;
        private List<string>? _aggregate;
        private List<string>? _failure;
        private List<string>? _options;
        private List<string>? _formats;

        public DmarcRecord Run(ref FindingBag findings)
        {
            for (var i = 0; i < tags.Count; i++)
                Apply(tags[i], i, ref findings);

            // RFC 9989 section 4.10.1: without a valid p, or with an sp or np that is not valid, a record with a valid rua counts as p=none; any other is not applied.
            var usable = _policy is not null && !_badPolicy;
            if (!usable)
            {
                var code = _sawPolicy ? "DmarcRecordPolicyInvalid" : "DmarcRecordPolicyMissing";
                var why = _sawPolicy ? "The record has a policy that is not none, quarantine or reject" : "The record has no p tag";
                const string Fix = "Write 'p=none', 'p=quarantine' or 'p=reject' right after the version.";
                if (_aggregate is { Count: > 0 })
                    findings.Warning(code, "4.10.1", $"{why}; receivers take it as p=none.", Fix);
                else
                    findings.Error(code, "4.10.1", $"{why} and no valid rua; receivers do not apply DMARC.", Fix);
            }
            return new DmarcRecord
            {
                Policy = usable ? _policy!.Value : DmarcPolicy.None,
                SubdomainPolicy = usable ? _subdomainPolicy : null,
                NonexistentSubdomainPolicy = usable ? _nonexistentPolicy : null,
                IsTesting = _testing,
                Psd = _psd,
                DkimAlignment = _dkim,
                SpfAlignment = _spf,
                Percent = _percent,
                ReportInterval = _interval,
                AggregateReportUris = (IReadOnlyList<string>?)_aggregate ?? [],
                FailureReportUris = (IReadOnlyList<string>?)_failure ?? [],
                FailureOptions = (IReadOnlyList<string>?)_options ?? [],
                ReportFormats = (IReadOnlyList<string>?)_formats ?? [],
            };
        }

        private void Apply(Tag tag, int index, ref FindingBag findings)
        {
            switch (tag.Name)
            {
                case "p":
                    _sawPolicy = true;
                    _policy = ReadPolicy(tag, ref findings);
                    // RFC 7489 section 6.3 wants p second; RFC 9989 section 4.8 takes any order.
                    if (index > 0)
                        findings.Warning("DmarcRecordPolicyNotSecond", "4.8", "The p tag is not right after the version; receivers that follow RFC 7489 ignore such a record.", "Move 'p=' right behind 'v=DMARC1;'.", 1, tag.Column);
                    break;
                case "sp":
                    _subdomainPolicy = ReadPolicy(tag, ref findings);
                    break;
                case "np":
                    _nonexistentPolicy = ReadPolicy(tag, ref findings);
                    break;
                case "t":
                    _testing = Choose(tag, ref findings, "n", "y") == 1;
                    break;
                case "psd":
                    _psd = (DmarcPsd)Choose(tag, ref findings, "u", "y", "n");
                    break;
                case "adkim":
                    _dkim = (DmarcAlignment)Choose(tag, ref findings, "r", "s");
                    break;
                case "aspf":
                    _spf = (DmarcAlignment)Choose(tag, ref findings, "r", "s");
                    break;
                case "rua":
                    _aggregate = ReadUris(tag, ref findings);
                    break;
                case "ruf":
                    _failure = ReadUris(tag, ref findings);
                    break;
                case "fo":
                    _options = ReadFailureOptions(tag, ref findings);
                    break;
                case "pct":
                    _percent = ReadPercent(tag, ref findings);
                    break;
                case "ri":
                    _interval = ReadInterval(tag, ref findings);
                    break;
                case "rf":
                    _formats = ReadFormats(tag, ref findings);
                    break;
                default:
                    findings.Information("DmarcRecordTagUnknown", Section, $"Tag '{RecordText.Show(tag.Name)}' is unknown; receivers ignore it.", "", 1, tag.Column);
                    break;
            }
        }

        private DmarcPolicy? ReadPolicy(Tag tag, ref FindingBag findings)
        {
            // ABNF strings are matched without regard to case (RFC 5234 section 2.3).
            foreach (var policy in (ReadOnlySpan<DmarcPolicy>)[DmarcPolicy.None, DmarcPolicy.Quarantine, DmarcPolicy.Reject])
            {
                if (tag.Value.Equals(DmarcRecord.Word(policy), StringComparison.OrdinalIgnoreCase))
                    return policy;
            }
            _badPolicy = true;
            findings.Warning("DmarcRecordTagInvalid", Section, $"The {tag.Name} tag is '{RecordText.Show(tag.Value)}', not none, quarantine or reject.", "Write none, quarantine or reject.", 1, tag.Column);
            return null;
        }
    }

    /// <summary>Index of the word that the value is; 0, the default, with a warning, where it is none.</summary>
    private static int Choose(Tag tag, ref FindingBag findings, params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (tag.Value.Equals(words[i], StringComparison.OrdinalIgnoreCase))
                return i;
        }
        findings.Warning("DmarcRecordTagInvalid", Section, $"The {tag.Name} tag is '{RecordText.Show(tag.Value)}', not one of {string.Join(", ", words.ToArray())}; receivers take the default, {words[0]}.", "Mend it, or leave the tag out.", 1, tag.Column);
        return 0;
    }

    // dmarc-urilist = (dmarc-uri / obs-dmarc-uri) *(*WSP "," *WSP (dmarc-uri / obs-dmarc-uri))
    private static List<string> ReadUris(Tag tag, ref FindingBag findings)
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
                findings.Information("DmarcRecordSizeLimit", "4.8", $"'{RecordText.Show(text)}' has a size limit, which RFC 9989 made obsolete: reporters ignore it.", "Remove '!' and what follows it.", 1, tag.Column);
            }
            var problem = Problem(uri);
            if (problem is not null)
                findings.Warning("DmarcRecordUriInvalid", "4.8",
                    $"'{RecordText.Show(text)}' in the {tag.Name} tag {problem.Message}{(problem.IsFatal ? " Receivers ignore it." : "")}", problem.Fix, 1,
                    tag.Column);
            if (problem is null or { IsFatal: false })
                uris.Add(text);
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
            text = text[..^1];
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static List<string> ReadFailureOptions(Tag tag, ref FindingBag findings)
    {
        var options = new List<string>();
        foreach (var part in tag.Value.Split(':'))
        {
            var option = part.Trim(' ', '\t').ToLowerInvariant();
            if (option is "0" or "1" or "d" or "s")
            {
                if (!options.Contains(option))
                    options.Add(option);
                continue;
            }
            findings.Warning("DmarcRecordTagInvalid", Section, $"'{RecordText.Show(option)}' in the fo tag is not 0, 1, d or s; receivers take the default, 0.", "Write one of 0 and 1, with d and s if wanted, separated by colons.", 1, tag.Column);
            return [];
        }
        // RFC 7489 took any combination; RFC 9989 section 4.7 has 0 and 1 exclude each other.
        if (options.Contains("0") && options.Contains("1"))
            findings.Information("DmarcRecordFailureOptionsExclusive", Section, "The fo tag has both 0 and 1, which exclude each other.", "Keep 1 to get a report for any failure, 0 for complete failures only.", 1, tag.Column);
        return options;
    }

    private static int? ReadPercent(Tag tag, ref FindingBag findings)
    {
        if (tag.Value.Length is >= 1 and <= 3 && int.TryParse(tag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100)
        {
            if (percent < 100)
                findings.Warning("DmarcRecordPercentHistoric", Section, $"'pct={percent}' is historic: receivers that follow RFC 9989 apply the policy to all mail, older ones to {percent} in 100.", percent == 0 ? "Use 't=y' to test a policy." : "Remove pct.", 1, tag.Column);
            else
                findings.Information("DmarcRecordTagHistoric", Section, "'pct=100' says nothing: RFC 9989 dropped the tag.", "Remove pct.", 1, tag.Column);
            return percent;
        }
        findings.Warning("DmarcRecordTagInvalid", Section, $"The pct tag is '{RecordText.Show(tag.Value)}', not 0 to 100 (RFC 7489 section 6.3).", "Remove pct.", 1, tag.Column);
        return null;
    }

    private static long? ReadInterval(Tag tag, ref FindingBag findings)
    {
        // RFC 7489 section 6.3: a 32-bit unsigned integer.
        if (uint.TryParse(tag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            findings.Information("DmarcRecordTagHistoric", Section, "RFC 9989 dropped the ri tag: reports come daily.", "Remove ri.", 1, tag.Column);
            return seconds;
        }
        findings.Warning("DmarcRecordTagInvalid", Section, $"The ri tag is '{RecordText.Show(tag.Value)}', not a number of seconds (RFC 7489 section 6.3).", "Remove ri.", 1, tag.Column);
        return null;
    }

    private static List<string> ReadFormats(Tag tag, ref FindingBag findings)
    {
        var formats = new List<string>();
        foreach (var part in tag.Value.Split(':'))
        {
            // RFC 7489 section 6.4: Keyword of RFC 5321 section 4.1.2, Ldh-str: letters, digits and hyphens, ending in a letter or digit.
            var format = part.Trim(' ', '\t');
            if (format.Length == 0 || format[^1] == '-' || format.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
            {
                findings.Warning("DmarcRecordTagInvalid", Section, $"'{RecordText.Show(format)}' in the rf tag is no report format (RFC 7489 section 6.4).", "Remove rf.", 1, tag.Column);
                return [];
            }
            formats.Add(format);
        }
        findings.Information("DmarcRecordTagHistoric", Section, "RFC 9989 dropped the rf tag: there is one format.", "Remove rf.", 1, tag.Column);
        return formats;
    }
}
