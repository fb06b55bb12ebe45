namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A reason that is kept in a tag: it has to be one that AWS accepts.</summary>
internal static class OverrideReasons
{
    private const int MaxLength = 200; // a tag's value has 256 characters, and the day and a word come first

    /// <summary>The reason; null for none.</summary>
    /// <exception cref="EmailSecurityException">OverrideReasonInvalid.</exception>
    public static string? Check(string? reason)
    {
        if (reason?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        var isKept = text.Length <= MaxLength && text.All(c => char.IsAsciiLetterOrDigit(c) || " +-=._:/@".Contains(c, StringComparison.Ordinal));
        return isKept ? text : throw new EmailSecurityException("OverrideReasonInvalid", ErrorKind.InvalidArgument,
            $"-OverrideReason is kept in a tag, which takes at most {MaxLength} letters, digits, spaces and + - = . _ : / @ only.",
            "Use a shorter reason with these characters, for example -OverrideReason 'ticket 4711'.");
    }
}
