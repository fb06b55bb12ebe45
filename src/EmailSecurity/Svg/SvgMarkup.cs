namespace EmailSecurity.Svg;

/// <summary>A comment, CDATA section, processing instruction or document type: where it ends, or what is wrong with it and where.</summary>
internal readonly record struct SvgMarkup(int ContentStart, int ContentEnd, int Next, string Problem = "")
{
    /// <summary>Reads a comment.</summary>
    public static SvgMarkup Comment(ReadOnlySpan<byte> text, int start)
    {
        // XML 1.0 section 2.5: "--" ends the comment and nothing else.
        var comment = Delimited(text, start, 4, "--"u8, "a comment is not closed");
        return comment.Problem.Length > 0 ? comment
            : SvgText.At(text, comment.Next) != '>' ? Wrong(comment.ContentEnd, "'--' is not allowed in a comment")
            : comment with { Next = comment.Next + 1 };
    }

    /// <summary>Reads a CDATA section.</summary>
    public static SvgMarkup CData(ReadOnlySpan<byte> text, int start) => Delimited(text, start, 9, "]]>"u8, "a CDATA section is not closed");

    /// <summary>Reads a processing instruction, whose content is its name.</summary>
    public static SvgMarkup Instruction(ReadOnlySpan<byte> text, int start)
    {
        var name = start + 2;
        var end = SvgNames.SkipName(text, name, out var colon);
        if (end == name || colon >= 0)
        {
            return Wrong(start, "a processing instruction has no valid name");
        }

        var target = text[name..end];
        // XML 1.0 section 2.6: the name "xml" in any case is reserved; the declaration itself is read by the caller.
        if (target.Length == 3 && (target[0] | 0x20) == 'x' && (target[1] | 0x20) == 'm' && (target[2] | 0x20) == 'l')
        {
            return Wrong(start, "an XML declaration is allowed only at the very start");
        }

        if (!text[end..].StartsWith("?>"u8) && !SvgText.IsWhiteSpace(SvgText.At(text, end)))
        {
            return Wrong(end, "a processing instruction has no valid name");
        }

        var instruction = Delimited(text, start, 2, "?>"u8, "a processing instruction is not closed");
        return instruction.Problem.Length > 0 ? instruction : instruction with { ContentEnd = end };
    }

    /// <summary>Steps over a document type declaration without reading what it declares.</summary>
    public static SvgMarkup DocType(ReadOnlySpan<byte> text, int start)
    {
        var i = start + 9;
        var inSubset = false;
        while (i < text.Length)
        {
            switch (text[i])
            {
                case (byte)'"' or (byte)'\'':
                    var close = text[(i + 1)..].IndexOf(text[i]);
                    if (close < 0)
                    {
                        return Wrong(i, "the DOCTYPE is not closed");
                    }

                    i += close + 2;
                    break;
                case (byte)'<' when text[i..].StartsWith("<!--"u8):
                    var end = text[(i + 4)..].IndexOf("-->"u8);
                    if (end < 0)
                    {
                        return Wrong(i, "a comment is not closed");
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
                    return new SvgMarkup(start + 9, i, i + 1);
                default:
                    i++;
                    break;
            }
        }
        return Wrong(start, "the DOCTYPE is not closed");
    }

    private static SvgMarkup Delimited(ReadOnlySpan<byte> text, int start, int open, ReadOnlySpan<byte> close, string problem)
    {
        var length = text[(start + open)..].IndexOf(close);
        return length < 0 ? Wrong(start, problem) : new SvgMarkup(start + open, start + open + length, start + open + length + close.Length);
    }

    private static SvgMarkup Wrong(int at, string problem) => new(at, at, at, problem);
}
