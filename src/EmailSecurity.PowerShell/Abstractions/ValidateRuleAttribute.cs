using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Refuses at binding what does not match a pattern, in words that name the rule.</summary>
/// <param name="pattern">Regular expression, linear time.</param>
/// <param name="rule">What follows <c>'value' is not </c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateRuleAttribute(string pattern, string rule) : ValidateArgumentsAttribute
{
    /// <summary>The pattern.</summary>
    public string Pattern => pattern;

    /// <summary>The rule in words.</summary>
    public string Rule => rule;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        var text = arguments is PSObject wrapped ? wrapped.BaseObject.ToString() : arguments?.ToString();
        if (text is not null && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
        {
            throw Errors.Refused($"'{text}' is not {rule}.");
        }
    }
}
