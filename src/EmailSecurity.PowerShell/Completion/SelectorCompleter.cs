using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EmailSecurity.PowerShell.Completion;

/// <summary>Completes BIMI selectors: the draft's default one, and those that receivers have seen in use.</summary>
public sealed class SelectorCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from selector in new[]
        {
            (Bimi.BimiSelector.Default, "the selector that receivers use unless a message names another"),
            ("brand", "a second brand of the domain"),
            ("v1", "a version of the indicator"),
        }
        where Words.Matches(selector.Item1, wordToComplete)
        select Words.Result(selector.Item1, selector.Item2);
}
