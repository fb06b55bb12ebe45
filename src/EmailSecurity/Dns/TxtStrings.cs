using System.Buffers;
using System.Globalization;
using System.Text;

namespace EmailSecurity.Dns;

/// <summary>TXT values in presentation form (RFC 1035 section 5.1): quoted character strings of at most 255 octets each.</summary>
public static class TxtStrings
{
    /// <summary>RFC 1035 section 3.3: a character-string holds at most 255 octets.</summary>
    private const int MaxStringOctets = 255;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Gives one or more <c>"..."</c> strings separated by one space; <c>\"</c>, <c>\\</c>, and <c>\DDD</c> (decimal) for octets that are not printable ASCII. The value is taken as UTF-8.</summary>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var octets = Encoding.UTF8.GetBytes(value);
        var builder = new StringBuilder(value.Length + 2).Append('"');
        for (var i = 0; i < octets.Length; i++)
        {
            if (i > 0 && i % MaxStringOctets == 0)
                builder.Append("\" \"");
            var octet = octets[i];
            if (octet is (byte)'"' or (byte)'\\')
                builder.Append('\\').Append((char)octet);
            else if (octet is >= 0x20 and <= 0x7E)
                builder.Append((char)octet);
            else
                builder.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
        }
        return builder.Append('"').ToString();
    }

    /// <summary>
    /// The inverse of <see cref="Quote"/>: the strings joined without anything between them (RFC 8461 section 3.1).
    /// Text that does not begin with a quote is taken as the value itself. Octets are read as UTF-8, or as Latin-1 where they are not UTF-8. Never throws on content.
    /// </summary>
    public static string Unquote(string presentation)
    {
        ArgumentNullException.ThrowIfNull(presentation);
        var text = presentation.AsSpan().Trim();
        if (text.Length == 0 || text[0] != '"')
            return presentation;
        // A UTF-16 unit gives at most three octets.
        var octets = new byte[text.Length * 3];
        var length = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && char.IsWhiteSpace(c))
            {
                continue;
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                if (i + 3 < text.Length && TryDecimal(text.Slice(i + 1, 3), out var octet))
                {
                    octets[length++] = octet;
                    i += 3;
                }
                else if (text[i + 1] < 0x80)
                {
                    octets[length++] = (byte)text[++i];
                }
                // A backslash before a character outside ASCII quotes nothing: the character itself follows.
            }
            else if (Rune.DecodeFromUtf16(text[i..], out var rune, out var consumed) == OperationStatus.Done)
            {
                length += rune.EncodeToUtf8(octets.AsSpan(length));
                i += consumed - 1;
            }
            else
            {
                length += Rune.ReplacementChar.EncodeToUtf8(octets.AsSpan(length));
            }
        }
        try
        {
            return StrictUtf8.GetString(octets, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(octets, 0, length);
        }
    }

    private static bool TryDecimal(ReadOnlySpan<char> digits, out byte octet)
    {
        octet = 0;
        var value = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = (value * 10) + (c - '0');
        }
        if (value > 255)
            return false;
        octet = (byte)value;
        return true;
    }
}
