namespace EmailSecurity.Tests.Lives;

/// <summary>Other people's things in the same account: a stack's neighbours, of which nothing may change.</summary>
internal static class OtherPeople
{
    /// <summary>Puts them there.</summary>
    public static async Task SettleAsync(DirectAws aws)
    {
        await MakeBucketAsync(aws, "holiday-photos-4711");
        Must(await aws.CallAsync("s3", "PUT", "/holiday-photos-4711/beach.jpg", "sand", "eu-central-1"));
        await MakeBucketAsync(aws, "es-example-net-0f1e2d-neighbour-assets");
        await TagAsync(aws, "es-example-net-0f1e2d-neighbour-assets", ("EmailSecurity:Stack", "example.net"));
        Must(await aws.AcmAsync("RequestCertificate", """{"DomainName":"shop.example.net","ValidationMethod":"DNS"}"""));
        Must(await aws.CallAsync("cloudfront", "POST", "/2020-05-31/distribution", $"""
            <DistributionConfig xmlns="{DirectAws.CloudFront}"><CallerReference>shop</CallerReference><Aliases><Quantity>0</Quantity></Aliases>
            <Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id><DomainName>holiday-photos-4711.s3.eu-central-1.amazonaws.com</DomainName>
            <S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin></Items></Origins>
            <DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId><ViewerProtocolPolicy>https-only</ViewerProtocolPolicy>
            <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior><Comment>shop</Comment><Enabled>true</Enabled></DistributionConfig>
            """));
    }

    public static async Task MakeBucketAsync(DirectAws aws, string name) => Must(await aws.CallAsync("s3", "PUT", "/" + name,
        $"<CreateBucketConfiguration xmlns=\"{DirectAws.S3}\"><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>", "eu-central-1"));

    public static Task<AwsAnswer> TagAsync(DirectAws aws, string bucket, params (string Key, string Value)[] tags) => aws.CallAsync("s3", "PUT", $"/{bucket}?tagging",
        $"<Tagging xmlns=\"{DirectAws.S3}\"><TagSet>{string.Concat(tags.Select(t => $"<Tag><Key>{t.Key}</Key><Value>{t.Value}</Value></Tag>"))}</TagSet></Tagging>",
        "eu-central-1");

    private static void Must(AwsAnswer answer)
    {
        if (answer.Error.Length > 0)
        {
            throw new InvalidOperationException($"{answer.Error}: {answer.Body}");
        }
    }
}
