using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Tells what is deployed, from AWS and DNS themselves; without a domain, every stack of the account.</summary>
[Cmdlet(VerbsCommon.Get, "EmailSecurityStack")]
[OutputType(typeof(EmailSecurityStack))]
public sealed class GetEmailSecurityStackCommand : StackCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (Domain is null && Stack is null && Policy is null)
        {
            await ForEachItemAsync(null, GetAllAsync, cancellationToken).ConfigureAwait(false);
            return;
        }

        await ForEachItemAsync(TargetName, async ct =>
        {
            var asked = ResolveStack();
            WriteObject(await GetDeployment().GetAsync(asked, ct).ConfigureAwait(false)
                ?? throw new EmailSecurityException("StackNotFound", ErrorKind.NotFound, $"No stack of {asked.Domain} is deployed in this account and region.", "Publish it with Publish-EmailSecurityStack, or look with the credentials or -Region it was published with."));
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task GetAllAsync(CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        await foreach (var domain in deployment.ListDomainsAsync(cancellationToken).ConfigureAwait(false))
        {
            await ForEachItemAsync(domain, async ct =>
            {
                if (await deployment.GetAsync(EmailSecurityStack.For(domain), ct).ConfigureAwait(false) is { } stack)
                {
                    WriteObject(stack);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
    }
}
