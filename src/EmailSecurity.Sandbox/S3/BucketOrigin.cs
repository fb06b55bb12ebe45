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
        lock (state.Gate)
        {
            if (!state.Buckets.TryGetValue(bucket, out var found))
            {
                return Refused(404);
            }
            // arn:aws:cloudfront::123456789012:distribution/EXAMPLE
            var parts = distributionArn.Split(':');
            var account = parts.Length > 4 ? parts[4] : "";
            bool Allows(string action, string resourceKey) =>
                Authorization.AllowsService(found, CloudFront, action, resourceKey, distributionArn, account, state.Clock.Now);
            var version = found.Objects.Find(key) is { IsDeleteMarker: false } latest ? latest : null;
            if (version is null)
            {
                return Refused(Allows("ListBucket", "") ? 404 : 403);
            }
            // Developer Guide, "Restrict access to an Amazon S3 origin": under SSE-KMS the key's policy has to allow the distribution, and
            // that of the AWS managed key cannot be changed. What a customer managed key allows is taken for granted here.
            var decrypts = version.Encryption == "AES256" || version.KmsKey is not null;
            return !decrypts || !Allows("GetObject", key) ? Refused(403) : new OriginObject(
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
