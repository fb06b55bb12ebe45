using System.Runtime.CompilerServices;
using Amazon.CloudFront.Model;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Distributions;

/// <summary>The account's distributions, listed at most once for stacks that are looked at side by side.</summary>
internal sealed class DistributionListing
{
    private readonly AwsSession session;
    private readonly Lazy<CloudFrontClient> client;
    private readonly OriginAccessControlUse use;
    private readonly SharedListing<IReadOnlyList<DistributionSummary>> shared;
    private int searching;

    /// <summary>Makes the listing of a session.</summary>
    public DistributionListing(AwsSession session, Lazy<CloudFrontClient> client, OriginAccessControlUse use)
    {
        this.session = session;
        this.client = client;
        this.use = use;
        shared = new SharedListing<IReadOnlyList<DistributionSummary>>(ListAllAsync);
    }

    /// <summary>Until it is disposed, one listing answers everybody.</summary>
    public IDisposable Keep() => shared.Keep();

    /// <summary>
    /// The distributions that serve one of the aliases or read such an origin, those with most aliases first. Stacks that are looked at side by side share
    /// a listing; one alone stops at the page that has what it looks for.
    /// </summary>
    public async Task<IReadOnlyList<DistributionSummary>> SearchAsync(
        HashSet<string> aliases, Func<string, bool> isOrigin, CancellationToken cancellationToken)
    {
        var alone = Interlocked.Increment(ref searching) == 1;
        List<DistributionSummary> found = [];
        try
        {
            if (!alone || shared.IsKept)
            {
                found.AddRange((await shared.GetAsync(cancellationToken).ConfigureAwait(false)).Where(IsMeant));
            }
            else
            {
                await foreach (var summary in ListAsync(cancellationToken).ConfigureAwait(false))
                {
                    found.AddRange(IsMeant(summary) ? [summary] : Array.Empty<DistributionSummary>());

                    // An alias is unique in all of CloudFront: whoever has them all, and is known by its origin, is the only one.
                    if (Count(summary) == aliases.Count && HasOrigin(summary))
                    {
                        break;
                    }
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref searching);
        }

        return [.. found.OrderByDescending(Count)];

        bool IsMeant(DistributionSummary summary) => Count(summary) > 0 || HasOrigin(summary);

        bool HasOrigin(DistributionSummary summary) => (summary.Origins?.Items ?? []).Exists(o => o.DomainName is { } name && isOrigin(name));

        int Count(DistributionSummary summary) => (summary.Aliases?.Items ?? []).Count(aliases.Contains);
    }

    /// <summary>All distributions, page by page; the end of the list brings the counts of the origin access controls up to date.</summary>
    public async IAsyncEnumerable<DistributionSummary> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = new List<DistributionSummary>();
        var what = new AwsCallName("cloudfront", "ListDistributions");
        string? marker = null;
        do
        {
            var request = new ListDistributionsRequest { Marker = marker };
            var answer = await session.CallAsync(
                what, token => client.Value.ListDistributionsAsync(request, token), cancellationToken).ConfigureAwait(false);
            var page = answer.DistributionList;
            foreach (var summary in page?.Items ?? [])
            {
                all.Add(summary);
                yield return summary;
            }

            marker = page?.IsTruncated == true && page.NextMarker != marker ? page.NextMarker : null;
        }
        while (!string.IsNullOrEmpty(marker));
        use.Replace(all);
    }

    private async Task<IReadOnlyList<DistributionSummary>> ListAllAsync()
    {
        var all = new List<DistributionSummary>();
        await foreach (var summary in ListAsync(CancellationToken.None).ConfigureAwait(false))
        {
            all.Add(summary);
        }

        return all;
    }
}
