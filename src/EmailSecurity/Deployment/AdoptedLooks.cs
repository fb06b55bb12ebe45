using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Reads what records were before they were adopted.</summary>
internal sealed class AdoptedLooks(IBuckets buckets)
{
    private const int MaxImages = 200;

    /// <summary>The before-images in the asset bucket: of each record the oldest, for what came later may be the stack's own.</summary>
    public async Task<IReadOnlyList<BeforeImage>> ReadAsync(ObservedStack observed, CancellationToken ct)
    {
        List<BeforeImage> images = [];
        foreach (var version in observed.AssetVersions
            .Where(v => v.Key.StartsWith(StackNames.AdoptedPrefix, StringComparison.Ordinal) && v is { IsLatest: true, IsDeleteMarker: false })
            .OrderBy(v => v.LastModified).ThenBy(v => v.Key, StringComparer.Ordinal).Take(MaxImages))
        {
            var bytes = await buckets.GetObjectAsync(observed.AssetBucketName, version.Key, null, BeforeImage.MaxSize, ct).ConfigureAwait(false);
            images.AddRange(bytes is { } b && BeforeImage.Parse(b) is { } image ? [image] : Array.Empty<BeforeImage>());
        }

        return [.. images.GroupBy(i => (i.Set.Name, i.Set.Type)).Select(g => g.FirstOrDefault(i => !i.MayBeOurs) ?? g.First())];
    }
}
