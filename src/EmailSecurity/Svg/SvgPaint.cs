using System.Globalization;

namespace EmailSecurity.Svg;

/// <summary>Colours and paints of SVG Tiny 1.2 (sections 11.2 and 11.13), as numbers: 0xRRGGBB, or one of the constants.</summary>
internal static class SvgPaint
{
    /// <summary><c>none</c>.</summary>
    public const int None = -1;

    /// <summary><c>url(#id)</c>: the colours are those of the paint server.</summary>
    public const int Server = -2;

    /// <summary><c>inherit</c>.</summary>
    public const int Inherit = -3;

    /// <summary><c>currentColor</c>.</summary>
    public const int CurrentColour = -4;

    /// <summary>Not a value of SVG Tiny 1.2.</summary>
    public const int Unknown = -5;

    /// <summary>Above this: a colour known by name only (a system colour, or a name outside SVG Tiny 1.2).</summary>
    public const int Named = 0x1000000;

    private static readonly string[] Keywords =
        ["black", "green", "silver", "lime", "gray", "olive", "white", "yellow", "maroon", "navy", "red", "blue", "purple", "teal", "fuchsia", "aqua",
         "ActiveBorder", "ActiveCaption", "AppWorkspace", "Background", "ButtonFace", "ButtonHighlight", "ButtonShadow", "ButtonText", "CaptionText",
         "GrayText", "Highlight", "HighlightText", "InactiveBorder", "InactiveCaption", "InactiveCaptionText", "InfoBackground", "InfoText", "Menu",
         "MenuText", "Scrollbar", "ThreeDDarkShadow", "ThreeDFace", "ThreeDHighlight", "ThreeDLightShadow", "ThreeDShadow", "Window", "WindowFrame",
         "WindowText"];

    private static readonly int[] Values =
        [0x000000, 0x008000, 0xC0C0C0, 0x00FF00, 0x808080, 0x808000, 0xFFFFFF, 0xFFFF00, 0x800000, 0x000080, 0xFF0000, 0x0000FF, 0x800080, 0x008080, 0xFF00FF,
         0x00FFFF];

    private static readonly SvgNameTable KeywordTable = new(Keywords);

    /// <summary>Reads a colour or paint; <paramref name="reference"/> is what stands in <c>url(...)</c>.</summary>
    public static int Read(ReadOnlySpan<byte> value, bool paint, out ReadOnlySpan<byte> reference)
    {
        reference = default;
        value = SvgText.Trim(value);
        if (value.IsEmpty)
        {
            return Unknown;
        }

        if (value[0] == '#')
        {
            return ReadHexadecimal(value[1..]);
        }

        if (value.SequenceEqual("none"u8))
        {
            return paint ? None : Unknown;
        }

        if (value.SequenceEqual("inherit"u8))
        {
            return Inherit;
        }

        if (value.SequenceEqual("currentColor"u8))
        {
            return CurrentColour;
        }

        if (value.StartsWith("rgb("u8))
        {
            return ReadFunction(value[4..]);
        }

        if (paint && TryReadUrl(value, out reference, out var rest))
        {
            rest = SvgText.Trim(rest);
            return rest.IsEmpty || rest.SequenceEqual("none"u8) || Read(rest, paint: false, out _) != Unknown ? Server : Unknown;
        }
        var keyword = KeywordTable.Find(value);
        if (keyword >= 0)
        {
            return keyword < Values.Length ? Values[keyword] : Named + keyword;
        }

        return Unknown;
    }

    /// <summary>Finds <c>url(...)</c> at the start of a value and gives the address in it, unquoted.</summary>
    public static bool TryReadUrl(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> address, out ReadOnlySpan<byte> rest)
    {
        address = default;
        rest = default;
        if (value.Length < 4 || (value[0] | 0x20) != 'u' || (value[1] | 0x20) != 'r' || (value[2] | 0x20) != 'l' || value[3] != '(')
        {
            return false;
        }

        var end = value.IndexOf((byte)')');
        address = SvgText.Trim(end < 0 ? value[4..] : value[4..end]);
        rest = end < 0 ? default : value[(end + 1)..];
        if (address.Length >= 2 && address[0] == address[^1] && address[0] is (byte)'"' or (byte)'\'')
        {
            address = SvgText.Trim(address[1..^1]);
        }

        return true;
    }

    private static int ReadHexadecimal(ReadOnlySpan<byte> digits)
    {
        if (digits.Length is not (3 or 6))
        {
            return Unknown;
        }

        var number = 0;
        foreach (var c in digits)
        {
            var digit = c is >= (byte)'0' and <= (byte)'9' ? c - '0' : (c | 0x20) is >= 'a' and <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
            if (digit < 0)
            {
                return Unknown;
            }

            number = digits.Length == 3 ? (number << 8) | (digit * 17) : (number << 4) | digit;
        }
        return number;
    }

    private static int ReadFunction(ReadOnlySpan<byte> arguments)
    {
        var scanner = new SvgScanner(arguments);
        var colour = 0;
        for (var i = 0; i < 3; i++)
        {
            scanner.SkipWhiteSpace();
            if (!scanner.ReadNumber(out var number))
            {
                return Unknown;
            }

            if (scanner.Next == '%')
            {
                scanner.Position++;
                number = number * 255 / 100;
            }
            colour = (colour << 8) | (int)Math.Clamp(Math.Round(number), 0, 255);
            scanner.SkipWhiteSpace();
            if (scanner.Next != (i < 2 ? ',' : ')'))
            {
                return Unknown;
            }

            scanner.Position++;
        }
        return scanner.AtEnd ? colour : Unknown;
    }

    /// <summary>A colour for messages: <c>#rrggbb</c>.</summary>
    public static string Show(int colour) => colour < Named ? "#" + colour.ToString("x6", CultureInfo.InvariantCulture) : Keywords[colour - Named];
}
