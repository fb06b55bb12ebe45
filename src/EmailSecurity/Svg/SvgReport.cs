using EmailSecurity.Findings;

namespace EmailSecurity.Svg;

/// <summary>Where the parts of the check report: the findings of one document, and the text that they are placed in.</summary>
internal readonly ref struct SvgReport(ReadOnlySpan<byte> text, SvgFindings findings)
{
    private readonly SvgFindings findings = findings;

    /// <summary>The document.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>True after a breach that ends the check.</summary>
    public bool HasEnded => findings.HasEnded;

    /// <summary>True where a finding of this rule would be kept, so that its message is worth writing; else it is counted.</summary>
    public bool Take(Rule rule) => findings.Take(rule);

    /// <summary>Reports a breach.</summary>
    public void Report(Rule rule, int offset, string message, string? fix = null) => findings.Report(rule, Text, offset, message, fix);

    /// <summary>Reports a breach that ends the check.</summary>
    public void End(Rule rule, int offset, string message) => findings.End(rule, Text, offset, message);

    /// <summary>A part of the text, for a message.</summary>
    public string Show(int start, int end) => SvgText.Show(Text[start..end]);
}
