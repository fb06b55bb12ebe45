using System.Management.Automation;
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

    /// <summary>How long to wait in all: a time span, or a number of seconds. Without it AWS is waited for as long as it usually needs, and an external DNS host is looked at once.</summary>
    [Parameter]
    [SecondsTransformation]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Do not ask before the move to an enforce policy.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The parts that the command publishes.</summary>
    private protected abstract StackParts Parts { get; }

    /// <summary>The stack's wish with what the command's own parameters say. Pipeline thread until the first await.</summary>
    private protected virtual Task<StackWish> CompleteAsync(EmailSecurityStack stack, CancellationToken cancellationToken) => Task.FromResult(stack.Wish);

    /// <summary>What the command's own parameters allow.</summary>
    private protected virtual PublishOptions Options => new() { Adopt = Adopt };

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachItemAsync(TargetName, async ct =>
    {
        var deployment = GetDeployment();
        var host = NewPlanHost(Force);
        var options = Options;
        var stack = ResolveStack();
        stack = stack with { Wish = await CompleteAsync(stack, ct).ConfigureAwait(false) };
        using var progress = StartProgress($"Publishing {stack.Domain}");
        host.Progress = progress;
        progress.Report("Looking at what is there");
        var result = await deployment.PublishAsync(stack, Parts, options, new WaitOptions { NoWait = NoWait, Timeout = Timeout }, host, ct).ConfigureAwait(false);
        foreach (var warning in result.Warnings)
        {
            WriteWarning(warning);
        }

        foreach (var error in result.Errors)
        {
            WriteFailure(error, stack.Domain);
        }

        if (result.Execution.Failed.Count == 0 && result.Stack is { } now)
        {
            WriteObject(now);
        }
    }, cancellationToken);
}
