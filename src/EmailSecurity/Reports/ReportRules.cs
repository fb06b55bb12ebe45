using EmailSecurity.Findings;
using EmailSecurity.Planning;

namespace EmailSecurity.Reports;

/// <summary>What a report says of itself, beside what the checks found.</summary>
internal static class ReportRules
{
    /// <summary>The rule of a setting that differs from what was published.</summary>
    public const string DriftRule = "StackDrift";

    /// <summary>A change that a publish would make, as a finding.</summary>
    /// <param name="change">The change.</param>
    /// <param name="why">What it means, or why it is made.</param>
    public static Finding Drift(Change change, string why) => new()
    {
        Code = DriftRule,
        Severity = FindingSeverity.Warning,
        Standard = "EmailSecurity",
        Section = "",
        Message = $"{change.Target}: {change.Action} {change.Resource}: {why}",
        Fix = "Publish the stack again.",
        Location = change.Target,
    };
}
