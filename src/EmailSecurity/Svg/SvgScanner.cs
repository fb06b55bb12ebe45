namespace EmailSecurity.Svg;

/// <summary>Walks the numbers, names and separators inside an attribute value.</summary>
internal ref struct SvgScanner(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> text = text;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; set; }

    /// <summary>True at the end.</summary>
    public readonly bool AtEnd => Position >= text.Length;

    /// <summary>The next byte; 0 at the end.</summary>
    public readonly byte Next => (uint)Position < (uint)text.Length ? text[Position] : (byte)0;

    public void SkipWhiteSpace()
    {
        while (SvgText.IsWhiteSpace(Next))
        {
            Position++;
        }
    }

    /// <summary>Skips white space with at most one comma in it; true where there was a comma.</summary>
    public bool SkipComma()
    {
        SkipWhiteSpace();
        if (Next != ',')
        {
            return false;
        }

        Position++;
        SkipWhiteSpace();
        return true;
    }

    /// <summary>Steps over a number: sign, digits, fraction, exponent (SVG Tiny 1.2 section 4.1.2). False and no step where there is none.</summary>
    public bool SkipNumber()
    {
        var i = Position;
        if ((uint)i >= (uint)text.Length)
        {
            return false;
        }

        if (text[i] is (byte)'-' or (byte)'+')
        {
            i++;
        }

        var start = i;
        i = SkipDigits(i);
        var digits = i - start;
        if ((uint)i < (uint)text.Length && text[i] == '.')
        {
            var fraction = SkipDigits(i + 1) - i - 1;
            // "1." is a number to the grammar of path data only; renderers read it everywhere.
            digits += fraction;
            i += fraction + 1;
        }
        if (digits == 0)
        {
            return false;
        }

        if ((uint)i < (uint)text.Length && (text[i] | 0x20) == 'e')
        {
            var sign = i + 1 < text.Length && text[i + 1] is (byte)'-' or (byte)'+' ? 1 : 0;
            var exponent = SkipDigits(i + 1 + sign);
            if (exponent > i + 1 + sign)
            {
                i = exponent;
            }
        }
        Position = i;
        return true;
    }

    private readonly int SkipDigits(int i)
    {
        while ((uint)i < (uint)text.Length && (uint)(text[i] - '0') <= 9)
        {
            i++;
        }

        return i;
    }

    /// <summary>Reads a number; false where there is none or it is not finite.</summary>
    public bool ReadNumber(out double number)
    {
        var start = Position;
        number = 0;
        if (!SkipNumber())
        {
            return false;
        }

        var digits = text[start..Position];
        if (digits[0] == '+')
        {
            digits = digits[1..];
        }

        return System.Buffers.Text.Utf8Parser.TryParse(digits, out number, out _) && double.IsFinite(number);
    }

    /// <summary>Steps over a run of letters and returns it.</summary>
    public ReadOnlySpan<byte> ReadLetters()
    {
        var start = Position;
        while (char.IsAsciiLetter((char)Next))
        {
            Position++;
        }

        return text[start..Position];
    }

    /// <summary>The rest.</summary>
    public readonly ReadOnlySpan<byte> Rest => Position >= text.Length ? [] : text[Position..];
}
