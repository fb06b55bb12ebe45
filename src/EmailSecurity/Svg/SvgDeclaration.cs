using System.Text;
using EmailSecurity.Text;

namespace EmailSecurity.Svg;

/// <summary>The start of the file: byte order mark, encoding, XML declaration.</summary>
internal static class SvgDeclaration
{
    /// <summary>Finds the encoding and steps over the XML declaration. UTF-16 is turned into UTF-8 (and reported) so that the rest can be checked. False
    /// where the bytes are no text.</summary>
    public static bool TryOpen(ref ReadOnlySpan<byte> text, SvgFindings findings, out int start)
    {
        start = 0;
        var isUtf16 = false;
        if (text is [0xEF, 0xBB, 0xBF, ..])
        {
            start = 3;
        }
        else if (ByteOrderMark.IsUtf16(text) || text is [(byte)'<', 0, ..] or [0, (byte)'<', ..])
        {
            isUtf16 = true;
            var encoding = text[0] is 0xFF or (byte)'<' ? Encoding.Unicode : Encoding.BigEndianUnicode;
            text = Encoding.UTF8.GetBytes(encoding.GetString(text));
            start = text is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
            findings.Report(SvgRules.NotUtf8, default, -1, "The file is UTF-16; receivers expect UTF-8.");
        }
        var illegal = SvgText.FindIllegal(text, out var problem);
        if (illegal >= 0)
        {
            findings.Report(problem.EndsWith("UTF-8", StringComparison.Ordinal) ? SvgRules.NotUtf8
                : SvgRules.NotWellFormed, text, illegal, FileKind.Of(text) is { } kind and not FileKind.Svg ? $"The file is {kind}, not {FileKind.Svg}."
                    : $"The file cannot be read: {problem}.");
            return false;
        }
        var head = text[start..];
        return !head.StartsWith("<?xml"u8) || head.Length < 6 || !SvgText.IsWhiteSpace(head[5]) || TryReadDeclaration(text, isUtf16, findings, ref start);
    }

    // XML 1.0 production 23: version, then encoding, then standalone.
    private static bool TryReadDeclaration(ReadOnlySpan<byte> text, bool isUtf16, SvgFindings findings, ref int start)
    {
        var length = text[start..].IndexOf("?>"u8);
        if (length < 0)
        {
            return Malformed(text, start, findings, "the XML declaration is not closed");
        }

        var scanner = new SvgScanner(text.Slice(start + 5, length - 5));
        var order = 0;
        while (true)
        {
            var before = scanner.Position;
            scanner.SkipWhiteSpace();
            if (scanner.AtEnd)
            {
                break;
            }

            var at = start + 5 + scanner.Position;
            var name = scanner.ReadLetters();
            var place = name.SequenceEqual("version"u8) ? 1 : name.SequenceEqual("encoding"u8) ? 2 : name.SequenceEqual("standalone"u8) ? 3 : 0;
            if (place <= order || (order == 0 && place != 1) || scanner.Position - name.Length == before)
            {
                return Malformed(text, at, findings, "the XML declaration contains version, then encoding, then standalone, and nothing else");
            }

            order = place;
            if (!TryReadValue(ref scanner, out var value))
            {
                return Malformed(text, at, findings, "the XML declaration has a value without quotes");
            }

            var good = place switch
            {
                1 => value.Length > 2 && value.StartsWith("1."u8) && value[2..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0,
                2 => value.Length > 0 && char.IsAsciiLetter((char)value[0]),
                _ => value.SequenceEqual("yes"u8) || value.SequenceEqual("no"u8),
            };
            if (!good)
            {
                return Malformed(text, at, findings, $"the XML declaration has no valid {Encoding.ASCII.GetString(name)}");
            }

            if (place == 2 && !isUtf16)
            {
                CheckEncoding(text, at, value, findings);
            }
        }
        if (order == 0)
        {
            return Malformed(text, start, findings, "the XML declaration has no version");
        }

        start += length + 2;
        return true;
    }

    private static bool TryReadValue(ref SvgScanner scanner, out ReadOnlySpan<byte> value)
    {
        value = default;
        scanner.SkipWhiteSpace();
        if (scanner.Next != '=')
        {
            return false;
        }

        scanner.Position++;
        scanner.SkipWhiteSpace();
        var quote = scanner.Next;
        if (quote is not ((byte)'"' or (byte)'\''))
        {
            return false;
        }

        scanner.Position++;
        var length = scanner.Rest.IndexOf(quote);
        if (length < 0)
        {
            return false;
        }

        value = scanner.Rest[..length];
        scanner.Position += length + 1;
        return true;
    }

    /// <summary>XML 1.0 section 4.3.3: the declared encoding must be the one used. An ASCII-only file reads the same in any of ASCII's supersets.</summary>
    private static void CheckEncoding(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> encoding, SvgFindings findings)
    {
        if (Ascii.EqualsIgnoreCase(encoding, "utf-8"u8) || (Ascii.EqualsIgnoreCase(encoding, "us-ascii"u8) && Ascii.IsValid(text)))
        {
            return;
        }

        var name = SvgText.Show(encoding);
        var isSuperset = name.StartsWith("iso-8859-", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase) || name.Equals("ascii", StringComparison.OrdinalIgnoreCase);
        if (isSuperset && Ascii.IsValid(text))
        {
            findings.Report(SvgRules.EncodingDeclared, text, at, $"The declared encoding is {name}; its content is the same in UTF-8.");
        }
        else
        {
            findings.Report(SvgRules.NotUtf8, text, at, $"The declared encoding is {name}; receivers expect UTF-8.");
        }
    }

    private static bool Malformed(ReadOnlySpan<byte> text, int at, SvgFindings findings, string problem)
    {
        findings.Report(SvgRules.NotWellFormed, text, at, $"The file is not well-formed XML: {problem}.");
        return false;
    }
}
