using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.S3;

/// <summary>S3 as CloudFront sees it.</summary>
internal sealed class BucketOrigin(S3State state) : IBucketOrigin
{
    private const string CloudFront = "cloudfront.amazonaws.com";

    /// <inheritdoc/>
    public OriginObject GetForDistribution(string bucket, string key, string distributionArn)
    {
        // arn:aws:cloudfront::123456789012:distribution/EXAMPLE
        var parts = distributionArn.Split(':');
        var account = parts.Length > 4 ? parts[4] : "";
        // Developer Guide, "Restrict access to an Amazon S3 origin": under SSE-KMS the key's policy has to allow the distribution, and
        // that of the AWS managed key cannot be changed. What a customer managed key allows is taken for granted here.
        return Get(
            bucket,
            key,
            version => version.Encryption == "AES256" || version.KmsKey is not null,
            (found, action, resourceKey) =>
                Authorization.AllowsService(found, CloudFront, action, resourceKey, distributionArn, account, state.Clock.Now));
    }

    /// <inheritdoc/>
    public OriginObject GetForIdentity(string bucket, string key, string identityId, string canonicalUserId) => Get(
        bucket,
        key,
        version => version.Encryption == "AES256", // "OAI doesn't support ... server-side encryption with AWS KMS"
        (found, action, resourceKey) => Authorization.AllowsIdentity(found, identityId, canonicalUserId, action, resourceKey, state.Clock.Now));

    private OriginObject Get(string bucket, string key, Func<StoredVersion, bool> decrypts, Func<Bucket, string, string, bool> allows)
    {
        lock (state.Gate)
        {
            if (!state.Buckets.TryGetValue(bucket, out var found))
            {
                return Refused(404);
            }
            var version = found.Objects.Find(key) is { IsDeleteMarker: false } latest ? latest : null;
            if (version is null)
            {
                return Refused(allows(found, "ListBucket", "") ? 404 : 403);
            }
            return !decrypts(version) || !allows(found, "GetObject", key) ? Refused(403) : new OriginObject(
                200,
                version.Content,
                ObjectOperations.ContentType(version),
                version.Headers.GetValueOrDefault("cache-control", ""),
                version.Headers.GetValueOrDefault("content-encoding", ""),
                version.ETag,
                version.LastModified);
        }
    }

    /// <inheritdoc/>
    public BucketFacts? GetFacts(string bucket)
    {
        lock (state.Gate)
        {
            return state.Buckets.TryGetValue(bucket, out var found) ? new BucketFacts(found.Owner.AccountId, found.Region, found.AclsEnabled) : null;
        }
    }

    /// <inheritdoc/>
    public void DeliverLog(string bucket, string key, byte[] content)
    {
        lock (state.Gate)
        {
            if (state.Buckets.TryGetValue(bucket, out var found))
            {
                ObjectUploads.Store(
                    state,
                    found,
                    key,
                    content,
                    new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["content-type"] = "text/plain" },
                    ("crc64nvme", Checksum.Compute("crc64nvme", content)));
            }
        }
    }

    private static OriginObject Refused(int status) => new(status, [], "application/xml", "", "", "", DateTimeOffset.UnixEpoch);
}
