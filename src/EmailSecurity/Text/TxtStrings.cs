using System.Buffers;
using System.Globalization;
using System.Text;
using EmailSecurity.Findings;

namespace EmailSecurity.Text;

/// <summary>TXT values in presentation form (RFC 1035 section 5.1): quoted character strings of at most 255 octets each.</summary>
public static class TxtStrings
{
    /// <summary>RFC 1035 section 3.3: a character-string holds at most 255 octets.</summary>
    private const int MaxStringOctets = 255;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Gives one or more <c>"..."</c> strings separated by one space; <c>\"</c>, <c>\\</c>, and <c>\DDD</c> (decimal) for octets that are not
    /// printable ASCII. The value is taken as UTF-8.</summary>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var octets = Encoding.UTF8.GetBytes(value);
        var builder = new StringBuilder(value.Length + 2).Append('"');
        for (var i = 0; i < octets.Length; i++)
        {
            if (i > 0 && i % MaxStringOctets == 0)
            {
                builder.Append("\" \"");
            }

            var octet = octets[i];
            if (octet is (byte)'"' or (byte)'\\')
            {
                builder.Append('\\').Append((char)octet);
            }
            else if (octet is >= 0x20 and <= 0x7E)
            {
                builder.Append((char)octet);
            }
            else
            {
                builder.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
            }
        }
        return builder.Append('"').ToString();
    }

    /// <summary>
    /// The inverse of <see cref="Quote"/>: the strings joined without anything between them (RFC 8461 section 3.1).
    /// Text that does not begin with a quote is taken as the value itself. Octets are read as UTF-8, or as Latin-1 where they are not UTF-8. Never throws on
    /// content.
    /// </summary>
    public static string Unquote(string presentation)
    {
        ArgumentNullException.ThrowIfNull(presentation);
        var text = presentation.AsSpan().Trim();
        if (text.Length == 0 || text[0] != '"')
        {
            return presentation;
        }
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

    /// <summary>
    /// Holds a TXT value as a person gives it against the presentation form (RFC 1035 section 5.1), beside what <paramref name="check"/> finds in the value
    /// itself:
    /// a quote that is not closed, or a string longer than DNS takes, reaches no zone as it was meant. Never throws on content.
    /// </summary>
    /// <param name="presentation">The text, in quotes or without.</param>
    /// <param name="check">Checks the value.</param>
    public static TestResult Check(string presentation, Func<string, TestResult> check)
    {
        ArgumentNullException.ThrowIfNull(presentation);
        ArgumentNullException.ThrowIfNull(check);
        var result = check(Unquote(presentation));
        var findings = new FindingBag();
        var (isOpen, column, longest) = Scan(presentation);
        if (isOpen)
        {
            findings.Report(TxtRules.QuoteUnbalanced, 1, column);
        }

        if (longest > MaxStringOctets)
        {
            findings.Report(TxtRules.StringTooLong, $"A string in quotes has {longest} octets; DNS allows at most {MaxStringOctets} in one.", 1, 1);
        }

        return findings.Items.Count == 0 ? result : TestResult.From(result.Mechanism, [.. findings.Items, .. result.Findings], result.Value, result.Domain);
    }

    /// <summary>Whether a quote stays open, the column of the last quote, and the octets of the longest string in quotes.</summary>
    private static (bool IsOpen, int Column, int Longest) Scan(string text)
    {
        var (isOpen, column, length, longest) = (false, 0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                (isOpen, column, longest, length) = (!isOpen, i + 1, isOpen ? Math.Max(longest, length) : longest, 0);
                continue;
            }
            length += text[i] < 0x80 ? 1 : text[i] < 0x800 || char.IsSurrogate(text[i]) ? 2 : 3;
            if (text[i] == '\\')
            {
                i += i + 3 < text.Length && TryDecimal(text.AsSpan(i + 1, 3), out _) ? 3 : 1;
            }
        }
        return (isOpen, column, longest);
    }

    private static bool TryDecimal(ReadOnlySpan<char> digits, out byte octet)
    {
        octet = 0;
        var value = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }
        if (value > 255)
        {
            return false;
        }

        octet = (byte)value;
        return true;
    }
}
