using System.Buffers;

namespace EmailSecurity.Svg;

/// <summary>The attributes of an element: which may stand there by the profile's schema, and why others may not.</summary>
internal ref struct SvgAttributeCheck(SvgReport report, SvgAttribute[] attributes)
{
    private readonly SvgReport report = report;
    private readonly SvgAttribute[] attributes = attributes;
    private SvgValueCheck values = new(report);
    private SvgColours colours = new();

    /// <summary>What the root says of the document.</summary>
    public readonly SvgRoot Root => values.Root;

    /// <summary>The ids and what refers to them; null where there are none.</summary>
    public readonly SvgReferences? References => values.References;

    /// <summary>How many different colors the shapes are painted with, 256 at most.</summary>
    public readonly int Colours => colours.Count;

    /// <summary>Reports what the root lacks, and a size or shape that logos should not have.</summary>
    public readonly void CheckRoot(int start) => values.CheckRoot(start);

    /// <summary>Reports a document that paints nothing, or in one color.</summary>
    public readonly void CheckColours(int offset) => colours.Check(report, offset);

    /// <summary>Checks the attributes of an element, and works out what it paints with.</summary>
    public void Check(ref SvgFrame frame, int count, int ordinal, scoped in SvgNamespaces namespaces)
    {
        var paints = new SvgPaints();
        var ids = 0;
        for (var i = 0; i < count && !report.HasEnded; i++)
        {
            ref readonly var attribute = ref attributes[i];
            if (namespaces.IsDeclaration(attribute))
            {
                continue;
            }

            var name = report.Text.Slice(attribute.Name, attribute.NameLength);
            if (attribute.HasReference)
            {
                SvgEntity.Report(report.Text.Slice(attribute.Value, attribute.ValueLength), attribute.Value, report);
            }

            if (attribute.Colon > 0 && !name.StartsWith("xml:"u8))
            {
                CheckPrefixed(attribute, namespaces);
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
                report.Report(SvgRules.TwoIds, attribute.Name, "An element has both id and xml:id.");
            }

            if (!attribute.HasReference)
            {
                values.Check(ref frame, ordinal, rule, attribute, report.Text.Slice(attribute.Value, attribute.ValueLength), ref paints);
                continue;
            }
            var buffer = ArrayPool<byte>.Shared.Rent(attribute.ValueLength);
            var length = SvgEntity.Normalize(report.Text.Slice(attribute.Value, attribute.ValueLength), buffer);
            values.Check(ref frame, ordinal, rule, attribute, buffer.AsSpan(0, length), ref paints);
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (!report.HasEnded)
        {
            colours.Paint(ref frame, paints);
        }
    }

    private readonly void CheckPrefixed(in SvgAttribute attribute, scoped in SvgNamespaces namespaces)
    {
        var kind = namespaces.Resolve(attribute.Name, attribute.Colon);
        if (kind == SvgNamespace.Undeclared)
        {
            namespaces.ReportUndeclared(attribute);
            return;
        }
        var name = report.Show(attribute.Name, attribute.Name + attribute.NameLength);
        if (kind != SvgNamespace.XLink)
        {
            if (report.Take(SvgRules.AttributeForeign))
            {
                report.Report(SvgRules.AttributeForeign, attribute.Name, $"The attribute {name} is not an SVG attribute.");
            }

            return;
        }
        if (report.Take(SvgRules.XLink))
        {
            report.Report(SvgRules.XLink, attribute.Name, $"The profile's schema has no XLink attribute ({name}).");
        }

        var value = SvgText.Trim(report.Text.Slice(attribute.Value, attribute.ValueLength));
        if (report.Text.Slice(attribute.Local, attribute.LocalLength).SequenceEqual("href"u8) && !value.IsEmpty && value[0] != '#')
        {
            SvgOutside.Report(attribute.Name, name, value, report);
        }
    }

    private readonly void RefuseAttribute(SvgElement element, in SvgAttribute attribute, ReadOnlySpan<byte> name, bool isKnown)
    {
        var value = report.Text.Slice(attribute.Value, attribute.ValueLength);
        if (name.SequenceEqual("style"u8))
        {
            report.Report(SvgRules.StyleAttribute, attribute.Name, $"<{SvgSchema.NameOf(element)}> has a style attribute: SVG Tiny 1.2 has no style sheets " +
                $"(section 6.2).");
        }
        else if (element == SvgElement.Svg && (name.SequenceEqual("x"u8) || name.SequenceEqual("y"u8)))
        {
            report.Report(SvgRules.RootPosition, attribute.Name, $"The root has the attribute {SvgText.Show(name)}.");
        }
        else if (SvgForbidden.IsEventAttribute(name))
        {
            if (report.Take(SvgRules.AttributeForbidden))
            {
                report.Report(SvgRules.AttributeForbidden, attribute.Name, $"The attribute {SvgText.Show(name)} is not allowed: the profile forbids scripts " +
                    "and interactivity (SVG Tiny 1.2 sections 13 and 15).");
            }
        }
        else if (report.Take(SvgRules.AttributeUnknown))
        {
            report.Report(SvgRules.AttributeUnknown, attribute.Name, isKnown
                ? $"The attribute {SvgText.Show(name)} is not allowed on <{SvgSchema.NameOf(element)}>."
                : $"SVG Tiny Portable/Secure has no attribute {SvgText.Show(name)} on <{SvgSchema.NameOf(element)}>.");
        }
        SvgOutside.CheckUrls(attribute.Name, name, value, report);
        if (name.SequenceEqual("href"u8) && !value.StartsWith("#"u8))
        {
            SvgOutside.Report(attribute.Name, "href", value, report);
        }
    }
}
