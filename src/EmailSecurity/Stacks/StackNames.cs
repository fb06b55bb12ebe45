using System.Security.Cryptography;
using System.Text;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Stacks;

/// <summary>Every name of a stack, in one place: deterministic, so that a run that died is found again without a state file.</summary>
public static class StackNames
{
    private const string AssetRole = "assets";
    private const string LogRole = "logs";
    private const int MaxSlug = 30;
    private const int MaxSuffix = 12;

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

    /// <summary>Tag of the distribution that says when the move to mode enforce was checked, and why it was made where a check failed.</summary>
    public const string EnforceTag = "EmailSecurity:Enforce";

    /// <summary>The account's shared origin access control: one serves 100 distributions; for more there is the next name.</summary>
    public const string OriginAccessControl = "EmailSecurity";

    /// <summary>The name of the account's first, second ... shared origin access control: <c>EmailSecurity</c>, <c>EmailSecurity-2</c> ...</summary>
    /// <param name="number">From 1.</param>
    public static string OriginAccessControlName(int number) => number == 1 ? OriginAccessControl : Invariant($"{OriginAccessControl}-{number}");

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
    /// <param name="suffix">What was chosen because somebody else has the usual name; empty for nothing.</param>
    public static string AssetBucket(string domain, string accountId, string suffix = "") => Bucket(domain, accountId, suffix, AssetRole);

    /// <summary>Bucket of the access logs.</summary>
    /// <inheritdoc cref="AssetBucket"/>
    public static string LogBucket(string domain, string accountId, string suffix = "") => Bucket(domain, accountId, suffix, LogRole);

    /// <summary>The suffix in the name of the asset bucket that an origin points to; null where that is no asset bucket of the domain and account.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="accountId">The stack's account.</param>
    /// <param name="originDomainName">Origin of a distribution.</param>
    public static string? BucketSuffix(string domain, string accountId, string originDomainName)
    {
        return Suffix(domain, accountId, originDomainName.Split(".s3.", 2)[0], AssetRole);
    }

    /// <summary>With what the names of all asset and log buckets of a domain begin, whatever their suffix; those of other domains may as well.</summary>
    public static string BucketPrefix(string domain) => "es-" + Slug(domain, MaxSlug - MaxSuffix - 1);

    /// <summary>
    /// The suffixes of the domain's and account's buckets among names: of asset buckets, where there are none of log buckets. Empty text for the usual names.
    /// </summary>
    /// <param name="domain">The domain.</param>
    /// <param name="accountId">The stack's account.</param>
    /// <param name="names">Names of buckets.</param>
    public static IReadOnlyList<string> BucketSuffixes(string domain, string accountId, IReadOnlyList<string> names)
    {
        string[] Of(string role) => [.. names.Select(n => Suffix(domain, accountId, n, role)).OfType<string>().Order(StringComparer.Ordinal)];
        return Of(AssetRole) is { Length: > 0 } assets ? assets : Of(LogRole);
    }

    /// <summary>Whether a text can be the suffix of bucket names: 1 to 12 lower-case letters and digits.</summary>
    public static bool IsBucketSuffix(string text) => text.Length is > 0 and <= MaxSuffix && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

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

    // Bucket names are global, at most 63 characters, without dots (which break the S3 wildcard certificate).
    // The account id keeps two accounts apart, the hash two domains that read the same with dots as hyphens.
    private static string Bucket(string domain, string accountId, string suffix, string role)
    {
        var part = suffix.Length == 0 ? "" : "-" + suffix;
        return $"es-{Slug(domain, MaxSlug - part.Length)}-{Hash(domain)}{part}-{accountId}-{role}";
    }

    private static string Slug(string domain, int most)
    {
        var slug = domain.Replace('.', '-');
        return slug.Length > most ? slug[..most].TrimEnd('-') : slug;
    }

    private static string? Suffix(string domain, string accountId, string name, string role)
    {
        var (start, end) = ($"-{Hash(domain)}-", $"{accountId}-{role}");
        var at = name.IndexOf(start, StringComparison.Ordinal);
        if (at < 0 || !name.EndsWith(end, StringComparison.Ordinal) || name.Length < at + start.Length + end.Length)
        {
            return null;
        }

        var suffix = name[(at + start.Length)..^end.Length].TrimEnd('-');
        return (suffix.Length == 0 || IsBucketSuffix(suffix)) && Bucket(domain, accountId, suffix, role) == name ? suffix : null;
    }

    private static string Hash(string domain) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(domain)))[..6].ToLowerInvariant();
}
