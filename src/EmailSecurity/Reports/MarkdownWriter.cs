using System.Globalization;
using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>Writes Markdown: no value becomes a link, an image, a mention, HTML, or the next row of a table.</summary>
internal sealed class MarkdownWriter : TemplateWriter
{
    // As character references, which no extension of Markdown reads as anything else: not as a mention (@), an issue (#) or mathematics ($).
    /// <inheritdoc/>
    protected override void Encode(string? value)
    {
        var visible = VisibleText.Of(value);
        for (var i = 0; i < visible.Length; i++)
        {
            var c = visible[i];
            if (IsActive(c) || IsAddress(visible, i))
            {
                Written.Append("&#").Append(((int)c).ToString(CultureInfo.InvariantCulture)).Append(';');
            }
            else
            {
                Written.Append(c);
            }
        }
    }

    // GitHub links https://example.com and www.example.com; other colons and dots are left readable.
    private static bool IsAddress(string value, int at) => value[at] switch
    {
        ':' => at + 1 < value.Length && value[at + 1] == '/',
        '.' => at >= 3 && value.AsSpan(at - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static bool IsActive(char c) => c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '&' or '|' or '~' or '#' or '@' or '$' or '!' or '^';

    // A run of backticks longer than any in it ends the code; in a table, a | ends the cell even there.
    /// <inheritdoc/>
    protected override void Code(string value)
    {
        var visible = VisibleText.Of(value).Replace("|", "\\u007C", StringComparison.Ordinal);
        var fence = new string('`', LongestRun(visible) + 1);
        var pad = visible.StartsWith('`') || visible.EndsWith('`') || visible.Length == 0 ? " " : "";
        Written.Append(fence).Append(pad).Append(visible).Append(pad).Append(fence);
    }

    private static int LongestRun(string value)
    {
        var (longest, run) = (0, 0);
        foreach (var c in value)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
