using System.Xml.Linq;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.S3.Policies;

namespace EmailSecurity.Sandbox.S3;

/// <summary>The four flags of Block Public Access.</summary>
internal sealed record PublicAccessBlock(bool BlockPublicAcls, bool IgnorePublicAcls, bool BlockPublicPolicy, bool RestrictPublicBuckets);

/// <summary>Default encryption.</summary>
internal sealed record BucketEncryption(string Algorithm, string? KmsKey, bool BucketKey, IReadOnlyList<string> BlockedTypes);

/// <summary>Server access logging.</summary>
internal sealed record BucketLogging(string TargetBucket, string TargetPrefix, XElement? KeyFormat, IReadOnlyList<Grant> TargetGrants);

/// <summary>A bucket: what S3 keeps about it. Touched only under the service's lock.</summary>
internal sealed class Bucket(string name, SandboxAccount owner, string region, DateTimeOffset created)
{
    public string Name => name;

    public SandboxAccount Owner => owner;

    public string Region => region;

    public DateTimeOffset Created => created;

    /// <summary><c>aws</c>, <c>aws-cn</c> or <c>aws-us-gov</c>.</summary>
    public string Partition => Regions.Partition(region);

    public string Arn => $"arn:{Partition}:s3:::{name}";

    /// <summary>Null after DeleteOwnershipControls, which means ObjectWriter.</summary>
    public string? Ownership { get; set; } = "BucketOwnerEnforced";

    public bool AclsEnabled => Ownership != "BucketOwnerEnforced";

    /// <summary>New buckets have all four on (since April 2023); null after DeletePublicAccessBlock.</summary>
    public PublicAccessBlock? PublicAccess { get; set; } = new(true, true, true, true);

    public BucketEncryption Encryption { get; set; } = new("AES256", null, false, []);

    /// <summary>Null (never versioned), <c>Enabled</c> or <c>Suspended</c>.</summary>
    public string? Versioning { get; set; }

    public BucketPolicy? Policy { get; set; }

    /// <summary>The rules as put; null for none.</summary>
    public IReadOnlyList<XElement>? Lifecycle { get; set; }

    public BucketLogging? Logging { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; set; } = [];

    public IReadOnlyList<Grant> Acl { get; set; } = [Grant.ToOwner(owner)];

    public ObjectTable Objects { get; } = new();
}
