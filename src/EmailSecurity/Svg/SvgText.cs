using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace EmailSecurity.Svg;

/// <summary>Characters, names and references of XML 1.0 over UTF-8 bytes.</summary>
internal static class SvgText
{
    /// <summary>XML 1.0 production 3, S.</summary>
    public static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    // XML 1.0 production 2: no control character but tab, carriage return and line feed.
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);

    // The first two bytes of U+FFFE and U+FFFF, and of 62 characters that are allowed.
    private static ReadOnlySpan<byte> Noncharacter => [0xEF, 0xBF];

    private const byte NameStart = 1;
    private const byte NameChar = 2;

    // XML 1.0 productions 4 and 4a, the ASCII part; the colon is taken out by SkipName.
    private static readonly byte[] Ascii = MakeAscii();

    private static byte[] MakeAscii()
    {
        var table = new byte[128];
        for (var c = 0; c < 128; c++)
        {
            if (char.IsAsciiLetter((char)c) || c is '_' or ':')
            {
                table[c] = NameStart | NameChar;
            }
            else if (char.IsAsciiDigit((char)c) || c is '-' or '.')
            {
                table[c] = NameChar;
            }
        }
        return table;
    }

    public static bool IsWhiteSpace(byte c) => c is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r';

    /// <summary>Offset of the first byte that is not UTF-8 or not an XML character; -1 where all is well.</summary>
    public static int FindIllegal(ReadOnlySpan<byte> text, out string problem)
    {
        problem = "";
        var at = -1;
        if (!Ascii7(text) && !Utf8.IsValid(text))
        {
            problem = "the text is not UTF-8";
            at = 0;
            while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out var used) == OperationStatus.Done)
            {
                at += used;
            }
        }
        var control = text.IndexOfAny(Controls);
        if (control >= 0 && (at < 0 || control < at))
        {
            problem = $"the control character U+{text[control]:X4} is not allowed in XML";
            at = control;
        }
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
        for (var i = text.IndexOf(Noncharacter); i >= 0 && i + 2 < text.Length && (at < 0 || i < at);)
        {
            if (text[i + 2] >= 0xBE)
            {
                problem = $"U+{(text[i + 2] == 0xBE ? "FFFE" : "FFFF")} is not allowed in XML";
                return i;
            }
            var next = text[(i + 2)..].IndexOf(Noncharacter);
            i = next < 0 ? -1 : i + 2 + next;
        }
        return at;
    }

    private static bool Ascii7(ReadOnlySpan<byte> text) => System.Text.Ascii.IsValid(text);

    /// <summary>End of the name that starts here, or <paramref name="start"/> where none does. <paramref name="colon"/> is its offset in the name, -1 for
    /// none, -2 for one out of place.</summary>
    public static int SkipName(ReadOnlySpan<byte> text, int start, out int colon)
    {
        colon = -1;
        var i = start;
        while (i < text.Length)
        {
            var c = text[i];
            if (c < 128)
            {
                if ((Ascii[c] & (i == start ? NameStart : NameChar)) == 0)
                {
                    break;
                }

                if (c == ':')
                {
                    colon = colon == -1 && i > start ? i - start : -2;
                }

                i++;
                continue;
            }
            Rune.DecodeFromUtf8(text[i..], out var rune, out var used);
            if (!IsNameRune(rune.Value, i == start))
            {
                break;
            }

            i += used;
        }
        // Namespaces in XML 1.0 production 7: a local part is an NCName, which has its own first character.
        if (colon >= 0 && (start + colon + 1 >= i || !StartsName(text[(start + colon + 1)..i])))
        {
            colon = -2;
        }

        return i;
    }

    /// <summary>End of the run of name characters at the start, XML 1.0 production 7 (colons count).</summary>
    public static int SkipNameCharacters(ReadOnlySpan<byte> text)
    {
        var i = 0;
        while (i < text.Length)
        {
            if (text[i] < 128)
            {
                if ((Ascii[text[i]] & NameChar) == 0)
                {
                    break;
                }

                i++;
                continue;
            }
            Rune.DecodeFromUtf8(text[i..], out var rune, out var used);
            if (!IsNameRune(rune.Value, first: false))
            {
                break;
            }

            i += used;
        }
        return i;
    }

    private static bool StartsName(ReadOnlySpan<byte> text)
    {
        if (text[0] < 128)
        {
            return (Ascii[text[0]] & NameStart) != 0 && text[0] != ':';
        }

        Rune.DecodeFromUtf8(text, out var rune, out _);
        return IsNameRune(rune.Value, first: true);
    }

    // XML 1.0 fifth edition, productions 4 and 4a, above ASCII.
    private static bool IsNameRune(int c, bool first) =>
        c is (>= 0xC0 and <= 0x2FF and not 0xD7 and not 0xF7) or (>= 0x370 and <= 0x1FFF and not 0x37E) or 0x200C or 0x200D
            or (>= 0x2070 and <= 0x218F) or (>= 0x2C00 and <= 0x2FEF) or (>= 0x3001 and <= 0xD7FF)
            or (>= 0xF900 and <= 0xFDCF) or (>= 0xFDF0 and <= 0xFFFD) or (>= 0x10000 and <= 0xEFFFF)
        || (!first && c is 0xB7 or (>= 0x300 and <= 0x36F) or 0x203F or 0x2040);

    /// <summary>Length of the reference that starts here, 0 where it is malformed; <paramref name="rune"/> is its character, -1 for an entity that XML
    /// itself does not define.</summary>
    public static int ReadReference(ReadOnlySpan<byte> text, out int rune)
    {
        rune = -1;
        // The longest reference worth reading: a name longer than this is reported as malformed, which bounds the search.
        var end = text[..Math.Min(text.Length, 256)].IndexOf((byte)';');
        if (end < 2)
        {
            return 0;
        }

        var name = text[1..end];
        if (name[0] != '#')
        {
            if (SkipName(name, 0, out var colon) != name.Length || colon != -1)
            {
                return 0;
            }

            rune = Predefined(name);
            return end + 1;
        }
        var hexadecimal = name.Length > 1 && name[1] == 'x';
        var digits = name[(hexadecimal ? 2 : 1)..];
        var value = 0;
        if (digits.Length == 0)
        {
            return 0;
        }

        foreach (var c in digits)
        {
            var digit = c is >= (byte)'0' and <= (byte)'9' ? c - '0' : hexadecimal && (c | 0x20) is >= 'a' and <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
            if (digit < 0)
            {
                return 0;
            }

            value = (value * (hexadecimal ? 16 : 10)) + digit;
            if (value > 0x10FFFF)
            {
                return 0;
            }
        }
        if (value is < 0x20 and not (9 or 10 or 13) or (>= 0xD800 and <= 0xDFFF) or 0xFFFE or 0xFFFF)
        {
            return 0;
        }

        rune = value;
        return end + 1;
    }

    // XML 1.0 section 4.6.
    private static int Predefined(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("amp"u8) ? '&' : name.SequenceEqual("lt"u8) ? '<' : name.SequenceEqual("gt"u8) ? '>'
        : name.SequenceEqual("quot"u8) ? '"' : name.SequenceEqual("apos"u8) ? '\'' : -1;

    /// <summary>The value with its references resolved (an unknown entity counts for nothing) and its white space made spaces, as XML 1.0 section 3.3.3
    /// does. The target must be as long as the value.</summary>
    public static int Normalize(ReadOnlySpan<byte> value, Span<byte> target)
    {
        var written = 0;
        for (var i = 0; i < value.Length;)
        {
            var c = value[i];
            if (c == '&')
            {
                var used = ReadReference(value[i..], out var rune);
                if (rune >= 0)
                {
                    written += new Rune(rune).EncodeToUtf8(target[written..]);
                }

                i += Math.Max(used, 1);
                continue;
            }
            if (c == '\r' && i + 1 < value.Length && value[i + 1] == '\n')
            {
                i++;
            }

            target[written++] = IsWhiteSpace(c) ? (byte)' ' : c;
            i++;
        }
        return written;
    }

    /// <summary>The value without white space at its ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        var start = 0;
        while (start < value.Length && IsWhiteSpace(value[start]))
        {
            start++;
        }

        var end = value.Length;
        while (end > start && IsWhiteSpace(value[end - 1]))
        {
            end--;
        }

        return value[start..end];
    }

    /// <summary>Text for a message: at most 60 characters, nothing a terminal would act on.</summary>
    public static string Show(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 240)]);
        var shown = new StringBuilder();
        foreach (var c in text)
        {
            if (shown.Length >= 60)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator ? ' ' : c);
        }
        return value.Length > 240 ? shown.Append("...").ToString() : shown.ToString();
    }
}
