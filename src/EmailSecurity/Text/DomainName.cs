using System.Globalization;
using System.Text;

namespace EmailSecurity.Text;

/// <summary>Domain names as DNS and certificates want them: ASCII A-labels, lower case, no final dot.</summary>
public static class DomainName
{
    /// <summary>RFC 1035 section 2.3.4: 255 octets on the wire are at most 253 characters in text.</summary>
    private const int MaxLength = 253;

    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxLabelLength = 63;

    /// <summary>Gives the name as ASCII A-labels (RFC 5890), lower case, without a final dot. A leading underscore in a label is allowed
    /// (<c>_mta-sts</c>).</summary>
    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    public static string Normalize(string name) => TryNormalize(name, out var normalized)
        ? normalized
        : throw new EmailSecurityException(
            "InvalidDomainName",
            ErrorKind.InvalidArgument,
            $"'{RecordText.Show(name ?? "")}' is not a valid domain name: labels have 1 to 63 letters, digits and inner hyphens, the name has at most " +
                $"253 characters, and the last label is not a number (RFC 1035 section 2.3, RFC 5890).",
            "Use a name such as example.com, without scheme, path, port or address.")
        { Target = name };

    /// <summary>As <see cref="Normalize"/>, without an exception.</summary>
    /// <param name="name">Any text; null is not a domain name.</param>
    /// <param name="normalized">The name; empty where this returns false.</param>
    public static bool TryNormalize(string? name, out string normalized)
    {
        normalized = "";
        // Four times the limit leaves room for U-labels and keeps hostile input cheap.
        if (string.IsNullOrEmpty(name) || name.Length > MaxLength * 4)
        {
            return false;
        }

        var text = name.EndsWith('.') && name.Length > 1 ? name[..^1] : name;
        if (Ascii.IsValid(text))
        {
            if (!IsName(text, allowUnderscore: true))
            {
                return false;
            }

            normalized = HasUpper(text) ? text.ToLowerInvariant() : text;
            return true;
        }
        var ascii = ToAscii(text);
        if (ascii is null || !IsName(ascii, allowUnderscore: true))
        {
            return false;
        }

        normalized = ascii;
        return true;
    }

    /// <summary>True for an ASCII host name (RFC 1123 section 2.1): letters, digits, inner hyphens, labels of 1 to 63, at most 253 in all, last label not a
    /// number; no underscore, no wildcard, no final dot.</summary>
    public static bool IsValidHostName(string? name) => name is not null && IsHostName(name);

    internal static bool IsHostName(ReadOnlySpan<char> name) => IsName(name, allowUnderscore: false);

    /// <summary>True for a Domain of RFC 5321 section 4.1.2 that is not an IPv4 address: a host name, or one whose last label is a number, which that grammar
    /// takes.</summary>
    internal static bool IsMailDomain(ReadOnlySpan<char> name) => IsName(name, allowUnderscore: false, allowNumber: true) && !IsIPv4(name);

    // Four numbers: IPAddress would take "1", "1.2" and "0x7f.1" as well.
    private static bool IsIPv4(ReadOnlySpan<char> name) => name.Count('.') == 3 && !name.ContainsAnyExceptInRange('.', '9') && !name.Contains('/')
        && System.Net.IPAddress.TryParse(name, out _);

    private static bool IsName(ReadOnlySpan<char> name, bool allowUnderscore, bool allowNumber = false)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return false;
        }

        var start = 0;
        var lastIsNumber = true;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != '.')
            {
                continue;
            }

            var label = name[start..i];
            if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            lastIsNumber = true;
            for (var k = 0; k < label.Length; k++)
            {
                var c = label[k];
                if (!char.IsAsciiLetterOrDigit(c) && c != '-' && !(c == '_' && allowUnderscore && k == 0 && label.Length > 1))
                {
                    return false;
                }

                lastIsNumber &= char.IsAsciiDigit(c);
            }
            start = i + 1;
        }
        // RFC 1123 section 2.1: the top label is alphabetic, so that 192.0.2.1 is never a name.
        return allowNumber || !lastIsNumber;
    }

    private static bool HasUpper(string text)
    {
        foreach (var c in text)
        {
            if (char.IsAsciiLetterUpper(c))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>U-labels to A-labels, the same on every machine: IdnMapping depends on which ICU is there, and on InvariantGlobalization.</summary>
    private static string? ToAscii(string text)
    {
        string folded;
        try
        {
            folded = text.Normalize(NormalizationForm.FormC).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null; // a lone surrogate
        }
        var builder = new StringBuilder(folded.Length + 16);
        var start = 0;
        for (var i = 0; i <= folded.Length; i++)
        {
            // IDNA label separators besides the full stop (RFC 3490 section 3.1), which people type with an East Asian keyboard.
            if (i < folded.Length && folded[i] is not ('.' or '\u3002' or '\uFF0E' or '\uFF61'))
            {
                continue;
            }

            var label = folded.AsSpan(start, i - start);
            start = i + 1;
            if (i == folded.Length && label.Length == 0 && builder.Length > 0)
            {
                break;
            }

            if (builder.Length > 0)
            {
                builder.Append('.');
            }

            if (Ascii.IsValid(label))
            {
                builder.Append(label);
            }
            else if (!IsIdnLabel(label) || !Punycode.TryEncode(label, builder))
            {
                return null;
            }
        }
        return builder.ToString();
    }

    /// <summary>RFC 5892 in short: letters, marks (not first), digits, and the hyphen; with them the joiners and dots of contextual rules that real names
    /// use.</summary>
    private static bool IsIdnLabel(ReadOnlySpan<char> label)
    {
        var first = true;
        var previous = default(Rune);
        foreach (var rune in label.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
            // A mark that should have been composed with the letter before it: where globalization is invariant, Normalize composes nothing,
            // and refusing is better than the A-label of another name.
            if (previous.IsAscii && rune.Value is >= 0x300 and <= 0x36F)
            {
                return false;
            }

            previous = rune;
            var allowed = Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber => true,
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => !first,
                _ => rune.Value is '-' or 0xB7 or 0x375 or 0x5F3 or 0x5F4 or 0x30FB,
            };
            if (!allowed)
            {
                return false;
            }

            first = false;
        }
        return true;
    }
}
