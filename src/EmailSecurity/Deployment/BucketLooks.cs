using EmailSecurity.Ports;

namespace EmailSecurity.Deployment;

/// <summary>Reads the two buckets of a stack: of their settings no more than the command needs.</summary>
internal sealed class BucketLooks(IEmailSecurityServices services)
{
    // Tags say whose the bucket is; the other two guard what is in it.
    private static readonly HashSet<BucketSetting> Nothing = [];
    internal static readonly HashSet<BucketSetting> Existence = [BucketSetting.Tags];
    private static readonly HashSet<BucketSetting> AssetGuards = [BucketSetting.PublicAccessBlock, BucketSetting.Policy];
    private static readonly HashSet<BucketSetting> AllButTags = [.. Enum.GetValues<BucketSetting>().Except(Existence)];
    private static readonly HashSet<BucketSetting> LogSettings = [.. AllButTags.Except([BucketSetting.AccessLogging])];

    /// <summary>The settings of the asset bucket that are read: all of them, or those that guard what is in it.</summary>
    public static IReadOnlySet<BucketSetting> AssetSettingsRead(bool full) => Existence.Union(full ? AllButTags : AssetGuards).ToHashSet();

    /// <summary>The settings of the log bucket that are read.</summary>
    public static IReadOnlySet<BucketSetting> LogSettingsRead(bool full) => full ? Existence.Union(LogSettings).ToHashSet() : Existence;

    /// <summary>The asset bucket.</summary>
    public async Task<ObservedBucket?> AssetsAsync(Task<NamedBuckets> named, bool hosting, bool full, CancellationToken ct)
        => (await named.ConfigureAwait(false)).Seen is { } seen
            ? await MoreAsync(seen, !hosting ? Nothing : full ? AllButTags : AssetGuards, ct).ConfigureAwait(false) : null;

    /// <summary>The log bucket. Where the command is about TLS reports alone, it is asked only for what the lost asset bucket would show.</summary>
    public async Task<ObservedBucket?> LogsAsync(Task<NamedBuckets> named, bool hosting, bool full, CancellationToken ct)
    {
        var (_, _, name, assets) = await named.ConfigureAwait(false);
        return (hosting || assets is null) && await services.Buckets.GetAsync(name, Existence, ct).ConfigureAwait(false) is { } seen
            ? await MoreAsync(seen, hosting && full ? LogSettings : Nothing, ct).ConfigureAwait(false) : null;
    }

    /// <summary>What is, and was, in a bucket.</summary>
    public async Task<IReadOnlyList<ObjectVersion>> VersionsAsync(Task<ObservedBucket?> bucket, CancellationToken ct)
        => await bucket.ConfigureAwait(false) is { } b ? await services.Buckets.ListObjectVersionsAsync(b.Name, ct).ConfigureAwait(false) : [];

    // One call has shown that the bucket exists; its settings are asked for only then.
    private async Task<ObservedBucket?> MoreAsync(ObservedBucket seen, IReadOnlySet<BucketSetting> settings, CancellationToken ct)
    {
        var more = settings.Count == 0 ? seen : await services.Buckets.GetAsync(seen.Name, settings, ct).ConfigureAwait(false);
        return more is null ? null : more with { Settings = more.Settings with { Tags = seen.Settings.Tags } };
    }
}
