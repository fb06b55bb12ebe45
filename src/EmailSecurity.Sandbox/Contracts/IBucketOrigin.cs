namespace EmailSecurity.Sandbox.Contracts;

/// <summary>What the edge gets from a bucket.</summary>
/// <param name="Status">200, 403 (policy does not allow the distribution, or no such key without list permission), 404 (no such bucket).</param>
public sealed record OriginObject(
    int Status, byte[] Content, string ContentType, string CacheControl, string ContentEncoding, string ETag, DateTimeOffset LastModified);

/// <summary>What CloudFront checks about a log or origin bucket.</summary>
/// <param name="OwnerAccountId">Account that owns it.</param>
/// <param name="Region">Its region.</param>
/// <param name="AclsEnabled">True unless its Object Ownership is BucketOwnerEnforced.</param>
public sealed record BucketFacts(string OwnerAccountId, string Region, bool AclsEnabled);

/// <summary>S3 as CloudFront sees it: the one interface between the two emulations.</summary>
public interface IBucketOrigin
{
    /// <summary>GetObject by the principal cloudfront.amazonaws.com with AWS:SourceArn; the bucket policy decides.</summary>
    OriginObject GetForDistribution(string bucket, string key, string distributionArn);

    /// <summary>GetObject by an origin access identity; the bucket policy decides.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The object.</param>
    /// <param name="identityId">Id of the identity, which a policy names by ARN.</param>
    /// <param name="canonicalUserId">Its canonical user, by which a policy can name it as well.</param>
    OriginObject GetForIdentity(string bucket, string key, string identityId, string canonicalUserId);

    /// <summary>Facts of a bucket; null where it does not exist.</summary>
    BucketFacts? GetFacts(string bucket);

    /// <summary>A log file delivered by CloudFront (the awslogsdelivery grant is checked by the caller through the facts).</summary>
    void DeliverLog(string bucket, string key, byte[] content);
}
