using System.Buffers;
using System.Text;

namespace EmailSecurity.Svg;

internal ref partial struct SvgValidator
{
    private void CheckAttributes(ref Frame frame, int start)
    {
        var paints = new Paints();
        var ids = 0;
        for (var i = 0; i < reader.AttributeCount && !failed; i++)
        {
            ref readonly var attribute = ref attributes[i];
            if (IsDeclaration(attribute))
            {
                continue;
            }

            var name = text.Slice(attribute.Name, attribute.NameLength);
            if (attribute.HasReference)
            {
                ReportEntities(text.Slice(attribute.Value, attribute.ValueLength), attribute.Value);
            }

            if (attribute.Colon > 0 && !name.StartsWith("xml:"u8))
            {
                CheckPrefixed(attribute);
                continue;
            }
            var rule = SvgSchema.FindAttribute(name);
            if (rule is null || (rule.Elements >> (int)frame.Element & 1) == 0)
            {
                RefuseAttribute(frame.Element, attribute, name, isKnown: rule is not null);
                continue;
            }
            if (rule.Kind == SvgValueKind.NcName && ++ids == 2)
            {
                Report(SvgRules.TwoIds, attribute.Name, "An element has both id and xml:id.");
            }

            if (!attribute.HasReference)
            {
                CheckValue(ref frame, rule, attribute, text.Slice(attribute.Value, attribute.ValueLength), ref paints);
                continue;
            }
            var buffer = ArrayPool<byte>.Shared.Rent(attribute.ValueLength);
            var length = SvgText.Normalize(text.Slice(attribute.Value, attribute.ValueLength), buffer);
            CheckValue(ref frame, rule, attribute, buffer.AsSpan(0, length), ref paints);
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (!failed)
        {
            Paint(ref frame, paints);
        }
    }

    private void CheckPrefixed(in SvgAttribute attribute)
    {
        var kind = Resolve(attribute.Name, attribute.Colon);
        if (kind == NsUndeclared)
        {
            Undeclared(attribute);
            return;
        }
        var name = Show(attribute.Name, attribute.Name + attribute.NameLength);
        if (kind != NsXLink)
        {
            if (findings.Take(SvgRules.AttributeForeign))
            {
                Report(SvgRules.AttributeForeign, attribute.Name, $"The attribute {name} is not an SVG attribute.");
            }

            return;
        }
        if (findings.Take(SvgRules.XLink))
        {
            Report(SvgRules.XLink, attribute.Name, $"The profile's schema has no XLink attribute ({name}).");
        }

        var value = SvgText.Trim(text.Slice(attribute.Value, attribute.ValueLength));
        if (text.Slice(attribute.Local, attribute.LocalLength).SequenceEqual("href"u8) && !value.IsEmpty && value[0] != '#')
        {
            External(attribute.Name, name, value);
        }
    }

    private readonly void RefuseAttribute(SvgElement element, in SvgAttribute attribute, ReadOnlySpan<byte> name, bool isKnown)
    {
        var value = text.Slice(attribute.Value, attribute.ValueLength);
        if (name.SequenceEqual("style"u8))
        {
            Report(SvgRules.StyleAttribute, attribute.Name, $"<{SvgSchema.NameOf(element)}> has a style attribute: SVG Tiny 1.2 has no style sheets " +
                $"(section 6.2).");
        }
        else if (element == SvgElement.Svg && (name.SequenceEqual("x"u8) || name.SequenceEqual("y"u8)))
        {
            Report(SvgRules.RootPosition, attribute.Name, $"The root has the attribute {SvgText.Show(name)}.");
        }
        else if (SvgForbidden.IsEventAttribute(name))
        {
            if (findings.Take(SvgRules.AttributeForbidden))
            {
                Report(SvgRules.AttributeForbidden, attribute.Name, $"The attribute {SvgText.Show(name)} is not allowed: the profile forbids scripts " +
                    "and interactivity (SVG Tiny 1.2 sections 13 and 15).");
            }
        }
        else if (findings.Take(SvgRules.AttributeUnknown))
        {
            Report(SvgRules.AttributeUnknown, attribute.Name, isKnown
                ? $"The attribute {SvgText.Show(name)} is not allowed on <{SvgSchema.NameOf(element)}>."
                : $"SVG Tiny Portable/Secure has no attribute {SvgText.Show(name)} on <{SvgSchema.NameOf(element)}>.");
        }
        CheckUrls(attribute.Name, name, value);
        if (name.SequenceEqual("href"u8) && !value.StartsWith("#"u8))
        {
            External(attribute.Name, "href", value);
        }
    }

    private readonly void External(int offset, string name, ReadOnlySpan<byte> value)
    {
        if (findings.Take(SvgRules.ExternalReference))
        {
            Report(SvgRules.ExternalReference, offset, $"{name} refers to '{SvgText.Show(value)}', which is not in this file.");
        }
    }

    private void CheckValue(ref Frame frame, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value, ref Paints paints)
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
                else if (findings.Take(SvgRules.IdRepeated))
                {
                    Report(SvgRules.IdRepeated, attribute.Name, $"The id '{SvgText.Show(value)}' appears more than once.");
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
                CheckBase(attribute, value);
                break;
            case SvgValueKind.Href:
                if (value.IsEmpty || value[0] != '#')
                {
                    External(attribute.Name, rule.Name, value);
                }
                else
                {
                    Refer(value[1..], attribute.Name, isUse: true);
                }

                break;
            case SvgValueKind.Paint or SvgValueKind.Colour:
                paints.Set(rule.Bytes, CheckPaint(rule, attribute, value));
                break;
            case SvgValueKind.AnyText:
                CheckUrls(attribute.Name, rule.Bytes, value);
                break;
            default:
                if (frame.Element == SvgElement.Svg)
                {
                    TakeRootSize(rule, attribute, value);
                }
                else
                {
                    CheckGeometry(frame.Element, rule, attribute, value);
                }

                break;
        }
        if (rule.IsDiscouraged && findings.Take(SvgRules.Restricted))
        {
            Report(SvgRules.Restricted, attribute.Name, $"The attribute {rule.Name} should not be there.");
        }
    }

    private readonly bool Allowed(bool good, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value, string wanted)
    {
        if (!good && findings.Take(SvgRules.ValueNotAllowed))
        {
            Report(SvgRules.ValueNotAllowed, attribute.Name, $"{rule.Name}=\"{SvgText.Show(value)}\" is not allowed; the value is {wanted}.");
        }

        return good;
    }

    private void CheckToken(SvgElement element, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value)
    {
        var isVersion = rule.Name == "version";
        var isBaseProfile = rule.Name == "baseProfile";
        hasVersion |= isVersion;
        hasBaseProfile |= isBaseProfile;
        // The schema has no inherit for the root's font-weight.
        if (SvgValues.IsToken(value, rule.Tokens) && !(element == SvgElement.Svg && rule.Name == "font-weight"
            && SvgText.Trim(value).SequenceEqual("inherit"u8)))
        {
            if ((isVersion || isBaseProfile) && !value.SequenceEqual(rule.Tokens[0]))
            {
                Report(SvgRules.ValueMalformed, attribute.Name, $"There is white space in {rule.Name}; some receivers compare the exact value.");
            }

            return;
        }
        if (isVersion || isBaseProfile)
        {
            var wrong = isVersion ? SvgRules.VersionWrong : SvgRules.BaseProfileWrong;
            if (findings.Take(wrong))
            {
                Report(wrong, attribute.Name, $"{rule.Name} is \"{SvgText.Show(value)}\", not \"{Encoding.ASCII.GetString(rule.Tokens[0])}\".");
            }

            return;
        }
        Allowed(false, rule, attribute, value, string.Join(", ", Array.ConvertAll(rule.Tokens, Encoding.ASCII.GetString)));
    }

    /// <summary>SVG Tiny 1.2 section 14.1: xml:base says what file a reference is relative to, so that #id would name another file's element.</summary>
    private readonly void CheckBase(in SvgAttribute attribute, ReadOnlySpan<byte> value)
    {
        value = SvgText.Trim(value);
        if (value.IsEmpty)
        {
            return;
        }

        var scanner = new SvgScanner(value);
        if (value.StartsWith("//"u8) || (scanner.ReadLetters().Length > 0 && scanner.Next == ':'))
        {
            External(attribute.Name, "xml:base", value);
        }
        else
        {
            Report(SvgRules.BaseRelative, attribute.Name, "xml:base is set.");
        }
    }

    private void Refer(ReadOnlySpan<byte> name, int offset, bool isUse)
    {
        references ??= new SvgReferences();
        references.Refer(Encoding.UTF8.GetString(SvgText.Trim(name)), offset, isUse, ordinal);
    }

    /// <summary>Reports every <c>url(...)</c> in a value that leads out of the file.</summary>
    private readonly void CheckUrls(int offset, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        for (var open = value.IndexOf((byte)'('); open >= 0; open = value.IndexOf((byte)'('))
        {
            if (open >= 3 && SvgPaint.TryReadUrl(value[(open - 3)..], out var address, out _) && !address.StartsWith("#"u8))
            {
                External(offset, SvgText.Show(name), address);
            }

            value = value[(open + 1)..];
        }
    }

    private int CheckPaint(SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value)
    {
        var paint = SvgPaint.Read(value, rule.Kind == SvgValueKind.Paint, out var address);
        if (address.Length > 0 && address[0] == '#')
        {
            Refer(address[1..], attribute.Name, isUse: false);
        }
        else
        {
            CheckUrls(attribute.Name, rule.Bytes, value);
        }

        if (paint == SvgPaint.Unknown && findings.Take(SvgRules.ValueMalformed))
        {
            Report(SvgRules.ValueMalformed, attribute.Name, $"{rule.Name}=\"{SvgText.Show(value)}\" is not a " +
                $"{(rule.Kind == SvgValueKind.Paint ? "paint" : "color")} of SVG Tiny 1.2 (section 11.13).", "Write the color as #rrggbb.");
        }

        return paint;
    }

    private readonly void CheckGeometry(SvgElement element, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value)
    {
        var offset = 0;
        string? problem = rule.Kind switch
        {
            SvgValueKind.PathData => CheckPathData(attribute, value, out offset),
            SvgValueKind.Points => SvgGeometry.CheckPoints(value),
            SvgValueKind.Transform => SvgGeometry.CheckTransform(value),
            SvgValueKind.DashArray => SvgText.Trim(value) is var dashes
                && (dashes.SequenceEqual("none"u8) || dashes.SequenceEqual("inherit"u8) || SvgGeometry.CountNumbers(dashes) > 0)
                ? null : "stroke-dasharray is none, inherit or a list of numbers",
            _ => CheckNumber(element, rule, SvgText.Trim(value)),
        };
        if (problem is not null && findings.Take(SvgRules.ValueMalformed))
        {
            Report(SvgRules.ValueMalformed, attribute.HasReference ? attribute.Name : attribute.Value + offset, $"{rule.Name} cannot be read: {problem}.");
        }
    }

    private readonly string? CheckPathData(in SvgAttribute attribute, ReadOnlySpan<byte> value, out int offset)
    {
        var problem = SvgGeometry.CheckPath(value, out offset, out var hasArc);
        if (hasArc && problem is null)
        {
            offset = 0;
            return findings.Take(SvgRules.ArcInPath) ? AddArc(attribute) : null;
        }
        return problem;
    }

    private readonly string? AddArc(in SvgAttribute attribute)
    {
        Report(SvgRules.ArcInPath, attribute.Name, "The path has an elliptical arc (A), which SVG Tiny 1.2 does not have.");
        return null;
    }

    private static string? CheckNumber(SvgElement element, SvgAttributeRule rule, ReadOnlySpan<byte> value)
    {
        var scanner = new SvgScanner(value);
        if (scanner.SkipNumber())
        {
            return scanner.AtEnd ? null
                : "it is a number without a unit; SVG Tiny 1.2 has units on the root's width and height only (section 7.11)";
        }
        if (value.SequenceEqual("inherit"u8) && rule.Kind == SvgValueKind.NumberOrInherit)
        {
            return null;
        }

        return value.SequenceEqual("auto"u8) && element == SvgElement.TextArea ? null : "it is not a number";
    }
}
