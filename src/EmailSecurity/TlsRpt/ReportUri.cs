using System.Text;
using EmailSecurity.Text;

namespace EmailSecurity.TlsRpt;

/// <summary>Turns what a user gives as a report address into the URI that goes into <c>rua</c>.</summary>
internal static class ReportUri
{
    internal static string Normalize(string? input)
    {
        var text = (input ?? "").Trim();
        if (UriText.HasScheme(text, "https"))
        {
            return Written("https" + Encode(text.AsSpan(5)), text);
        }

        if (UriText.HasScheme(text, "mailto"))
        {
            return Written("mailto" + Encode(text.AsSpan(6)), text);
        }

        var at = text.LastIndexOf('@');
        if (at <= 0 || text.Contains("://", StringComparison.Ordinal))
        {
            throw Invalid(text, "is neither an address nor a mailto: or https: URI");
        }

        if (!IsLocalPart(text.AsSpan(0, at)))
        {
            throw Invalid(text, "is not a single mail address");
        }

        if (!DomainName.TryNormalize(text[(at + 1)..], out var domain) || !DomainName.IsHostName(domain))
        {
            throw Invalid(text, "has no domain name after its '@'");
        }

        return Written($"mailto:{EncodeLocalPart(text.AsSpan(0, at))}@{domain}", text);
    }

    /// <summary>The mail domain of a mailto URI, as A-labels; null where it is not a mailto URI with one.</summary>
    internal static string? MailDomain(string uri)
    {
        if (!UriText.HasScheme(uri, "mailto"))
        {
            return null;
        }

        var address = uri.AsSpan(7);
        if (address.IndexOfAny('?', '#') is var end and >= 0)
        {
            address = address[..end];
        }

        // RFC 6068 section 2: what the address holds may be percent-encoded.
        var text = Uri.UnescapeDataString(address.ToString());
        return text.LastIndexOf('@') is var at and > 0 && DomainName.TryNormalize(text[(at + 1)..], out var domain) ? domain : null;
    }

    /// <summary>RFC 8460 section 3: commas, exclamation points and semicolons MUST be encoded.</summary>
    private static string Encode(ReadOnlySpan<char> text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                ',' => builder.Append("%2C"),
                '!' => builder.Append("%21"),
                ';' => builder.Append("%3B"),
                _ => builder.Append(c),
            };
        }
        return builder.ToString();
    }

    // RFC 5322 section 3.2.3: dot-atom-text. Quoted local parts are refused: few mailers take them, and none of them is meant.
    private static bool IsLocalPart(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 64 || text[0] == '.' || text[^1] == '.' || text.IndexOf("..") >= 0)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && "!#$%&'*+-/=?^_`{|}~.".IndexOf(c, StringComparison.Ordinal) < 0)
            {
                return false;
            }
        }
        return true;
    }

    // RFC 6068 section 2: in a mailto URI, "%", gen-delims, "&", ";", "=" and what no URI may hold are percent-encoded.
    private static string EncodeLocalPart(ReadOnlySpan<char> text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '~' or '+' or '$' or '*' or '\'')
            {
                builder.Append(c);
            }
            else
            {
                builder.Append('%').Append(((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }
        return builder.ToString();
    }

    // What a check of the record would find doubtful is not written in the first place.
    private static string Written(string uri, string input) =>
        (UriText.HasScheme(uri, "https") ? UriProblem.OfHttps(uri) : UriProblem.OfMailto(uri)) is { } problem
            ? throw Invalid(input, problem.Message.TrimEnd('.'), problem.Fix) : uri;

    private static EmailSecurityException Invalid(string text, string why, string? fix = null) => new("InvalidReportUri", ErrorKind.InvalidArgument,
        $"'{RecordText.Show(text)}' {why}; reports go to mailto: and https: only (RFC 8460 section 3).",
        fix ?? "Use an address such as tls-reports@example.com, or an https: URI; several as separate values.")
    { Target = text };
}
