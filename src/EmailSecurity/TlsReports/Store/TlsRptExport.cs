using EmailSecurity.Findings;

namespace EmailSecurity.TlsReports.Store;

/// <summary>What Export-TlsRptReport wrote.</summary>
public sealed record TlsRptExport
{
    /// <summary>The store: the path of a folder, or <c>s3://bucket/prefix</c>.</summary>
    public required string Location { get; init; }

    /// <summary>Reports that were written.</summary>
    public required long ReportCount { get; init; }

    /// <summary>Reports that were there already, or came twice, and were not written again.</summary>
    public required long KnownReportCount { get; init; }

    /// <summary>Reports that replaced another text of the same report (same organisation and report id); they are in <see cref="ReportCount"/> too.</summary>
    public required long ReplacedReportCount { get; init; }

    /// <summary>Rows that were written: one for each policy.</summary>
    public required long RowCount { get; init; }

    /// <summary>New files.</summary>
    public required int FileCount { get; init; }

    /// <summary>
    /// Files that were removed, because others hold their rows: after -Compact, after a report that replaces another, or after an interrupted run.
    /// </summary>
    public required int RemovedFileCount { get; init; }

    /// <summary>The partitions that were written to: <c>domain=example.com/month=2026-03</c>.</summary>
    public required IReadOnlyList<string> Partition { get; init => field = Joined.List(value); }
}
