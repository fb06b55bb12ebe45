using System.Globalization;

namespace EmailSecurity.Text;

/// <summary>A CAA record: who may issue certificates for a name (RFC 8659 section 4.1.1).</summary>
/// <param name="Flags">0 to 255; 128 is the critical flag.</param>
/// <param name="Tag">The property: <c>issue</c>, <c>issuewild</c>, <c>iodef</c> ... Lower case.</param>
/// <param name="Value">The property's value, without quotes.</param>
public sealed record CaaRecord(byte Flags, string Tag, string Value)
{
    /// <summary>RFC 8659 section 4.1.1: bit 0, the most significant.</summary>
    private const byte CriticalFlag = 0x80;

    /// <summary>True where an authority that does not know the tag must not issue (RFC 8659 section 4.5).</summary>
    public bool IsCritical => (Flags & CriticalFlag) != 0;

    /// <summary>The authority that an <c>issue</c> property names, lower case; empty where it names none (nobody may issue); null for other properties (RFC
    /// 8659 section 4.2).</summary>
    public string? Issuer => Tag == "issue" ? Value.Split(';', 2)[0].Trim().ToLowerInvariant() : null;

    /// <summary>Reads the presentation form: <c>0 issue "amazon.com"</c>, the quotes optional.</summary>
    /// <param name="value">The text.</param>
    /// <returns>Null where it is not a CAA record.</returns>
    public static CaaRecord? Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [var flags, var tag, var rest]
            && byte.TryParse(flags, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new CaaRecord(number, tag.ToLowerInvariant(), Unquoted(rest.Trim()))
            : null;
    }

    private static string Unquoted(string text) => text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
}
