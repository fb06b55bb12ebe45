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
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var patterns = Domain?.Where(WildcardPattern.ContainsWildcardCharacters).ToArray() ?? [];
        if (ListsAll || patterns.Length > 0)
        {
            await ForEachItemAsync(null, ct => GetAllAsync(patterns, ct), cancellationToken).ConfigureAwait(false);
            Domain = Domain?.Except(patterns, StringComparer.Ordinal).ToArray();
        }

        if (!ListsAll && Domain is not { Length: 0 })
        {
            await base.ProcessRecordAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        return async (_, ct) => WriteStack(await deployment.GetAsync(stack, ct).ConfigureAwait(false)
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
    private async Task GetAllAsync(string[] patterns, CancellationToken cancellationToken)
    {
        var wanted = patterns.Select(p => new WildcardPattern(p, WildcardOptions.IgnoreCase)).ToArray();
        var deployment = GetDeployment();
        listings ??= deployment.KeepListings();
        await foreach (var domain in deployment.ListDomainsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (wanted.Length > 0 && !Array.Exists(wanted, w => w.IsMatch(domain)))
            {
                continue;
            }

            await StartAsync(domain, async (_, ct) =>
            {
                if (await deployment.GetAsync(EmailSecurityStack.For(domain), ct).ConfigureAwait(false) is { } stack)
                {
                    WriteStack(stack);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
    }
}
