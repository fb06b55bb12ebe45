namespace EmailSecurity.Text;

/// <summary>What is wrong with a URI in a record, in words that follow the URI itself.</summary>
/// <param name="IsFatal">True where no sender can use it; false where it works, though not as it was probably meant.</param>
/// <param name="Message">What is wrong: "names no mailbox.".</param>
/// <param name="Fix">The way out.</param>
internal sealed record UriProblem(bool IsFatal, string Message, string Fix)
{
    private const int MaxPort = 65_535;

    /// <summary>RFC 5322 section 3.2.3: atext beside letters and digits; of these, "/", "?", "#", "&amp;" and "=" have to be percent-encoded in a mailto
    /// URI.</summary>
    private const string AtomSigns = "!#$%&'*+-/=?^_`{|}~";

    /// <summary>What is wrong with a mailto URI (RFC 6068) as the address of one mailbox; null where nothing is.</summary>
    internal static UriProblem? OfMailto(ReadOnlySpan<char> uri)
    {
        const string Example = "Write 'mailto:' and an address such as tls-reports@example.com.";
        if (!UriText.HasScheme(uri, "mailto") || !UriText.IsUri(uri))
        {
            return new(true, "is not a mailto: URI.", UriText.HasScheme(uri, "mailto") && uri.ContainsAny(' ', '\t') ? "Remove the white space in it."
                : Example);
        }

        var address = uri[7..];
        address = address.IndexOfAny('?', '#') is var end and >= 0 ? address[..end] : address;
        var at = address.LastIndexOf('@');
        if (at <= 0 || address[..at].Contains('@'))
        {
            return new(true, at > 0 ? "names more than one mailbox." : "names no mailbox.", Example);
        }

        var local = address[..at];
        var domain = address[(at + 1)..];
        if (!DomainName.IsHostName(domain))
        {
            return new(true, $"has no domain name after its '@': '{RecordText.Show(domain)}'.", Example);
        }

        return LocalPart(local, domain) ?? (domain.Contains('.') ? null
            : new(false, $"sends reports to the domain '{domain}', a name without a dot, which no sender on the internet can find.",
                "Write the full domain name after the '@'."));
    }

    /// <summary>What is wrong with an https URI (RFC 3986, RFC 9110 section 4.2) that somebody else fetches from or posts to; null where nothing is.</summary>
    internal static UriProblem? OfHttps(ReadOnlySpan<char> uri)
    {
        const string Example = "Write 'https://', a full host name and a path.";
        if (!UriText.HasScheme(uri, "https") || !UriText.IsUri(uri))
        {
            return new(true, "is not an https: URI.", UriText.HasScheme(uri, "https") && uri.ContainsAny(' ', '\t')
                ? "Remove the white space in it, or write it as %20." : Example);
        }

        // RFC 9110 section 4.2.4: userinfo is not allowed in an https URI, and its presence is treated as an error.
        if (UriText.HasUserInfo(uri))
        {
            return new(true, "has a user name or password in front of its host, which https: URIs must not have (RFC 9110 section 4.2.4).",
                "Remove everything between 'https://' and the host name, the '@' too.");
        }

        var host = UriText.HttpsHost(uri, out var port);
        if (host.Length == 0 || (host[0] != '[' && !DomainName.IsHostName(host) && !System.Net.IPAddress.TryParse(host, out _)))
        {
            return new(true, "names no host.", Example);
        }

        // RFC 3986 section 3.2.3 takes any digits; TCP has ports 1 to 65535.
        if (port.Length > 0 && (!int.TryParse(port, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
            out var number) || number is 0 or > MaxPort))
        {
            return new(true, $"has the port {RecordText.Show(port)}; ports are 1 to {MaxPort}.", "Correct the port, or leave it out for 443.");
        }

        return host[0] == '[' || (host.Contains('.') && !host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)) ? null
            : new(false, $"names the host '{host}', which no one else can reach: it is not a full host name.",
                "Write the full host name, as the rest of the internet knows it.");
    }

    // RFC 6068 section 2: addr-spec, with what a URI cannot hold percent-encoded. What is percent-encoded may be part of a quoted local part, and is left
    // alone.
    private static UriProblem? LocalPart(ReadOnlySpan<char> local, ReadOnlySpan<char> domain)
    {
        if (local[0] == '.' || local[^1] == '.' || local.IndexOf("..") >= 0)
        {
            return new(true, $"has a misplaced dot in '{RecordText.Show(local)}': the part before the @ cannot begin or end with a dot, or have two dots in " +
                "a row (RFC 5322 section 3.2.3).",
            "Correct the address.");
        }

        if (local.StartsWith("//"))
        {
            return new(false, $"would send reports to the mailbox '{RecordText.Show(local)}' at {domain}: mailto: URIs have no slashes (RFC 6068 section 2).",
            $"Write 'mailto:{RecordText.Show(local[2..])}@{domain}'.");
        }

        foreach (var c in local)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '.' && !AtomSigns.Contains(c, StringComparison.Ordinal))
            {
                return new(true, $"has '{c}' in the mailbox '{RecordText.Show(local)}', which is not allowed in an address (RFC 5322 section 3.2.3).",
                    c == ':' ? $"Remove everything up to the second colon: 'mailto:{RecordText.Show(local[(local.LastIndexOf(':') + 1)..])}@{domain}'."
                        : "Correct the address.");
            }
        }

        return local.IndexOfAny('/', '&', '=') is var at and >= 0
            ? new(false, $"has '{local[at]}' in the mailbox '{RecordText.Show(local)}', which must be written in a mailto: URI as %{(int)local[at]:X2} (RFC " +
                "6068 section 2).",
            $"Write %{(int)local[at]:X2} for it.")
            : null;
    }
}
