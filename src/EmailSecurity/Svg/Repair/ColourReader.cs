using System.Globalization;
using System.Runtime.InteropServices;

namespace EmailSecurity.Svg.Repair;

/// <summary>A color 0xRRGGBB of sRGB and its opacity.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Colour(int Rgb, double Alpha)
{
    public static readonly Colour Black = new(0, 1);

    /// <summary>As SVG Tiny 1.2 writes it: <c>#rrggbb</c>, or <c>#rgb</c> where that is the same.</summary>
    public override string ToString()
    {
        var text = Rgb.ToString("x6", CultureInfo.InvariantCulture);
        return text[0] == text[1] && text[2] == text[3] && text[4] == text[5] ? $"#{text[0]}{text[2]}{text[4]}" : "#" + text;
    }
}

/// <summary>Reads the colors of CSS Color 4 that are in sRGB: names, hexadecimal, rgb(), hsl(), with opacity or without.</summary>
internal static class ColourReader
{
    /// <summary>Reads a color; false where it is none, or one of another space of colors.</summary>
    public static bool TryRead(string value, out Colour colour)
    {
        var text = value.Trim().ToLowerInvariant();
        colour = Colour.Black;
        if (text.StartsWith('#'))
        {
            return TryHexadecimal(text[1..], out colour);
        }

        if (text == "transparent")
        {
            colour = new Colour(0, 0);
            return true;
        }

        if (ColourNames.TryFind(text, out var named))
        {
            colour = new Colour(named, 1);
            return true;
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        return open > 0 && text[^1] == ')' && text[..open] switch
        {
            "rgb" or "rgba" => TryRgb(text[(open + 1)..^1], out colour),
            "hsl" or "hsla" => TryHsl(text[(open + 1)..^1], out colour),
            _ => false,
        };
    }

    private static bool TryHexadecimal(string digits, out Colour colour)
    {
        colour = Colour.Black;
        if (digits.Length is 3 or 4)
        {
            digits = string.Concat(digits.Select(c => new string(c, 2)));
        }

        if (digits.Length is not (6 or 8) || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        colour = digits.Length == 6 ? new Colour((int)number, 1) : new Colour((int)(number >> 8), (number & 255) / 255.0);
        return true;
    }

    private static bool TryRgb(string arguments, out Colour colour)
    {
        var isGood = TryArguments(arguments, 255, 255, out var n);
        colour = new Colour((Byte(n[0]) << 16) | (Byte(n[1]) << 8) | Byte(n[2]), n[3]);
        return isGood;
    }

    // CSS Color 4 section 7: hue in degrees, saturation and lightness in percent.
    private static bool TryHsl(string arguments, out Colour colour)
    {
        var isGood = TryArguments(arguments, 360, 1, out var n);
        var (hue, saturation, light) = (((n[0] % 360) + 360) % 360, Math.Clamp(n[1], 0, 1), Math.Clamp(n[2], 0, 1));
        int Channel(int shift)
        {
            var k = (shift + (hue / 30)) % 12;
            return Byte(255 * (light - (saturation * Math.Min(light, 1 - light) * Math.Max(-1, Math.Min(Math.Min(k - 3, 9 - k), 1)))));
        }

        colour = new Colour((Channel(0) << 16) | (Channel(8) << 8) | Channel(4), n[3]);
        return isGood;
    }

    // Three values and perhaps an opacity, between commas, blanks or a slash.
    private static bool TryArguments(string text, double firstWhole, double otherWhole, out double[] numbers)
    {
        numbers = [0, 0, 0, 1];
        var scanner = new NumberScanner(text);
        var count = 0;
        for (scanner.SkipSpace(); !scanner.AtEnd && count < 4; count++)
        {
            if (!scanner.TryNumber(out numbers[count]))
            {
                return false;
            }

            if (scanner.Take('%'))
            {
                numbers[count] *= (count == 0 ? firstWhole : count < 3 ? otherWhole : 1) / 100;
            }
            else if (scanner.Word() is not ("" or "deg"))
            {
                return false;
            }

            scanner.SkipComma();
            if (scanner.Take('/'))
            {
                scanner.SkipSpace();
            }
        }

        numbers[3] = Math.Clamp(numbers[3], 0, 1);
        return scanner.AtEnd && count is 3 or 4;
    }

    private static int Byte(double value) => (int)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), 0, 255);
}
