namespace EmailSecurity.Aws.Session;

/// <summary>What a call is, for messages: <c>s3:PutObject</c> on a target.</summary>
/// <param name="Service">IAM prefix of the service: <c>s3</c>, <c>cloudfront</c>, <c>acm</c>, <c>route53</c>, <c>sts</c>.</param>
/// <param name="Operation">API operation.</param>
/// <param name="Target">Bucket, zone, distribution ...; empty for none.</param>
internal readonly record struct AwsCallName(string Service, string Operation, string Target = "")
{
    /// <summary>The service's name for people.</summary>
    public string ServiceName => Service switch
    {
        "s3" => "S3",
        "cloudfront" => "CloudFront",
        "acm" => "ACM",
        "route53" => "Route 53",
        "sts" => "STS",
        _ => Service,
    };

    /// <inheritdoc/>
    public override string ToString() => Target.Length == 0 ? $"{ServiceName} {Operation}" : $"{ServiceName} {Operation} ({Target})";
}
