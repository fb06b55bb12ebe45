using System.Globalization;
using EmailSecurity.Ports;

namespace EmailSecurity.Planning;

/// <summary>One setting that has an order: how two values compare, and how the value that is there is kept.</summary>
/// <param name="Name">The setting, in AWS's words.</param>
/// <param name="Compare">Less than zero where the first is weaker than the second.</param>
/// <param name="Keep">The wanted settings with the present value of this one.</param>
internal sealed record OrderedSetting<T>(string Name, Func<T, T, int> Compare, Func<T, T, T> Keep);

/// <summary>
/// Which settings have an order, and what is stronger: the one place for it. What somebody made stronger than we ask for is never
/// lowered. A value that is not known here came to AWS after this was written, and is taken for the strongest.
/// </summary>
internal static class SettingOrder
{
    private static readonly string[] HttpVersions = ["http1.1", "http2", "http3", "http2and3"];
    private static readonly string[] ViewerProtocols = ["allow-all", "redirect-to-https", "https-only"];

    // The first is no encryption that anybody can use here: with it, the edge answers 403.
    private static readonly string[] Encryptions = [BucketSettings.ManagedKey, "AES256", "aws:kms", "aws:kms:dsse"];

    /// <summary>Settings of a distribution.</summary>
    public static IReadOnlyList<OrderedSetting<DistributionSettings>> Distribution { get; } =
    [
        new("minimum protocol version", (a, b) => ProtocolVersion(a.MinimumProtocolVersion).CompareTo(ProtocolVersion(b.MinimumProtocolVersion)),
            (wanted, now) => wanted with { MinimumProtocolVersion = now.MinimumProtocolVersion }),
        new("HTTP version", (a, b) => Rank(HttpVersions, a.HttpVersion).CompareTo(Rank(HttpVersions, b.HttpVersion)),
            (wanted, now) => wanted with { HttpVersion = now.HttpVersion }),
        new("viewer protocol policy", (a, b) => Rank(ViewerProtocols, a.ViewerProtocolPolicy).CompareTo(Rank(ViewerProtocols, b.ViewerProtocolPolicy)),
            (wanted, now) => wanted with { ViewerProtocolPolicy = now.ViewerProtocolPolicy }),
        new("IPv6", (a, b) => a.Ipv6.CompareTo(b.Ipv6), (wanted, now) => wanted with { Ipv6 = now.Ipv6 }),
    ];

    /// <summary>Settings of a bucket; what was not read is weaker than anything.</summary>
    public static IReadOnlyList<OrderedSetting<BucketSettings>> Bucket { get; } =
    [
        new("public access block", (a, b) => Nullable.Compare(a.BlocksPublicAccess, b.BlocksPublicAccess),
            (wanted, now) => wanted with { BlocksPublicAccess = now.BlocksPublicAccess }),
        new("object ownership", (a, b) => Ownership(a).CompareTo(Ownership(b)), (wanted, now) => wanted with { Ownership = now.Ownership }),
        new("default encryption", (a, b) => Rank(Encryptions, a.Encryption).CompareTo(Rank(Encryptions, b.Encryption)),
            (wanted, now) => wanted with { Encryption = now.Encryption }),
        new("versioning", (a, b) => Nullable.Compare(a.Versioned, b.Versioned), (wanted, now) => wanted with { Versioned = now.Versioned }),
    ];

    /// <summary>Settings of a lifecycle rule: what is kept longer is stronger.</summary>
    public static IReadOnlyList<OrderedSetting<LifecycleRule>> Lifecycle { get; } =
    [
        new("expiration", (a, b) => Days(a, a.ExpirationDays).CompareTo(Days(b, b.ExpirationDays)),
            (wanted, now) => wanted with { ExpirationDays = now.ExpirationDays }),
        new("noncurrent version expiration", (a, b) => Days(a, a.NoncurrentDays).CompareTo(Days(b, b.NoncurrentDays)),
            (wanted, now) => wanted with { NoncurrentDays = now.NoncurrentDays }),
        new("newer noncurrent versions", (a, b) => (a.NewerNoncurrentVersions ?? 0).CompareTo(b.NewerNoncurrentVersions ?? 0),
            (wanted, now) => wanted with { NewerNoncurrentVersions = now.NewerNoncurrentVersions }),
    ];

    /// <summary>The wanted settings, with those kept that are stronger now.</summary>
    public static T NotWeaker<T>(this IEnumerable<OrderedSetting<T>> orders, T wanted, T now)
        => orders.Aggregate(wanted, (settings, order) => order.Compare(now, settings) > 0 ? order.Keep(settings, now) : settings);

    // TLSv1.2_2021: the lowest protocol version, then the year of the cipher suites. Without a certificate there is no policy.
    private static (double Version, int Year) ProtocolVersion(string policy)
    {
        var parts = policy.Split('_', 2);
        if (policy.Length == 0 || parts[0] == "SSLv3")
        {
            return (policy.Length == 0 ? -1 : 0, 0);
        }

        var year = 0;
        return parts[0].StartsWith("TLSv", StringComparison.Ordinal)
            && double.TryParse(parts[0][4..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version)
            && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out year)) ? (version, year)
                : (double.MaxValue, int.MaxValue);
    }

    private static int Rank(string[] weakestFirst, string? value)
        => string.IsNullOrEmpty(value) ? -1 : Array.IndexOf(weakestFirst, value) is var at and >= 0 ? at : weakestFirst.Length;

    private static int Ownership(BucketSettings settings) => settings.Ownership switch
    {
        null => -1,
        BucketOwnership.ObjectWriter => 0,
        BucketOwnership.BucketOwnerPreferred => 1,
        _ => 2,
    };

    // A rule that is off, or names no days, deletes nothing.
    private static int Days(LifecycleRule rule, int? days) => rule.IsEnabled ? days ?? int.MaxValue : int.MaxValue;
}
