using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Looks at a domain's TLS reporting record as a sending server does.</summary>
[Cmdlet(VerbsDiagnostic.Test, "TlsRpt")]
[OutputType(typeof(TestResult))]
public sealed class TestTlsRptCommand : LiveTestCmdlet
{
    /// <summary>Check that the receivers of reports can be reached: https: by a request, mailto: by the MX of their domain.</summary>
    [Parameter]
    public SwitchParameter CheckReceiver { get; set; }

    private protected override LiveOptions Options => new() { CheckReceivers = CheckReceiver };

    private protected override async Task<IReadOnlyList<TestResult>> TestAsync(
        LiveChecks liveChecks, DomainSubject subject, CancellationToken cancellationToken)
        => [await liveChecks.TestTlsRptAsync(subject.Domain, cancellationToken).ConfigureAwait(false)];
}
