using System.Management.Automation;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Tells what a publish would change, drift included, without changing it.</summary>
[Cmdlet(VerbsCommon.Get, "EmailSecurityPlan")]
[OutputType(typeof(Change))]
public sealed class GetEmailSecurityPlanCommand : StackCmdlet
{
    /// <summary>Plan as if records in the way were taken over.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Plan an enforce policy although it does not cover every live MX.</summary>
    [Parameter]
    public SwitchParameter AllowUncoveredMx { get; set; }

    /// <summary>PEM file of mark roots to trust instead of those shipped, for a test environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkRoot { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachItemAsync(TargetName, async ct =>
    {
        var stack = ResolveStack();
        var plan = await GetDeployment().PlanAsync(stack, StackParts.All, new PublishOptions { Adopt = Adopt, AllowUncoveredMx = AllowUncoveredMx, MarkRoots = ReadMarkRoots(MarkRoot) }, ct).ConfigureAwait(false);
        foreach (var warning in plan.Warnings)
        {
            WriteWarning(warning);
        }

        foreach (var refused in plan.Refused)
        {
            WriteFailure(refused, stack.Domain);
        }

        foreach (var change in plan.Changes)
        {
            WriteObject(change);
        }
    }, cancellationToken);
}
