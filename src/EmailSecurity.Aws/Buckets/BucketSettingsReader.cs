using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Buckets;

/// <summary>Reads one setting of a bucket; the result is what to add to the settings, null where there is no bucket.</summary>
internal sealed class BucketSettingsReader(AwsSession session, AmazonS3Client s3, string bucket, string owner)
{
    private static readonly string[] NoBucket = ["NoSuchBucket"];

    /// <summary>Reads one setting.</summary>
    public Task<Func<BucketSettings, BucketSettings>?> ReadAsync(BucketSetting setting, CancellationToken cancellationToken) => setting switch
    {
        BucketSetting.Tags => ReadAsync(
            "GetBucketTagging",
            "NoSuchTagSet",
            token => s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token),
            (s, r) => s with
            {
                Tags = (r?.TagSet ?? []).GroupBy(t => t.Key, StringComparer.Ordinal)
                    .ToDictionary(g => g.Key, g => g.First().Value ?? "", StringComparer.Ordinal),
            },
            cancellationToken),
        BucketSetting.PublicAccessBlock => ReadAsync(
            "GetPublicAccessBlock",
            "NoSuchPublicAccessBlockConfiguration",
            token => s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token),
            (s, r) => s with
            {
                BlocksPublicAccess = r?.PublicAccessBlockConfiguration is
                { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
            },
            cancellationToken),
        BucketSetting.Ownership => ReadAsync(
            "GetBucketOwnershipControls",
            "OwnershipControlsNotFoundError",
            token => s3.GetBucketOwnershipControlsAsync(new GetBucketOwnershipControlsRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token),
            // A bucket without ownership controls behaves as ObjectWriter.
            (s, r) => s with { Ownership = ToOwnership(r?.OwnershipControls?.Rules?.FirstOrDefault()?.ObjectOwnership) },
            cancellationToken),
        BucketSetting.Encryption => ReadAsync(
            "GetBucketEncryption",
            "ServerSideEncryptionConfigurationNotFoundError",
            token => s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token),
            (s, r) => s with
            {
                Encryption = ToEncryption(r?.ServerSideEncryptionConfiguration?.ServerSideEncryptionRules?.FirstOrDefault()?.ServerSideEncryptionByDefault),
            },
            cancellationToken),
        BucketSetting.Versioning => ReadAsync(
            "GetBucketVersioning",
            null,
            token => s3.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token),
            (s, r) => s with { Versioned = r?.VersioningConfig?.Status == VersionStatus.Enabled },
            cancellationToken),
        BucketSetting.Policy => ReadPolicyAsync(cancellationToken),
        BucketSetting.Lifecycle => ReadAsync(
            "GetBucketLifecycleConfiguration",
            "NoSuchLifecycleConfiguration",
            token => s3.GetLifecycleConfigurationAsync(new GetLifecycleConfigurationRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token),
            (s, r) => s with { Lifecycle = (r?.Configuration?.Rules ?? []).ConvertAll(ToRule) },
            cancellationToken),
        BucketSetting.AccessLogging => ReadAsync(
            "GetBucketLogging",
            null,
            token => s3.GetBucketLoggingAsync(new GetBucketLoggingRequest { BucketName = bucket, ExpectedBucketOwner = owner }, token),
            (s, r) => s with
            {
                AccessLoggingRead = true,
                AccessLogging = r?.BucketLoggingConfig is { TargetBucketName: { Length: > 0 } target } c
                    ? new AccessLogTarget(target, c.TargetPrefix ?? "")
                    : null,
            },
            cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "Not a bucket setting."),
    };

    /// <summary>The SDK's name of an ownership.</summary>
    public static ObjectOwnership ToOwnership(BucketOwnership ownership) => ownership switch
    {
        BucketOwnership.BucketOwnerEnforced => ObjectOwnership.BucketOwnerEnforced,
        BucketOwnership.BucketOwnerPreferred => ObjectOwnership.BucketOwnerPreferred,
        _ => ObjectOwnership.ObjectWriter,
    };

    // Without a key of the account's own, S3 takes its managed one, which no service may use for others (CloudFront Developer Guide, "SSE-KMS").
    private static string ToEncryption(ServerSideEncryptionByDefault? by) => by?.ServerSideEncryptionAlgorithm?.Value switch
    {
        null => "",
        "AES256" => "AES256",
        _ when string.IsNullOrEmpty(by.ServerSideEncryptionKeyManagementServiceKeyId)
            || by.ServerSideEncryptionKeyManagementServiceKeyId.EndsWith("alias/aws/s3", StringComparison.Ordinal) => BucketSettings.ManagedKey,
        var algorithm => algorithm,
    };

    private static BucketOwnership ToOwnership(ObjectOwnership? ownership) => ownership?.Value switch
    {
        "BucketOwnerEnforced" => BucketOwnership.BucketOwnerEnforced,
        "BucketOwnerPreferred" => BucketOwnership.BucketOwnerPreferred,
        _ => BucketOwnership.ObjectWriter,
    };

    // What a rule holds beyond the port's record is shown by HasMore, so that it never looks equal to a rule of ours:
    // a transition would move a served policy to cold storage.
    private static Ports.LifecycleRule ToRule(Amazon.S3.Model.LifecycleRule rule)
    {
#pragma warning disable CS0618 // Old rules still carry their prefix outside a filter.
        var prefix = rule.Filter?.Prefix ?? (rule.Filter?.LifecycleFilterPredicate as LifecyclePrefixPredicate)?.Prefix ?? rule.Prefix ?? "";
#pragma warning restore CS0618
        var filtered = rule.Filter is { And: not null } or { Tag: not null } or { ObjectSizeGreaterThan: not null } or { ObjectSizeLessThan: not null }
            || rule.Filter?.LifecycleFilterPredicate is not (null or LifecyclePrefixPredicate);
        var moves = rule.Transitions is { Count: > 0 } || rule.NoncurrentVersionTransitions is { Count: > 0 };
        return new Ports.LifecycleRule(
            rule.Id ?? "",
            prefix,
            rule.Expiration?.Days,
            rule.NoncurrentVersionExpiration?.NoncurrentDays,
            rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation)
        {
            NewerNoncurrentVersions = rule.NoncurrentVersionExpiration?.NewerNoncurrentVersions is { } newer and > 0 ? newer : null,
            IsEnabled = rule.Status == LifecycleRuleStatus.Enabled,
            HasMore = moves || filtered || rule.Expiration is { Date: not null } or { ExpiredObjectDeleteMarker: true },
        };
    }

    private async Task<Func<BucketSettings, BucketSettings>?> ReadPolicyAsync(CancellationToken cancellationToken)
    {
        var exists = true;
        var apply = await ReadAsync(
            "GetBucketPolicy",
            "NoSuchBucketPolicy",
            async token =>
            {
                var request = new GetBucketPolicyRequest { BucketName = bucket, ExpectedBucketOwner = owner };
                var answer = await s3.GetBucketPolicyAsync(request, token).ConfigureAwait(false);
                // The SDK hands a 404 of this one operation through as if it were the policy.
                if (answer.HttpStatusCode == System.Net.HttpStatusCode.NotFound)
                {
                    exists = !answer.Policy.Contains("<Code>NoSuchBucket</Code>", StringComparison.Ordinal);
                    answer.Policy = "";
                }

                return answer;
            },
            (s, r) => s with { Policy = r?.Policy ?? "" },
            cancellationToken).ConfigureAwait(false);
        return exists ? apply : null;
    }

    private async Task<Func<BucketSettings, BucketSettings>?> ReadAsync<T>(
        string operation,
        string? absentCode,
        Func<CancellationToken, Task<T>> call,
        Func<BucketSettings, T?, BucketSettings> apply,
        CancellationToken cancellationToken)
        where T : class
    {
        var exists = true;
        var answer = await session.CallOrDefaultAsync(
            new AwsCallName("s3", operation, bucket),
            async token =>
            {
                try
                {
                    return await call(token).ConfigureAwait(false);
                }
                catch (Amazon.Runtime.AmazonServiceException e) when (e.ErrorCode == "NoSuchBucket")
                {
                    exists = false;
                    throw;
                }
            },
            absentCode is null ? NoBucket : [absentCode, .. NoBucket],
            cancellationToken).ConfigureAwait(false);
        return exists ? settings => apply(settings, answer) : null;
    }
}
