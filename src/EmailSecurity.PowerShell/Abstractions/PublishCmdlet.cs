using System.Management.Automation;
using EmailSecurity.Applying;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A command that publishes parts of a stack.</summary>
public abstract class PublishCmdlet : StackCmdlet
{
    /// <summary>Take over records that are in the way; what they were is kept in the asset bucket.</summary>
    [Parameter]
    public SwitchParameter Adopt { get; set; }

    /// <summary>Do not wait for AWS: start what can be started and leave the rest to the next run.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>
    /// How long to wait in all: a time span, or a number of seconds. Without it AWS is waited for as long as it usually needs, and an external DNS host is
    /// looked at once.
    /// </summary>
    [Parameter]
    [SecondsTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Do not ask before the move to an enforce policy, and make it even if the domain is not ready.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The parts that the command publishes.</summary>
    private protected abstract StackParts Parts { get; }

    /// <summary>The stack's wish with what the command's own parameters say. Pipeline thread until the first await.</summary>
    private protected virtual Task<StackWish> CompleteAsync(EmailSecurityStack stack, CancellationToken cancellationToken) => Task.FromResult(stack.Wish);

    /// <summary>What the command's own parameters allow.</summary>
    private protected virtual PublishOptions Options => new() { Adopt = Adopt };

    private protected override string Activity => "Publishing";

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        var host = new CmdletPlanHost(this, Force);
        var options = Options with { IsPlanOnly = host.IsWhatIf };
        var waits = new WaitOptions { NoWait = NoWait, Timeout = Timeout };
        var complete = CompleteAsync(stack, cancellationToken);
        return async (turn, ct) =>
        {
            turn.Report("Reading the current state");
            var wished = stack with { Wish = await complete.ConfigureAwait(false) };
            using (host)
            {
                var result = await deployment.PublishAsync(wished, Parts, options, waits, host.For(turn), ct).ConfigureAwait(false);
                // The host has shown the others, before its questions.
                WriteOutcome(stack.Domain, result with { Warnings = result.ClosingWarnings }, emit: true);
            }
        };
    }
}
