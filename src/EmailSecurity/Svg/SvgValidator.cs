namespace EmailSecurity.Svg;

/// <summary>
/// One pass over an SVG document against SVG Tiny Portable/Secure: structure as the profile's RELAX NG schema has it, the prose of
/// draft-svg-tiny-ps-abrotman, and the value grammars of SVG Tiny 1.2. Nothing is fetched, expanded or built into a tree.
/// </summary>
internal ref struct SvgValidator
{
    /// <summary>libxml2, which several receivers use, stops at this depth.</summary>
    public const int MaximumDepth = 256;

    private readonly SvgReport report;
    private readonly SvgFindings findings;
    private SvgReader reader;
    private SvgNamespaces namespaces;
    private SvgElementCheck elements;
    private SvgAttributeCheck attributes;
    private SvgTextContent content = new();
    private SvgStack open = new();
    private int ordinal;

    /// <summary>Makes the check of a document from this offset (after byte order mark and XML declaration) on.</summary>
    public SvgValidator(ReadOnlySpan<byte> text, int start, SvgFindings findings, SvgAttribute[] buffer)
    {
        this.findings = findings;
        report = new SvgReport(text, findings);
        reader = new SvgReader(text, buffer, start);
        namespaces = new SvgNamespaces(report, buffer);
        elements = new SvgElementCheck(report);
        attributes = new SvgAttributeCheck(report, buffer);
    }

    /// <summary>What the root says of the document.</summary>
    public readonly SvgRoot Root => attributes.Root;

    /// <summary>The title.</summary>
    public readonly string Title => content.Title;

    /// <summary>The description.</summary>
    public readonly string Description => content.Description;

    /// <summary>How many different colors the shapes are painted with, 256 at most.</summary>
    public readonly int Colours => attributes.Colours;

    /// <summary>True where the root is an svg element, so that there is a logo to speak of.</summary>
    public readonly bool HasRoot => elements.HasRoot;

    /// <summary>Checks the document to its end.</summary>
    public void Run()
    {
        while (!report.HasEnded)
        {
            switch (reader.Read())
            {
                case SvgToken.Start:
                    Open();
                    break;
                case SvgToken.End:
                    CloseTag();
                    break;
                case SvgToken.Text or SvgToken.CData:
                    Characters();
                    break;
                case SvgToken.Comment:
                    break;
                case SvgToken.ProcessingInstruction:
                    SvgForbidden.ReportInstruction(reader.Start, reader.ContentStart, reader.ContentEnd, report);
                    break;
                case SvgToken.DocType when open.Depth > 0 || HasRoot:
                    report.End(SvgRules.NotWellFormed, reader.Start, "The file is not well-formed XML: a DOCTYPE is allowed only before the root element.");
                    break;
                case SvgToken.DocType:
                    SvgForbidden.ReportDocType(reader.Start, reader.ContentStart, reader.ContentEnd, report);
                    break;
                case SvgToken.Malformed:
                    report.End(SvgRules.NotWellFormed, reader.Start, $"The file is not well-formed XML: {reader.Problem}.");
                    break;
                default:
                    Finish();
                    return;
            }
        }
    }

    private void Open()
    {
        var start = reader.Start;
        if (open.Depth >= MaximumDepth)
        {
            report.End(SvgRules.TooDeep, start, $"Elements are nested more than {MaximumDepth} deep.");
            return;
        }
        if (open.Depth == 0 && ordinal > 0)
        {
            report.End(SvgRules.NotWellFormed, start, "The file is not well-formed XML: there is a second element after the root.");
            return;
        }

        ref var frame = ref open.Prepare(reader.ContentStart, reader.ContentEnd - reader.ContentStart, namespaces.Count);
        ordinal++;
        if (!namespaces.Declare(ref frame, reader.AttributeCount) || !namespaces.CheckRepeats(reader.AttributeCount))
        {
            return;
        }

        var kind = reader.Colon < 0 ? frame.DefaultNamespace : namespaces.Resolve(frame.Name, reader.Colon);
        if (kind == SvgNamespace.Undeclared)
        {
            report.End(SvgRules.NamespaceBroken, start, $"The prefix of {frame.Tag(report)} is not declared.");
            return;
        }
        open.Open();
        var isRoot = open.Depth == 1;
        if (!frame.IsForeign && (isRoot ? elements.EnterRoot(ref frame, kind, reader.Colon, start)
            : elements.Enter(ref frame, ref open.Parent, open.Depth == 2, kind, reader.Colon, start)))
        {
            attributes.Check(ref frame, reader.AttributeCount, ordinal, namespaces);
            if (isRoot && !report.HasEnded)
            {
                attributes.CheckRoot(start);
            }
        }
        else
        {
            namespaces.CheckPrefixes(reader.AttributeCount);
        }

        if (reader.IsEmpty && !report.HasEnded)
        {
            Close();
        }
    }

    private void Characters()
    {
        var characters = report.Text[reader.ContentStart..reader.ContentEnd];
        var first = characters.IndexOfAnyExcept(SvgText.WhiteSpace);
        var offset = reader.ContentStart + Math.Max(first, 0);
        if (reader.HasReference)
        {
            SvgEntity.Report(characters, reader.ContentStart, report);
        }

        if (open.Depth == 0)
        {
            if (first >= 0 || characters.Length == 0)
            {
                report.End(SvgRules.NotWellFormed, offset,
                    $"The file is not well-formed XML: there is text {(HasRoot ? "after" : "before")} the root element.");
            }

            return;
        }
        if (first < 0)
        {
            return;
        }

        ref readonly var frame = ref open.Top;
        if (frame.IsForeign || frame.IsRefused)
        {
            return;
        }

        if (frame.Element is SvgElement.Title or SvgElement.Desc)
        {
            content.Append(characters, reader.HasReference);
        }
        else if (!SvgSchema.TakesText(frame.Element) && !(reader.HasReference && SvgEntity.IsWhiteSpace(characters)))
        {
            elements.RefuseText(frame, offset, characters[first..]);
        }
    }

    private void CloseTag()
    {
        if (open.Depth == 0)
        {
            report.End(SvgRules.NotWellFormed, reader.Start, "The file is not well-formed XML: a closing tag has no opening tag.");
            return;
        }
        ref readonly var frame = ref open.Top;
        if (!report.Text[reader.ContentStart..reader.ContentEnd].SequenceEqual(report.Text.Slice(frame.Name, frame.NameLength)))
        {
            report.End(SvgRules.NotWellFormed, reader.Start,
                $"The file is not well-formed XML: </{report.Show(reader.ContentStart, reader.ContentEnd)}> closes {frame.Tag(report)}.");
            return;
        }
        Close();
    }

    private void Close()
    {
        ref readonly var frame = ref open.Close();
        namespaces.Close(frame);
        if (frame.Target >= 0)
        {
            attributes.References!.Close(frame.Target, ordinal);
        }

        if (frame.Element is SvgElement.Title or SvgElement.Desc)
        {
            content.Close(frame, open.Depth == 1, report);
        }
    }

    private void Finish()
    {
        if (open.Depth > 0)
        {
            report.End(SvgRules.NotWellFormed, report.Text.Length, $"The file is not well-formed XML: {open.Top.Tag(report)} is not closed.");
            return;
        }
        if (ordinal == 0)
        {
            report.End(SvgRules.NotWellFormed, report.Text.Length, "The file is not well-formed XML: it has no element.");
            return;
        }
        if (!HasRoot)
        {
            return;
        }

        content.Check(elements.Titles, open.Root.Name - 1, report);
        attributes.References?.Check(report.Text, findings);
        attributes.CheckColours(open.Root.Name - 1);
    }
}
