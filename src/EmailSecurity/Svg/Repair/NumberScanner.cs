using System.Globalization;

namespace EmailSecurity.Svg.Repair;

/// <summary>Walks numbers, words and separators in an attribute value of SVG or CSS.</summary>
internal ref struct NumberScanner(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;

    public int Position { get; set; }

    public readonly bool AtEnd => Position >= text.Length;

    public readonly char Next => (uint)Position < (uint)text.Length ? text[Position] : '\0';

    public readonly ReadOnlySpan<char> Rest => Position >= text.Length ? [] : text[Position..];

    public void SkipSpace()
    {
        while (Next is ' ' or '\t' or '\n' or '\r' or '\f')
        {
            Position++;
        }
    }

    /// <summary>Skips white space with at most one comma in it.</summary>
    public void SkipComma()
    {
        SkipSpace();
        if (Next == ',')
        {
            Position++;
            SkipSpace();
        }
    }

    /// <summary>Steps over that character; false and no step where another is there.</summary>
    public bool Take(char c)
    {
        if (Next != c)
        {
            return false;
        }

        Position++;
        return true;
    }

    /// <summary>Reads a number, SVG 2 section 4.2; false and no step where there is none, or none that is finite.</summary>
    public bool TryNumber(out double number)
    {
        var i = Position;
        if (i < text.Length && text[i] is '+' or '-')
        {
            i++;
        }

        var whole = Digits(i);
        var end = whole;
        if (end < text.Length && text[end] == '.')
        {
            end = Digits(end + 1);
            // "1." is not a number of SVG 2, but renderers read it.
        }

        number = 0;
        if (end == i || (end == i + 1 && text[i] == '.'))
        {
            return false;
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var sign = end + 1 < text.Length && text[end + 1] is '+' or '-' ? 1 : 0;
            var exponent = Digits(end + 1 + sign);
            end = exponent > end + 1 + sign ? exponent : end;
        }

        if (!double.TryParse(text[Position..end], NumberStyles.Float, CultureInfo.InvariantCulture, out number) || !(Math.Abs(number) < 1e9))
        {
            return false;
        }

        Position = end;
        return true;
    }

    /// <summary>Reads letters and hyphens.</summary>
    public ReadOnlySpan<char> Word()
    {
        var begin = Position;
        while (char.IsAsciiLetter(Next) || Next == '-')
        {
            Position++;
        }

        return text[begin..Position];
    }

    private readonly int Digits(int i)
    {
        while (i < text.Length && char.IsAsciiDigit(text[i]))
        {
            i++;
        }

        return i;
    }

    /// <summary>All numbers of a list, as points and viewBox have it; null where something else is in it.</summary>
    public static List<double>? List(ReadOnlySpan<char> text)
    {
        List<double> numbers = [];
        var scanner = new NumberScanner(text);
        scanner.SkipSpace();
        while (!scanner.AtEnd)
        {
            if (!scanner.TryNumber(out var number))
            {
                return null;
            }

            numbers.Add(number);
            scanner.SkipComma();
        }

        return numbers;
    }
}
