namespace EmailSecurity.Svg;

/// <summary>
/// A forward-only XML 1.0 tokenizer over UTF-8 text that is known to hold XML characters only (see <see cref="SvgText.FindIllegal"/>).
/// It never expands, fetches or allocates: a DOCTYPE is stepped over, entity references are left to the caller to report.
/// Tags are not matched here: the validator's own stack does it.
/// </summary>
internal ref struct SvgReader
{
    /// <summary>More attributes than this on one element is no logo; the limit bounds the work per element.</summary>
    public const int MaximumAttributes = 128;
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

    private readonly byte At(int at) => SvgText.At(text, at);

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
                return Take(SvgToken.ProcessingInstruction, SvgMarkup.Instruction(text, position));
            case (byte)'!':
                var rest = text[position..];
                if (rest.StartsWith("<!--"u8))
                {
                    return Take(SvgToken.Comment, SvgMarkup.Comment(text, position));
                }

                if (rest.StartsWith("<![CDATA["u8))
                {
                    return Take(SvgToken.CData, SvgMarkup.CData(text, position));
                }

                if (rest.StartsWith("<!DOCTYPE"u8))
                {
                    return Take(SvgToken.DocType, SvgMarkup.DocType(text, position));
                }

                return Fail(position, "'<!' starts neither a comment nor a CDATA section");
            default:
                return ReadStartTag();
        }
    }

    private SvgToken Take(SvgToken token, in SvgMarkup markup)
    {
        if (markup.Problem.Length > 0)
        {
            return Fail(markup.ContentStart, markup.Problem);
        }

        (ContentStart, ContentEnd, position) = (markup.ContentStart, markup.ContentEnd, markup.Next);
        HasReference = false;
        return token;
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
                var used = SvgEntity.ReadReference(run[i..], out _);
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

    private SvgToken ReadEndTag()
    {
        var name = position + 2;
        var end = SvgNames.SkipName(text, name, out var colon);
        if (end == name)
        {
            return Fail(position, "a closing tag has no name");
        }

        var i = SvgText.SkipWhiteSpace(text, end);
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
        var i = SvgNames.SkipName(text, name, out var colon);
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
            var next = SvgText.SkipWhiteSpace(text, i);
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

            var problem = SvgAttribute.Read(text, next, out var attribute, out i);
            if (problem.Length > 0)
            {
                return Fail(i, problem);
            }

            if (count >= MaximumAttributes)
            {
                return Fail(i - 1, "an element has more than 128 attributes");
            }

            attributes[count++] = attribute;
        }
    }
}
