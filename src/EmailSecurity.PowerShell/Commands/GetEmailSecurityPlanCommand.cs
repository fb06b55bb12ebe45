using System.Management.Automation;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Shows what a publish would change, drift included, without changing it.</summary>
[Cmdlet(VerbsCommon.Get, "EmailSecurityPlan")]
[OutputType(typeof(Change))]
public sealed class GetEmailSecurityPlanCommand : StackCmdlet
{
    private ReportEvidence? evidence;

    /// <summary>Plan as if records in the way were taken over.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Plan an enforce policy although it does not cover every live MX.</summary>
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

    /// <summary>PEM file of mark roots to trust instead of those shipped, for a test environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkRoot { get; set; }

    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        await base.BeginProcessingAsync(cancellationToken).ConfigureAwait(false);
        evidence = await GivenReports.EvidenceAsync(this, Report, DataPath, cancellationToken).ConfigureAwait(false);
    }

    private protected override string Activity => "Planning";

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        var options = new PublishOptions
        {
            IsPlanOnly = true,
            Adopt = Adopt,
            AllowUncoveredMx = AllowUncoveredMx,
            MinimumTestingDays = MinimumTestingDays,
            OverrideReason = OverrideReasons.Check(OverrideReason),
            Reports = evidence,
            MarkRoots = ReadMarkRoots(MarkRoot),
        };
        return async (_, ct) =>
        {
            var plan = await deployment.PlanAsync(stack, StackParts.All, options, ct).ConfigureAwait(false);
            WriteTogether(() =>
            {
                foreach (var warning in plan.Warnings)
                {
                    WriteWarning(warning);
                }

                foreach (var kept in plan.Information)
                {
                    WriteInformation(kept, ["EmailSecurity"]);
                }

                foreach (var refused in plan.Refused)
                {
                    WriteFailure(refused, stack.Domain);
                }

                WriteObject(plan.Changes, enumerateCollection: true);
            });
        };
    }
}
