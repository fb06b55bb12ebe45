namespace EmailSecurity.Sandbox.Dns;

/// <summary>How records are written, where writings differ.</summary>
public enum PresentationForm
{
    /// <summary>Route 53's: three digits after a backslash are octal.</summary>
    Route53,
    /// <summary>Of zone files (RFC 1035 section 5.1): three digits after a backslash are decimal.</summary>
    ZoneFile,
}

/// <summary>Escapes of the presentation forms.</summary>
public static class PresentationEscape
{
    private const int Digits = 3;

    /// <summary>The octet that the three digits at a place stand for; null where there are no three digits of the form.</summary>
    /// <exception cref="FormatException">Three digits of the form that stand for more than an octet.</exception>
    public static byte? Read(string text, int at, PresentationForm form)
    {
        var (last, radix) = form == PresentationForm.Route53 ? ('7', 8) : ('9', 10);
        if (at + Digits > text.Length || !text.AsSpan(at, Digits).ContainsOnlyDigitsTo(last))
        {
            return null;
        }
        var value = text.AsSpan(at, Digits).ToArray().Aggregate(0, (sum, digit) => (sum * radix) + (digit - '0'));
        return value <= byte.MaxValue
            ? (byte)value
            : throw new FormatException($"InvalidEscape: '\\{text.Substring(at, Digits)}' in '{text}' is not an octet");
    }

    private static bool ContainsOnlyDigitsTo(this ReadOnlySpan<char> text, char last) => !text.ContainsAnyExceptInRange('0', last);
}
