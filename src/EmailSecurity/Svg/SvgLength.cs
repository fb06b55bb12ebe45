using System.Globalization;
using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

/// <summary>The width or height of a logo's root element (SVG Tiny 1.2 section 7.11).</summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">Unit as written: empty, <c>px</c>, <c>pt</c>, <c>pc</c>, <c>mm</c>, <c>cm</c>, <c>in</c>, <c>em</c>, <c>ex</c> or <c>%</c>.</param>
public readonly record struct SvgLength(double Value, string Unit)
{
    /// <summary>True for <c>%</c>, <c>em</c> and <c>ex</c>, which depend on where the logo is shown.</summary>
    public bool IsRelative => Unit is "%" or "em" or "ex";

    /// <summary>CSS pixels, 96 to the inch; null for a relative length.</summary>
    public double? Pixels => Unit switch
    {
        "" or "px" => Value,
        "pt" => Value * 96 / 72,
        "pc" => Value * 16,
        "in" => Value * 96,
        "cm" => Value * 96 / 2.54,
        "mm" => Value * 96 / 25.4,
        _ => null,
    };

    /// <summary>Reads a length; false where it is none.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out SvgLength length)
    {
        length = default;
        text = SvgText.Trim(text);
        var scanner = new SvgScanner(text);
        if (!scanner.ReadNumber(out var number))
        {
            return false;
        }

        var unit = scanner.Rest;
        foreach (var known in (ReadOnlySpan<string>)["", "px", "%", "pt", "mm", "cm", "in", "pc", "em", "ex"])
        {
            if (unit.Length == known.Length && System.Text.Ascii.Equals(unit, known))
            {
                length = new SvgLength(number, known);
                return true;
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + Unit;
}

/// <summary>The viewBox of a logo (SVG Tiny 1.2 section 7.8), in user units.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width, above zero.</param>
/// <param name="Height">Height, above zero.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SvgViewBox(double X, double Y, double Width, double Height)
{
    /// <summary>True where width and height are the same to one in a thousand.</summary>
    public bool IsSquare => Math.Abs(Width - Height) <= Math.Max(Width, Height) / 1000;

    /// <summary>Reads a viewBox; false where it is none.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out SvgViewBox box)
    {
        box = default;
        Span<double> numbers = stackalloc double[4];
        var scanner = new SvgScanner(text);
        scanner.SkipWhiteSpace();
        for (var i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                scanner.SkipComma();
            }

            if (!scanner.ReadNumber(out numbers[i]))
            {
                return false;
            }
        }
        scanner.SkipWhiteSpace();
        box = new SvgViewBox(numbers[0], numbers[1], numbers[2], numbers[3]);
        return scanner.AtEnd;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X} {Y} {Width} {Height}");
}
