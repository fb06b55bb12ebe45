namespace EmailSecurity.Aws.Session;

/// <summary>What a call is, for messages: <c>s3:PutObject</c> on a target.</summary>
/// <param name="Service">IAM prefix of the service: <c>s3</c>, <c>cloudfront</c>, <c>acm</c>, <c>route53</c>, <c>sts</c>.</param>
/// <param name="Operation">API operation.</param>
/// <param name="Target">Bucket, zone, distribution ...; empty for none.</param>
internal readonly record struct AwsCallName(string Service, string Operation, string Target = "")
{
    // Service Authorization Reference: operations whose action has another name.
    private static readonly Dictionary<string, string> Actions = new(StringComparer.Ordinal)
    {
        ["s3:ListBuckets"] = "s3:ListAllMyBuckets",
        ["s3:HeadBucket"] = "s3:ListBucket",
        ["s3:ListObjectsV2"] = "s3:ListBucket",
        ["s3:ListObjectVersions"] = "s3:ListBucketVersions",
        ["s3:GetPublicAccessBlock"] = "s3:GetBucketPublicAccessBlock",
        ["s3:PutPublicAccessBlock"] = "s3:PutBucketPublicAccessBlock",
        ["s3:GetBucketEncryption"] = "s3:GetEncryptionConfiguration",
        ["s3:PutBucketEncryption"] = "s3:PutEncryptionConfiguration",
        ["s3:GetBucketLifecycleConfiguration"] = "s3:GetLifecycleConfiguration",
        ["s3:PutBucketLifecycleConfiguration"] = "s3:PutLifecycleConfiguration",
        ["s3:DeleteBucketLifecycle"] = "s3:PutLifecycleConfiguration",
        ["s3:HeadObject"] = "s3:GetObject",
        ["s3:DeleteObjects"] = "s3:DeleteObjectVersion",
        ["cloudfront:CreateDistributionWithTags"] = "cloudfront:CreateDistribution",
    };

    /// <summary>The action that IAM allows or denies: <c>s3:GetEncryptionConfiguration</c>.</summary>
    public string Action => Actions.GetValueOrDefault($"{Service}:{Operation}", $"{Service}:{Operation}");

    /// <summary>The service's name for people.</summary>
    public string ServiceName => Service switch
    {
        "s3" => "S3",
        "cloudfront" => "CloudFront",
        "acm" => "ACM",
        "route53" => "Route 53",
        "sts" => "STS",
        "sso" => "IAM Identity Center",
        _ => Service,
    };

    /// <inheritdoc/>
    public override string ToString() => Target.Length == 0 ? $"{ServiceName} {Operation}" : $"{ServiceName} {Operation} ({Target})";
}
