using System.Net;

namespace EmailSecurity.Text;

/// <summary>
/// The domain of email addresses as people type or paste it: blanks around it do not matter, and what is something else (an address, a URL, the name of a
/// record) is refused with the domain that was meant.
/// </summary>
public static class MailDomain
{
    private const string Example = "Use a name such as example.com, without scheme, path, port or address.";

    // What web pages and spreadsheets put around a name and nobody sees: zero-width space, joiners, word joiner, byte order mark.
    private static readonly char[] Unseen = ['\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF'];

    /// <summary>Gives the domain as ASCII A-labels, lower case, without a final dot and blanks around it.</summary>
    /// <exception cref="EmailSecurityException">InvalidDomainName; the way out names the domain that was meant.</exception>
    public static string Normalize(string name) => TryNormalize(name, out var domain) ? domain : throw Refused(Trim(name));

    /// <summary>As <see cref="Normalize"/>, without an exception.</summary>
    /// <param name="name">Any text; null is not a domain.</param>
    /// <param name="domain">The domain; empty where this returns false.</param>
    public static bool TryNormalize(string? name, out string domain)
    {
        // RFC 5321 section 4.1.2: the labels of a mail domain have letters, digits and hyphens; an underscore begins the name of a record (RFC 8552).
        if (DomainName.TryNormalize(Trim(name), out domain) && !domain.Contains('_', StringComparison.Ordinal))
        {
            return true;
        }

        domain = "";
        return false;
    }

    private static string Trim(string? name)
    {
        var text = name ?? "";
        var length = -1;
        while (length != text.Length)
        {
            length = text.Length;
            text = text.Trim().Trim(Unseen);
        }

        return text;
    }

    private static EmailSecurityException Refused(string text)
    {
        var (what, meant) = Meaning(text);
        var shown = RecordText.Show(text);
        return new EmailSecurityException("InvalidDomainName", ErrorKind.InvalidArgument,
            what is null
                ? $"'{shown}' is not a valid domain name: labels have 1 to 63 letters, digits and inner hyphens, the name has at most 253 characters, " +
                    "and the last label is not a number (RFC 1035 section 2.3, RFC 5890)."
                : $"'{shown}' is {what}, not the domain of email addresses.",
            meant is null ? Example : meant)
        { Target = text };
    }

    // What the text is, and the way out; nulls where nobody can tell.
    private static (string? What, string? WayOut) Meaning(string text)
    {
        if (Row(text) is { } rename)
        {
            return ("an object without a property Domain, DomainName or Name", rename);
        }

        if (Several(text) is { } names)
        {
            return ("a list of names", $"Specify them as an array: -Domain {string.Join(", ", names)}");
        }

        if (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || (text.Contains('@', StringComparison.Ordinal) && !HasScheme(text)))
        {
            return ("an email address", Use(text[(text.LastIndexOf('@') + 1)..].TrimEnd('>'), "the part after the @"));
        }

        if (HasScheme(text))
        {
            return ("a URL", Uri.TryCreate(text, UriKind.Absolute, out var url) ? OfWebSite(OfHost(url)) : null);
        }

        if (text.IndexOfAny(['/', '?', '#']) is var end and >= 0)
        {
            return ("a URL", OfWebSite(text[..end]));
        }

        if (IPAddress.TryParse(text.Trim('[', ']'), out _))
        {
            return ("an IP address", "Use the part after the @ of the email addresses, such as example.com.");
        }

        if (text.Split(':') is [var host, var port] && port.Length > 0 && port.All(char.IsAsciiDigit))
        {
            return ("a host with a port", Use(host, "the name alone"));
        }

        if (text.StartsWith("*.", StringComparison.Ordinal))
        {
            return ("a pattern", Use(text[2..], "the domain itself"));
        }

        if (text.Contains('*', StringComparison.Ordinal))
        {
            return ("a pattern", $"Only Get-EmailSecurityStack takes patterns. Run: Get-EmailSecurityStack {Quoted(text)}");
        }

        return DomainName.TryNormalize(text, out var record) && record.LastIndexOf('_') is var underscore and >= 0
            ? ("the name of a DNS record", Use(record[(record.IndexOf('.', underscore) + 1)..], $"the domain: the commands put {Prefix(record)} before it"))
            : (null, null);
    }

    private static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static string? Use(string domain, string what) => TryNormalize(domain, out var meant) ? $"Use {what}: {meant}" : null;

    // Mail for a web site's host is rare; mail for its domain is what is meant.
    private static string? OfWebSite(string host)
    {
        const string WebHost = "www.";
        return host.StartsWith(WebHost, StringComparison.OrdinalIgnoreCase) && host.LastIndexOf('.') >= WebHost.Length
            ? Use(host[WebHost.Length..], "the part after the @ of the email addresses")
            : Use(host, "the host name alone");
    }

    // A row of a list as PowerShell writes it, @{Zone=example.com; Owner=x}: the column with the domain has another name. The way out renames it.
    private static string? Row(string text)
    {
        if (!text.StartsWith("@{", StringComparison.Ordinal) || !text.EndsWith('}'))
        {
            return null;
        }

        var cells = text[2..^1].Split("; ").Select(c => c.Split('=', 2)).Where(c => c.Length == 2).ToArray();
        return Array.Find(cells, c => c[1].Contains('.', StringComparison.Ordinal) && TryNormalize(c[1], out _)) is [var name, _]
            ? $"Rename its property {name}. Run: ... | Select-Object *, @{{ Name = 'Domain'; Expression = {Quoted(name)} }} | ..."
            : $"Give it a property Domain; it has {string.Join(", ", cells.Select(c => c[0]))}.";
    }

    // The policy host is never meant: its domain is.
    private static string OfHost(Uri url)
    {
        const string PolicyHost = "mta-sts.";
        var host = url.IdnHost;
        return url.AbsolutePath == "/.well-known/mta-sts.txt" && host.StartsWith(PolicyHost, StringComparison.OrdinalIgnoreCase)
            ? host[PolicyHost.Length..]
            : host;
    }

    private static string Prefix(string record) => record[..(record.IndexOf('.', record.LastIndexOf('_')) is var end and >= 0 ? end : record.Length)];

    private static bool HasScheme(string text) => text.Contains("://", StringComparison.Ordinal);

    private static string[]? Several(string text)
    {
        var parts = text.Split([',', ';', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length > 1 && Array.TrueForAll(parts, p => p.Contains('.', StringComparison.Ordinal) && TryNormalize(p, out _)) ? parts : null;
    }
}
