using System.Buffers;

namespace EmailSecurity.Svg;

/// <summary>What <see cref="SvgReader"/> stands on.</summary>
internal enum SvgToken
{
    Start,
    End,
    Text,
    CData,
    Comment,
    ProcessingInstruction,
    DocType,
    EndOfText,
    Malformed,
}

/// <summary>One attribute of a start tag, as offsets into the text.</summary>
internal readonly record struct SvgAttribute(int Name, int NameLength, int Colon, int Value, int ValueLength, bool HasReference)
{
    /// <summary>Length of the prefix; 0 for none.</summary>
    public int PrefixLength => Colon < 0 ? 0 : Colon;

    /// <summary>Offset of the local name.</summary>
    public int Local => Name + Colon + 1;

    /// <summary>Length of the local name.</summary>
    public int LocalLength => NameLength - Colon - 1;
}

/// <summary>
/// A forward-only XML 1.0 tokenizer over UTF-8 text that is known to hold XML characters only (see <see cref="SvgText.FindIllegal"/>).
/// It never expands, fetches or allocates: a DOCTYPE is stepped over, entity references are left to the caller to report.
/// Tags are not matched here: the validator's own stack does it.
/// </summary>
internal ref struct SvgReader
{
    /// <summary>More attributes than this on one element is no logo; the limit bounds the work per element.</summary>
    public const int MaximumAttributes = 128;

    private static readonly SearchValues<byte> Quoted = SearchValues.Create("\"<&"u8);
    private static readonly SearchValues<byte> Apostrophed = SearchValues.Create("'<&"u8);

    private readonly ReadOnlySpan<byte> text;
    private readonly SvgAttribute[] attributes;
    private int position;

    public SvgReader(ReadOnlySpan<byte> text, SvgAttribute[] attributes, int start)
    {
        this.text = text;
        this.attributes = attributes;
        position = start;
    }

    /// <summary>Where the token starts.</summary>
    public int Start { get; private set; }

    /// <summary>Content of a text, CDATA, comment, processing instruction; name of a tag.</summary>
    public int ContentStart { get; private set; }

    /// <summary>End of that content.</summary>
    public int ContentEnd { get; private set; }

    /// <summary>Offset of the colon in the tag's name; -1 for none.</summary>
    public int Colon { get; private set; }

    /// <summary>True for <c>&lt;a/&gt;</c>.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>True where the text token holds a reference.</summary>
    public bool HasReference { get; private set; }

    /// <summary>Number of attributes of the start tag.</summary>
    public int AttributeCount { get; private set; }

    /// <summary>What is wrong, where the token is <see cref="SvgToken.Malformed"/>; <see cref="Start"/> says where.</summary>
    public string Problem { get; private set; } = "";

    private readonly byte At(int at) => (uint)at < (uint)text.Length ? text[at] : (byte)0;

    private SvgToken Fail(int at, string problem)
    {
        Start = Math.Min(at, text.Length);
        Problem = problem;
        return SvgToken.Malformed;
    }

    /// <summary>Reads the next token.</summary>
    public SvgToken Read()
    {
        Start = position;
        if (position >= text.Length)
        {
            return SvgToken.EndOfText;
        }

        if (text[position] != '<')
        {
            return ReadText();
        }

        switch (At(position + 1))
        {
            case (byte)'/':
                return ReadEndTag();
            case (byte)'?':
                return ReadProcessingInstruction();
            case (byte)'!':
                var rest = text[position..];
                if (rest.StartsWith("<!--"u8))
                {
                    return ReadComment();
                }

                if (rest.StartsWith("<![CDATA["u8))
                {
                    return ReadDelimited(9, "]]>"u8, SvgToken.CData, "a CDATA section is not closed");
                }

                if (rest.StartsWith("<!DOCTYPE"u8))
                {
                    return ReadDocType();
                }

                return Fail(position, "'<!' starts neither a comment nor a CDATA section");
            default:
                return ReadStartTag();
        }
    }

    private SvgToken ReadText()
    {
        var length = text[position..].IndexOf((byte)'<');
        var run = length < 0 ? text[position..] : text.Slice(position, length);
        ContentStart = position;
        ContentEnd = position + run.Length;
        HasReference = false;
        if (run.IndexOfAnyExcept(SvgText.WhiteSpace) >= 0)
        {
            // XML 1.0 section 2.4: "]]>" does not occur in character data.
            var close = run.IndexOf("]]>"u8);
            if (close >= 0)
            {
                return Fail(position + close, "']]>' is not allowed in text");
            }

            for (var i = run.IndexOf((byte)'&'); i >= 0;)
            {
                HasReference = true;
                var used = SvgText.ReadReference(run[i..], out _);
                if (used == 0)
                {
                    return Fail(position + i, "'&' starts no reference; write &amp; for the character itself");
                }

                var next = run[(i + used)..].IndexOf((byte)'&');
                i = next < 0 ? -1 : i + used + next;
            }
        }
        position = ContentEnd;
        return SvgToken.Text;
    }

    private SvgToken ReadDelimited(int open, ReadOnlySpan<byte> close, SvgToken token, string problem)
    {
        var length = text[(position + open)..].IndexOf(close);
        if (length < 0)
        {
            return Fail(position, problem);
        }

        ContentStart = position + open;
        ContentEnd = ContentStart + length;
        HasReference = false;
        position = ContentEnd + close.Length;
        return token;
    }

    private SvgToken ReadComment()
    {
        // XML 1.0 section 2.5: "--" ends the comment and nothing else.
        var token = ReadDelimited(4, "--"u8, SvgToken.Comment, "a comment is not closed");
        if (token != SvgToken.Comment)
        {
            return token;
        }

        if (At(position) != '>')
        {
            return Fail(ContentEnd, "'--' is not allowed in a comment");
        }

        position++;
        return token;
    }

    private SvgToken ReadProcessingInstruction()
    {
        var name = position + 2;
        var end = SvgText.SkipName(text, name, out var colon);
        if (end == name || colon >= 0)
        {
            return Fail(position, "a processing instruction has no valid name");
        }

        var target = text[name..end];
        // XML 1.0 section 2.6: the name "xml" in any case is reserved; the declaration itself is read by the caller.
        if (target.Length == 3 && (target[0] | 0x20) == 'x' && (target[1] | 0x20) == 'm' && (target[2] | 0x20) == 'l')
        {
            return Fail(position, "an XML declaration is allowed only at the very start");
        }

        if (!text[end..].StartsWith("?>"u8) && !SvgText.IsWhiteSpace(At(end)))
        {
            return Fail(end, "a processing instruction has no valid name");
        }

        var token = ReadDelimited(2, "?>"u8, SvgToken.ProcessingInstruction, "a processing instruction is not closed");
        ContentEnd = token == SvgToken.ProcessingInstruction ? end : ContentEnd;
        return token;
    }

    /// <summary>Steps over a document type declaration without reading what it declares.</summary>
    private SvgToken ReadDocType()
    {
        var i = position + 9;
        var inSubset = false;
        ContentStart = i;
        while (i < text.Length)
        {
            switch (text[i])
            {
                case (byte)'"' or (byte)'\'':
                    var close = text[(i + 1)..].IndexOf(text[i]);
                    if (close < 0)
                    {
                        return Fail(i, "the DOCTYPE is not closed");
                    }

                    i += close + 2;
                    break;
                case (byte)'<' when text[i..].StartsWith("<!--"u8):
                    var end = text[(i + 4)..].IndexOf("-->"u8);
                    if (end < 0)
                    {
                        return Fail(i, "a comment is not closed");
                    }

                    i += end + 7;
                    break;
                case (byte)'[':
                    inSubset = true;
                    i++;
                    break;
                case (byte)']':
                    inSubset = false;
                    i++;
                    break;
                case (byte)'>' when !inSubset:
                    ContentEnd = i;
                    position = i + 1;
                    return SvgToken.DocType;
                default:
                    i++;
                    break;
            }
        }
        return Fail(position, "the DOCTYPE is not closed");
    }

    private SvgToken ReadEndTag()
    {
        var name = position + 2;
        var end = SvgText.SkipName(text, name, out var colon);
        if (end == name)
        {
            return Fail(position, "a closing tag has no name");
        }

        var i = SkipWhiteSpace(end);
        if (At(i) != '>')
        {
            return Fail(i, "a closing tag is not closed with '>'");
        }

        (ContentStart, ContentEnd, Colon) = (name, end, colon);
        position = i + 1;
        return SvgToken.End;
    }

    private SvgToken ReadStartTag()
    {
        var name = position + 1;
        var i = SvgText.SkipName(text, name, out var colon);
        if (i == name)
        {
            return Fail(position, "'<' starts no tag; write &lt; for the character itself");
        }

        if (colon == -2)
        {
            return Fail(name, "a name can contain one colon, between prefix and local name");
        }

        (ContentStart, ContentEnd, Colon) = (name, i, colon);
        var count = 0;
        while (true)
        {
            var next = SkipWhiteSpace(i);
            var c = At(next);
            if (c == '>' || (c == '/' && At(next + 1) == '>'))
            {
                IsEmpty = c == '/';
                AttributeCount = count;
                position = next + (IsEmpty ? 2 : 1);
                return SvgToken.Start;
            }
            if (next >= text.Length)
            {
                return Fail(Start, "a tag is not closed");
            }

            if (next == i)
            {
                return Fail(next, "white space is missing between attributes");
            }

            var problem = ReadAttribute(next, count, out i);
            if (problem.Length > 0)
            {
                return Fail(i, problem);
            }

            count++;
        }
    }

    /// <summary>Reads one attribute; on trouble returns what it is, with <paramref name="end"/> at the place.</summary>
    private readonly string ReadAttribute(int name, int index, out int end)
    {
        end = SvgText.SkipName(text, name, out var colon);
        if (end == name)
        {
            return "a character is where an attribute name should start";
        }

        if (colon == -2)
        {
            return "a name can contain one colon, between prefix and local name";
        }

        var nameLength = end - name;
        end = SkipWhiteSpace(end);
        if (At(end) != '=')
        {
            return "an attribute has no value";
        }

        end = SkipWhiteSpace(end + 1);
        var quote = At(end);
        if (quote is not ((byte)'"' or (byte)'\''))
        {
            return "an attribute value is not quoted";
        }

        var value = ++end;
        var hasReference = false;
        while (true)
        {
            var step = text[end..].IndexOfAny(quote == '"' ? Quoted : Apostrophed);
            if (step < 0)
            {
                end = value;
                return "an attribute value is not closed";
            }
            end += step;
            if (text[end] == quote)
            {
                break;
            }

            if (text[end] == '<')
            {
                return "'<' is not allowed in an attribute value; write &lt;";
            }

            hasReference = true;
            var used = SvgText.ReadReference(text[end..], out _);
            if (used == 0)
            {
                return "'&' starts no reference; write &amp; for the character itself";
            }

            end += used;
        }
        if (index >= MaximumAttributes)
        {
            return "an element has more than 128 attributes";
        }

        attributes[index] = new SvgAttribute(name, nameLength, colon, value, end - value, hasReference);
        end++;
        return "";
    }

    private readonly int SkipWhiteSpace(int at)
    {
        while (SvgText.IsWhiteSpace(At(at)))
        {
            at++;
        }

        return at;
    }
}
