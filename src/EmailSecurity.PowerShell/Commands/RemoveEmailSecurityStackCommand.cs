using System.Management.Automation;
using EmailSecurity.Applying;
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

    /// <summary>Put records back to what they were before they were adopted, where nothing else has taken their place.</summary>
    [Parameter]
    public SwitchParameter RestoreAdopted { get; set; }

    /// <summary>Leave the asset bucket with the earlier values of adopted records.</summary>
    [Parameter]
    public SwitchParameter KeepAdopted { get; set; }

    /// <summary>Do not wait for AWS: leave what takes minutes to the next run.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to wait for AWS in all: a time span, or a number of seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    public TimeSpan? Timeout { get; set; }

    private protected override string Activity => "Removing";

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        var host = new CmdletPlanHost(this, Force);
        var options = new RemovalOptions
        {
            Force = Force,
            KeepLogs = KeepLogs,
            RemoveForeignObject = RemoveForeignObject,
            RestoreAdopted = RestoreAdopted,
            KeepAdopted = KeepAdopted,
        };
        var waits = new WaitOptions { NoWait = NoWait, Timeout = Timeout };
        return async (turn, ct) =>
        {
            turn.Report("Reading the current state");
            using (host)
            {
                var result = await deployment.RemoveAsync(stack, options, waits, host.For(turn), ct).ConfigureAwait(false);
                await host.ShowWaitsAsync(result.Plan).ConfigureAwait(false);
                WriteOutcome(stack.Domain, result, emit: !result.Execution.IsWhatIf);
            }
        };
    }
}
