using System.Text;

namespace EmailSecurity.Svg;

/// <summary>References to characters and to XML's own five entities, and values with theirs resolved.</summary>
internal static class SvgEntity
{
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
            if (SvgNames.SkipName(name, 0, out var colon) != name.Length || colon != -1)
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

            target[written++] = SvgText.IsWhiteSpace(c) ? (byte)' ' : c;
            i++;
        }
        return written;
    }

    /// <summary>True where the text is white space once its numeric references are read, which the schema does not mind.</summary>
    public static bool IsWhiteSpace(ReadOnlySpan<byte> content)
    {
        for (var i = 0; i < content.Length;)
        {
            if (content[i] == '&')
            {
                i += ReadReference(content[i..], out var rune);
                if (rune is not (' ' or '\t' or '\n' or '\r'))
                {
                    return false;
                }
            }
            else if (!SvgText.IsWhiteSpace(content[i++]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Reports every reference to an entity that is not one of XML's own.</summary>
    public static void Report(ReadOnlySpan<byte> value, int offset, in SvgReport report)
    {
        for (var i = value.IndexOf((byte)'&'); i >= 0;)
        {
            var used = ReadReference(value[i..], out var rune);
            if (rune < 0 && report.Take(SvgRules.EntityUsed))
            {
                report.Report(SvgRules.EntityUsed, offset + i, $"The entity reference {SvgText.Show(value.Slice(i, used))} is not one of XML's own five.");
            }

            var next = value[(i + used)..].IndexOf((byte)'&');
            i = next < 0 ? -1 : i + used + next;
        }
    }
}
