using System.Text;

namespace EmailSecurity.Svg;

/// <summary>Names of XML 1.0 and of Namespaces in XML 1.0 over UTF-8 bytes.</summary>
internal static class SvgNames
{
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
}
