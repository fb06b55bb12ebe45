using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>What a bucket's setting that differs leads to. Pure.</summary>
internal sealed class BucketConsequences(ObservedStack observed, Consequences whole)
{
    private BucketSettings? Assets => observed.AssetBucket?.Settings;

    /// <summary>In a sentence.</summary>
    public string Of(Operation.PutSetting put) => (put.Setting, put.Name == observed.LogBucketName) switch
    {
        (BucketSetting.Tags, var isLogs) => Consequences.OfTags(isLogs && put.Desired.Tags.Keys.Any(StackNames.IsMarkTag)),
        (BucketSetting.PublicAccessBlock, true) => $"A policy or ACL could make the logs public; {Consequences.NotAffected}",
        (BucketSetting.PublicAccessBlock, _) => "Senders still get the policy, but a bucket policy or ACL could let anyone read or replace it.",
        (BucketSetting.Ownership, true) => $"CloudFront may not be able to deliver its logs; {Consequences.NotAffected}",
        (BucketSetting.Ownership, _) => "Senders still get the policy, but an ACL could let others replace it.",
        (BucketSetting.Encryption, true) => $"New logs are encrypted differently; {Consequences.NotAffected}",
        (BucketSetting.Encryption, _) => "Senders still get the policy, but CloudFront cannot decrypt a file that is put from now on.",
        (BucketSetting.Versioning, true) => $"Logs that are deleted or overwritten cannot be restored; {Consequences.NotAffected}",
        (BucketSetting.Versioning, _) => "Senders still get the policy, but no history of policies is kept: a later removal waits up to a year.",
        (BucketSetting.Policy, _) => $"S3 may not be able to deliver access logs, or they can be read without TLS; {Consequences.NotAffected}",
        (BucketSetting.Lifecycle, true) => $"Logs are kept for another time than described; {Consequences.NotAffected}",
        (BucketSetting.Lifecycle, _) => OfAssetRules(),
        (BucketSetting.AccessLogging, _) => $"Reads of the bucket are not logged where expected; {Consequences.NotAffected}",
        _ => throw new ArgumentOutOfRangeException(nameof(put), put.Setting, "Unknown bucket setting."),
    };

    /// <summary>Of the asset bucket's policy.</summary>
    public string OfAssetPolicy() => observed.Distribution is { } dist
        && BucketPolicies.LetsRead(Assets?.Policy, observed.AssetBucketName, observed.Caller.Partition, dist.Arn)
        ? "Senders still get the policy, but the bucket policy allows more than it should, or access without TLS."
        : $"CloudFront cannot read the files. {whole.NoFiles}";

    private string OfAssetRules()
    {
        var rules = Assets?.Lifecycle ?? [];
        if (rules.Any(r => r.Id != LifecyclePlanner.AssetRule && LifecyclePlanner.TouchesServed(r)))
        {
            return $"S3 deletes or archives the files or their history when their time comes. {whole.NoFiles}";
        }

        return rules.FirstOrDefault(r => r.Id == LifecyclePlanner.AssetRule) switch
        {
            { IsEnabled: true, ExpirationDays: { } days } => Invariant($"S3 deletes the files when they are {Count.Of(days, "day")} old. {whole.NoFiles}"),
            { IsEnabled: true, NoncurrentDays: < BucketPlanner.NoncurrentAssetDays }
                => "Senders still get the policy, but its history is deleted too early: a later removal waits up to a year.",
            _ => $"Superseded files are not deleted when they could be; {Consequences.NotAffected}",
        };
    }
}
