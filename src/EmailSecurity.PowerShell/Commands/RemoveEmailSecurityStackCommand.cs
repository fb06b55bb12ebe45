using System.Management.Automation;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Takes a stack down safely (RFC 8461 section 8.3): what can be done now is done, and running it again later finishes.</summary>
[Cmdlet(VerbsCommon.Remove, "EmailSecurityStack", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EmailSecurityStack))]
public sealed class RemoveEmailSecurityStackCommand : StackCmdlet
{
    /// <summary>Neither ask, nor wait until senders have forgotten the policy; what that risks is said.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Leave the log bucket.</summary>
    [Parameter]
    public SwitchParameter KeepLogs { get; set; }

    /// <summary>Delete also what others put into the stack's buckets; without it such a bucket stays, and an error names what is in it.</summary>
    [Parameter]
    public SwitchParameter RemoveForeignObject { get; set; }

    /// <summary>Do not wait for AWS: leave what takes minutes to the next run.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to wait for AWS in all: a time span, or a number of seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachItemAsync(TargetName, async ct =>
    {
        var deployment = GetDeployment();
        var host = NewPlanHost(Force);
        var stack = ResolveStack();
        using var progress = StartProgress($"Removing {stack.Domain}");
        host.Progress = progress;
        progress.Report("Looking at what is there");
        var result = await deployment.RemoveAsync(stack, new RemovalOptions { Force = Force, KeepLogs = KeepLogs, RemoveForeignObject = RemoveForeignObject }, new WaitOptions { NoWait = NoWait, Timeout = Timeout }, host, ct).ConfigureAwait(false);
        foreach (var warning in result.Warnings)
        {
            WriteWarning(warning);
        }

        foreach (var error in result.Errors)
        {
            WriteFailure(error, stack.Domain);
        }

        if (!result.Execution.IsWhatIf && result.Execution.Failed.Count == 0 && result.Stack is { } waiting)
        {
            WriteObject(waiting);
        }
    }, cancellationToken);
}
