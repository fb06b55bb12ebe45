using System.Runtime.InteropServices;
using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Svg;

/// <summary>
/// One pass over an SVG document against SVG Tiny Portable/Secure: structure as the profile's RELAX NG schema has it, the prose of
/// draft-svg-tiny-ps-abrotman, and the value grammars of SVG Tiny 1.2. Nothing is fetched, expanded or built into a tree.
/// </summary>
internal ref partial struct SvgValidator
{
    /// <summary>libxml2, which several receivers use, stops at this depth.</summary>
    public const int MaximumDepth = 256;

    private const byte NsNone = 0;
    private const byte NsSvg = 1;
    private const byte NsXLink = 2;
    private const byte NsXml = 3;
    private const byte NsOther = 4;
    private const byte NsUndeclared = 5;

    private const int MaximumBindings = 512;

    private readonly ReadOnlySpan<byte> text;
    private readonly SvgFindings findings;
    private readonly SvgAttribute[] attributes;
    private SvgReader reader;
    private Frame[] frames = new Frame[8];
    private int depth;
    private Binding[] bindings = new Binding[8];
    private int bindingCount;
    private int ordinal;
    private bool failed;
    private bool rootAssumed;
    private int titles;
    private StringBuilder? elementText;
    private SvgReferences? references;
    private bool hasVersion;
    private bool hasBaseProfile;
    private bool hasViewBox;
    private int widthAt;
    private int heightAt;
    private int[] colours = new int[8];
    private bool painted;

    /// <summary>What is open at some depth.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Frame
    {
        public int Name;
        public int NameLength;
        public SvgElement Element;
        public byte DefaultNamespace;
        public int Bindings;
        public bool IsRefused;
        public bool IsForeign;
        public bool HasChild;
        public int Target;
        public int Fill;
        public int Stroke;
        public int Colour;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Binding(int Prefix, int PrefixLength, int Uri, int UriLength, byte Kind);

    public SvgValidator(ReadOnlySpan<byte> text, SvgFindings findings, SvgAttribute[] attributes)
    {
        this.text = text;
        this.findings = findings;
        this.attributes = attributes;
    }

    /// <summary>The root's width, where given and readable.</summary>
    public SvgLength? Width { get; private set; }

    /// <summary>The root's height, where given and readable.</summary>
    public SvgLength? Height { get; private set; }

    /// <summary>The root's viewBox, where given and readable.</summary>
    public SvgViewBox? ViewBox { get; private set; }

    /// <summary>The title.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The description.</summary>
    public string Description { get; private set; } = "";

    /// <summary>How many different colours the shapes are painted with, 256 at most.</summary>
    public int Colours { get; private set; }

    /// <summary>True where the root is an svg element, so that there is a logo to speak of.</summary>
    public bool HasRoot { get; private set; }

    /// <summary>Checks the document from this offset (after byte order mark and XML declaration) to its end.</summary>
    public void Run(int start)
    {
        reader = new SvgReader(text, attributes, start);
        while (!failed)
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
                    if (findings.Take(SvgRules.Instruction))
                    {
                        Report(SvgRules.Instruction, reader.Start, $"The processing instruction <?{Show(reader.ContentStart, reader.ContentEnd)}?> " +
                            "is not allowed in a logo.");
                    }

                    break;
                case SvgToken.DocType:
                    DocumentType();
                    break;
                case SvgToken.Malformed:
                    Fail(SvgRules.NotWellFormed, reader.Start, $"The file is not well-formed XML: {reader.Problem}.");
                    break;
                default:
                    Finish();
                    return;
            }
        }
    }

    private readonly void Report(Rule rule, int offset, string message, string? fix = null) =>
        findings.Report(rule, text, offset, message, fix);

    private readonly string Show(int start, int end) => SvgText.Show(text[start..end]);

    private void Fail(Rule rule, int offset, string message)
    {
        failed = true;
        Report(rule, offset, message);
    }

    private void DocumentType()
    {
        if (depth > 0 || HasRoot)
        {
            Fail(SvgRules.NotWellFormed, reader.Start, "The file is not well-formed XML: a DOCTYPE is allowed only before the root element.");
            return;
        }
        Report(SvgRules.DocType, reader.Start, "A DOCTYPE declaration is not allowed in a logo: it can name external files and define entities.");
        var entity = text[reader.ContentStart..reader.ContentEnd].IndexOf("<!ENTITY"u8);
        if (entity >= 0)
        {
            Report(SvgRules.EntityDeclared, reader.ContentStart + entity, "The DOCTYPE declares entities, which are not allowed in a logo.");
        }
    }

    private void Open()
    {
        var start = reader.Start;
        if (depth >= MaximumDepth)
        {
            Fail(SvgRules.TooDeep, start, $"Elements are nested more than {MaximumDepth} deep.");
            return;
        }
        if (depth == 0 && ordinal > 0)
        {
            Fail(SvgRules.NotWellFormed, start, "The file is not well-formed XML: there is a second element after the root.");
            return;
        }
        if (depth == frames.Length)
        {
            Array.Resize(ref frames, depth * 2);
        }

        var parentIndex = depth - 1;
        ref var frame = ref frames[depth];
        frame = new Frame
        {
            Name = reader.ContentStart,
            NameLength = reader.ContentEnd - reader.ContentStart,
            Bindings = bindingCount,
            Target = -1,
            // SVG Tiny 1.2 sections 11.3 and 11.4: fill starts black, stroke starts none, color is up to the renderer, in practice black.
            Fill = 0,
            Stroke = SvgPaint.None,
        };
        if (parentIndex >= 0)
        {
            ref readonly var parent = ref frames[parentIndex];
            (frame.DefaultNamespace, frame.IsForeign) = (parent.DefaultNamespace, parent.IsForeign);
            (frame.Fill, frame.Stroke, frame.Colour) = (parent.Fill, parent.Stroke, parent.Colour);
        }
        ordinal++;
        if (!Declare(ref frame) || !CheckRepeats())
        {
            return;
        }

        var kind = reader.Colon < 0 ? frame.DefaultNamespace : Resolve(frame.Name, reader.Colon);
        if (kind == NsUndeclared)
        {
            Fail(SvgRules.NamespaceBroken, start, $"The prefix of <{Show(frame.Name, frame.Name + frame.NameLength)}> is not declared.");
            return;
        }
        depth++;
        if (!frame.IsForeign)
        {
            Enter(ref frame, parentIndex, kind, start);
        }
        else
        {
            CheckPrefixes();
        }

        if (reader.IsEmpty && !failed)
        {
            Close();
        }
    }

    /// <summary>Finds out which element of the profile this is, whether it may stand here, and checks its attributes.</summary>
    private void Enter(ref Frame frame, int parentIndex, byte kind, int start)
    {
        var local = text[(frame.Name + reader.Colon + 1)..(frame.Name + frame.NameLength)];
        if (parentIndex < 0)
        {
            if (!EnterRoot(ref frame, kind, local, start))
            {
                CheckPrefixes();
            }

            return;
        }
        ref var parent = ref frames[parentIndex];
        var isFirst = !parent.HasChild;
        parent.HasChild = true;
        if (kind != NsSvg && !(rootAssumed && reader.Colon < 0))
        {
            frame.IsForeign = true;
            if (findings.Take(SvgRules.ElementForeign))
            {
                Report(SvgRules.ElementForeign, start, $"<{Show(frame.Name, frame.Name + frame.NameLength)}> is not an SVG element; the profile " +
                    $"allows no other in {In(parent)}.");
            }

            CheckPrefixes();
            return;
        }
        frame.Element = SvgSchema.FindElement(local);
        if (frame.Element == SvgElement.None)
        {
            frame.IsRefused = true;
            Refuse(local, start);
            CheckPrefixes();
            return;
        }
        if (frame.Element is SvgElement.Title or SvgElement.Svg || !(parent.IsRefused || (SvgSchema.ChildrenOf(parent.Element) >> (int)frame.Element & 1) != 0))
        {
            CheckPlace(frame.Element, parent, parentIndex == 0, isFirst, start);
        }

        CheckAttributes(ref frame, start);
    }

    private bool EnterRoot(ref Frame frame, byte kind, ReadOnlySpan<byte> local, int start)
    {
        if (!local.SequenceEqual("svg"u8))
        {
            frame.IsForeign = true;
            if (findings.Take(SvgRules.RootNotSvg))
            {
                Report(SvgRules.RootNotSvg, start, $"The root element is <{Show(frame.Name, frame.Name + frame.NameLength)}>, not <svg>.");
            }

            return false;
        }
        HasRoot = true;
        frame.Element = SvgElement.Svg;
        if (kind != NsSvg)
        {
            rootAssumed = true;
            Report(SvgRules.NamespaceMissing, start, kind == NsNone ? "The root <svg> is in no namespace."
                : "The root <svg> is in a namespace that is not SVG's.");
        }
        else if (reader.Colon > 0)
        {
            Report(SvgRules.RootPrefixed, start, "The root's name has a prefix.");
        }
        CheckAttributes(ref frame, start);
        if (!failed)
        {
            CheckRootAttributes(start);
        }

        return true;
    }

    private readonly void Refuse(ReadOnlySpan<byte> local, int start)
    {
        var name = SvgText.Show(local);
        var (rule, reason, fix) = SvgForbidden.Element(name);
        if (findings.Take(rule))
        {
            Report(rule, start, $"<{name}> is not allowed: {reason}.", fix);
        }
    }

    private void CheckPlace(SvgElement element, in Frame parent, bool inRoot, bool isFirst, int start)
    {
        if (element == SvgElement.Title && inRoot)
        {
            // draft-svg-tiny-ps-abrotman section 2.1: one title, a child of the root; the schema puts it first.
            if (++titles > 1)
            {
                Report(SvgRules.TitleRepeated, start, "There is more than one <title>.");
            }
            else if (!isFirst)
            {
                Report(SvgRules.TitleNotFirst, start, "<title> is not the first child of the root.");
            }

            return;
        }
        if (findings.Take(SvgRules.ElementMisplaced))
        {
            Report(SvgRules.ElementMisplaced, start, $"<{SvgSchema.NameOf(element)}> is not allowed in {In(parent)}.");
        }
    }

    private readonly string In(in Frame parent) => $"<{Show(parent.Name, parent.Name + parent.NameLength)}>";

    private void Characters()
    {
        var content = text[reader.ContentStart..reader.ContentEnd];
        var first = content.IndexOfAnyExcept(SvgText.WhiteSpace);
        var offset = reader.ContentStart + Math.Max(first, 0);
        if (reader.HasReference)
        {
            ReportEntities(content, reader.ContentStart);
        }

        if (depth == 0)
        {
            if (first >= 0 || content.Length == 0)
            {
                Fail(SvgRules.NotWellFormed, offset, $"The file is not well-formed XML: there is text {(HasRoot ? "after" : "before")} the root element.");
            }

            return;
        }
        if (first < 0)
        {
            return;
        }

        ref readonly var frame = ref frames[depth - 1];
        if (frame.IsForeign || frame.IsRefused)
        {
            return;
        }

        if (frame.Element is SvgElement.Title or SvgElement.Desc)
        {
            Append(content);
        }
        else if (!SvgSchema.TakesText(frame.Element) && !IsWhiteSpaceWritten(content))
        {
            MisplacedText(frame, offset, content[first..]);
        }
    }

    private readonly void MisplacedText(in Frame frame, int offset, ReadOnlySpan<byte> text)
    {
        if (findings.Take(SvgRules.TextMisplaced))
        {
            Report(SvgRules.TextMisplaced, offset, $"Text ('{SvgText.Show(SvgText.Trim(text))}') is not allowed in {In(frame)}.");
        }
    }

    /// <summary>True where the text is white space once its numeric references are read, which the schema does not mind.</summary>
    private readonly bool IsWhiteSpaceWritten(ReadOnlySpan<byte> content)
    {
        if (!reader.HasReference)
        {
            return false;
        }

        for (var i = 0; i < content.Length;)
        {
            if (content[i] == '&')
            {
                i += SvgText.ReadReference(content[i..], out var rune);
                if (rune is not (' ' or '\t' or '\n' or '\r'))
                {
                    return false;
                }
            }
            else if (!SvgText.IsWhiteSpace(content[i++]))
            {
                return false;
            }
        }
        return true;
    }

    private void Append(ReadOnlySpan<byte> content)
    {
        elementText ??= new StringBuilder();
        if (!reader.HasReference)
        {
            elementText.Append(Encoding.UTF8.GetString(content));
            return;
        }
        var buffer = new byte[content.Length];
        elementText.Append(Encoding.UTF8.GetString(buffer, 0, SvgText.Normalize(content, buffer)));
    }

    private readonly void ReportEntities(ReadOnlySpan<byte> value, int offset)
    {
        for (var i = value.IndexOf((byte)'&'); i >= 0;)
        {
            var used = SvgText.ReadReference(value[i..], out var rune);
            if (rune < 0 && findings.Take(SvgRules.EntityUsed))
            {
                Report(SvgRules.EntityUsed, offset + i, $"The entity reference {SvgText.Show(value.Slice(i, used))} is not one of XML's own five.");
            }

            var next = value[(i + used)..].IndexOf((byte)'&');
            i = next < 0 ? -1 : i + used + next;
        }
    }

    private void CloseTag()
    {
        if (depth == 0)
        {
            Fail(SvgRules.NotWellFormed, reader.Start, "The file is not well-formed XML: a closing tag has no opening tag.");
            return;
        }
        ref readonly var frame = ref frames[depth - 1];
        if (!text[reader.ContentStart..reader.ContentEnd].SequenceEqual(text.Slice(frame.Name, frame.NameLength)))
        {
            Fail(SvgRules.NotWellFormed, reader.Start, $"The file is not well-formed XML: </{Show(reader.ContentStart, reader.ContentEnd)}> closes " +
                $"{In(frame)}.");
            return;
        }
        Close();
    }

    private void Close()
    {
        ref readonly var frame = ref frames[--depth];
        bindingCount = frame.Bindings;
        if (frame.Target >= 0)
        {
            references!.Close(frame.Target, ordinal);
        }

        if (frame.Element is SvgElement.Title or SvgElement.Desc)
        {
            CloseTextual(frame);
        }
    }

    private void CloseTextual(in Frame frame)
    {
        var content = elementText?.ToString().Trim(' ', '\t', '\r', '\n') ?? "";
        elementText?.Clear();
        if (frame.Element == SvgElement.Desc)
        {
            if (Description.Length == 0)
            {
                Description = content;
            }

            if (content.Length == 0)
            {
                Report(SvgRules.DescriptionEmpty, frame.Name - 1, "<desc> is empty.");
            }

            return;
        }
        if (depth != 1)
        {
            return;
        }

        if (Title.Length == 0)
        {
            Title = content;
        }

        if (content.Length == 0)
        {
            Report(SvgRules.TitleEmpty, frame.Name - 1, "<title> is empty.");
            return;
        }
        if (SvgTitles.IsPlaceholder(content))
        {
            Report(SvgRules.TitlePlaceholder, frame.Name - 1,
                $"<title> is '{RecordText.Show(content)}', which names no brand: a design tool or a template put it there.");
        }

        var length = content.EnumerateRunes().Count();
        if (length > 64 && findings.Take(SvgRules.TitleLong))
        {
            Report(SvgRules.TitleLong, frame.Name - 1, Invariant($"<title> has {length} characters; it should have at most 64."));
        }
    }

    private void Finish()
    {
        if (depth > 0)
        {
            Fail(SvgRules.NotWellFormed, text.Length, $"The file is not well-formed XML: {In(frames[depth - 1])} is not closed.");
            return;
        }
        if (ordinal == 0)
        {
            Fail(SvgRules.NotWellFormed, text.Length, "The file is not well-formed XML: it has no element.");
            return;
        }
        if (!HasRoot)
        {
            return;
        }

        if (titles == 0)
        {
            Report(SvgRules.TitleMissing, frames[0].Name - 1, "The root has no <title>.");
        }

        if (Description.Length == 0)
        {
            Report(SvgRules.DescriptionMissing, frames[0].Name - 1, "The logo has no <desc>.");
        }

        references?.Check(text, findings);
        CheckColours();
    }
}
