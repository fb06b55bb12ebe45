using Amazon.CloudFront.Model;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Distributions;

/// <summary>The tags of distributions.</summary>
internal sealed class DistributionTags(AwsSession session, Lazy<CloudFrontClient> client)
{
    /// <summary>No tags: those of a distribution whose tags were not asked for.</summary>
    public static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>(StringComparer.Ordinal);

    private static readonly string[] NoResource = ["NoSuchResource", "NoSuchDistribution"];

    /// <summary>Adds tags.</summary>
    public Task WriteAsync(string arn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        session.CallAsync(
            new AwsCallName("cloudfront", "TagResource", arn),
            token => client.Value.TagResourceAsync(new TagResourceRequest { Resource = arn, Tags = ToTags(tags) }, token),
            cancellationToken);

    /// <summary>The tags of a distribution.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(string arn, CancellationToken cancellationToken)
    {
        var answer = await session.CallOrDefaultAsync(
            new AwsCallName("cloudfront", "ListTagsForResource", arn),
            token => client.Value.ListTagsForResourceAsync(new ListTagsForResourceRequest { Resource = arn }, token),
            NoResource,
            cancellationToken).ConfigureAwait(false);
        return (answer?.Tags?.Items ?? [])
            .GroupBy(t => t.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Value ?? "", StringComparer.Ordinal);
    }

    /// <summary>Tags as CloudFront takes them.</summary>
    public static Tags ToTags(IReadOnlyDictionary<string, string> tags) =>
        new() { Items = [.. tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Tag { Key = t.Key, Value = t.Value })] };
}
