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

    private readonly ReadOnlySpan<byte> _text;
    private readonly SvgFindings _findings;
    private readonly SvgAttribute[] _attributes;
    private SvgReader _reader;
    private Frame[] _frames = new Frame[8];
    private int _depth;
    private Binding[] _bindings = new Binding[8];
    private int _bindingCount;
    private int _ordinal;
    private bool _failed;
    private bool _rootAssumed;
    private int _titles;
    private StringBuilder? _content;
    private SvgReferences? _references;
    private bool _hasVersion;
    private bool _hasBaseProfile;
    private bool _hasViewBox;
    private int _widthAt;
    private int _heightAt;
    private int[] _colours = new int[8];
    private bool _painted;

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
        _text = text;
        _findings = findings;
        _attributes = attributes;
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
        _reader = new SvgReader(_text, _attributes, start);
        while (!_failed)
        {
            switch (_reader.Read())
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
                    if (_findings.Take(SvgRules.Instruction))
                        Report(SvgRules.Instruction, _reader.Start, $"The processing instruction <?{Show(_reader.ContentStart, _reader.ContentEnd)}?> " +
                            "is not allowed in a logo.");
                    break;
                case SvgToken.DocType:
                    DocumentType();
                    break;
                case SvgToken.Malformed:
                    Fail(SvgRules.NotWellFormed, _reader.Start, $"The file is not well-formed XML: {_reader.Problem}.");
                    break;
                default:
                    Finish();
                    return;
            }
        }
    }

    private readonly void Report(Rule rule, int offset, string message, string? fix = null) =>
        _findings.Report(rule, _text, offset, message, fix);

    private readonly string Show(int start, int end) => SvgText.Show(_text[start..end]);

    private void Fail(Rule rule, int offset, string message)
    {
        _failed = true;
        Report(rule, offset, message);
    }

    private void DocumentType()
    {
        if (_depth > 0 || HasRoot)
        {
            Fail(SvgRules.NotWellFormed, _reader.Start, "The file is not well-formed XML: a DOCTYPE may stand only before the root element.");
            return;
        }
        Report(SvgRules.DocType, _reader.Start, "A DOCTYPE declaration is not allowed in a logo: it can name external files and define entities.");
        var entity = _text[_reader.ContentStart.._reader.ContentEnd].IndexOf("<!ENTITY"u8);
        if (entity >= 0)
            Report(SvgRules.EntityDeclared, _reader.ContentStart + entity, "The DOCTYPE declares entities, which are not allowed in a logo.");
    }

    private void Open()
    {
        var start = _reader.Start;
        if (_depth >= MaximumDepth)
        {
            Fail(SvgRules.TooDeep, start, $"Elements are nested more than {MaximumDepth} deep.");
            return;
        }
        if (_depth == 0 && _ordinal > 0)
        {
            Fail(SvgRules.NotWellFormed, start, "The file is not well-formed XML: a second element stands after the root.");
            return;
        }
        if (_depth == _frames.Length)
            Array.Resize(ref _frames, _depth * 2);
        var parentIndex = _depth - 1;
        ref var frame = ref _frames[_depth];
        frame = new Frame
        {
            Name = _reader.ContentStart,
            NameLength = _reader.ContentEnd - _reader.ContentStart,
            Bindings = _bindingCount,
            Target = -1,
            // SVG Tiny 1.2 sections 11.3 and 11.4: fill starts black, stroke starts none, color is up to the renderer, in practice black.
            Fill = 0,
            Stroke = SvgPaint.None,
        };
        if (parentIndex >= 0)
        {
            ref readonly var parent = ref _frames[parentIndex];
            (frame.DefaultNamespace, frame.IsForeign) = (parent.DefaultNamespace, parent.IsForeign);
            (frame.Fill, frame.Stroke, frame.Colour) = (parent.Fill, parent.Stroke, parent.Colour);
        }
        _ordinal++;
        if (!Declare(ref frame) || !CheckRepeats())
            return;

        var kind = _reader.Colon < 0 ? frame.DefaultNamespace : Resolve(frame.Name, _reader.Colon);
        if (kind == NsUndeclared)
        {
            Fail(SvgRules.NamespaceBroken, start, $"The prefix of <{Show(frame.Name, frame.Name + frame.NameLength)}> is not declared.");
            return;
        }
        _depth++;
        if (!frame.IsForeign)
            Enter(ref frame, parentIndex, kind, start);
        else
            CheckPrefixes();
        if (_reader.IsEmpty && !_failed)
            Close();
    }

    /// <summary>Finds out which element of the profile this is, whether it may stand here, and checks its attributes.</summary>
    private void Enter(ref Frame frame, int parentIndex, byte kind, int start)
    {
        var local = _text[(frame.Name + _reader.Colon + 1)..(frame.Name + frame.NameLength)];
        if (parentIndex < 0)
        {
            if (!EnterRoot(ref frame, kind, local, start))
                CheckPrefixes();
            return;
        }
        ref var parent = ref _frames[parentIndex];
        var isFirst = !parent.HasChild;
        parent.HasChild = true;
        if (kind != NsSvg && !(_rootAssumed && _reader.Colon < 0))
        {
            frame.IsForeign = true;
            if (_findings.Take(SvgRules.ElementForeign))
                Report(SvgRules.ElementForeign, start, $"<{Show(frame.Name, frame.Name + frame.NameLength)}> is not an SVG element; the profile " +
                    $"allows no other in {In(parent)}.");
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
            CheckPlace(frame.Element, parent, parentIndex == 0, isFirst, start);
        CheckAttributes(ref frame, start);
    }

    private bool EnterRoot(ref Frame frame, byte kind, ReadOnlySpan<byte> local, int start)
    {
        if (!local.SequenceEqual("svg"u8))
        {
            frame.IsForeign = true;
            if (_findings.Take(SvgRules.RootNotSvg))
                Report(SvgRules.RootNotSvg, start, $"The root element is <{Show(frame.Name, frame.Name + frame.NameLength)}>, not <svg>.");
            return false;
        }
        HasRoot = true;
        frame.Element = SvgElement.Svg;
        if (kind != NsSvg)
        {
            _rootAssumed = true;
            Report(SvgRules.NamespaceMissing, start, kind == NsNone ? "The root <svg> is in no namespace."
                : "The root <svg> is in a namespace that is not SVG's.");
        }
        else if (_reader.Colon > 0)
        {
            Report(SvgRules.RootPrefixed, start, "The root's name has a prefix.");
        }
        CheckAttributes(ref frame, start);
        if (!_failed)
            CheckRootAttributes(start);
        return true;
    }

    private readonly void Refuse(ReadOnlySpan<byte> local, int start)
    {
        var name = SvgText.Show(local);
        var (rule, reason, fix) = SvgForbidden.Element(name);
        if (_findings.Take(rule))
            Report(rule, start, $"<{name}> is not allowed: {reason}.", fix);
    }

    private void CheckPlace(SvgElement element, in Frame parent, bool inRoot, bool isFirst, int start)
    {
        if (element == SvgElement.Title && inRoot)
        {
            // draft-svg-tiny-ps-abrotman section 2.1: one title, a child of the root; the schema puts it first.
            if (++_titles > 1)
                Report(SvgRules.TitleRepeated, start, "There is more than one <title>.");
            else if (!isFirst)
                Report(SvgRules.TitleNotFirst, start, "<title> is not the first child of the root.");
            return;
        }
        if (_findings.Take(SvgRules.ElementMisplaced))
            Report(SvgRules.ElementMisplaced, start, $"<{SvgSchema.NameOf(element)}> may not stand in {In(parent)}.");
    }

    private readonly string In(in Frame parent) => $"<{Show(parent.Name, parent.Name + parent.NameLength)}>";

    private void Characters()
    {
        var content = _text[_reader.ContentStart.._reader.ContentEnd];
        var first = content.IndexOfAnyExcept(SvgText.WhiteSpace);
        var offset = _reader.ContentStart + Math.Max(first, 0);
        if (_reader.HasReference)
            ReportEntities(content, _reader.ContentStart);
        if (_depth == 0)
        {
            if (first >= 0 || content.Length == 0)
                Fail(SvgRules.NotWellFormed, offset, $"The file is not well-formed XML: text stands {(HasRoot ? "after" : "before")} the root element.");
            return;
        }
        if (first < 0)
            return;
        ref readonly var frame = ref _frames[_depth - 1];
        if (frame.IsForeign || frame.IsRefused)
            return;
        if (frame.Element is SvgElement.Title or SvgElement.Desc)
            Append(content);
        else if (!SvgSchema.TakesText(frame.Element) && !IsWhiteSpaceWritten(content))
            MisplacedText(frame, offset, content[first..]);
    }

    private readonly void MisplacedText(in Frame frame, int offset, ReadOnlySpan<byte> text)
    {
        if (_findings.Take(SvgRules.TextMisplaced))
            Report(SvgRules.TextMisplaced, offset, $"Text ('{SvgText.Show(SvgText.Trim(text))}') may not stand in {In(frame)}.");
    }

    /// <summary>True where the text is white space once its numeric references are read, which the schema does not mind.</summary>
    private readonly bool IsWhiteSpaceWritten(ReadOnlySpan<byte> content)
    {
        if (!_reader.HasReference)
            return false;
        for (var i = 0; i < content.Length;)
        {
            if (content[i] == '&')
            {
                i += SvgText.ReadReference(content[i..], out var rune);
                if (rune is not (' ' or '\t' or '\n' or '\r'))
                    return false;
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
        _content ??= new StringBuilder();
        if (!_reader.HasReference)
        {
            _content.Append(Encoding.UTF8.GetString(content));
            return;
        }
        var buffer = new byte[content.Length];
        _content.Append(Encoding.UTF8.GetString(buffer, 0, SvgText.Normalize(content, buffer)));
    }

    private readonly void ReportEntities(ReadOnlySpan<byte> value, int offset)
    {
        for (var i = value.IndexOf((byte)'&'); i >= 0;)
        {
            var used = SvgText.ReadReference(value[i..], out var rune);
            if (rune < 0 && _findings.Take(SvgRules.EntityUsed))
                Report(SvgRules.EntityUsed, offset + i, $"The entity reference {SvgText.Show(value.Slice(i, used))} is not one of XML's own five.");
            var next = value[(i + used)..].IndexOf((byte)'&');
            i = next < 0 ? -1 : i + used + next;
        }
    }

    private void CloseTag()
    {
        if (_depth == 0)
        {
            Fail(SvgRules.NotWellFormed, _reader.Start, "The file is not well-formed XML: a closing tag has no opening tag.");
            return;
        }
        ref readonly var frame = ref _frames[_depth - 1];
        if (!_text[_reader.ContentStart.._reader.ContentEnd].SequenceEqual(_text.Slice(frame.Name, frame.NameLength)))
        {
            Fail(SvgRules.NotWellFormed, _reader.Start, $"The file is not well-formed XML: </{Show(_reader.ContentStart, _reader.ContentEnd)}> closes " +
                $"{In(frame)}.");
            return;
        }
        Close();
    }

    private void Close()
    {
        ref readonly var frame = ref _frames[--_depth];
        _bindingCount = frame.Bindings;
        if (frame.Target >= 0)
            _references!.Close(frame.Target, _ordinal);
        if (frame.Element is SvgElement.Title or SvgElement.Desc)
            CloseTextual(frame);
    }

    private void CloseTextual(in Frame frame)
    {
        var content = _content?.ToString().Trim(' ', '\t', '\r', '\n') ?? "";
        _content?.Clear();
        if (frame.Element == SvgElement.Desc)
        {
            if (Description.Length == 0)
                Description = content;
            if (content.Length == 0)
                Report(SvgRules.DescriptionEmpty, frame.Name - 1, "<desc> is there and says nothing.");
            return;
        }
        if (_depth != 1)
            return;
        if (Title.Length == 0)
            Title = content;
        if (content.Length == 0)
        {
            Report(SvgRules.TitleEmpty, frame.Name - 1, "<title> is empty.");
            return;
        }
        if (SvgTitles.IsPlaceholder(content))
            Report(SvgRules.TitlePlaceholder, frame.Name - 1,
                $"<title> is '{RecordText.Show(content)}', which names no brand: a design tool or a template put it there.");
        var length = content.EnumerateRunes().Count();
        if (length > 64 && _findings.Take(SvgRules.TitleLong))
            Report(SvgRules.TitleLong, frame.Name - 1, Invariant($"<title> has {length} characters; it should have at most 64."));
    }

    private void Finish()
    {
        if (_depth > 0)
        {
            Fail(SvgRules.NotWellFormed, _text.Length, $"The file is not well-formed XML: {In(_frames[_depth - 1])} is not closed.");
            return;
        }
        if (_ordinal == 0)
        {
            Fail(SvgRules.NotWellFormed, _text.Length, "The file is not well-formed XML: it has no element.");
            return;
        }
        if (!HasRoot)
            return;
        if (_titles == 0)
            Report(SvgRules.TitleMissing, _frames[0].Name - 1, "The root has no <title>.");
        if (Description.Length == 0)
            Report(SvgRules.DescriptionMissing, _frames[0].Name - 1, "The logo has no <desc>.");
        _references?.Check(_text, _findings);
        CheckColours();
    }
}
