using System.Text;
using EmailSecurity.Findings;

namespace EmailSecurity.Svg;

/// <summary>The findings of one SVG document with their line and column: a bounded number of each severity, the rest counted.</summary>
/// <param name="name">The file; may be empty.</param>
internal sealed class SvgFindings(string name) : FindingBag(name.Length > 0 ? name : null, Maximum, isPerSeverity: true)
{
    /// <summary>At most so many errors, and so many warnings, are written out.</summary>
    public const int Maximum = 100;

    // The place last turned into line and column: findings come mostly in order, so the text is walked about once.
    private int lastOffset;
    private int lastLine = 1;
    private int lastLineStart;

    /// <summary>How many findings the profile's schema would have as well.</summary>
    public int SchemaErrors { get; private set; }

    /// <summary>True after a breach that ends the check.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Reports a breach that ends the check.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="text">The text.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="message">What was found.</param>
    public void End(Rule rule, ReadOnlySpan<byte> text, int offset, string message)
    {
        HasEnded = true;
        Report(rule, text, offset, message);
    }

    /// <summary>Reports a breach somewhere in the text.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="text">The text.</param>
    /// <param name="offset">Where in it; below 0 for nowhere.</param>
    /// <param name="message">What was found.</param>
    /// <param name="fix">What to do; null for the rule's own words.</param>
    public void Report(Rule rule, ReadOnlySpan<byte> text, int offset, string message, string? fix = null)
    {
        if (!Take(rule))
        {
            return;
        }

        SchemaErrors += rule.InSchema ? 1 : 0;
        var (line, column) = offset < 0 ? ((int?)null, (int?)null) : Place(text, Math.Min(offset, text.Length));
        Report(rule, message, line, column, fix);
    }

    /// <summary>True where a finding of this rule would be kept, so that its message is worth writing; else it is counted.</summary>
    public bool Take(Rule rule)
    {
        if (Wants(rule))
        {
            return true;
        }

        SchemaErrors += rule.InSchema ? 1 : 0;
        Report(rule);
        return false;
    }

    /// <summary>Says how many were left out.</summary>
    public void Finish()
    {
        if (Left > 0)
        {
            Close(SvgRules.More.Found(Invariant($"{Left} further findings are not listed."), Location));
        }
    }

    private (int? Line, int? Column) Place(ReadOnlySpan<byte> text, int offset)
    {
        if (offset < lastOffset)
        {
            (lastOffset, lastLine, lastLineStart) = (0, 1, 0);
        }

        var passed = text[lastOffset..offset];
        var lines = passed.Count((byte)'\n');
        if (lines > 0)
        {
            lastLine += lines;
            lastLineStart = lastOffset + passed.LastIndexOf((byte)'\n') + 1;
        }
        lastOffset = offset;
        return (lastLine, Encoding.UTF8.GetCharCount(text[lastLineStart..offset]) + 1);
    }
}
