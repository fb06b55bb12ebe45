namespace EmailSecurity.Dns;

/// <summary>URIs in records, checked by the grammar of RFC 3986 without building one.</summary>
internal static class UriText
{
    /// <summary>scheme ":" and characters of a URI, each "%" followed by two hex digits, at most one "#".</summary>
    internal static bool IsUri(ReadOnlySpan<char> text)
    {
        var scheme = Scheme(text);
        if (scheme.Length == 0)
            return false;
        var fragment = false;
        var rest = text[(scheme.Length + 1)..];
        var path = false;
        for (var i = 0; i < rest.Length; i++)
        {
            var c = rest[i];
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':' or '@' or '!' or '$' or '&' or '\'' or '(' or ')' or '*' or '+' or ',' or ';' or '=')
                continue;
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
            return [];
        foreach (var c in text[..colon])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return [];
        }
        return text[..colon];
    }

    internal static bool HasScheme(ReadOnlySpan<char> text, ReadOnlySpan<char> scheme) => Scheme(text).Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The host of an https URI; empty where it has none or the authority is malformed.</summary>
    internal static ReadOnlySpan<char> HttpsHost(ReadOnlySpan<char> uri)
    {
        if (!HasScheme(uri, "https") || !uri[6..].StartsWith("//"))
            return [];
        var authority = uri[8..];
        var end = authority.IndexOfAny('/', '?', '#');
        if (end >= 0)
            authority = authority[..end];
        var at = authority.LastIndexOf('@');
        if (at >= 0)
            authority = authority[(at + 1)..];
        var host = authority;
        var port = ReadOnlySpan<char>.Empty;
        if (authority.StartsWith("["))
        {
            var close = authority.IndexOf(']');
            if (close < 0)
                return [];
            host = authority[..(close + 1)];
            port = authority[(close + 1)..];
        }
        else if (authority.IndexOf(':') is var colon and >= 0)
        {
            host = authority[..colon];
            port = authority[colon..];
        }
        if (port.Length > 6 || (port.Length > 0 && port[0] != ':') || port.Length > 1 && port[1..].ContainsAnyExceptInRange('0', '9'))
            return [];
        return host;
    }

    /// <summary>True for an https URI with a host: a host name, an IPv4 address or an IP literal.</summary>
    internal static bool IsHttps(ReadOnlySpan<char> uri)
    {
        if (!IsUri(uri))
            return false;
        var host = HttpsHost(uri);
        return host.Length > 0 && (host[0] == '[' || DomainName.IsHostName(host) || System.Net.IPAddress.TryParse(host, out _));
    }

    /// <summary>True for a mailto URI (RFC 6068) that names one mailbox: something before the "@", a host name after it.</summary>
    internal static bool IsMailto(ReadOnlySpan<char> uri)
    {
        if (!IsUri(uri) || !HasScheme(uri, "mailto"))
            return false;
        var address = uri[7..];
        var query = address.IndexOfAny('?', '#');
        if (query >= 0)
            address = address[..query];
        var at = address.LastIndexOf('@');
        return at > 0 && DomainName.IsHostName(address[(at + 1)..]) && !address[..at].Contains('@');
    }
}
