namespace EmailSecurity.Ports;

/// <summary>S3 Object Ownership.</summary>
public enum BucketOwnership
{
    /// <summary>ACLs disabled.</summary>
    BucketOwnerEnforced,
    /// <summary>ACLs enabled; needed for CloudFront's legacy standard logging.</summary>
    BucketOwnerPreferred,
    /// <summary>ACLs enabled, objects belong to their writer.</summary>
    ObjectWriter,
}

/// <summary>The settings of a bucket that can be put one at a time.</summary>
public enum BucketSetting
{
    /// <summary>Tag set.</summary>
    Tags,
    /// <summary>All four flags of the public access block.</summary>
    PublicAccessBlock,
    /// <summary>Object Ownership.</summary>
    Ownership,
    /// <summary>Default encryption.</summary>
    Encryption,
    /// <summary>Versioning.</summary>
    Versioning,
    /// <summary>Bucket policy.</summary>
    Policy,
    /// <summary>Lifecycle rules.</summary>
    Lifecycle,
    /// <summary>Server access logging.</summary>
    AccessLogging,
}

/// <summary>One lifecycle rule.</summary>
/// <param name="Id">Rule id.</param>
/// <param name="Prefix">Key prefix; empty for all.</param>
/// <param name="ExpirationDays">Days until current versions expire; null for never.</param>
/// <param name="NoncurrentDays">Days until noncurrent versions go; null for never.</param>
/// <param name="AbortIncompleteUploadDays">Days until unfinished multipart uploads are aborted; null for never.</param>
public sealed record LifecycleRule(string Id, string Prefix, int? ExpirationDays, int? NoncurrentDays, int? AbortIncompleteUploadDays)
{
    /// <summary>Noncurrent versions that stay however old they are; null for none.</summary>
    public int? NewerNoncurrentVersions { get; init; }

    /// <summary>False for a rule that is switched off.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>True where the rule holds more than is said here: transitions, filters, dates.</summary>
    public bool HasMore { get; init; }

    /// <summary>Of a desired rule: true for the rule of this id that already exists, which is put back as it is.</summary>
    public bool IsKept { get; init; }
}

/// <summary>Where a bucket's server access logs go.</summary>
public sealed record AccessLogTarget(string Bucket, string Prefix);

/// <summary>A bucket's settings; as observed (a setting that was not read is null or empty) or as desired.</summary>
public sealed record BucketSettings
{
    /// <summary>Tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    /// <summary>True where all four public access block flags are on.</summary>
    public bool? BlocksPublicAccess { get; init; }
    /// <summary>Object Ownership.</summary>
    public BucketOwnership? Ownership { get; init; }
    /// <summary>Default encryption by the key that AWS manages for S3 (<c>aws/s3</c>): CloudFront can read nothing that it encrypts.</summary>
    public const string ManagedKey = "aws:kms with aws/s3";
    /// <summary>Default encryption: <c>AES256</c>; <c>aws:kms</c> or <c>aws:kms:dsse</c> by a key of the account's own; <see cref="ManagedKey"/>.</summary>
    public string? Encryption { get; init; }
    /// <summary>True where versioning is enabled.</summary>
    public bool? Versioned { get; init; }
    /// <summary>Bucket policy JSON; empty for none; null where not read.</summary>
    public string? Policy { get; init; }
    /// <summary>Lifecycle rules; empty for none; null where not read.</summary>
    public IReadOnlyList<LifecycleRule>? Lifecycle { get; init; }
    /// <summary>Server access log target; null for none or not read.</summary>
    public AccessLogTarget? AccessLogging { get; init; }
    /// <summary>True where <see cref="AccessLogging"/> was read.</summary>
    public bool AccessLoggingRead { get; init; }
}

/// <summary>A bucket of ours as S3 reports it.</summary>
/// <param name="Name">Bucket name.</param>
/// <param name="Settings">What was read.</param>
public sealed record ObservedBucket(string Name, BucketSettings Settings)
{
    /// <summary>The region that it is in; empty where not known.</summary>
    public string Region { get; init; } = "";
}

/// <summary>One version of an object, or a delete marker.</summary>
/// <param name="Key">Object key.</param>
/// <param name="VersionId">Version id; <c>null</c> as text for an object from before versioning.</param>
/// <param name="IsLatest">True for the current version.</param>
/// <param name="IsDeleteMarker">True for a delete marker.</param>
/// <param name="ETag">Hex MD5 of a single-part SSE-S3 object, without quotes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="LastModified">When it was put.</param>
public sealed record ObjectVersion(string Key, string VersionId, bool IsLatest, bool IsDeleteMarker, string ETag, long Size, DateTimeOffset LastModified);

/// <summary>An object to put.</summary>
public sealed record BucketObject(string Key, ReadOnlyMemory<byte> Content, string ContentType, string CacheControl)
{
    /// <summary>Content-Encoding header; null for none.</summary>
    public string? ContentEncoding { get; init; }
}

/// <summary>What an object is served with; it belongs to its version and never changes.</summary>
/// <param name="VersionId">Version id; <c>null</c> as text in a bucket that is not versioned, empty where it never was.</param>
/// <param name="ContentType">Content-Type.</param>
/// <param name="CacheControl">Cache-Control; empty for none.</param>
public sealed record ObjectMetadata(string VersionId, string ContentType, string CacheControl)
{
    /// <summary>Content-Encoding; null for none.</summary>
    public string? ContentEncoding { get; init; }
    /// <summary>Where a website endpoint would redirect to; null for nowhere.</summary>
    public string? WebsiteRedirect { get; init; }
    /// <summary>SHA-256 of the bytes in base64; null where it was put without one.</summary>
    public string? Sha256 { get; init; }
    /// <summary>True where it is encrypted with a key of AWS KMS: what a bucket's default encryption was when the object was put, whatever it is now.</summary>
    public bool HasKmsKey { get; init; }
}

/// <summary>Objects in a bucket that a stack did not put there.</summary>
/// <param name="Keys">The first few keys.</param>
/// <param name="Count">How many keys.</param>
/// <param name="IsMore">True where there are more.</param>
public sealed record OtherObjects(IReadOnlyList<string> Keys, int Count, bool IsMore = false)
{
    private const int Named = 3;

    /// <summary>Sums up keys; null where there are none.</summary>
    public static OtherObjects? Of(IEnumerable<string> keys, bool isMore = false)
    {
        string[] all = [.. keys.Distinct(StringComparer.Ordinal)];
        return all.Length == 0 ? null : new OtherObjects([.. all.Take(Named)], all.Length, isMore);
    }

    /// <inheritdoc/>
    public override string ToString()
        => string.Join(", ", Keys) + (Count > Keys.Count ? $" and {(IsMore ? "more than " : "")}{Count - Keys.Count} more" : "");
}

/// <summary>S3, as far as a stack needs it. A bucket is found in whatever region it is in.</summary>
public interface IBuckets
{
    /// <summary>Reads the wanted settings of a bucket, in parallel, one call each; null where the bucket does not exist.</summary>
    /// <exception cref="EmailSecurityException">BucketNameTaken where it belongs to another account; AccessDenied.</exception>
    Task<ObservedBucket?> GetAsync(string name, IReadOnlySet<BucketSetting> wanted, CancellationToken cancellationToken);

    /// <summary>The names of this account's buckets that begin so, in every region; null where the caller may not list them.</summary>
    Task<IReadOnlyList<string>?> FindAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// Creates the bucket in the session's region with ownership and tags, in one call, so that it is never there without its owner's tag. A bucket already
    /// ours is success (its tags are then left as they are). A name that ends with this account, the region and <c>-an</c> is made in the account's own
    /// namespace there.
    /// </summary>
    /// <exception cref="EmailSecurityException">BucketNameTaken; BucketNamespaceRefused.</exception>
    Task CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>As the other, in a region of its own: a stack's buckets are in one region, wherever the session's are made.</summary>
    /// <exception cref="EmailSecurityException">BucketNameTaken; BucketNamespaceRefused.</exception>
    Task CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, string region, CancellationToken cancellationToken)
        => CreateAsync(name, ownership, tags, cancellationToken);

    /// <summary>Puts one setting, taken from <paramref name="desired"/>.</summary>
    Task PutSettingAsync(string name, BucketSetting setting, BucketSettings desired, CancellationToken cancellationToken);

    /// <summary>Every version and delete marker, all pages; empty where the bucket does not exist.</summary>
    Task<IReadOnlyList<ObjectVersion>> ListObjectVersionsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads an object version (null for the current one), at most <paramref name="maxBytes"/>; null where it does not exist.</summary>
    Task<ReadOnlyMemory<byte>?> GetObjectAsync(string name, string key, string? versionId, int maxBytes, CancellationToken cancellationToken);

    /// <summary>Reads what an object version (null for the current one) is served with; null where it does not exist.</summary>
    Task<ObjectMetadata?> GetMetadataAsync(string name, string key, string? versionId, CancellationToken cancellationToken);

    /// <summary>Puts an object and returns its version id; empty where the bucket is not versioned.</summary>
    Task<string> PutObjectAsync(string name, BucketObject item, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes every version and delete marker, then the bucket. A bucket already gone is success. Loops while logs still arrive, a bounded number of
    /// times.
    /// </summary>
    Task EmptyAndDeleteAsync(string name, IProgress<int>? deleted, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes every version of the keys that are the stack's, then, where nothing else is in it, the bucket.
    /// Returns what else is in it; null where the bucket is gone.
    /// </summary>
    Task<OtherObjects?> EmptyOwnAndDeleteAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for keys that are not the stack's, without listing what lies below the stack's own first folders: a log bucket may hold millions.
    /// Null where there are none, or no bucket.
    /// </summary>
    Task<OtherObjects?> FindOthersAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken);
}
