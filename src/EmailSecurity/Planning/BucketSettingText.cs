using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>What people read of a bucket's settings.</summary>
internal static class BucketSettingText
{
    private const int UsualAbortDays = 7;

    /// <summary>The setting, in AWS's words.</summary>
    public static string Title(BucketSetting setting) => setting switch
    {
        BucketSetting.Tags => "S3 bucket tags",
        BucketSetting.PublicAccessBlock => "S3 public access block",
        BucketSetting.Ownership => "S3 object ownership",
        BucketSetting.Encryption => "S3 default encryption",
        BucketSetting.Versioning => "S3 versioning",
        BucketSetting.Policy => "S3 bucket policy",
        BucketSetting.Lifecycle => "S3 lifecycle rules",
        _ => "S3 access logging",
    };

    /// <summary>Why it is put.</summary>
    public static string Why(BucketSetting setting) => setting switch
    {
        BucketSetting.Tags => "marks the bucket as part of this stack",
        BucketSetting.PublicAccessBlock => "objects are readable only through CloudFront",
        BucketSetting.Ownership => "who owns objects, and whether ACLs apply",
        BucketSetting.Encryption => "objects are encrypted at rest",
        BucketSetting.Versioning => "the history shows which policies senders may still have cached",
        BucketSetting.Policy => "requires TLS, and lets S3 deliver access logs",
        BucketSetting.Lifecycle => "logs and superseded versions do not pile up",
        _ => "reads of the bucket are logged",
    };

    /// <summary>Its value.</summary>
    public static string Describe(BucketSetting setting, BucketSettings s) => setting switch
    {
        BucketSetting.Tags => string.Join(", ", s.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}")),
        BucketSetting.PublicAccessBlock => s.BlocksPublicAccess == true ? "all on" : "not all on",
        BucketSetting.Ownership => s.Ownership?.ToString() ?? "none",
        BucketSetting.Encryption => s.Encryption ?? "none",
        BucketSetting.Versioning => s.Versioned == true ? "enabled" : "not enabled",
        BucketSetting.Policy => string.IsNullOrEmpty(s.Policy) ? "" : "TLS only",
        BucketSetting.Lifecycle => s.Lifecycle is not { Count: > 0 } rules ? "none" : string.Join(", ", rules.Select(Describe)),
        _ => s.AccessLogging is { } t ? $"to {t.Bucket}/{t.Prefix}" : "off",
    };

    /// <summary>The value of a setting that is to be changed.</summary>
    public static string DescribeNow(BucketSetting setting, BucketSettings now)
        => setting == BucketSetting.Policy && !string.IsNullOrEmpty(now.Policy) ? "another policy" : Describe(setting, now);

    private static string Describe(LifecycleRule rule)
    {
        string[] parts =
        [
            rule.Prefix.Length > 0 ? $"below {rule.Prefix}" : "",
            rule.ExpirationDays is { } days ? Invariant($"objects {Count.Of(days, "day")}") : "",
            rule.NoncurrentDays is { } noncurrent ? Invariant($"superseded {Count.Of(noncurrent, "day")}") : "",
            rule.AbortIncompleteUploadDays is { } abort and not UsualAbortDays ? Invariant($"unfinished uploads {Count.Of(abort, "day")}") : "",
            rule.HasMore ? "and more" : "",
            rule.IsEnabled ? "" : "off",
        ];
        return $"{rule.Id}: {string.Join(", ", parts.Where(p => p.Length > 0))}";
    }
}
