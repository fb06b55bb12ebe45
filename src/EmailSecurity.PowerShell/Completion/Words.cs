using System.Management.Automation;

namespace EmailSecurity.PowerShell.Completion;

/// <summary>What completers share.</summary>
internal static class Words
{
    /// <summary>True where a candidate begins with what was typed (quotes aside), or matches its wildcards.</summary>
    public static bool Matches(string candidate, string? typed) =>
        new WildcardPattern((typed ?? "").Trim('\'', '"') + "*", WildcardOptions.IgnoreCase).IsMatch(candidate);

    /// <summary>A completion, quoted where PowerShell needs it.</summary>
    public static CompletionResult Result(string value, string toolTip) =>
        new(Quoted(value), value, CompletionResultType.ParameterValue, toolTip);

    private static string Quoted(string value) => value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? value
        : "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
}
