using System.Security.Cryptography;
using System.Text;

namespace EmailSecurity.Stacks;

/// <summary>
/// The form of the names of a stack's two buckets. In the account's own namespace in a region (names end with account, region and <c>-an</c>) no other account
/// can ever make a bucket of that name. In the namespace that all accounts share, somebody else may have the name, or take it once a bucket is deleted; stacks
/// from before there were other namespaces keep their buckets there, as buckets cannot be renamed.
/// </summary>
public sealed record BucketForm
{
    private const string AssetRole = "assets";
    private const string LogRole = "logs";
    private const string NamespaceEnd = "-an";
    private const int MaxName = 63;
    private const int MaxSharedSlug = 30;
    private const int MaxRegionalSlug = 13;
    private const int MaxRegion = 17; // the longest name today has 14 characters
    private const int MaxPrefixSlug = 10; // the shortest that any form has: a suffix of 12 characters, a region of 17
    private const int MaxSuffix = 12;

    // Amazon S3 User Guide, "Namespaces for general purpose buckets": "in all AWS Regions except Middle East (Bahrain) and Middle East (UAE)".
    private static readonly string[] WithoutNamespace = ["me-south-1", "me-central-1"];

    private BucketForm(string suffix, string region)
    {
        Suffix = suffix;
        Region = region;
    }

    /// <summary>What was chosen because somebody else has the usual names of the shared namespace; empty for nothing.</summary>
    public string Suffix { get; }

    /// <summary>The region of the account's own namespace; empty for the shared namespace.</summary>
    public string Region { get; }

    /// <summary>Names of the namespace that all accounts share.</summary>
    /// <param name="suffix">What was chosen because somebody else has the usual names; empty for nothing.</param>
    public static BucketForm Shared(string suffix = "") => new(suffix, "");

    /// <summary>Names of the account's own namespace in a region.</summary>
    /// <param name="region">The region that the buckets are in.</param>
    public static BucketForm Regional(string region) => new("", region);

    /// <summary>The names of a new stack's buckets: the account's own, where the region has such a namespace.</summary>
    /// <param name="region">The region that the buckets will be in.</param>
    public static BucketForm ForNew(string region) => HasNamespace(region) ? Regional(region) : Shared();

    /// <summary>True where each account has a namespace of its own in the region.</summary>
    /// <param name="region">A region.</param>
    public static bool HasNamespace(string region) => IsRegion(region) && !WithoutNamespace.Contains(region, StringComparer.Ordinal);

    /// <summary>True for a name of the account's own namespace in a region: S3 makes such a bucket only where the request says so.</summary>
    internal static bool IsRegional(string name, string accountId, string region) => name.EndsWith(EndOf(accountId, region), StringComparison.Ordinal);

    /// <summary>Whether a text can be the suffix of bucket names: 1 to 12 lower-case letters and digits.</summary>
    public static bool IsSuffix(string text) => text.Length is > 0 and <= MaxSuffix && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <summary>With what the names of all asset and log buckets of a domain begin, whatever their form; those of other domains may as well.</summary>
    /// <param name="domain">The domain.</param>
    public static string Prefix(string domain) => AnyPrefix + Slug(domain, MaxPrefixSlug);

    /// <summary>With what the names of all buckets of all stacks begin.</summary>
    internal const string AnyPrefix = "es-";

    /// <summary>The parts of bucket names that tell one domain from another.</summary>
    internal static string[] MarksOf(string domain) => [SharedHash(domain), RegionalHash(domain)];

    /// <summary>True for a name that has the form of a stack's bucket, whatever its domain.</summary>
    internal static bool MayBeOfStack(string name) => name.StartsWith(AnyPrefix, StringComparison.Ordinal)
        && name.Split('-') is var parts && (parts.Contains(AssetRole, StringComparer.Ordinal) || parts.Contains(LogRole, StringComparer.Ordinal));

    /// <summary>The form of the asset bucket that an origin points to; null where that is no asset bucket of the domain and account.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="accountId">The stack's account.</param>
    /// <param name="originDomainName">Origin of a distribution.</param>
    public static BucketForm? OfOrigin(string domain, string accountId, string originDomainName)
        => Of(domain, accountId, originDomainName.Split(".s3.", 2)[0], AssetRole);

    /// <summary>
    /// The forms of the domain's and account's buckets among names: of asset buckets, where there are none of log buckets.
    /// </summary>
    /// <param name="domain">The domain.</param>
    /// <param name="accountId">The stack's account.</param>
    /// <param name="names">Names of buckets.</param>
    public static IReadOnlyList<BucketForm> OfNames(string domain, string accountId, IReadOnlyList<string> names)
    {
        BucketForm[] OfRole(string role) => [.. names.Order(StringComparer.Ordinal).Select(n => Of(domain, accountId, n, role)).OfType<BucketForm>()];
        return OfRole(AssetRole) is { Length: > 0 } assets ? assets : OfRole(LogRole);
    }

    /// <summary>Name of the bucket of policy, logo and mark certificate.</summary>
    internal string Assets(string domain, string accountId) => Name(domain, accountId, AssetRole);

    /// <summary>Name of the bucket of the access logs.</summary>
    internal string Logs(string domain, string accountId) => Name(domain, accountId, LogRole);

    // At most 63 characters, without dots (which break the S3 wildcard certificate). The account id keeps two accounts apart, the hash two domains that read
    // the same with dots as hyphens, or that are cut to the same text.
    private string Name(string domain, string accountId, string role)
    {
        if (Region.Length == 0)
        {
            var part = Suffix.Length == 0 ? "" : "-" + Suffix;
            return $"{AnyPrefix}{Slug(domain, MaxSharedSlug - part.Length)}-{SharedHash(domain)}{part}-{accountId}-{role}";
        }

        // Cut as if the role were the longer one, so that both names begin the same.
        var end = EndOf(accountId, Region);
        var hash = RegionalHash(domain);
        var room = MaxName - $"{AnyPrefix}-{hash}-{AssetRole}{end}".Length;
        return $"{AnyPrefix}{Slug(domain, Math.Min(MaxRegionalSlug, room))}-{hash}-{role}{end}";
    }

    private static string EndOf(string accountId, string region) => $"-{accountId}-{region}{NamespaceEnd}";

    private static BucketForm? Of(string domain, string accountId, string name, string role)
    {
        BucketForm?[] candidates = [OfShared(domain, accountId, name, role), OfRegional(accountId, name, role)];
        return candidates.FirstOrDefault(c => c is not null && c.Name(domain, accountId, role) == name);
    }

    private static BucketForm? OfShared(string domain, string accountId, string name, string role)
    {
        var suffix = Between(name, $"-{SharedHash(domain)}-", $"{accountId}-{role}")?.TrimEnd('-');
        return suffix is not null && (suffix.Length == 0 || IsSuffix(suffix)) ? Shared(suffix) : null;
    }

    private static BucketForm? OfRegional(string accountId, string name, string role)
        => Between(name, $"-{role}-{accountId}-", NamespaceEnd) is { } region && IsRegion(region) ? Regional(region) : null;

    private static bool IsRegion(string text)
        => text.Length is > 0 and <= MaxRegion && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static string? Between(string name, string start, string end)
    {
        var at = name.IndexOf(start, StringComparison.Ordinal);
        return at >= 0 && name.EndsWith(end, StringComparison.Ordinal) && name.Length >= at + start.Length + end.Length
            ? name[(at + start.Length)..^end.Length] : null;
    }

    private static string Slug(string domain, int most)
    {
        var slug = domain.Replace('.', '-');
        return slug.Length > most ? slug[..most].TrimEnd('-') : slug;
    }

    private static string SharedHash(string domain) => Convert.ToHexString(Digest(domain))[..6].ToLowerInvariant();

    // Eight characters of five bits each: the text before it is cut shorter, so the hash must tell more domains apart.
    private static string RegionalHash(string domain)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        return string.Concat(Digest(domain).Take(8).Select(b => Alphabet[b & 31]));
    }

    private static byte[] Digest(string domain) => SHA256.HashData(Encoding.ASCII.GetBytes(domain));
}
