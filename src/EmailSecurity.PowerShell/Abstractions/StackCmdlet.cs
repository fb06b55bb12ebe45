using System.Management.Automation;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// A command on stacks: takes stacks, policies, domains, or anything with a Domain (or Name) property, from the pipeline; many at a time
/// (<see cref="DomainPool"/>).
/// </summary>
public abstract class StackCmdlet : ConnectedCmdlet
{
    private const int ProgressLines = 8;
    private DomainPool? pool;

    /// <summary>The domains.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "DomainName")]
    [ArgumentCompleter(typeof(DomainCompleter))]
    [DomainArgument]
    public string[]? Domain { get; set; }

    /// <summary>A stack, as New-EmailSecurityStack describes it or as another command emitted it.</summary>
    [Parameter(ValueFromPipeline = true)]
    [RestoreDeserialized(typeof(EmailSecurityStack))]
    public EmailSecurityStack? Stack { get; set; }

    /// <summary>A policy of New-MtaStsPolicy; brings the stack it was made for.</summary>
    [Parameter(ValueFromPipeline = true)]
    [RestoreDeserialized(typeof(MtaStsPolicy))]
    public MtaStsPolicy? Policy { get; set; }

    /// <summary>How many domains are worked on side by side. Most of the time is spent waiting for AWS, so the waits of a usual list overlap.</summary>
    [Parameter]
    [ValidateNumber(1, 1024)]
    public int ThrottleLimit { get; set; } = 50;

    /// <summary>What the command does, for its progress: <c>Publishing</c>.</summary>
    private protected abstract string Activity { get; }

    /// <summary>Takes what the work on one stack needs from the parameters, and returns the work. Pipeline thread only; the work runs beside it.</summary>
    private protected abstract Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken);

    /// <summary>Questions of all domains.</summary>
    internal QuestionDesk Questions { get; } = new();

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        // The parameters of this input object: the next one must not change them while a turn is waited for.
        var (given, policy) = (Stack, Policy);
        foreach (var domain in Domain is { Length: > 0 } domains ? domains : new string?[] { null })
        {
            EmailSecurityStack? stack = null;
            await ForEachItemAsync(TargetName(domain), _ =>
            {
                stack = ResolveStack(domain, given, policy);
                return Task.CompletedTask;
            }, cancellationToken).ConfigureAwait(false);
            if (stack is not null)
            {
                await StartAsync(stack, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken) => pool?.DrainAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Starts the work on one stack as soon as there is a turn for it.</summary>
    private protected async Task StartAsync(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        Func<DomainTurn, CancellationToken, Task>? work = null;
        await ForEachItemAsync(stack.Domain, _ =>
        {
            work = Prepare(stack, cancellationToken);
            return Task.CompletedTask;
        }, cancellationToken).ConfigureAwait(false);
        if (work is null)
        {
            return;
        }

        await StartAsync(stack.Domain, work, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts the work on one domain as soon as there is a turn for it.</summary>
    private protected Task StartAsync(string domain, Func<DomainTurn, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var only = MyInvocation.ExpectingInput || Domain is { Length: > 1 } ? null : domain;
        pool ??= new DomainPool(this, ThrottleLimit, new DomainProgress.Look(Activity, ProgressLines, Only: only));
        return pool.StartAsync(domain, alone: true, (turn, ct) => ForEachItemAsync(domain, token => work(turn, token), ct), cancellationToken);
    }

    /// <summary>The stack that the current input object is about.</summary>
    /// <exception cref="EmailSecurityException">DomainMissing, DomainMismatch, InvalidDomainName.</exception>
    private static EmailSecurityStack ResolveStack(string? typed, EmailSecurityStack? given, MtaStsPolicy? made)
    {
        OneDomain.Require(typed, given, made);
        if (given is { } stack)
        {
            return made is { } also ? stack with { Wish = stack.Wish with { Policy = also.WithoutStack() } } : stack;
        }

        if (made is { } policy)
        {
            var domain = policy.Domain.Length > 0 ? policy.Domain : typed;
            return policy.GetStack() is { } own ? own with { Wish = own.Wish with { Policy = policy.WithoutStack() } }
                : string.IsNullOrEmpty(domain) ? throw new EmailSecurityException("DomainMissing", ErrorKind.InvalidArgument,
                    "The policy does not say which domain it is for.", "Create it with New-MtaStsPolicy -Domain, or add -Domain.")
                : StackWish.For(domain) with { Policy = policy };
        }

        return !string.IsNullOrWhiteSpace(typed)
            ? EmailSecurityStack.For(typed)
            : throw new EmailSecurityException(
                "DomainMissing", ErrorKind.InvalidArgument,
                "No domain was specified.", "Add -Domain, or pipe a stack, a policy, or anything with a Domain property.");
    }

    /// <summary>What messages and errors are about: the domain as given.</summary>
    private string TargetName(string? typed) => Stack?.Domain ?? (Policy is { Domain.Length: > 0 } p ? p.Domain : typed) ?? "";

    // A stack that comes down the pipeline knows the region of its buckets; what the user says takes precedence.
    private protected override ConnectionSettings GetSettings(SandboxDefaults? sandbox)
    {
        var settings = base.GetSettings(sandbox);
        var known = (Stack ?? Policy?.GetStack())?.BucketRegion;
        return Region is null && !string.IsNullOrEmpty(known) ? settings with { Region = known } : settings;
    }

    /// <summary>Observe, plan and apply, with what this session remembers.</summary>
    protected StackDeployment GetDeployment() => new(GetServices(), Clock, SessionMemory.For(Clock));

    /// <summary>What a run reported, in one piece: warnings, errors, and the stack.</summary>
    private protected void WriteOutcome(string domain, DeploymentResult result, bool emit) => WriteTogether(() =>
    {
        foreach (var warning in result.Warnings)
        {
            WriteWarning(warning);
        }

        foreach (var error in result.Errors)
        {
            WriteFailure(error, domain);
        }

        if (emit && result.Execution.Failed.Count == 0 && result.Stack is { } now)
        {
            WriteStack(now);
        }
    });

    /// <summary>Emits a stack; its domain completes from now on.</summary>
    private protected void WriteStack(EmailSecurityStack stack) => WriteTogether(() =>
    {
        SessionMemory.Remember(stack.Domain);
        WriteObject(stack);
    });

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pool?.Dispose();
        }

        base.Dispose(disposing);
    }
}
