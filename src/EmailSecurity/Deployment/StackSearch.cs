using System.Runtime.CompilerServices;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Finds the domains of all stacks of an account, by what AWS still has of each.</summary>
internal sealed class StackSearch(IEmailSecurityServices services)
{
    private static readonly HashSet<BucketSetting> TagsAlone = [BucketSetting.Tags];

    /// <summary>First those that have a distribution; then those of which only buckets are left, as of a removal whose distribution somebody deleted.</summary>
    public async IAsyncEnumerable<string> DomainsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var marks = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var domain in services.Distributions.ListStackDomainsAsync(cancellationToken).ConfigureAwait(false))
        {
            marks.UnionWith(BucketForm.MarksOf(domain));
            if (seen.Add(domain))
            {
                yield return domain;
            }
        }

        var names = await services.Buckets.FindAsync(BucketForm.AnyPrefix, cancellationToken).ConfigureAwait(false) ?? [];
        foreach (var name in names.Where(n => BucketForm.MayBeOfStack(n) && !n.Split('-').Any(marks.Contains)))
        {
            if (await OwnerAsync(name, cancellationToken).ConfigureAwait(false) is { } domain && seen.Add(domain))
            {
                yield return domain;
            }
        }
    }

    // Null where the bucket is not a stack's, is gone by now, or is not for this caller to read.
    private async Task<string?> OwnerAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            var observed = await services.Buckets.GetAsync(bucket, TagsAlone, cancellationToken).ConfigureAwait(false);
            return observed?.Settings.Tags.GetValueOrDefault(StackNames.OwnerTag);
        }
        catch (EmailSecurityException e) when (e.Kind is ErrorKind.PermissionDenied or ErrorKind.Exists)
        {
            return null;
        }
    }
}
