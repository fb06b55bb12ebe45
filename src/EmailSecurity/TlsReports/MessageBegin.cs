namespace EmailSecurity.TlsReports;

/// <summary>Tells a mail message by its first line: the name of a header field and a colon (RFC 5322 section 2.2).</summary>
internal static class MessageBegin
{
    private const int LongestName = 76;

    /// <summary>Whether a file that begins so is a message.</summary>
    public static bool Is(ReadOnlySpan<byte> begin)
    {
        if (begin.StartsWith("\uFEFF"u8))
        {
            begin = begin[3..];
        }

        begin = begin.TrimStart("\r\n"u8);
        var end = begin.IndexOfAnyExceptInRange((byte)'!', (byte)'~');
        var colon = begin.IndexOf((byte)':');
        if (colon is < 1 or > LongestName || (end >= 0 && end < colon) || !char.IsAsciiLetter((char)begin[0]))
        {
            return false;
        }

        // What is no letter, digit or hyphen stands in no header that mail software writes; JSON and YAML have quotes and braces.
        foreach (var c in begin[..colon])
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_'))
            {
                return false;
            }
        }

        return true;
    }
}
