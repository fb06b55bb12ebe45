using System.Runtime.CompilerServices;

namespace EmailSecurity.Findings;

/// <summary>
/// Collects the findings of one check, a bounded number: a hostile input must not make us hold one an octet. Room is kept for one error, so that a full
/// bag never makes a broken text look whole.
/// </summary>
/// <param name="location">Where a finding is that does not say it itself.</param>
/// <param name="limit">So many findings are kept.</param>
/// <param name="isPerSeverity">True to keep so many of each severity, and to count the rest.</param>
/// <param name="isOnceAPlace">True to keep one finding of a rule at a place.</param>
internal class FindingBag(string? location = null, int limit = FindingBag.RecordLimit, bool isPerSeverity = false, bool isOnceAPlace = false)
{
    /// <summary>More than this many findings about a record or a policy say nothing new.</summary>
    public const int RecordLimit = 64;

    private readonly HashSet<(string Code, string? Location)>? seen = isOnceAPlace ? [] : null;
    private List<Finding>? items;
    private int errors;
    private int warnings;
    private int others;

    /// <summary>The findings so far, in order.</summary>
    public IReadOnlyList<Finding> Items => (IReadOnlyList<Finding>?)items ?? [];

    /// <summary>True where an error was found: a conforming receiver would not use it.</summary>
    public bool HasErrors => errors > 0;

    /// <summary>How many errors there are, kept or not.</summary>
    public int Errors => errors;

    /// <summary>True where nothing further is kept: reading on has no more to say.</summary>
    public bool IsClosed => items?.Count >= limit && HasErrors;

    /// <summary>How many findings were counted and not kept, where the limit is one for each severity.</summary>
    protected int Left => Math.Max(0, errors - limit) + Math.Max(0, warnings - limit) + Math.Max(0, others - limit);

    /// <summary>True where a finding of this rule would be kept.</summary>
    public bool Wants(Rule rule) => isPerSeverity ? CountOf(rule.Severity) < limit
        : !(items?.Count >= limit) || (rule.Severity == FindingSeverity.Error && !HasErrors);

    /// <summary>Reports a breach in the rule's own words.</summary>
    public void Report(Rule rule, int? line = null, int? column = null, string? fix = null, string? location = null) =>
        Report(rule, rule.Message, line, column, fix, location);

    /// <summary>Reports a breach; the message is written only where it is kept.</summary>
    public void Report(Rule rule, [InterpolatedStringHandlerArgument("", nameof(rule))] ref FindingMessage message, int? line = null, int? column = null,
        string? fix = null, string? location = null) => Report(rule, message.Text(), line, column, fix, location);

    /// <summary>Reports a breach.</summary>
    public void Report(Rule rule, string message, int? line = null, int? column = null, string? fix = null, string? location = null)
    {
        if (!Wants(rule))
        {
            CountOf(rule.Severity)++;
        }
        else if (seen is null || seen.Add((rule.Code, location)))
        {
            Add(rule.Found(message, location ?? Location, fix, line, column));
        }
    }

    /// <summary>Takes over a finding of another check.</summary>
    public void Add(Finding finding)
    {
        var isFirstError = ++CountOf(finding.Severity) == 1 && finding.Severity == FindingSeverity.Error;
        items ??= [];
        if (isPerSeverity ? CountOf(finding.Severity) <= limit : items.Count < limit)
        {
            items.Add(finding);
        }
        else if (isFirstError)
        {
            items[^1] = finding;
        }
    }

    /// <summary>Where a finding is that does not say it itself.</summary>
    protected string? Location => location;

    /// <summary>Adds a last finding beyond every limit.</summary>
    protected void Close(Finding finding) => (items ??= []).Add(finding);

    private ref int CountOf(FindingSeverity severity)
    {
        if (severity == FindingSeverity.Error)
        {
            return ref errors;
        }

        return ref severity == FindingSeverity.Warning ? ref warnings : ref others;
    }
}
