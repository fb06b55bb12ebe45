using System.Management.Automation;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Publishes everything that a stack describes, and confirms it from outside.</summary>
[Cmdlet(VerbsData.Publish, "EmailSecurityStack", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EmailSecurityStack))]
public sealed class PublishEmailSecurityStackCommand : PolicyPublishCmdlet
{
    /// <summary>PEM file of mark roots to trust instead of those shipped, for a test environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkRoot { get; set; }

    private protected override StackParts Parts => StackParts.All;

    private protected override PublishOptions Options => base.Options with { MarkRoots = ReadMarkRoots(MarkRoot) };
}
