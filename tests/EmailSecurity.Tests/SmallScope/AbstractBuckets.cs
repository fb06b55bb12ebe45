using System.Security.Cryptography;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>S3 over the facts.</summary>
internal sealed partial class AbstractAccount : IBuckets
{
    public static readonly string AssetBucket = StackNames.AssetBucket(AccountFacts.Domain, AccountFacts.Account, BucketForm.ForNew(AccountFacts.Region));
    public static readonly string LogBucket = StackNames.LogBucket(AccountFacts.Domain, AccountFacts.Account, BucketForm.ForNew(AccountFacts.Region));

    Task<ObservedBucket?> IBuckets.GetAsync(string name, IReadOnlySet<BucketSetting> wanted, CancellationToken cancellationToken)
    {
        if (Bucket(name)?.Settings is not { } now)
        {
            return Task.FromResult<ObservedBucket?>(null);
        }

        var read = new BucketSettings
        {
            Tags = wanted.Contains(BucketSetting.Tags) ? now.Tags : new BucketSettings().Tags,
            BlocksPublicAccess = wanted.Contains(BucketSetting.PublicAccessBlock) ? now.BlocksPublicAccess : null,
            Ownership = wanted.Contains(BucketSetting.Ownership) ? now.Ownership : null,
            Encryption = wanted.Contains(BucketSetting.Encryption) ? now.Encryption : null,
            Versioned = wanted.Contains(BucketSetting.Versioning) ? now.Versioned : null,
            Policy = wanted.Contains(BucketSetting.Policy) ? now.Policy : null,
            Lifecycle = wanted.Contains(BucketSetting.Lifecycle) ? now.Lifecycle : null,
            AccessLogging = wanted.Contains(BucketSetting.AccessLogging) ? now.AccessLogging : null,
            AccessLoggingRead = wanted.Contains(BucketSetting.AccessLogging),
        };
        return Task.FromResult<ObservedBucket?>(new ObservedBucket(name, read) { Region = Region });
    }

    public Task<IReadOnlyList<string>?> FindAsync(string prefix, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<string>?>([.. new[] { AssetBucket, LogBucket }.Where(n => Bucket(n) is not null && n.StartsWith(prefix, StringComparison.Ordinal))]);

    Task IBuckets.CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        if (Bucket(name) is null)
        {
            // As S3 makes them since 2023: encrypted, closed to the public, without ACLs unless asked.
            var settings = new BucketSettings { Tags = tags, Ownership = ownership, BlocksPublicAccess = true, Encryption = "AES256", Versioned = false, Policy = "", Lifecycle = [], AccessLoggingRead = true };
            Set(name, new BucketFacts(settings, []));
        }

        return Task.CompletedTask;
    }

    public Task PutSettingAsync(string name, BucketSetting setting, BucketSettings desired, CancellationToken cancellationToken)
    {
        Set(name, Require(name).With(now => setting switch
        {
            BucketSetting.Tags => now with { Tags = desired.Tags },
            BucketSetting.PublicAccessBlock => now with { BlocksPublicAccess = desired.BlocksPublicAccess },
            BucketSetting.Ownership => now with { Ownership = desired.Ownership },
            BucketSetting.Encryption => now with { Encryption = desired.Encryption },
            BucketSetting.Versioning => now with { Versioned = desired.Versioned },
            BucketSetting.Policy => now with { Policy = desired.Policy },
            BucketSetting.Lifecycle => now with { Lifecycle = desired.Lifecycle },
            BucketSetting.AccessLogging => now with { AccessLogging = desired.AccessLogging },
            _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Unknown bucket setting."),
        }));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ObjectVersion>> ListObjectVersionsAsync(string name, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<ObjectVersion>>([.. (Bucket(name)?.Objects ?? []).Select(o => o.Version)]);

    public Task<ReadOnlyMemory<byte>?> GetObjectAsync(string name, string key, string? versionId, int maxBytes, CancellationToken cancellationToken)
        => Task.FromResult(Version(name, key, versionId)?.Item?.Content);

    public Task<ObjectMetadata?> GetMetadataAsync(string name, string key, string? versionId, CancellationToken cancellationToken)
        => Task.FromResult(Version(name, key, versionId) is { Item: { } item } found
            ? new ObjectMetadata(found.Version.VersionId, item.ContentType, item.CacheControl) { Sha256 = Convert.ToBase64String(SHA256.HashData(item.Content.Span)) }
            : null);

    public Task<string> PutObjectAsync(string name, BucketObject item, CancellationToken cancellationToken)
    {
        var before = Facts.OriginText;
        Put(name, item.Key, item);
        Facts = Facts with { Stale = before is not null && Facts.IsServing && Facts.OriginText != before ? Facts.Stale.Add(before) : Facts.Stale };
        return Task.FromResult(Require(name).Objects[0].Version.VersionId);
    }

    /// <summary>Puts an object, or, without one, deletes what is at the key.</summary>
    public void Put(string name, string key, BucketObject? item)
    {
        // What a version holds is in its id: sessions remember versions by it.
        var hash = item is null ? "" : Planning.StackPlanner.Md5(item.Content.Span)[..8];
        Facts = Facts with { Made = Facts.Made + 1 };
        Set(name, Require(name).Put(item, key, Invariant($"v{Facts.Made}-{hash}"), Facts.Now));
    }

    public Task EmptyAndDeleteAsync(string name, IProgress<int>? deleted, CancellationToken cancellationToken)
    {
        Set(name, null);
        return Task.CompletedTask;
    }

    public Task<OtherObjects?> EmptyOwnAndDeleteAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken)
    {
        var bucket = Bucket(name);
        var left = bucket?.Objects.RemoveAll(o => isOwn(o.Version.Key));
        Set(name, left is { Count: > 0 } ? bucket! with { Objects = left } : null);
        return Task.FromResult(OtherObjects.Of(left?.Select(o => o.Version.Key) ?? []));
    }

    public Task<OtherObjects?> FindOthersAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken)
        => Task.FromResult(OtherObjects.Of((Bucket(name)?.Objects ?? []).Select(o => o.Version.Key).Where(k => !isOwn(k))));

    private BucketFacts? Bucket(string name) => name == AssetBucket ? Facts.Assets : name == LogBucket ? Facts.Logs : null;

    private BucketFacts Require(string name) => Bucket(name)
        ?? throw new EmailSecurityException("AwsNotFound", ErrorKind.NotFound, $"Bucket {name} does not exist.", "Run the same command again.");

    private void Set(string name, BucketFacts? bucket) => Facts = name == AssetBucket ? Facts with { Assets = bucket } : Facts with { Logs = bucket };

    private ObjectFacts? Version(string name, string key, string? versionId) => versionId is null
        ? Bucket(name)?.Current(key)
        : Bucket(name)?.Objects.Find(o => o.Version.Key == key && o.Version.VersionId == versionId);
}
