using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Looks at the DMARC record that applies to a domain, by the tree walk of RFC 9989.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Dmarc")]
[OutputType(typeof(TestResult))]
public sealed class TestDmarcCommand : LiveTestCmdlet
{
    private protected override async Task<IReadOnlyList<TestResult>> TestAsync(
        LiveChecks liveChecks, DomainSubject subject, CancellationToken cancellationToken)
        => [await liveChecks.TestDmarcAsync(subject.Domain, cancellationToken).ConfigureAwait(false)];
}
