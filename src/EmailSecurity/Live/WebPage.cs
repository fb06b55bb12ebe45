using System.Text;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>An HTML page where a file was expected: what it seems to be, and the way out.</summary>
/// <param name="What">In words: "a web page ('Just a moment...'), probably a bot check,".</param>
/// <param name="Fix">What to do.</param>
internal sealed record WebPage(string What, string Fix)
{
    /// <summary>A page says what it is near its beginning.</summary>
    private const int MaxLookedAt = 16 * 1024;

    private const int MaxTitle = 60;

    /// <summary>What the pages of the field say of themselves, in the order of asking.</summary>
    private static readonly (string Kind, string Fix, string[] Signs)[] Kinds =
    [
        ("a bot check", "Exempt this URL from the bot check or firewall in front of the server: senders are programs and cannot pass it.",
            ["just a moment", "attention required", "checking your browser", "challenge-platform", "captcha", "are you a robot", "are you human",
                "verify you are human", "enable javascript", "ddos protection", "access denied", "request unsuccessful", "awswaf"]),
        ("a parking page", "Point the host at the server that has the file.",
            ["domain is parked", "parked free", "domain for sale", "is for sale", "buy this domain", "sedoparking"]),
        ("a page of a hosting account that is not configured for the host", "Configure the web server for this host, and serve the file at this URL.",
            ["site not found", "no such app", "there isn't a github pages site here", "account suspended", "default web page", "welcome to nginx",
                "apache2 default", "it works!", "under construction", "coming soon"]),
        ("a sign-in page", "Let everyone read the file without signing in.", ["sign in", "log in", "login", "password"]),
        ("an error page", "Return the file with status 200, and errors with an error status such as 404.", ["not found", "404", "forbidden", "error"]),
    ];

    /// <summary>Recognizes an HTML page by its first element; null for anything else, plain text and SVG among it.</summary>
    /// <param name="body">The body.</param>
    public static WebPage? Recognize(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxLookedAt)]);
        if (!IsHtml(text))
        {
            return null;
        }

        var title = Title(text);
        var name = title.Length > 0 ? $"a web page ('{RecordText.Show(title)}')" : "a web page";
        foreach (var (kind, fix, signs) in Kinds)
        {
            if (Array.Exists(signs, s => text.Contains(s, StringComparison.OrdinalIgnoreCase)))
            {
                return new WebPage($"{name}, probably {kind},", fix);
            }
        }

        return new WebPage(name, "Serve the file itself at this URL, not the website's pages.");
    }

    // HTML begins with its doctype or an element of its own, perhaps after a byte order mark, white space, comments and an XML declaration.
    private static bool IsHtml(string text)
    {
        var rest = text.AsSpan().TrimStart("\ufeff \t\r\n");
        while (rest.StartsWith("<!--", StringComparison.Ordinal) || rest.StartsWith("<?", StringComparison.Ordinal))
        {
            var end = rest.StartsWith("<?", StringComparison.Ordinal) ? "?>" : "-->";
            var at = rest.IndexOf(end, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + end.Length)..].TrimStart(" \t\r\n");
        }

        foreach (var start in (ReadOnlySpan<string>)["<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<script", "<center", "<h1", "<p>",
            "<div"])
        {
            if (rest.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // Where there is no title, the first words that the page shows.
    private static string Title(string text)
    {
        var from = text.IndexOf("<title", StringComparison.OrdinalIgnoreCase);
        if (from >= 0 && text.IndexOf('>', from) is var open and >= 0
            && text.IndexOf("</title", open, StringComparison.OrdinalIgnoreCase) is var close and >= 0)
        {
            return Short(text[(open + 1)..close]);
        }

        foreach (var part in text.Split('<'))
        {
            if (part.IndexOf('>', StringComparison.Ordinal) is var end and >= 0 && part[(end + 1)..].Any(char.IsLetterOrDigit))
            {
                return Short(part[(end + 1)..]);
            }
        }

        return "";
    }

    private static string Short(string text)
    {
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.Length > MaxTitle ? words[..MaxTitle] : words;
    }
}
