using System.Globalization;
using System.Security.Cryptography;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Stacks;

/// <summary>Every name of a stack, in one place: deterministic, so that a run that died is found again without a state file.</summary>
public static class StackNames
{
    /// <summary>Prefix of the stack's own tags.</summary>
    public const string TagPrefix = "EmailSecurity:";

    /// <summary>Tag whose value is the stack's domain; a resource with it is ours.</summary>
    public const string OwnerTag = "EmailSecurity:Stack";

    /// <summary>True where the tags say that a resource is of the domain's stack: only then is it changed or deleted.</summary>
    /// <param name="domain">The stack's domain.</param>
    /// <param name="tags">The resource's tags.</param>
    public static bool IsOwner(string domain, IReadOnlyDictionary<string, string> tags) => tags.TryGetValue(OwnerTag, out var owner) && owner == domain;

    /// <summary>Tag of both buckets and of the distribution that lists the parts whose records are ours.</summary>
    public const string PartsTag = "EmailSecurity:Parts";

    /// <summary>Tag of the distribution that says which label below the domain is the BIMI host: other names on it are somebody else's.</summary>
    public const string BimiSubdomainTag = "EmailSecurity:BimiSubdomain";

    /// <summary>Tag of the distribution and of the log bucket that remembers which policies senders may hold: <see cref="PolicyMark"/>.</summary>
    public const string ServedTag = "EmailSecurity:Served";

    /// <summary>
    /// Tag of the log bucket that remembers an enforce policy from before it is served: <see cref="ServedTag"/> follows before its id is published, and by then
    /// the distribution may be lost.
    /// </summary>
    public const string ServingTag = "EmailSecurity:Serving";

    /// <summary>True for the tags that remember policies: <see cref="ServedTag"/> and <see cref="ServingTag"/>.</summary>
    internal static bool IsMarkTag(string key) => key is ServedTag or ServingTag;

    /// <summary>Tag of the distribution that says when the move to mode enforce was checked, and why it was made where a check failed.</summary>
    public const string EnforceTag = "EmailSecurity:Enforce";

    /// <summary>The account's shared origin access control: one serves 100 distributions; for more there is the next name.</summary>
    public const string OriginAccessControl = "EmailSecurity";

    /// <summary>The name of the account's first, second ... shared origin access control: <c>EmailSecurity</c>, <c>EmailSecurity-2</c> ...</summary>
    /// <param name="number">From 1.</param>
    public static string OriginAccessControlName(int number) => number == 1 ? OriginAccessControl : Invariant($"{OriginAccessControl}-{number}");

    /// <summary>True for a name that the module gives to origin access controls.</summary>
    public static bool IsOriginAccessControlName(string name) => name == OriginAccessControl
        || (name.StartsWith(OriginAccessControl + "-", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(OriginAccessControl.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1);

    /// <summary>Alias target zone of every CloudFront distribution.</summary>
    public const string CloudFrontZoneId = "Z2FDTNDATAQYW2";

    /// <summary>Key of the policy: RFC 8461 section 3.2.</summary>
    public const string PolicyKey = MtaStsPolicy.WellKnownFile;

    /// <summary>Prefix of the BIMI files.</summary>
    public const string BimiPrefix = "bimi/";

    /// <summary>Prefix of the before-images of adopted records; not served.</summary>
    public const string AdoptedPrefix = "adopted/";

    /// <summary>Prefix of CloudFront's logs in the log bucket.</summary>
    public const string CloudFrontLogPrefix = "cloudfront/";

    /// <summary>Prefix of the asset bucket's access logs in the log bucket.</summary>
    public const string S3LogPrefix = "s3/";

    /// <summary>True for a key of the asset bucket that the module writes; everything else there is somebody else's.</summary>
    public static bool IsAssetKey(string key) => key == PolicyKey || key.StartsWith(BimiPrefix, StringComparison.Ordinal)
        || key.StartsWith(AdoptedPrefix, StringComparison.Ordinal);

    /// <summary>True for a key of the log bucket that CloudFront and S3 write for the stack; everything else there is somebody else's.</summary>
    public static bool IsLogKey(string key) => key.StartsWith(CloudFrontLogPrefix, StringComparison.Ordinal)
        || key.StartsWith(S3LogPrefix, StringComparison.Ordinal);

    /// <summary>Bucket of policy, logo and mark certificate.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="accountId">The stack's account.</param>
    /// <param name="form">The form of the stack's bucket names.</param>
    public static string AssetBucket(string domain, string accountId, BucketForm form) => form.Assets(domain, accountId);

    /// <summary>Bucket of the access logs.</summary>
    /// <inheritdoc cref="AssetBucket"/>
    public static string LogBucket(string domain, string accountId, BucketForm form) => form.Logs(domain, accountId);

    /// <summary>Origin of the distribution.</summary>
    public static string OriginDomainName(string bucket, string region, string partition)
        => $"{bucket}.s3.{region}.{(partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com")}";

    /// <summary>The region in the origin's name; empty where the name is not that of the bucket.</summary>
    /// <param name="bucket">Asset bucket.</param>
    /// <param name="originDomainName">Origin of the distribution.</param>
    public static string OriginRegion(string bucket, string originDomainName)
    {
        var start = bucket + ".s3.";
        return originDomainName.StartsWith(start, StringComparison.Ordinal)
            && originDomainName[start.Length..].Split('.') is [var region, "amazonaws", "com", ..] ? region : "";
    }

    /// <summary>Log target of the distribution.</summary>
    public static string LogBucketDomainName(string bucket) => $"{bucket}.s3.amazonaws.com";

    /// <summary>
    /// Key of a BIMI file: named by its content, so that a changed file has a new URL and no cache, ours or a mailbox provider's, can mix old and new.
    /// </summary>
    public static string BimiKey(ReadOnlyMemory<byte> content, string fileName)
        => $"{BimiPrefix}{Convert.ToHexString(SHA256.HashData(content.Span))[..16].ToLowerInvariant()}/{fileName}";
}
