using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>Writes HTML: values become text, or the value of a quoted attribute. The result is well-formed XML as well.</summary>
internal sealed class HtmlWriter : TemplateWriter
{
    /// <inheritdoc/>
    protected override void Encode(string? value)
    {
        foreach (var c in VisibleText.OfLines(value))
        {
            _ = c switch
            {
                '&' => Written.Append("&amp;"),
                '<' => Written.Append("&lt;"),
                '>' => Written.Append("&gt;"),
                '"' => Written.Append("&quot;"),
                '\'' => Written.Append("&#39;"),
                '\r' => Written,
                _ => Written.Append(c),
            };
        }
    }
}
