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
                    aggregate = DmarcReportTags.ReadUris(tag, findings);
                    break;
                case "ruf":
                    failure = DmarcReportTags.ReadUris(tag, findings);
                    break;
                case "fo":
                    options = DmarcReportTags.ReadFailureOptions(tag, findings);
                    break;
                case "pct":
                    percent = DmarcHistoricTags.ReadPercent(tag, findings);
                    break;
                case "ri":
                    interval = DmarcHistoricTags.ReadInterval(tag, findings);
                    break;
                case "rf":
                    formats = DmarcHistoricTags.ReadFormats(tag, findings);
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
}
