using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Looks at a domain's BIMI as a mailbox provider does: record with fallback, DMARC, logo, mark certificate.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Bimi")]
[OutputType(typeof(TestResult))]
public sealed class TestBimiCommand : LiveTestCmdlet
{
    /// <summary>BIMI selector.</summary>
    [Parameter]
    [Alias("BimiSelector")]
    [ArgumentCompleter(typeof(SelectorCompleter))]
    [ValidateNotNullOrEmpty]
    public string Selector { get; set; } = Bimi.BimiSelector.Default;

    /// <summary>PEM file of mark roots to trust instead of those shipped, for a test environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkRoot { get; set; }

    private protected override LiveOptions Options => new() { Selector = Bimi.BimiSelector.Normalize(Selector), MarkRoots = ReadMarkRoots(MarkRoot) };

    private protected override async Task<IReadOnlyList<TestResult>> TestAsync(
        LiveChecks liveChecks, DomainSubject subject, CancellationToken cancellationToken)
        => [await liveChecks.TestBimiAsync(subject.Domain, cancellationToken).ConfigureAwait(false)];
}
