using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>
/// Reads what the objects that a publish is about are served with. A version's metadata never changes, so one that this session has read or put is not read
/// again.
/// </summary>
internal sealed class ServedMetadata(IBuckets buckets, SettingsMemory memory)
{
    /// <summary>Metadata by key, of those keys that are there.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="options">What the command is about.</param>
    /// <param name="assets">The asset bucket.</param>
    /// <param name="versions">What is in it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyDictionary<string, ObjectMetadata>> ReadAsync(
        StackWish stack, ObserveOptions options, Task<ObservedBucket?> assets, Task<IReadOnlyList<ObjectVersion>> versions, CancellationToken cancellationToken)
    {
        var bucket = (await assets.ConfigureAwait(false))?.Name ?? "";
        var keys = Keys(stack, options.Parts).ToHashSet(StringComparer.Ordinal);
        var latest = (await versions.ConfigureAwait(false)).Where(v => v is { IsLatest: true, IsDeleteMarker: false } && keys.Contains(v.Key));
        var read = await Task.WhenAll(latest.Select(async v => (v.Key, Metadata: await OneAsync(v).ConfigureAwait(false)))).ConfigureAwait(false);
        return read.Where(r => r.Metadata is not null).ToDictionary(r => r.Key, r => r.Metadata!, StringComparer.Ordinal);

        async Task<ObjectMetadata?> OneAsync(ObjectVersion version)
        {
            if (!options.AllSettings && memory.MetadataOf(bucket, version.Key, version.VersionId) is { } known)
            {
                return known;
            }

            var metadata = await buckets.GetMetadataAsync(bucket, version.Key, SettingsMemory.IsLasting(version.VersionId) ? version.VersionId : null,
                cancellationToken).ConfigureAwait(false);
            if (metadata is not null)
            {
                memory.Remember(bucket, version.Key, metadata);
            }

            return metadata;
        }
    }

    private static IEnumerable<string> Keys(StackWish stack, StackParts parts)
    {
        if (parts.HasFlag(StackParts.MtaSts))
        {
            yield return StackNames.PolicyKey;
        }

        if (parts.HasFlag(StackParts.Bimi) && stack.Logo is { } logo)
        {
            yield return StackNames.BimiKey(logo.Content, "logo.svg");
            if (stack.MarkCertificate is { } mark)
            {
                yield return StackNames.BimiKey(mark.Content, "certificate.pem");
            }
        }
    }
}
