using System.Text;

namespace EmailSecurity.Svg.Repair;

/// <summary>Pieces of CSS: comments, blocks, declarations, and which names are properties.</summary>
internal static class StyleText
{
    private static readonly HashSet<string> Presentation = new(StringComparer.Ordinal)
    {
        "fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-dasharray", "stroke-dashoffset", "color", "opacity", "display", "visibility", "clip-path", "clip-rule", "mask", "mask-type", "filter",
        "stop-color", "stop-opacity", "paint-order", "vector-effect", "marker", "marker-start", "marker-mid", "marker-end", "overflow", "transform-origin",
    };

    private static readonly HashSet<string> Geometry = new(StringComparer.Ordinal)
    {
        "x", "y", "cx", "cy", "r", "rx", "ry", "width", "height", "transform",
    };

    /// <summary>True for attributes that are properties (SVG 2 section 6.6) and matter to what is drawn.</summary>
    public static bool IsPresentation(string name) => Presentation.Contains(name);

    /// <summary>True for properties that are what an attribute of the same name is.</summary>
    public static bool IsGeometry(string name) => Geometry.Contains(name);

    /// <summary>True for a paint or color that can be read, though a reference may lead nowhere.</summary>
    public static bool IsPaint(string value) =>
        value.Trim().ToLowerInvariant() is "none" or "inherit" or "currentcolor" or "initial" or "unset" or "context-fill" or "context-stroke"
        || value.TrimStart().StartsWith("url(", StringComparison.OrdinalIgnoreCase) || ColourReader.TryRead(value, out _);

    /// <summary>CSS without its comments.</summary>
    public static string WithoutComments(string css)
    {
        if (!css.Contains("/*", StringComparison.Ordinal) && !css.Contains("<!--", StringComparison.Ordinal))
        {
            return css;
        }

        var text = new StringBuilder();
        for (var at = 0; at < css.Length;)
        {
            var open = css.IndexOf("/*", at, StringComparison.Ordinal);
            text.Append(css, at, (open < 0 ? css.Length : open) - at).Append(' ');
            var close = open < 0 ? -1 : css.IndexOf("*/", open + 2, StringComparison.Ordinal);
            at = close < 0 ? css.Length : close + 2;
        }

        return text.Replace("<!--", " ").Replace("-->", " ").ToString();
    }

    /// <summary>The next rule: what stands before its block, and what is in it; no block for a rule that ends with a semicolon.</summary>
    public static bool TryBlock(string css, ref int at, out string head, out string? body)
    {
        (head, body) = ("", null);
        while (at < css.Length && (char.IsWhiteSpace(css[at]) || css[at] is '}' or ';'))
        {
            at++;
        }

        if (at >= css.Length)
        {
            return false;
        }

        var end = css.IndexOfAny(['{', ';'], at);
        head = css[at..(end < 0 ? css.Length : end)].Trim();
        if (end < 0 || css[end] == ';')
        {
            at = end < 0 ? css.Length : end + 1;
            return true;
        }

        var (depth, close) = (1, end + 1);
        for (; close < css.Length && depth > 0; close++)
        {
            depth += css[close] == '{' ? 1 : css[close] == '}' ? -1 : 0;
        }

        body = css[(end + 1)..(depth == 0 ? close - 1 : css.Length)];
        at = close;
        return true;
    }

    /// <summary>The declarations of a block or style attribute, in order; names in lower case, what is none left out (CSS Syntax 3 section 5.4.4).</summary>
    public static IReadOnlyList<(string Name, string Value, bool IsImportant)> Declarations(string body)
    {
        List<(string, string, bool)> found = [];
        foreach (var part in Split(body))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                continue;
            }

            var name = part[..colon].Trim();
            var value = part[(colon + 1)..].Trim();
            var mark = value.LastIndexOf('!');
            var isImportant = mark >= 0 && value[(mark + 1)..].Trim().Equals("important", StringComparison.OrdinalIgnoreCase);
            value = isImportant ? value[..mark].Trim() : value;
            if (value.Length > 0)
            {
                found.Add((name.StartsWith("--", StringComparison.Ordinal) ? name : name.ToLowerInvariant(), value, isImportant));
            }
        }

        return found;
    }

    // At semicolons that are not in brackets or quotes: a data address has some.
    private static IEnumerable<string> Split(string body)
    {
        var (begin, depth, quote) = (0, 0, '\0');
        for (var i = 0; i < body.Length; i++)
        {
            var c = body[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c is '(' or ')')
            {
                depth = Math.Max(0, depth + (c == '(' ? 1 : -1));
            }
            else if (c == ';' && depth == 0)
            {
                yield return body[begin..i];
                begin = i + 1;
            }
        }

        yield return body[begin..];
    }

    /// <summary>The id in <c>url(#id)</c>, and what follows it; null where it is another address or none.</summary>
    public static string? Target(string value, out string rest, out bool isOutside)
    {
        (rest, isOutside) = ("", false);
        var text = value.Trim();
        if (!text.StartsWith("url(", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var close = text.IndexOf(')', StringComparison.Ordinal);
        var address = (close < 0 ? text[4..] : text[4..close]).Trim().Trim('"', '\'').Trim();
        rest = close < 0 ? "" : text[(close + 1)..].Trim();
        isOutside = !address.StartsWith('#');
        return isOutside ? null : address[1..];
    }
}
