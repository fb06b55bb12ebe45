using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Looks at a domain's MTA-STS as a sending server does: record, policy, certificate, coverage of the MX hosts.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtaSts")]
[OutputType(typeof(TestResult))]
public sealed class TestMtaStsCommand : LiveTestCmdlet
{
    /// <summary>Connect to each MX on port 25 and check STARTTLS and its certificate.</summary>
    [Parameter]
    public SwitchParameter ProbeSmtp { get; set; }

    /// <summary>Port of the mail servers, for a test environment.</summary>
    [Parameter]
    [ValidateNumber(1, 65535)]
    public int SmtpPort { get; set; } = 25;

    /// <summary>Look for CAA records that would stop ACM from issuing or renewing the certificate.</summary>
    [Parameter]
    public SwitchParameter CheckCaa { get; set; }

    /// <summary>
    /// A stack of Get-EmailSecurityStack: it knows which policies senders may still have cached, and the MX records are compared with those too. AWS is not
    /// called.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public EmailSecurityStack? Stack { get; set; }

    private protected override EmailSecurityStack? InputStack => Stack;

    private protected override LiveOptions Options => new() { ProbeSmtp = ProbeSmtp, SmtpPort = SmtpPort, CheckCaa = CheckCaa };

    private protected override async Task<IReadOnlyList<TestResult>> TestAsync(
        LiveChecks liveChecks, DomainSubject subject, CancellationToken cancellationToken)
        => [await liveChecks.TestMtaStsAsync(subject.Domain, subject.Cached, cancellationToken).ConfigureAwait(false)];
}
