using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Reports;

/// <summary>How often a rule was broken.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Severity">The worst severity seen.</param>
/// <param name="Subjects">In so many domains.</param>
/// <param name="Fix">What to do.</param>
internal sealed record RuleTally(string Code, FindingSeverity Severity, int Subjects, string Fix);

/// <summary>The overview of a report: one entry for each domain, and how often each rule was broken.</summary>
/// <param name="options">What the report says of itself.</param>
internal sealed class ReportIndex(ReportOptions options)
{
    private readonly Dictionary<string, ReportSubject> subjects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RuleTally> rules = new(StringComparer.Ordinal);

    /// <summary>What the report says of itself.</summary>
    public ReportOptions Options => options;

    /// <summary>The entries, unordered.</summary>
    public IReadOnlyCollection<ReportSubject> Subjects => subjects.Values;

    /// <summary>The entries, worst first, then by name.</summary>
    public IReadOnlyList<ReportSubject> Ordered() =>
    [
        .. subjects.Values.OrderBy(s => ReportSubject.Rank(s.Status)).ThenByDescending(s => s.Errors).ThenByDescending(s => s.Warnings)
            .ThenBy(s => s.Name, StringComparer.Ordinal),
    ];

    /// <summary>The broken rules, errors first, then the most frequent.</summary>
    public IReadOnlyList<RuleTally> Rules() =>
        [.. rules.Values.OrderByDescending(r => r.Severity).ThenByDescending(r => r.Subjects).ThenBy(r => r.Code, StringComparer.Ordinal)];

    /// <summary>Takes a result into the overview.</summary>
    public ReportSubject Add(TestResult result)
    {
        var subject = Find(NameOf(result));
        subject.Judge(result.Mechanism, result.Status);
        foreach (var finding in result.Findings)
        {
            Count(subject, finding);
        }

        foreach (var seen in result.Observed)
        {
            subject.Ends(seen.NotAfter);
        }

        subject.Ends((result.Value as MarkCertificate)?.NotAfter);
        return subject;
    }

    /// <summary>Takes a stack into the overview.</summary>
    public ReportSubject Add(EmailSecurityStack stack)
    {
        var subject = Find(VisibleText.Of(stack.Domain));
        subject.Judge(ReportWords.Stack, ReportWords.StatusOf(stack.Status));
        subject.Ends(stack.CertificateNotAfter);
        return subject;
    }

    /// <summary>Takes a change into the overview.</summary>
    public ReportSubject Add(Change change)
    {
        var subject = Find(VisibleText.Of(change.Domain));
        subject.Judge(ReportWords.Plan, change.IsWrite ? TestStatus.Warning : TestStatus.Pass);
        subject.Changes += change.IsWrite ? 1 : 0;
        return subject;
    }

    /// <summary>Takes what senders reported of a domain into the overview.</summary>
    public ReportSubject Add(ReportedSessions reported)
    {
        var subject = Find(reported.Domain);
        subject.Judge(ReportedSessions.Mechanism, reported.Status);
        return subject;
    }

    /// <summary>What a result is about: its domain, or the file or place of an offline check.</summary>
    public static string NameOf(TestResult result)
    {
        var name = result.Domain.Length > 0 ? result.Domain
            : result.Value is BimiLogo { Name.Length: > 0 } logo ? logo.Name
            : result.Findings.Select(f => f.Location).FirstOrDefault(l => !string.IsNullOrEmpty(l)) ?? ReportWords.Mechanism(result.Mechanism);
        return VisibleText.Of(name);
    }

    private ReportSubject Find(string name)
    {
        if (!subjects.TryGetValue(name, out var subject))
        {
            subjects.Add(name, subject = new ReportSubject(name));
        }

        return subject;
    }

    private void Count(ReportSubject subject, Finding finding)
    {
        if (finding.Severity == FindingSeverity.Information)
        {
            return;
        }

        _ = finding.Severity == FindingSeverity.Error ? subject.Errors++ : subject.Warnings++;
        var isNew = subject.Codes.Add(finding.Code);
        var known = rules.GetValueOrDefault(finding.Code) ?? new RuleTally(finding.Code, finding.Severity, 0, finding.Fix);
        rules[finding.Code] = known with
        {
            Severity = finding.Severity > known.Severity ? finding.Severity : known.Severity,
            Subjects = known.Subjects + (isNew ? 1 : 0),
            Fix = known.Fix.Length > 0 ? known.Fix : finding.Fix,
        };
    }
}
