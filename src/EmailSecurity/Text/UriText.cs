namespace EmailSecurity.Text;

/// <summary>URIs in records, checked by the grammar of RFC 3986 without building one.</summary>
internal static class UriText
{
    /// <summary>scheme ":" and characters of a URI, each "%" followed by two hex digits, at most one "#".</summary>
    internal static bool IsUri(ReadOnlySpan<char> text)
    {
        var scheme = Scheme(text);
        if (scheme.Length == 0)
        {
            return false;
        }

        var fragment = false;
        var rest = text[(scheme.Length + 1)..];
        var path = false;
        for (var i = 0; i < rest.Length; i++)
        {
            var c = rest[i];
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':' or '@' or '!' or '$' or '&' or '\'' or '(' or ')' or '*' or '+' or ','
                or ';' or '=')
            {
                continue;
            }

            switch (c)
            {
                case '/' or '?':
                    path |= i > 1;
                    continue;
                case '%' when i + 2 < rest.Length && char.IsAsciiHexDigit(rest[i + 1]) && char.IsAsciiHexDigit(rest[i + 2]):
                    i += 2;
                    continue;
                case '#' when !fragment:
                    fragment = path = true;
                    continue;
                case '[' or ']' when !path && rest.StartsWith("//"):
                    continue; // an IP literal in the authority
                default:
                    return false;
            }
        }
        return true;
    }

    /// <summary>The scheme before the first colon; empty where there is none. Case as written.</summary>
    internal static ReadOnlySpan<char> Scheme(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon <= 0 || !char.IsAsciiLetter(text[0]))
        {
            return [];
        }

        foreach (var c in text[..colon])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return [];
            }
        }
        return text[..colon];
    }

    internal static bool HasScheme(ReadOnlySpan<char> text, ReadOnlySpan<char> scheme) => Scheme(text).Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The host of an https URI; empty where it has none or the authority is malformed.</summary>
    internal static ReadOnlySpan<char> HttpsHost(ReadOnlySpan<char> uri) => HttpsHost(uri, out _);

    /// <summary>The host of an https URI and the digits of its port; a host that is empty where it has none or the authority is malformed.</summary>
    internal static ReadOnlySpan<char> HttpsHost(ReadOnlySpan<char> uri, out ReadOnlySpan<char> port)
    {
        port = [];
        var authority = Authority(uri);
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            authority = authority[(at + 1)..];
        }

        var end = authority.StartsWith("[") ? authority.IndexOf(']') + 1 : authority.IndexOf(':') is var colon and >= 0 ? colon : authority.Length;
        var rest = authority[end..];
        if (end == 0 || (rest.Length > 0 && rest[0] != ':') || (rest.Length > 1 && rest[1..].ContainsAnyExceptInRange('0', '9')))
        {
            return [];
        }

        port = rest.Length > 1 ? rest[1..] : [];
        return authority[..end];
    }

    /// <summary>The port of an https URI where it names another than 443, its own; null where it does not.</summary>
    internal static int? OtherPort(ReadOnlySpan<char> uri)
    {
        HttpsHost(uri, out var digits);
        return int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port != 443
            ? port : null;
    }

    /// <summary>True where an https URI has userinfo in front of its host (RFC 3986 section 3.2.1).</summary>
    internal static bool HasUserInfo(ReadOnlySpan<char> uri) => Authority(uri).Contains('@');

    /// <summary>True for an https URI with a host: a host name, an IPv4 address or an IP literal; no userinfo, a port that exists.</summary>
    internal static bool IsHttps(ReadOnlySpan<char> uri) => UriProblem.OfHttps(uri) is null or { IsFatal: false };

    private static ReadOnlySpan<char> Authority(ReadOnlySpan<char> uri)
    {
        if (!HasScheme(uri, "https") || !uri[6..].StartsWith("//"))
        {
            return [];
        }

        var authority = uri[8..];
        return authority.IndexOfAny('/', '?', '#') is var end and >= 0 ? authority[..end] : authority;
    }
}
