using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Shows what is deployed, from AWS and DNS themselves; without a domain, every stack of the account.</summary>
[Cmdlet(VerbsCommon.Get, "EmailSecurityStack")]
[OutputType(typeof(EmailSecurityStack))]
public sealed class GetEmailSecurityStackCommand : StackCmdlet
{
    private protected override string Activity => "Reading stacks";

    private IDisposable? listings;

    private bool ListsAll => !MyInvocation.ExpectingInput && Domain is null && Stack is null && Policy is null;

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
        => ListsAll ? ForEachItemAsync(null, GetAllAsync, cancellationToken) : base.ProcessRecordAsync(cancellationToken);

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        return async (_, ct) => WriteObject(await deployment.GetAsync(stack, ct).ConfigureAwait(false)
            ?? throw new EmailSecurityException("StackNotFound", ErrorKind.NotFound, $"No stack of {stack.Domain} is deployed in this account and region.",
                $"Use the credentials and -Region that it was published with. To publish it, run: Publish-EmailSecurityStack {stack.Domain}"));
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        await base.EndProcessingAsync(cancellationToken).ConfigureAwait(false);
        listings?.Dispose();
    }

    // A stack that is gone by the time that its turn comes is not an error here.
    private async Task GetAllAsync(CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        listings = deployment.KeepListings();
        await foreach (var domain in deployment.ListDomainsAsync(cancellationToken).ConfigureAwait(false))
        {
            await StartAsync(domain, async (_, ct) =>
            {
                if (await deployment.GetAsync(EmailSecurityStack.For(domain), ct).ConfigureAwait(false) is { } stack)
                {
                    WriteObject(stack);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
    }
}
