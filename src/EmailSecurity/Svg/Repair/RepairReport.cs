using EmailSecurity.Findings;

namespace EmailSecurity.Svg.Repair;

/// <summary>What a conversion changed and refused: each kind of change once, with how often; each reason to refuse at its place.</summary>
/// <param name="name">The file; may be empty.</param>
internal sealed class RepairReport(string name)
{
    /// <summary>Reasons to refuse that are written out at most.</summary>
    private const int MostRefusals = 50;

    private readonly string? location = name.Length > 0 ? name : null;
    private readonly List<(Rule Rule, string What, string? Fix, int Count)> changes = [];
    private readonly List<Finding> refusals = [];
    private readonly HashSet<(string Code, string Message)> seen = [];

    /// <summary>True where the logo cannot be converted.</summary>
    public bool IsRefused => refusals.Count > 0;

    /// <summary>Notes a change; the same one is counted.</summary>
    /// <param name="rule">Its kind.</param>
    /// <param name="what">What was changed, without a full stop.</param>
    /// <param name="fix">What to do about it; null for the rule's own words.</param>
    public void Change(Rule rule, string what, string? fix = null)
    {
        var at = changes.FindIndex(c => c.Rule == rule && c.What == what);
        if (at >= 0)
        {
            changes[at] = (rule, what, fix, changes[at].Count + 1);
        }
        else if (changes.Count < MostRefusals)
        {
            changes.Add((rule, what, fix, 1));
        }
    }

    /// <summary>Refuses to convert.</summary>
    /// <param name="rule">Why.</param>
    /// <param name="node">Where; null where it is the whole file.</param>
    /// <param name="message">What was found, a sentence.</param>
    public void Refuse(Rule rule, RepairNode? node, string message)
    {
        if (refusals.Count < MostRefusals && seen.Add((rule.Code, message)))
        {
            refusals.Add(rule.Found(message, location, null, node?.Line, node?.Column));
        }
    }

    /// <summary>What was changed, in the order in which it was found.</summary>
    public IEnumerable<Finding> Changes => changes.Select(c =>
        c.Rule.Found(c.Count == 1 ? c.What + "." : Invariant($"{c.What} ({c.Count} times)."), location, c.Fix));

    /// <summary>Why it was refused.</summary>
    public IReadOnlyList<Finding> Refusals => refusals;
}
