using System.Text;

namespace EmailSecurity.HelpBuilder;

/// <summary>An about topic as Get-Help shows it: plain text, headings in capitals, the text below them set in.</summary>
internal static class AboutTopic
{
    private const int Width = 80;
    private const int Indent = 4;

    /// <summary>Renders a topic. Its source is Markdown with headings, paragraphs, lists and indented code.</summary>
    public static string Render(string markdown)
    {
        var text = new StringBuilder();
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                text.Append("TOPIC\n").Append(' ', Indent).Append(line, 2, line.Length - 2).Append('\n');
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                text.Append(line[3..].ToUpperInvariant()).Append('\n');
            }
            else if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                text.Append("  ").Append(line[4..].ToUpperInvariant()).Append('\n');
            }
            else
            {
                Wrap(text, line);
            }
        }

        return text.ToString();
    }

    private static void Wrap(StringBuilder text, string line)
    {
        if (line.Length == 0 || line.StartsWith("    ", StringComparison.Ordinal))
        {
            text.Append(line.Length == 0 ? "" : new string(' ', Indent) + line).Append('\n');
            return;
        }

        // A list item's further lines stand below its text, not below its mark.
        var mark = line.StartsWith("- ", StringComparison.Ordinal) ? 2 : line.TakeWhile(char.IsAsciiDigit).Count() is var digits and > 0 && line.AsSpan(digits).StartsWith(". ") ? digits + 2 : 0;
        var column = 0;
        foreach (var word in line.Replace("`", "", StringComparison.Ordinal).Split(' '))
        {
            if (column == 0 || column + word.Length + 1 > Width)
            {
                text.Append(column == 0 ? "" : "\n").Append(' ', column == 0 ? Indent : Indent + mark).Append(word);
                column = (column == 0 ? Indent : Indent + mark) + word.Length;
            }
            else
            {
                text.Append(' ').Append(word);
                column += word.Length + 1;
            }
        }

        text.Append('\n');
    }
}
