using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>
/// Writes HTML from interpolated strings: what stands in the source is markup, and every value in a hole is encoded as text or as the value of a quoted
/// attribute. There is no way to add a value as markup, so that no template can forget to encode one. The result is well-formed XML as well.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder text = new();

    /// <summary>Adds markup with encoded values.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The handler writes to this instance.")]
    public void Add([InterpolatedStringHandlerArgument("")] ref Markup markup) => _ = markup;

    /// <summary>All that was added, and begins again.</summary>
    public string Take()
    {
        var all = text.ToString();
        text.Clear();
        return all;
    }

    private void Encode(string? value)
    {
        foreach (var c in VisibleText.OfLines(value))
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),
                '\'' => text.Append("&#39;"),
                '\r' => text,
                _ => text.Append(c),
            };
        }
    }

    /// <summary>The holes of a template.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        private readonly HtmlWriter writer;

        public Markup(int literalLength, int formattedCount, HtmlWriter writer)
        {
            this.writer = writer;
            writer.text.EnsureCapacity(writer.text.Length + literalLength + (formattedCount * 16));
        }

        public void AppendLiteral(string value) => writer.text.Append(value);

        public void AppendFormatted(string? value) => writer.Encode(value);

        public void AppendFormatted(long value) => writer.text.Append(value.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double value) => writer.text.Append(value.ToString("0.##", CultureInfo.InvariantCulture));
    }
}
