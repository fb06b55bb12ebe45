using System.Text;

namespace EmailSecurity.Svg;

/// <summary>The values of the attributes that an element of the profile may have.</summary>
internal ref struct SvgValueCheck(SvgReport report)
{
    private readonly SvgReport report = report;
    private SvgRoot root;
    private SvgReferences? references;

    /// <summary>What the root says of the document.</summary>
    public readonly SvgRoot Root => root;

    /// <summary>The ids and what refers to them; null where there are none.</summary>
    public readonly SvgReferences? References => references;

    /// <summary>Reports what the root lacks, and a size or shape that logos should not have.</summary>
    public readonly void CheckRoot(int start) => root.Check(start, report);

    /// <summary>Checks one value, and notes what it says of the document.</summary>
    public void Check(
        ref SvgFrame frame, int ordinal, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value, ref SvgPaints paints)
    {
        switch (rule.Kind)
        {
            case SvgValueKind.Token:
                CheckToken(frame.Element, rule, attribute, value);
                break;
            case SvgValueKind.NcName:
                if (!Allowed(SvgValues.IsNcName(value), rule, attribute, value, "a name: a letter or '_' first, then letters, digits, '.', '-', '_'"))
                {
                    break;
                }

                references ??= new SvgReferences();
                var target = references.Add(Encoding.UTF8.GetString(SvgText.Trim(value)), frame.Element, ordinal);
                if (target >= 0)
                {
                    frame.Target = target;
                }
                else if (report.Take(SvgRules.IdRepeated))
                {
                    report.Report(SvgRules.IdRepeated, attribute.Name, $"The id '{SvgText.Show(value)}' appears more than once.");
                }

                break;
            case SvgValueKind.NmTokens:
                Allowed(SvgValues.IsNmTokens(value), rule, attribute, value, "one or more names");
                break;
            case SvgValueKind.Language:
                Allowed(SvgValues.IsLanguage(value), rule, attribute, value, "a language tag such as en or en-GB");
                break;
            case SvgValueKind.AspectRatio:
                Allowed(SvgValues.IsAspectRatio(value), rule, attribute, value, "none or xMidYMid, with meet after it or without");
                break;
            case SvgValueKind.Base:
                SvgOutside.CheckBase(attribute, value, report);
                break;
            case SvgValueKind.Href:
                if (value.IsEmpty || value[0] != '#')
                {
                    SvgOutside.Report(attribute.Name, rule.Name, value, report);
                }
                else
                {
                    Refer(value[1..], attribute.Name, ordinal, isUse: true);
                }

                break;
            case SvgValueKind.Paint or SvgValueKind.Colour:
                paints.Set(rule.Bytes, CheckPaint(rule, attribute, value, ordinal));
                break;
            case SvgValueKind.AnyText:
                SvgOutside.CheckUrls(attribute.Name, rule.Bytes, value, report);
                break;
            default:
                if (frame.Element == SvgElement.Svg && rule.Kind is SvgValueKind.ViewBox or SvgValueKind.Length)
                {
                    root.Take(rule, attribute, value, report);
                }
                else
                {
                    SvgGeometryCheck.Check(frame.Element, rule, attribute, value, report);
                }

                break;
        }
        if (rule.IsDiscouraged && report.Take(SvgRules.Restricted))
        {
            report.Report(SvgRules.Restricted, attribute.Name, $"The attribute {rule.Name} should not be there.");
        }
    }

    private void CheckToken(SvgElement element, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value)
    {
        var isVersion = rule.Name == "version";
        var isBaseProfile = rule.Name == "baseProfile";
        root.HasVersion |= isVersion;
        root.HasBaseProfile |= isBaseProfile;
        // The schema has no inherit for the root's font-weight.
        if (SvgValues.IsToken(value, rule.Tokens) && !(element == SvgElement.Svg && rule.Name == "font-weight"
            && SvgText.Trim(value).SequenceEqual("inherit"u8)))
        {
            if ((isVersion || isBaseProfile) && !value.SequenceEqual(rule.Tokens[0]))
            {
                report.Report(SvgRules.ValueMalformed, attribute.Name, $"There is white space in {rule.Name}; some receivers compare the exact value.");
            }

            return;
        }
        if (isVersion || isBaseProfile)
        {
            var wrong = isVersion ? SvgRules.VersionWrong : SvgRules.BaseProfileWrong;
            if (report.Take(wrong))
            {
                report.Report(wrong, attribute.Name, $"{rule.Name} is \"{SvgText.Show(value)}\", not \"{Encoding.ASCII.GetString(rule.Tokens[0])}\".");
            }

            return;
        }
        Allowed(false, rule, attribute, value, string.Join(", ", Array.ConvertAll(rule.Tokens, Encoding.ASCII.GetString)));
    }

    private int CheckPaint(SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value, int ordinal)
    {
        var paint = SvgPaint.Read(value, rule.Kind == SvgValueKind.Paint, out var address);
        if (address.Length > 0 && address[0] == '#')
        {
            Refer(address[1..], attribute.Name, ordinal, isUse: false);
        }
        else
        {
            SvgOutside.CheckUrls(attribute.Name, rule.Bytes, value, report);
        }

        if (paint == SvgPaint.Unknown && report.Take(SvgRules.ValueMalformed))
        {
            report.Report(SvgRules.ValueMalformed, attribute.Name, $"{rule.Name}=\"{SvgText.Show(value)}\" is not a " +
                $"{(rule.Kind == SvgValueKind.Paint ? "paint" : "color")} of SVG Tiny 1.2 (section 11.13).", "Write the color as #rrggbb.");
        }

        return paint;
    }

    private readonly bool Allowed(bool good, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value, string wanted)
    {
        if (!good && report.Take(SvgRules.ValueNotAllowed))
        {
            report.Report(SvgRules.ValueNotAllowed, attribute.Name, $"{rule.Name}=\"{SvgText.Show(value)}\" is not allowed; the value is {wanted}.");
        }

        return good;
    }

    private void Refer(ReadOnlySpan<byte> name, int offset, int ordinal, bool isUse)
    {
        references ??= new SvgReferences();
        references.Refer(Encoding.UTF8.GetString(SvgText.Trim(name)), offset, isUse, ordinal);
    }
}
