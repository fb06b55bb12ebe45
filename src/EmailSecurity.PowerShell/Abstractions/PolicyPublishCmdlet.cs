using System.Management.Automation;
using EmailSecurity.Planning;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A command that publishes an MTA-STS policy: what has to be so before mode enforce, and who overrides it.</summary>
public abstract class PolicyPublishCmdlet : PublishCmdlet
{
    private ReportEvidence? evidence;

    /// <summary>Publish an enforce policy although it does not cover every live MX.</summary>
    [Parameter]
    public SwitchParameter AllowUncoveredMx { get; set; }

    /// <summary>Days that a policy must have been served in mode testing before an enforce policy.</summary>
    [Parameter]
    [ValidateNumber(0, 3650)]
    public int MinimumTestingDays { get; set; } = 7;

    /// <summary>Why to publish an enforce policy although the domain is not ready for it; kept with the stack.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OverrideReason { get; set; }

    /// <summary>TLS reports of Import-TlsRptReport: failures that senders saw stop the move to mode enforce.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public TlsRptReport[]? Report { get; set => field = GivenReports.Listed(value); }

    /// <summary>Folders or files with TLS reports, read as Import-TlsRptReport reads them: failures that senders saw stop the move to mode enforce.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? DataPath { get; set; }

    // -Force is a reason too.
    private protected override PublishOptions Options => base.Options with
    {
        AllowUncoveredMx = AllowUncoveredMx,
        MinimumTestingDays = MinimumTestingDays,
        OverrideReason = OverrideReasons.Check(OverrideReason) ?? (Force ? "-Force" : null),
        Reports = evidence,
    };

    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        await base.BeginProcessingAsync(cancellationToken).ConfigureAwait(false);
        evidence = await GivenReports.EvidenceAsync(this, Report, DataPath, cancellationToken).ConfigureAwait(false);
    }
}
