using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Completion;

/// <summary>Completes the domains of the stacks that this session has described, published or read. Asks nobody.</summary>
public sealed class DomainCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from domain in SessionMemory.Domains.Order(StringComparer.Ordinal)
        where Words.Matches(domain, wordToComplete)
        select Words.Result(domain, "a stack of this session");
}
