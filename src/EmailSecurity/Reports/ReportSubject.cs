using System.Runtime.InteropServices;
using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>The parts of a domain's entry, in the order in which they are shown.</summary>
internal enum ReportSection
{
    MtaSts,
    TlsRpt,
    TlsReports,
    Dmarc,
    Bimi,
    Other,
    Stack,
    Plan,
}

/// <summary>A rendered part.</summary>
/// <param name="Section">Where it belongs.</param>
/// <param name="Text">Where it waits.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReportPart(ReportSection Section, Stored Text);

/// <summary>One entry of a report, a domain or a file: what the overview needs; the rest waits in the spool.</summary>
/// <param name="name">The domain or file.</param>
internal sealed class ReportSubject(string name)
{
    private static readonly TestStatus[] WorstFirst = [TestStatus.Fail, TestStatus.Warning, TestStatus.Absent, TestStatus.Pass];

    /// <summary>The domain or file, safe to show.</summary>
    public string Name => name;

    /// <summary>The worst verdict of each mechanism, in order of the mechanisms.</summary>
    public SortedList<(ReportSection Section, string Mechanism), TestStatus> Verdicts { get; } = [];

    /// <summary>Codes of errors and warnings, each once.</summary>
    public SortedSet<string> Codes { get; } = new(StringComparer.Ordinal);

    /// <summary>Rendered parts.</summary>
    public List<ReportPart> Parts { get; } = [];

    /// <summary>Number of errors.</summary>
    public int Errors { get; set; }

    /// <summary>Number of warnings.</summary>
    public int Warnings { get; set; }

    /// <summary>Number of writes that a publish would make.</summary>
    public int Changes { get; set; }

    /// <summary>When the first of its certificates ends; null where none is known.</summary>
    public DateTimeOffset? NextEnd { get; private set; }

    /// <summary>The worst verdict.</summary>
    public TestStatus Status => Verdicts.Count == 0 ? TestStatus.Pass : Verdicts.Values.MinBy(Rank);

    /// <summary>0 for the worst verdict.</summary>
    public static int Rank(TestStatus status) => Array.IndexOf(WorstFirst, status);

    /// <summary>All verdicts, the worst first.</summary>
    public static IReadOnlyList<TestStatus> Statuses => WorstFirst;

    /// <summary>Takes a verdict.</summary>
    public void Judge(string mechanism, TestStatus status)
    {
        var key = (ReportWords.SectionOf(mechanism), mechanism);
        Verdicts[key] = Verdicts.TryGetValue(key, out var known) && Rank(known) <= Rank(status) ? known : status;
    }

    /// <summary>Takes the end of a certificate.</summary>
    public void Ends(DateTimeOffset? at) => NextEnd = NextEnd is null || at < NextEnd ? at ?? NextEnd : NextEnd;
}
