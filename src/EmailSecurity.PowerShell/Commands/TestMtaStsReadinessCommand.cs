using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>
/// Says whether a domain is ready for mode enforce: days served in mode testing, coverage and probes of the mail servers, and what senders reported.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "MtaStsReadiness")]
[OutputType(typeof(TestResult))]
public sealed class TestMtaStsReadinessCommand : StackCmdlet
{
    private ReportEvidence? evidence;

    /// <summary>Days that a policy must have been served in mode testing; failures that nobody has reported for so many days stop nothing.</summary>
    [Parameter]
    [ValidateNumber(0, 3650)]
    public int MinimumTestingDays { get; set; } = 7;

    /// <summary>TLS reports of Import-TlsRptReport.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public TlsRptReport[]? Report { get; set => field = GivenReports.Listed(value); }

    /// <summary>Folders or files with TLS reports, read as Import-TlsRptReport reads them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? DataPath { get; set; }

    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        await base.BeginProcessingAsync(cancellationToken).ConfigureAwait(false);
        evidence = await GivenReports.EvidenceAsync(this, Report, DataPath, cancellationToken).ConfigureAwait(false);
    }

    private protected override string Activity => "Checking";

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        var options = new PublishOptions { MinimumTestingDays = MinimumTestingDays, Reports = evidence };
        return async (_, ct) => WriteObject(await deployment.TestReadinessAsync(stack, options, ct).ConfigureAwait(false));
    }
}
