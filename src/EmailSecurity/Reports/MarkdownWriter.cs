using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>A value to show as code.</summary>
/// <param name="Text">The value.</param>
internal readonly record struct MarkdownCode(string Text);

/// <summary>
/// Writes Markdown from interpolated strings: what stands in the source is Markdown, and every value in a hole is escaped, so that no value becomes a link, an
/// image, a mention, HTML, or the next row of a table.
/// </summary>
internal sealed class MarkdownWriter
{
    private readonly StringBuilder text = new();

    /// <summary>Adds Markdown with escaped values.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The handler writes to this instance.")]
    public void Add([InterpolatedStringHandlerArgument("")] ref Markdown markdown) => _ = markdown;

    /// <summary>All that was added, and begins again.</summary>
    public string Take()
    {
        var all = text.ToString();
        text.Clear();
        return all;
    }

    // As character references, which no extension of Markdown reads as anything else: not as a mention (@), an issue (#) or mathematics ($).
    private void Escape(string? value)
    {
        var visible = VisibleText.Of(value);
        for (var i = 0; i < visible.Length; i++)
        {
            var c = visible[i];
            if (IsActive(c) || IsAddress(visible, i))
            {
                text.Append("&#").Append(((int)c).ToString(CultureInfo.InvariantCulture)).Append(';');
            }
            else
            {
                text.Append(c);
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
    private void Code(string value)
    {
        var visible = VisibleText.Of(value).Replace("|", "\\u007C", StringComparison.Ordinal);
        var fence = new string('`', LongestRun(visible) + 1);
        var pad = visible.StartsWith('`') || visible.EndsWith('`') || visible.Length == 0 ? " " : "";
        text.Append(fence).Append(pad).Append(visible).Append(pad).Append(fence);
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

    /// <summary>The holes of a template.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markdown
    {
        private readonly MarkdownWriter writer;

        public Markdown(int literalLength, int formattedCount, MarkdownWriter writer)
        {
            this.writer = writer;
            writer.text.EnsureCapacity(writer.text.Length + literalLength + (formattedCount * 16));
        }

        public void AppendLiteral(string value) => writer.text.Append(value);

        public void AppendFormatted(string? value) => writer.Escape(value);

        public void AppendFormatted(MarkdownCode value) => writer.Code(value.Text);

        public void AppendFormatted(long value) => writer.text.Append(value.ToString(CultureInfo.InvariantCulture));
    }
}
