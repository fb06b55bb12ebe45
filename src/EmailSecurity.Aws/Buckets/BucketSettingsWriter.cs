using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Buckets;

/// <summary>Puts one setting of a bucket. Each is a full replacement, so a repeat changes nothing.</summary>
internal sealed class BucketSettingsWriter(AwsSession session, AmazonS3Client s3, string bucket, string owner)
{
    /// <summary>Puts one setting.</summary>
    public Task PutAsync(BucketSetting setting, BucketSettings desired, CancellationToken cancellationToken) => setting switch
    {
        BucketSetting.Tags => CallAsync("PutBucketTagging", token => s3.PutBucketTaggingAsync(
            new PutBucketTaggingRequest
            {
                BucketName = bucket,
                ExpectedBucketOwner = owner,
                TagSet = [.. desired.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Tag { Key = t.Key, Value = t.Value })],
            },
            token), cancellationToken),
        BucketSetting.PublicAccessBlock => CallAsync("PutPublicAccessBlock", token => s3.PutPublicAccessBlockAsync(
            new PutPublicAccessBlockRequest
            {
                BucketName = bucket,
                ExpectedBucketOwner = owner,
                PublicAccessBlockConfiguration = PublicAccessBlock(Required(desired.BlocksPublicAccess, setting)),
            },
            token), cancellationToken),
        BucketSetting.Ownership => CallAsync("PutBucketOwnershipControls", token => s3.PutBucketOwnershipControlsAsync(
            new PutBucketOwnershipControlsRequest
            {
                BucketName = bucket,
                ExpectedBucketOwner = owner,
                OwnershipControls = new OwnershipControls
                {
                    Rules = [new OwnershipControlsRule { ObjectOwnership = BucketSettingsReader.ToOwnership(Required(desired.Ownership, setting)) }],
                },
            },
            token), cancellationToken),
        BucketSetting.Encryption => CallAsync("PutBucketEncryption", token => s3.PutBucketEncryptionAsync(
            new PutBucketEncryptionRequest
            {
                BucketName = bucket,
                ExpectedBucketOwner = owner,
                ServerSideEncryptionConfiguration = new ServerSideEncryptionConfiguration
                {
                    ServerSideEncryptionRules =
                    [
                        new ServerSideEncryptionRule
                        {
                            ServerSideEncryptionByDefault = new ServerSideEncryptionByDefault
                            {
                                ServerSideEncryptionAlgorithm = ServerSideEncryptionMethod.FindValue(desired.Encryption ?? throw Missing(setting)),
                            },
                        },
                    ],
                },
            },
            token), cancellationToken),
        BucketSetting.Versioning => CallAsync("PutBucketVersioning", token => s3.PutBucketVersioningAsync(
            new PutBucketVersioningRequest
            {
                BucketName = bucket,
                ExpectedBucketOwner = owner,
                VersioningConfig = new S3BucketVersioningConfig
                {
                    Status = Required(desired.Versioned, setting) ? VersionStatus.Enabled : VersionStatus.Suspended,
                },
            },
            token), cancellationToken),
        BucketSetting.Policy when desired.Policy is null => throw Missing(setting),
        BucketSetting.Policy when desired.Policy.Length == 0 => CallAsync("DeleteBucketPolicy", token => s3.DeleteBucketPolicyAsync(
            new DeleteBucketPolicyRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token), cancellationToken),
        BucketSetting.Policy => CallAsync("PutBucketPolicy", token => s3.PutBucketPolicyAsync(
            new PutBucketPolicyRequest { BucketName = bucket, ExpectedBucketOwner = owner, Policy = desired.Policy }, token), cancellationToken),
        BucketSetting.Lifecycle when desired.Lifecycle is null => throw Missing(setting),
        BucketSetting.Lifecycle when desired.Lifecycle.Count == 0 => CallAsync("DeleteBucketLifecycle", token => s3.DeleteLifecycleConfigurationAsync(
            new DeleteLifecycleConfigurationRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token), cancellationToken),
        BucketSetting.Lifecycle => PutLifecycleAsync(desired.Lifecycle, cancellationToken),
        BucketSetting.AccessLogging => CallAsync("PutBucketLogging", token => s3.PutBucketLoggingAsync(
            new PutBucketLoggingRequest
            {
                BucketName = bucket,
                ExpectedBucketOwner = owner,
                LoggingConfig = desired.AccessLogging is { } target
                    ? new S3BucketLoggingConfig { TargetBucketName = target.Bucket, TargetPrefix = target.Prefix }
                    : new S3BucketLoggingConfig(),
            },
            token), cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Not a bucket setting."),
    };

    // S3 takes all rules at once: those that are kept are read first, and put back word for word.
    private async Task PutLifecycleAsync(IReadOnlyList<Ports.LifecycleRule> desired, CancellationToken cancellationToken)
    {
        List<Amazon.S3.Model.LifecycleRule> rules = [];
        if (desired.Any(r => r.IsKept))
        {
            var request = new GetLifecycleConfigurationRequest { BucketName = bucket, ExpectedBucketOwner = owner };
            var current = await session.CallOrDefaultAsync(new AwsCallName("s3", "GetBucketLifecycleConfiguration", bucket),
                token => s3.GetLifecycleConfigurationAsync(request, token), ["NoSuchLifecycleConfiguration"], cancellationToken).ConfigureAwait(false);
            rules.AddRange((current?.Configuration?.Rules ?? []).Where(r => desired.Any(d => d.IsKept && d.Id == r.Id)).Select(Restated));
        }

        rules.AddRange(desired.Where(r => !r.IsKept).Select(ToRule));
        var put = new PutLifecycleConfigurationRequest
        {
            BucketName = bucket,
            ExpectedBucketOwner = owner,
            Configuration = new LifecycleConfiguration { Rules = rules },
        };
        await CallAsync("PutBucketLifecycleConfiguration", token => s3.PutLifecycleConfigurationAsync(put, token), cancellationToken).ConfigureAwait(false);
    }

    // S3 refuses rules of the old form, with their prefix outside a filter, together with rules of the new one.
    private static Amazon.S3.Model.LifecycleRule Restated(Amazon.S3.Model.LifecycleRule rule)
    {
#pragma warning disable CS0618 // the old form
        if (rule.Filter is null)
        {
            rule.Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = rule.Prefix ?? "" } };
            rule.Prefix = null;
        }
#pragma warning restore CS0618
        return rule;
    }

    private Task CallAsync<T>(string operation, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        session.CallAsync(new AwsCallName("s3", operation, bucket), call, cancellationToken);

    private static PublicAccessBlockConfiguration PublicAccessBlock(bool on) =>
        new() { BlockPublicAcls = on, BlockPublicPolicy = on, IgnorePublicAcls = on, RestrictPublicBuckets = on };

    private static Amazon.S3.Model.LifecycleRule ToRule(Ports.LifecycleRule rule) => new()
    {
        Id = rule.Id,
        Status = LifecycleRuleStatus.Enabled,
        Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = rule.Prefix } },
        Expiration = rule.ExpirationDays is { } days ? new LifecycleRuleExpiration { Days = days } : null,
        NoncurrentVersionExpiration = rule.NoncurrentDays is { } noncurrent
            ? new LifecycleRuleNoncurrentVersionExpiration { NoncurrentDays = noncurrent, NewerNoncurrentVersions = rule.NewerNoncurrentVersions } : null,
        AbortIncompleteMultipartUpload = rule.AbortIncompleteUploadDays is { } abort
            ? new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = abort }
            : null,
    };

    private static T Required<T>(T? value, BucketSetting setting)
        where T : struct => value ?? throw Missing(setting);

    private static ArgumentException Missing(BucketSetting setting) => new($"The desired settings do not include {setting}.", nameof(setting));
}
