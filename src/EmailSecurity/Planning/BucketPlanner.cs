using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the two buckets of a stack.</summary>
internal sealed class BucketPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed)
{
    /// <summary>Days that superseded objects stay: longer than the largest max_age (a year, RFC 8461 section 3.2), since the version history tells a removal which policies senders may still hold.</summary>
    public const int NoncurrentAssetDays = 400;

    /// <summary>Days that superseded or deleted logs stay.</summary>
    public const int NoncurrentLogDays = 7;

    private const int AbortUploadDays = 7;

    // Settings that a new bucket does not have by itself, in the order they are put. S3 encrypts every new object with SSE-S3 and
    // has ACLs off unless asked (both since 2023); ownership and tags go with CreateBucket.
    private static readonly BucketSetting[] OnCreate = [BucketSetting.PublicAccessBlock, BucketSetting.Versioning, BucketSetting.Lifecycle, BucketSetting.Policy, BucketSetting.AccessLogging];

    private string AccountId => observed.Caller.AccountId;

    /// <summary>Plans both buckets' own settings; the asset bucket's policy follows with <see cref="AssetPolicy"/>, once the distribution is planned.</summary>
    /// <param name="tags">The tags of every resource, with the parts whose records are the stack's.</param>
    /// <param name="logTags">Those, and what a new log bucket remembers of served policies.</param>
    /// <param name="marks">How they read where steps are declined.</param>
    public void Plan(IReadOnlyDictionary<string, string> tags, IReadOnlyDictionary<string, string> logTags, StackMarks marks)
    {
        var logName = observed.LogBucketName;
        var assetName = observed.AssetBucketName;
        var logs = new BucketSettings
        {
            Tags = tags,
            BlocksPublicAccess = true,
            Ownership = BucketOwnership.BucketOwnerPreferred, // CloudFront's standard logging grants itself by ACL
            Encryption = "AES256",
            Versioned = true,
            Policy = BucketPolicies.Logs(logName, assetName, observed.Caller.Partition, AccountId),
            Lifecycle = LifecyclePlanner.Logs(new LifecycleRule(LifecyclePlanner.LogRule, "", stack.LogRetentionDays, NoncurrentLogDays, AbortUploadDays),
                stack.IsLogRetentionAsked, observed.LogBucket?.Settings.Lifecycle),
        };
        var assets = new BucketSettings
        {
            Tags = tags,
            BlocksPublicAccess = true,
            Ownership = BucketOwnership.BucketOwnerEnforced,
            Encryption = "AES256",
            Versioned = true,
            Lifecycle = LifecyclePlanner.Assets(new LifecycleRule(LifecyclePlanner.AssetRule, "", null, NoncurrentAssetDays, AbortUploadDays),
                observed.AssetBucket?.Settings.Lifecycle),
            AccessLogging = observed.AssetBucket?.Settings.AccessLogging is { } theirs
                && theirs.Bucket != logName ? theirs : new AccessLogTarget(logName, StackNames.S3LogPrefix), // a target that somebody chose stays
        };
        Bucket("log-bucket", logName, "for access logs", logs, observed.LogBucket, observed.LogSettingsRead, logTags, marks);
        Bucket("asset-bucket", assetName, "for policy, logo and mark certificate", assets, observed.AssetBucket, observed.AssetSettingsRead, tags, marks);
    }

    /// <summary>The asset bucket's policy names the distribution, so it comes after it.</summary>
    public void AssetPolicy()
    {
        var name = observed.AssetBucketName;
        var partition = observed.Caller.Partition;
        var dist = observed.Distribution;
        var now = observed.AssetBucket?.Settings.Policy;
        var wanted = dist is null ? null : BucketPolicies.Beside(BucketPolicies.Assets(name, partition, dist.Arn), now);
        if (wanted is not null && observed.AssetBucket is not null && (!observed.AssetSettingsRead.Contains(BucketSetting.Policy) || BucketPolicies.Same(wanted, now)))
        {
            return;
        }

        plan.Add("asset-bucket/Policy", string.IsNullOrEmpty(now) ? ChangeAction.Create : ChangeAction.Update, "S3 bucket policy", name,
            "only TLS, and only the distribution may read what is served", new Operation.PutAssetPolicy(name, partition, now),
                ["asset-bucket", "asset-bucket/PublicAccessBlock", "distribution"],
            before: string.IsNullOrEmpty(now) ? "" : "another policy", after: "TLS only, distribution reads");
    }

    private void Bucket(string id, string name, string purpose, BucketSettings wanted, ObservedBucket? now, IReadOnlySet<BucketSetting> read,
        IReadOnlyDictionary<string, string> newTags, StackMarks marks)
    {
        if (now is null)
        {
            plan.Add(id, ChangeAction.Create, "S3 bucket", name, purpose,
                new Operation.CreateBucket(name, wanted.Ownership!.Value, newTags, observed.Region, marks),
                id == "log-bucket" ? [] : ["log-bucket"], after: $"in {observed.Region}"); // the log bucket first: its mark tells what the rest is
            foreach (var setting in OnCreate.Where(s => IsAsked(s, wanted)))
            {
                Put(id, name, setting, wanted, ChangeAction.Create, "");
            }

            return;
        }

        // A bucket of our name without our tag: the rest of a run that died, if empty; else somebody put things there.
        if (now.Settings.Tags.TryGetValue(StackNames.OwnerTag, out var owner) ? owner != stack.Domain : id == "asset-bucket" && observed.AssetVersions.Count > 0
            && !StackOwnership.IsAssetBucketOurs(observed))
        {
            throw new EmailSecurityException("BucketNotOurs", ErrorKind.Exists,
                $"Bucket {name} is in this account, but it has no tag {StackNames.OwnerTag}={stack.Domain} and is not empty.",
                $"If it is this stack's, give it that tag; else empty and delete it.")
            { Target = name };
        }

        var policy = wanted.Policy is null ? null : BucketPolicies.Beside(wanted.Policy, now.Settings.Policy);
        wanted = SettingOrder.Bucket.NotWeaker(wanted, now.Settings) with { Policy = policy };
        if (id == "log-bucket" && wanted.Ownership == BucketOwnership.BucketOwnerEnforced)
        {
            plan.Warnings.Add($"Bucket {name} has its ACLs disabled (BucketOwnerEnforced), which stays so; "
                + "CloudFront delivers standard logs only to a bucket with ACLs. Set its Object Ownership to BucketOwnerPreferred if you want the logs.");
        }

        // The asset bucket remembers only that it outlived a stack; the next one takes that back before it serves.
        var isClosed = id == "asset-bucket" && now.Settings.Tags.ContainsKey(StackNames.ServedTag);
        foreach (var setting in Enum.GetValues<BucketSetting>().Where(s => read.Contains(s) && IsAsked(s, wanted) && (!IsSame(s, wanted, now.Settings) || (isClosed && s == BucketSetting.Tags))))
        {
            var desired = setting == BucketSetting.Tags ? wanted with { Tags = Merge(now.Settings.Tags, wanted.Tags, isClosed) } : wanted;
            Put(id, name, setting, desired, ChangeAction.Update, Describe(setting, now.Settings), marks);
        }
    }

    private void Put(string id, string name, BucketSetting setting, BucketSettings wanted, ChangeAction action, string before, StackMarks? marks = null)
    {
        // Access logs need a target that accepts them.
        string[] dependsOn = setting == BucketSetting.AccessLogging ? [id, "log-bucket", "log-bucket/Policy"] : [id];
        plan.Add($"{id}/{setting}", action, Title(setting), name, Why(setting), new Operation.PutSetting(name, setting, wanted, marks), dependsOn, before,
            Describe(setting, wanted));
    }

    private static bool IsAsked(BucketSetting setting, BucketSettings wanted) => setting switch
    {
        BucketSetting.Policy => wanted.Policy is not null,
        BucketSetting.AccessLogging => wanted.AccessLogging is not null,
        _ => true,
    };

    private static bool IsSame(BucketSetting setting, BucketSettings wanted, BucketSettings now) => setting switch
    {
        BucketSetting.Tags => wanted.Tags.All(t => now.Tags.TryGetValue(t.Key, out var v) && v == t.Value),
        BucketSetting.PublicAccessBlock => now.BlocksPublicAccess == true,
        BucketSetting.Ownership => now.Ownership == wanted.Ownership,
        BucketSetting.Encryption => now.Encryption == wanted.Encryption,
        BucketSetting.Versioning => now.Versioned == true,
        BucketSetting.Policy => BucketPolicies.Same(wanted.Policy, now.Policy),
        BucketSetting.Lifecycle => now.Lifecycle is not null && LifecyclePlanner.Same(wanted.Lifecycle!, now.Lifecycle),
        BucketSetting.AccessLogging => now.AccessLogging == wanted.AccessLogging,
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Unknown bucket setting."),
    };

    private static SortedDictionary<string, string> Merge(IReadOnlyDictionary<string, string> now, IReadOnlyDictionary<string, string> wanted, bool isClosed)
    {
        var merged = new SortedDictionary<string, string>(now.Where(t => !isClosed || t.Key != StackNames.ServedTag).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (key, value) in wanted)
        {
            merged[key] = value;
        }

        return merged;
    }

    private static string Title(BucketSetting setting) => setting switch
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

    private static string Why(BucketSetting setting) => setting switch
    {
        BucketSetting.Tags => "so that the bucket is known as this stack's",
        BucketSetting.PublicAccessBlock => "nothing is read but through the distribution",
        BucketSetting.Ownership => "who owns objects, and whether ACLs count",
        BucketSetting.Encryption => "objects are encrypted at rest",
        BucketSetting.Versioning => "the history tells which policies senders may still hold",
        BucketSetting.Policy => "only TLS, and only AWS's log delivery may write",
        BucketSetting.Lifecycle => "logs and superseded versions do not pile up",
        _ => "who read the bucket is on record",
    };

    private static string Describe(BucketSetting setting, BucketSettings s) => setting switch
    {
        BucketSetting.Tags => string.Join(", ", s.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}")),
        BucketSetting.PublicAccessBlock => s.BlocksPublicAccess == true ? "all on" : "not all on",
        BucketSetting.Ownership => s.Ownership?.ToString() ?? "none",
        BucketSetting.Encryption => s.Encryption ?? "none",
        BucketSetting.Versioning => s.Versioned == true ? "enabled" : "not enabled",
        BucketSetting.Policy => string.IsNullOrEmpty(s.Policy) ? "" : "TLS only",
        BucketSetting.Lifecycle => s.Lifecycle is not { Count: > 0 } rules ? "none" : string.Join(", ", rules.Select(r => Invariant($"{r.Id}: {(r.ExpirationDays is { } d ? Invariant($"objects {d} days, ") : "")}superseded {r.NoncurrentDays} days"))),
        _ => s.AccessLogging is { } t ? $"to {t.Bucket}/{t.Prefix}" : "off",
    };
}
