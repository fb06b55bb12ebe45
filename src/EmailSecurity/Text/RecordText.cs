namespace EmailSecurity.Text;

/// <summary>Character classes and small rules that the text standards share.</summary>
internal static class RecordText
{
    /// <summary>RDATA of one TXT record set value cannot be longer (RFC 1035 section 3.2.1: RDLENGTH is 16 bits).</summary>
    internal const int MaxRecordLength = 65535;

    /// <summary>The most characters we write into one TXT record: what Route 53 takes.</summary>
    internal const int MaxWrittenLength = 4000;

    internal static bool IsWsp(char c) => c is ' ' or '\t';

    internal static bool IsAlphanumeric(char c) => char.IsAsciiLetterOrDigit(c);

    /// <summary>RFC 8461 section 3.1 and RFC 8460 section 3: (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".").</summary>
    internal static bool IsExtensionName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 32 || !IsAlphanumeric(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!IsAlphanumeric(c) && c is not ('_' or '-' or '.'))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>RFC 8461 section 3.1 and RFC 8460 section 3: 1*(%x21-3A / %x3C / %x3E-7E), so no "=", ";", space or control character.</summary>
    internal static bool IsExtensionValue(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (c is < '!' or > '~' or ';' or '=')
            {
                return false;
            }
        }
        return value.Length > 0;
    }

    internal static ReadOnlySpan<char> TrimWspStart(ReadOnlySpan<char> text)
    {
        var i = 0;
        while (i < text.Length && IsWsp(text[i]))
        {
            i++;
        }

        return text[i..];
    }

    internal static ReadOnlySpan<char> TrimWspEnd(ReadOnlySpan<char> text)
    {
        var n = text.Length;
        while (n > 0 && IsWsp(text[n - 1]))
        {
            n--;
        }

        return text[..n];
    }

    internal static ReadOnlySpan<char> TrimWsp(ReadOnlySpan<char> text) => TrimWspEnd(TrimWspStart(text));

    /// <summary>A piece of input made fit for a message: short, control characters and anything outside ASCII shown by number.</summary>
    internal static string Show(ReadOnlySpan<char> text)
    {
        const int most = 60;
        var builder = new System.Text.StringBuilder(Math.Min(text.Length, most) + 4);
        for (var i = 0; i < text.Length; i++)
        {
            if (builder.Length >= most)
            {
                return builder.Append("...").ToString();
            }

            var c = text[i];
            if (c is >= ' ' and <= '~')
            {
                builder.Append(c);
            }
            else if (c > 0x9F && !char.IsSurrogate(c) && !char.IsControl(c)
                && char.GetUnicodeCategory(c) is not (System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator))
            {
                builder.Append(c);
            }
            else
            {
                builder.Append("\\u").Append(((int)c).ToString("X4"));
            }
        }
        return builder.ToString();
    }
}
