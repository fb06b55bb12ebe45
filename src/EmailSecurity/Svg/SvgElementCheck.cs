namespace EmailSecurity.Svg;

/// <summary>Which element of the profile a tag is, and whether it may stand where it does.</summary>
internal ref struct SvgElementCheck(SvgReport report)
{
    private readonly SvgReport report = report;
    private bool rootAssumed;

    /// <summary>True where the root is an svg element.</summary>
    public bool HasRoot { get; private set; }

    /// <summary>How many titles the root has.</summary>
    public int Titles { get; private set; }

    /// <summary>Judges the root; true where it is an svg element, whose attributes are to be checked.</summary>
    public bool EnterRoot(ref SvgFrame frame, SvgNamespace kind, int colon, int start)
    {
        if (!Local(frame, colon).SequenceEqual("svg"u8))
        {
            frame.IsForeign = true;
            if (report.Take(SvgRules.RootNotSvg))
            {
                report.Report(SvgRules.RootNotSvg, start, $"The root element is {frame.Tag(report)}, not <svg>.");
            }

            return false;
        }
        HasRoot = true;
        frame.Element = SvgElement.Svg;
        if (kind != SvgNamespace.Svg)
        {
            rootAssumed = true;
            report.Report(SvgRules.NamespaceMissing, start, kind == SvgNamespace.None ? "The root <svg> is in no namespace."
                : "The root <svg> is in a namespace that is not SVG's.");
        }
        else if (colon > 0)
        {
            report.Report(SvgRules.RootPrefixed, start, "The root's name has a prefix.");
        }

        return true;
    }

    /// <summary>Judges an element below the root; true where it is one of the profile, whose attributes are to be checked.</summary>
    public bool Enter(ref SvgFrame frame, ref SvgFrame parent, bool inRoot, SvgNamespace kind, int colon, int start)
    {
        var isFirst = !parent.HasChild;
        parent.HasChild = true;
        if (kind != SvgNamespace.Svg && !(rootAssumed && colon < 0))
        {
            frame.IsForeign = true;
            if (report.Take(SvgRules.ElementForeign))
            {
                report.Report(SvgRules.ElementForeign, start, $"{frame.Tag(report)} is not an SVG element; the profile allows no other in " +
                    $"{parent.Tag(report)}.");
            }

            return false;
        }
        var local = Local(frame, colon);
        frame.Element = SvgSchema.FindElement(local);
        if (frame.Element == SvgElement.None)
        {
            frame.IsRefused = true;
            Refuse(local, start);
            return false;
        }
        if (frame.Element is SvgElement.Title or SvgElement.Svg || !(parent.IsRefused || (SvgSchema.ChildrenOf(parent.Element) >> (int)frame.Element & 1) != 0))
        {
            CheckPlace(frame.Element, parent, inRoot, isFirst, start);
        }

        return true;
    }

    /// <summary>Reports text in an element that takes none.</summary>
    public readonly void RefuseText(in SvgFrame frame, int offset, ReadOnlySpan<byte> text)
    {
        if (report.Take(SvgRules.TextMisplaced))
        {
            report.Report(SvgRules.TextMisplaced, offset, $"Text ('{SvgText.Show(SvgText.Trim(text))}') is not allowed in {frame.Tag(report)}.");
        }
    }

    private readonly void Refuse(ReadOnlySpan<byte> local, int start)
    {
        var name = SvgText.Show(local);
        var (rule, reason, fix) = SvgForbidden.Element(name);
        if (report.Take(rule))
        {
            report.Report(rule, start, $"<{name}> is not allowed: {reason}.", fix);
        }
    }

    private void CheckPlace(SvgElement element, in SvgFrame parent, bool inRoot, bool isFirst, int start)
    {
        if (element == SvgElement.Title && inRoot)
        {
            // draft-svg-tiny-ps-abrotman section 2.1: one title, a child of the root; the schema puts it first.
            if (++Titles > 1)
            {
                report.Report(SvgRules.TitleRepeated, start, "There is more than one <title>.");
            }
            else if (!isFirst)
            {
                report.Report(SvgRules.TitleNotFirst, start, "<title> is not the first child of the root.");
            }

            return;
        }
        if (report.Take(SvgRules.ElementMisplaced))
        {
            report.Report(SvgRules.ElementMisplaced, start, $"<{SvgSchema.NameOf(element)}> is not allowed in {parent.Tag(report)}.");
        }
    }

    private readonly ReadOnlySpan<byte> Local(in SvgFrame frame, int colon) => report.Text[(frame.Name + colon + 1)..(frame.Name + frame.NameLength)];
}
