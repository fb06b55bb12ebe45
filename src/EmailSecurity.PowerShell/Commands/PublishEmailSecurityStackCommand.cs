using System.Management.Automation;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Publishes everything that a stack describes, and confirms it from outside.</summary>
[Cmdlet(VerbsData.Publish, "EmailSecurityStack", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EmailSecurityStack))]
public sealed class PublishEmailSecurityStackCommand : PublishCmdlet
{
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

    /// <summary>PEM file of mark roots to trust instead of those shipped, for a test environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkRoot { get; set; }

    private protected override StackParts Parts => StackParts.All;

    private protected override PublishOptions Options => base.Options with
    {
        AllowUncoveredMx = AllowUncoveredMx,
        MinimumTestingDays = MinimumTestingDays,
        OverrideReason = Overriding(OverrideReason),
        MarkRoots = ReadMarkRoots(MarkRoot),
    };
}
