namespace EmailSecurity.Reports;

/// <summary>What a report is written as.</summary>
public enum ReportFormat
{
    /// <summary>One self-contained page for a browser.</summary>
    Html,

    /// <summary>Markdown for a pull request or the summary of a pipeline's job.</summary>
    Markdown,

    /// <summary>SARIF 2.1.0, which code-scanning services and editors show as annotations.</summary>
    Sarif,
}

/// <summary>What a report says of itself.</summary>
public sealed record ReportOptions
{
    /// <summary>The title.</summary>
    public string Title { get; init; } = "Email security report";

    /// <summary>When it was made: what it says of ages and ends is relative to this.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of this module; empty where not known.</summary>
    public string Version { get; init; } = "";
}
