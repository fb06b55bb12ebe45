using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Reports;

/// <summary>
/// A report of any number of domains: takes results, stacks, changes and TLS reports in any order and writes them by domain, worst first. What it has rendered
/// waits in a stream of the caller's; of a domain, a line is kept in memory, and of a TLS report its numbers. Pure but for the two streams.
/// </summary>
public sealed class Report
{
    private readonly Spool spool;
    private readonly ReportIndex index;
    private readonly ReportRenderer renderer;
    private readonly ReportEvidence evidence = new();
    private readonly ReportOptions options;
    private IReadOnlyList<string> rendered = [];

    /// <summary>Begins a report.</summary>
    /// <param name="format">What it is written as.</param>
    /// <param name="options">What it says of itself.</param>
    /// <param name="waiting">Where rendered parts wait: empty, readable, writable and seekable.</param>
    public Report(ReportFormat format, ReportOptions options, Stream waiting)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(waiting);
        this.options = options;
        spool = new Spool(waiting);
        index = new ReportIndex(options);
        renderer = format switch
        {
            ReportFormat.Markdown => new MarkdownRenderer(index),
            ReportFormat.Sarif => new SarifRenderer(index),
            _ => new HtmlRenderer(index, spool),
        };
    }

    /// <summary>How many domains (and files, of offline checks) it has so far.</summary>
    public int Count => index.Subjects.Select(s => s.Name).Union(evidence.Domains, StringComparer.Ordinal).Count();

    /// <summary>Adds what a check found.</summary>
    /// <param name="result">The result.</param>
    public void Add(TestResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Keep(index.Add(result), ReportWords.SectionOf(result.Mechanism), renderer.Result(result));
    }

    /// <summary>Adds what is deployed.</summary>
    /// <param name="stack">The stack.</param>
    public void Add(EmailSecurityStack stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        Keep(index.Add(stack), ReportSection.Stack, renderer.Stack(stack));
    }

    /// <summary>Adds a change that a publish would make: drift.</summary>
    /// <param name="change">The change.</param>
    public void Add(Change change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Keep(index.Add(change), ReportSection.Plan, renderer.Change(change));
    }

    /// <summary>Adds a TLS report of a sender. What all of them say of a domain is a part of its entry; each counts once.</summary>
    /// <param name="report">The report.</param>
    public void Add(TlsRptReport report) => evidence.Add(report);

    /// <summary>Writes all of it, as UTF-8 without a byte order mark.</summary>
    /// <param name="output">Where to.</param>
    public void WriteTo(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        RenderSessions();
        using var text = new StreamWriter(output, Spool.Utf8, 1 << 16, leaveOpen: true) { NewLine = "\n" };
        renderer.Compose(spool, text);
    }

    // Known when the last report has come.
    private void RenderSessions()
    {
        foreach (var reported in evidence.Domains.Except(rendered, StringComparer.Ordinal).Select(d => new ReportedSessions(d, evidence.Of(d, options.At))))
        {
            Keep(index.Add(reported), ReportSection.TlsReports, renderer.Sessions(reported));
        }

        rendered = evidence.Domains;
    }

    private void Keep(ReportSubject subject, ReportSection section, string rendered)
    {
        if (rendered.Length > 0)
        {
            subject.Parts.Add(new ReportPart(section, spool.Store(rendered)));
        }
    }
}
