using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the two buckets of a stack.</summary>
internal sealed class BucketPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, PublishOptions options)
{
    /// <summary>
    /// Days that superseded objects stay: longer than the largest max_age (a year, RFC 8461 section 3.2), since the version history shows a removal which
    /// policies senders may still hold.
    /// </summary>
    public const int NoncurrentAssetDays = 400;

    /// <summary>Days that superseded or deleted logs stay.</summary>
    public const int NoncurrentLogDays = 7;

    private const int AbortUploadDays = 7;

    // Settings that a new bucket does not have by itself, in the order they are put. S3 encrypts every new object with SSE-S3 and
    // has ACLs off unless asked (both since 2023); ownership and tags go with CreateBucket.
    private static readonly BucketSetting[] OnCreate =
        [BucketSetting.PublicAccessBlock, BucketSetting.Versioning, BucketSetting.Lifecycle, BucketSetting.Policy, BucketSetting.AccessLogging];

    /// <summary>Plans both buckets' own settings; the asset bucket's policy follows with <see cref="AssetPolicy"/>, once the distribution is planned.</summary>
    public (BucketSteps Logs, BucketSteps Assets) Plan(PublishTags tags)
    {
        // The log bucket first: its mark says what the rest is.
        var logs = Steps(new Role("log-bucket", "for access logs", Logs(tags), observed.LogBucket, observed.LogSettingsRead, tags.WithMark, null), tags.Marks);
        var assets = new Role("asset-bucket", "for policy, logo and mark certificate", Assets(tags), observed.AssetBucket, observed.AssetSettingsRead,
            tags.WithParts, logs);
        return (logs, Steps(assets, tags.Marks));
    }

    /// <summary>The asset bucket's policy names the distribution, so it comes after it.</summary>
    /// <param name="assets">The bucket.</param>
    /// <param name="distribution">Makes or changes the distribution.</param>
    public Step? AssetPolicy(BucketSteps assets, Step? distribution)
    {
        var name = observed.AssetBucketName;
        var partition = observed.Caller.Partition;
        var dist = observed.Distribution;
        var now = observed.AssetBucket?.Settings.Policy;
        var wanted = dist is null ? null : BucketPolicies.Beside(BucketPolicies.Assets(name, partition, dist.Arn), now);
        if (wanted is not null && observed.AssetBucket is not null
            && (!observed.AssetSettingsRead.Contains(BucketSetting.Policy) || BucketPolicies.Same(wanted, now)))
        {
            return null;
        }

        return plan.Add("asset-bucket/Policy", string.IsNullOrEmpty(now) ? ChangeAction.Create : ChangeAction.Update, "S3 bucket policy", name,
            "requires TLS, and lets only the distribution read the served files", new Operation.PutAssetPolicy(name, partition),
            dependsOn: [assets.Created, assets[BucketSetting.PublicAccessBlock], distribution],
            before: string.IsNullOrEmpty(now) ? "" : "another policy", after: "TLS only, distribution reads");
    }

    private BucketSettings Logs(PublishTags tags) => new()
    {
        Tags = tags.WithParts,
        BlocksPublicAccess = true,
        Ownership = BucketOwnership.BucketOwnerPreferred, // CloudFront's standard logging grants itself by ACL
        Encryption = "AES256",
        Versioned = true,
        Policy = BucketPolicies.Logs(observed.LogBucketName, observed.AssetBucketName, observed.Caller.Partition, observed.Caller.AccountId),
        Lifecycle = LifecyclePlanner.Logs(new LifecycleRule(LifecyclePlanner.LogRule, "", stack.LogRetentionDays, NoncurrentLogDays, AbortUploadDays),
            stack.IsLogRetentionAsked, observed.LogBucket?.Settings.Lifecycle),
    };

    private BucketSettings Assets(PublishTags tags) => new()
    {
        Tags = tags.WithParts,
        BlocksPublicAccess = true,
        Ownership = BucketOwnership.BucketOwnerEnforced,
        Encryption = "AES256",
        Versioned = true,
        Lifecycle = LifecyclePlanner.Assets(new LifecycleRule(LifecyclePlanner.AssetRule, "", null, NoncurrentAssetDays, AbortUploadDays),
            observed.AssetBucket?.Settings.Lifecycle),
        AccessLogging = observed.AssetBucket?.Settings.AccessLogging is { } theirs && theirs.Bucket != observed.LogBucketName
            ? theirs // a target that somebody chose stays
            : new AccessLogTarget(observed.LogBucketName, StackNames.S3LogPrefix),
    };

    private BucketSteps Steps(Role role, StackMarks marks)
    {
        if (role.Now is { } now)
        {
            return new BucketSteps(null, Repair(role, now, marks));
        }

        var created = plan.Add(role.Id, ChangeAction.Create, "S3 bucket", Name(role), role.Purpose,
            new Operation.CreateBucket(Name(role), role.Wanted.Ownership!.Value, role.NewTags, observed.Region, marks),
            dependsOn: [role.Logs?.Created], after: $"in {observed.Region}");
        return new BucketSteps(created, Put(role, created, OnCreate.Where(s => IsAsked(s, role.Wanted)), role.Wanted));
    }

    private Dictionary<BucketSetting, Step> Repair(Role role, ObservedBucket now, StackMarks marks)
    {
        // A bucket of our name without our tag: the rest of a run that died, if empty; else somebody put things there.
        var isForeign = now.Settings.Tags.TryGetValue(StackNames.OwnerTag, out var owner) ? owner != stack.Domain
            : !role.IsLogs && observed.AssetVersions.Count > 0 && !StackOwnership.IsAssetBucketOurs(observed);
        if (isForeign)
        {
            var holds = role.IsLogs || observed.AssetVersions.Count == 0 ? ""
                : Invariant($" ({observed.AssetVersions.Count} object ")
                    + $"{(observed.AssetVersions.Count == 1 ? "version" : "versions")}, {observed.AssetVersions[0].Key} first)";
            var what = owner is null ? $"has no tag {StackNames.OwnerTag}={stack.Domain} and is not empty{holds}"
                : $"has the tag {StackNames.OwnerTag}={owner}";
            plan.Obstruct(new Obstacle("BucketNotOurs", now.Name, $"Bucket {now.Name} is in this account, but it {what}.",
                owner is null ? "Run the same command again with -Adopt to use it; what is in it stays. Or, if nothing needs it, empty and delete it in S3."
                    : "If it belongs to this stack, correct that tag in S3; otherwise, if nothing needs the bucket, empty and delete it there. "
                        + "Then run the same command again.", CanAdopt: owner is null), options.Adopt);
        }

        var policy = role.Wanted.Policy is null ? null : BucketPolicies.Beside(role.Wanted.Policy, now.Settings.Policy);
        var wanted = SettingOrder.Bucket.NotWeaker(role.Wanted, now.Settings) with { Policy = policy };
        if (role.IsLogs && wanted.Ownership == BucketOwnership.BucketOwnerEnforced)
        {
            plan.Warnings.Add($"Bucket {now.Name} has its ACLs disabled (BucketOwnerEnforced); the bucket is not changed. "
                + "CloudFront delivers standard logs only to a bucket with ACLs. Set its Object Ownership to BucketOwnerPreferred if you want the logs.");
        }

        // The asset bucket remembers only that it outlived a stack; the next one takes that back before it serves.
        var isClosed = !role.IsLogs && now.Settings.Tags.ContainsKey(StackNames.ServedTag);
        var different = Enum.GetValues<BucketSetting>().Where(s => role.Read.Contains(s) && IsAsked(s, wanted)
            && (!IsSame(s, wanted, now.Settings) || (isClosed && s == BucketSetting.Tags)));
        return Put(role, null, different, wanted, Merge(now.Settings.Tags, wanted.Tags, isClosed), marks);
    }

    // A new bucket has its tags from its creation on.
    private Dictionary<BucketSetting, Step> Put(Role role, Step? created, IEnumerable<BucketSetting> settings, BucketSettings wanted,
        IReadOnlyDictionary<string, string>? tags = null, StackMarks? marks = null)
    {
        var now = role.Now?.Settings;
        Dictionary<BucketSetting, Step> steps = [];
        foreach (var setting in settings)
        {
            var desired = setting == BucketSetting.Tags ? wanted with { Tags = tags! } : wanted;

            // Access logs need a target that accepts them.
            var target = setting == BucketSetting.AccessLogging ? role.Logs : null;
            steps[setting] = plan.Add($"{role.Id}/{setting}", now is null ? ChangeAction.Create : ChangeAction.Update,
                BucketSettingText.Title(setting), Name(role), BucketSettingText.Why(setting), new Operation.PutSetting(Name(role), setting, desired, marks),
                dependsOn: [created, target?.Created, target?[BucketSetting.Policy]],
                now is null ? "" : BucketSettingText.DescribeNow(setting, now), BucketSettingText.Describe(setting, desired));
        }

        return steps;
    }

    private string Name(Role role) => role.IsLogs ? observed.LogBucketName : observed.AssetBucketName;

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
        => StackPlanner.WithTags(now.Where(t => !isClosed || t.Key != StackNames.ServedTag), wanted);

    // What one of the buckets should be and is. The asset bucket knows of the log bucket, where its own access logs go.
    private sealed record Role(string Id, string Purpose, BucketSettings Wanted, ObservedBucket? Now, IReadOnlySet<BucketSetting> Read,
        IReadOnlyDictionary<string, string> NewTags, BucketSteps? Logs)
    {
        public bool IsLogs => Logs is null;
    }
}
