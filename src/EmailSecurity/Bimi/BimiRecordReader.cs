using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Bimi;

/// <summary>Reads the tags of an assertion record, and says what is wrong with them.</summary>
internal static class BimiRecordReader
{
    public static BimiRecord? Read(string value, FindingBag findings)
    {
        if (value.Length > RecordText.MaxRecordLength)
        {
            findings.Report(BimiRules.RecordTooLong, $"The record has {value.Length} characters, more than a TXT record can contain.");
            return null;
        }
        if (!TagList.StartsWithVersion(value, BimiRecord.Version, caseSensitiveName: true))
        {
            findings.Report(BimiRules.RecordVersionInvalid, 1, 1);
            return null;
        }
        var tags = new List<Tag>(4);
        TagList.Read(value, BimiRules.Record, caseSensitiveNames: true, tags, findings);
        Uri? logo = null, certificate = null;
        AvatarPreference? preference = null;
        IReadOnlyList<string>? prefixes = null;
        var (sawLocation, readable) = (false, true);
        foreach (var tag in tags)
        {
            switch (tag.Name)
            {
                case "l":
                    sawLocation = true;
                    readable &= TryReadUri(tag, BimiRules.RecordLocationInvalid, "l", findings, out logo);
                    break;
                case "a":
                    readable &= TryReadUri(tag, BimiRules.RecordEvidenceInvalid, "a", findings, out certificate);
                    break;
                case "avp":
                    preference = ReadPreference(tag, findings);
                    break;
                case "lps":
                    prefixes = ReadPrefixes(tag, findings);
                    break;
                default:
                    if (tag.Name is "V" or "L" or "A" or "AVP" or "LPS")
                    {
                        findings.Report(BimiRules.RecordTagCase,
                            $"'{tag.Name}' is not '{tag.Name.ToLowerInvariant()}': tag names are case-sensitive (RFC 6376 section 3.2), so " +
                                $"receivers ignore it.", 1, tag.Column);
                    }

                    break; // unknown tags are ignored
            }
        }
        if (!sawLocation)
        {
            findings.Report(BimiRules.RecordLocationMissing);
        }
        else if (logo is not null && IsOtherImage(logo.AbsolutePath))
        {
            findings.Report(BimiRules.RecordLocationFormat, $"The l tag names '{RecordText.Show(logo.AbsolutePath)}'; an indicator is SVG or SVGZ.");
        }
        else if (readable && logo is null && certificate is null)
        {
            findings.Report(BimiRules.RecordDeclines);
        }
        else if (readable && logo is null)
        {
            findings.Report(BimiRules.RecordEvidenceWithoutLocation);
        }

        if (!readable || !sawLocation)
        {
            return null;
        }

        return new BimiRecord { Logo = logo, Certificate = certificate, AvatarPreference = preference, LocalPartSelectors = prefixes };
    }

    private static bool TryReadUri(Tag tag, Rule rule, string name, FindingBag findings, out Uri? uri)
    {
        uri = null;
        if (tag.Value.Length == 0)
        {
            return true;
        }

        var (message, fix) = Problem(tag.Value);
        if (message is null && Uri.TryCreate(tag.Value, UriKind.Absolute, out uri))
        {
            if (UriText.OtherPort(tag.Value) is { } port)
            {
                findings.Report(BimiRules.RecordPort,
                    Invariant($"The {name} tag names port {port}: receivers are not required to use any port except 443."), 1, tag.Column);
            }

            return true;
        }

        findings.Report(rule, $"The {name} tag '{RecordText.Show(tag.Value)}' {message ?? "is not a URI."}", 1, tag.Column, fix: fix);
        return false;
    }

    /// <summary>Section 5.3.2: a URI that ends with the suffix of another image format is a permanent error.</summary>
    private static bool IsOtherImage(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') && path[(dot + 1)..].ToLowerInvariant() is "png" or "jpg" or "jpeg" or "gif" or "webp" or "bmp" or "ico" or "tif"
            or "tiff" or "avif" or "heic" or "pdf" or "eps";
    }

    private static (string? Message, string? Fix) Problem(string value)
    {
        if (value.Contains(','))
        {
            return ("has a comma: the tag contains one URI, and a comma in it must be written as %2C.", "Use one URI. Write a comma in it as %2C.");
        }

        if (!UriText.IsUri(value))
        {
            return ("is not a URI.", "Write an https: URI, with %20 for a space.");
        }

        if (!UriText.HasScheme(value, "https"))
        {
            return ("is not an https: URI, and BIMI allows no other transport.", "Serve the file over HTTPS and write its https: URI.");
        }

        if (UriProblem.OfHttps(value) is { IsFatal: true } problem)
        {
            return (problem.Message, problem.Fix);
        }

        if (!BimiRecord.IsFullyQualified(UriText.HttpsHost(value)))
        {
            return ("has no fully qualified host name.", "Write 'https://', a full host name and the path of the file.");
        }

        return (null, null);
    }

    private static AvatarPreference? ReadPreference(Tag tag, FindingBag findings)
    {
        switch (tag.Value)
        {
            case "brand":
                return AvatarPreference.Brand;
            case "personal":
                return AvatarPreference.Personal;
            default:
                findings.Report(BimiRules.RecordAvatarPreferenceUnknown,
                    $"The avp tag is '{RecordText.Show(tag.Value)}', not brand or personal; receivers use the default, brand.", 1, tag.Column);
                return null;
        }
    }

    private static IReadOnlyList<string>? ReadPrefixes(Tag tag, FindingBag findings)
    {
        if (tag.Value.Length == 0)
        {
            return [];
        }

        var prefixes = new List<string>();
        foreach (var part in tag.Value.Split(','))
        {
            var prefix = part.Trim(' ', '\t');
            if (BimiRecord.IsLocalPartSelector(prefix))
            {
                prefixes.Add(prefix);
            }
            else
            {
                findings.Report(BimiRules.RecordLocalPartSelectorInvalid,
                    $"'{RecordText.Show(prefix)}' in the lps tag is not a valid local-part selector.", 1, tag.Column);
            }
        }
        return prefixes;
    }
}
