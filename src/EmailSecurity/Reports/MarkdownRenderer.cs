using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Reports;

/// <summary>Markdown as GitHub reads it: a table of the domains, then the findings of those that have errors or warnings.</summary>
/// <param name="index">The overview.</param>
internal sealed class MarkdownRenderer(ReportIndex index) : ReportRenderer
{
    // A job's summary has room for 1 MiB; what is longer is not shown at all.
    private const int MaxDetails = 900 * 1024;
    private readonly MarkdownWriter text = new();

    /// <inheritdoc/>
    public override string Result(TestResult result)
    {
        foreach (var finding in result.Findings.Where(f => f.Severity != FindingSeverity.Information))
        {
            text.Add($"- **{finding.Severity.ToString()}**, {ReportWords.Mechanism(result.Mechanism)}: {finding.Message}");
            Fix(finding);
            text.Add($" ({new CodeValue(finding.Code)}, {ReportWords.Rule(finding.Standard, finding.Section)})\n");
        }

        return text.Take();
    }

    /// <inheritdoc/>
    public override string Stack(EmailSecurityStack stack)
    {
        if (stack.Status != StackStatus.Deployed)
        {
            text.Add($"- **Stack**: {ReportWords.Of(stack.Status)}");
            if (stack.WaitingFor.Length > 0)
            {
                text.Add($", waiting for {stack.WaitingFor}");
            }

            text.Add($"\n");
        }

        return text.Take();
    }

    /// <inheritdoc/>
    public override string Change(Change change)
    {
        text.Add($"- **Plan**: {change.Action.ToString()} {change.Resource} {new CodeValue(change.Target)}: ");
        text.Add($"{(change.Consequence.Length > 0 ? change.Consequence : change.Reason)}\n");
        return text.Take();
    }

    /// <inheritdoc/>
    public override string Sessions(ReportedSessions reported)
    {
        text.Add($"- **TLS reports**: {reported.Totals}\n");
        foreach (var (what, fix) in reported.Failures)
        {
            text.Add($"  - {what}{(fix.Length > 0 ? $" Fix: {fix}" : "")}\n");
        }

        if (reported.MoreFailures > 0)
        {
            text.Add($"  - {Count.Of(reported.MoreFailures, "more kind")} of failures.\n");
        }

        return text.Take();
    }

    /// <inheritdoc/>
    public override void Compose(Spool spool, TextWriter output)
    {
        var subjects = index.Ordered();
        text.Add($"# {index.Options.Title}\n\n{Count.Of(subjects.Count, "domain")}, {ReportWords.Moment(index.Options.At)}: ");
        var counts = ReportSubject.Statuses.Select(s => Invariant($"{subjects.Count(d => d.Status == s)} {s.ToString().ToLowerInvariant()}"));
        text.Add($"{string.Join(", ", counts)}.\n\n");
        output.Write(text.Take());
        Table(subjects, output);

        var written = 0;
        foreach (var subject in subjects.Where(s => s.Parts.Count > 0))
        {
            var parts = string.Concat(subject.Parts.OrderBy(p => p.Section).Select(p => spool.Read(p.Text)));
            written += parts.Length;
            if (written > MaxDetails)
            {
                output.Write("\nThe findings of the other domains are left out: a job summary has room for no more.\n");
                return;
            }

            text.Add($"\n## {new CodeValue(subject.Name)}\n\n");
            output.Write(text.Take());
            output.Write(parts);
        }
    }

    private void Table(IReadOnlyList<ReportSubject> subjects, TextWriter output)
    {
        var mechanisms = subjects.SelectMany(s => s.Verdicts.Keys).Distinct().Order().ToArray();
        text.Add($"| Status | Domain |");
        foreach (var (_, mechanism) in mechanisms)
        {
            text.Add($" {ReportWords.Mechanism(mechanism)} |");
        }

        text.Add($" Errors | Warnings |\n|---|---|");
        output.Write(text.Take());
        output.Write(string.Concat(Enumerable.Repeat("---|", mechanisms.Length)) + "--:|--:|\n");
        foreach (var subject in subjects)
        {
            text.Add($"| {Mark(subject.Status)} {subject.Status.ToString()} | {new CodeValue(subject.Name)} |");
            foreach (var key in mechanisms)
            {
                text.Add($" {(subject.Verdicts.TryGetValue(key, out var status) ? status.ToString() : "")} |");
            }

            text.Add($" {subject.Errors} | {subject.Warnings} |\n");
            output.Write(text.Take());
        }
    }

    private void Fix(Finding finding)
    {
        if (finding.Fix.Length > 0)
        {
            text.Add($" Fix: {finding.Fix}");
        }
    }

    private static string Mark(TestStatus status) => status switch
    {
        TestStatus.Fail => "❌",
        TestStatus.Warning => "⚠️",
        TestStatus.Absent => "➖",
        _ => "✅",
    };
}
