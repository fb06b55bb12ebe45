using System.Text;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.S3.Model;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Sandbox;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>
/// What Terraform modules and the AWS CDK sample leave: a private bucket that an origin access identity reads, a distribution with the policy host as its
/// alias, a CNAME record, and the policy's id.
/// </summary>
internal sealed class Forerunner
{
    public const string Host = "mta-sts.example.com";
    public const string PolicyId = "20200101000000";
    public const string Bucket = "theirs-mta-sts-site";

    public required MtaStsPolicy Policy { get; init; }
    public required string DistributionId { get; init; }
    public required string DomainName { get; init; }
    public required string CertificateArn { get; init; }
    public string Text => Policy.Served;

    /// <summary>Makes it, in no time.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="mode">Mode of its policy.</param>
    /// <param name="hasRecords">False where DNS has nothing of it.</param>
    public static async Task<Forerunner> MakeAsync(StackLab lab, MtaStsMode mode = MtaStsMode.Enforce, bool hasRecords = true)
    {
        lab.Sandbox.SetLatency("none", 1);
        var policy = MtaStsPolicy.Create(StackLab.Domain, mode, ["mx1.example.com", "*.mail.example.com"], 604800);
        var certificate = await lab.IssueCertificateAsync(Host);
        var identity = await CreateIdentityAsync(lab);
        await FillBucketAsync(lab, policy, identity);
        using var cloudFront = lab.CloudFront();
        var made = (await cloudFront.CreateDistributionWithTagsAsync(new CreateDistributionWithTagsRequest
        {
            DistributionConfigWithTags = new DistributionConfigWithTags { DistributionConfig = Config(certificate, identity), Tags = new Tags { Items = [] } },
        })).Distribution;
        if (hasRecords)
        {
            await lab.PutRecordsAsync((Host, "CNAME", made.DomainName), ("_mta-sts.example.com", "TXT", $"\"v=STSv1; id={PolicyId};\""));
        }

        lab.Sandbox.SetLatency("real", 1);
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        lab.Sandbox.ClearCalls();
        return new Forerunner { Policy = policy, DistributionId = made.Id, DomainName = made.DomainName, CertificateArn = certificate };
    }

    /// <summary>Its distribution as it is, without what a move of the alias changes.</summary>
    public async Task<string> DistributionAsync(StackLab lab)
    {
        using var passing = lab.LetTimePass();
        using var services = lab.Connect();
        var now = (await services.Distributions.GetAsync(DistributionId, CancellationToken.None))!;
        return (now with { IsDeployed = true, LastModified = default, Settings = now.Settings with { Aliases = [] } }).Settings.ToString();
    }

    /// <summary>The keys and bytes of its bucket.</summary>
    public static Task<string> ObjectsAsync(StackLab lab) => lab.OnS3Async(async s3 =>
    {
        var list = await s3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket });
        return string.Join(",", list.Versions.Select(v => $"{v.Key} {v.ETag} {v.VersionId}"));
    });

    private static async Task FillBucketAsync(StackLab lab, MtaStsPolicy policy, string identity)
    {
        using var passing = lab.LetTimePass();
        using var services = lab.Connect();
        await services.Buckets.CreateAsync(Bucket, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), CancellationToken.None);
        using var s3 = lab.S3();
        await s3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = MtaStsPolicy.WellKnownFile,
            ContentBody = policy.Served,
            ContentType = "text/plain",
            UseChunkEncoding = false,
        });
        await s3.PutBucketPolicyAsync(new PutBucketPolicyRequest
        {
            BucketName = Bucket,
            Policy = $$"""
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                "Principal":{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {{identity}}"},
                "Action":"s3:GetObject","Resource":"arn:aws:s3:::{{Bucket}}/*"}]}
                """,
        });
    }

    private static async Task<string> CreateIdentityAsync(StackLab lab)
    {
        using var passing = lab.LetTimePass();
        using var http = new HttpClient();
        using var request = S3Raw.Sign(lab.Sandbox.EndpointUrl, lab.Sandbox.AccessKey, lab.Sandbox.SecretKey, "cloudfront", "POST",
            "/2020-05-31/origin-access-identity/cloudfront",
            Encoding.UTF8.GetBytes("<CloudFrontOriginAccessIdentityConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">"
                + "<CallerReference>theirs</CallerReference><Comment>theirs</Comment></CloudFrontOriginAccessIdentityConfig>"),
            "us-east-1", "content-type:text/xml");
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return System.Xml.Linq.XElement.Parse(body).Elements().First(e => e.Name.LocalName == "Id").Value;
    }

    private static DistributionConfig Config(string certificate, string identity) => new()
    {
        CallerReference = "theirs",
        Comment = "made by another tool",
        Enabled = true,
        Aliases = new Aliases { Quantity = 1, Items = [Host] },
        Origins = new Origins
        {
            Quantity = 1,
            Items =
            [
                new Origin
                {
                    Id = "s3",
                    DomainName = $"{Bucket}.s3.eu-central-1.amazonaws.com",
                    S3OriginConfig = new S3OriginConfig { OriginAccessIdentity = "origin-access-identity/cloudfront/" + identity },
                },
            ],
        },
        DefaultCacheBehavior = new DefaultCacheBehavior
        {
            TargetOriginId = "s3",
            ViewerProtocolPolicy = ViewerProtocolPolicy.RedirectToHttps,
            CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
        ViewerCertificate = new ViewerCertificate
        {
            ACMCertificateArn = certificate,
            SSLSupportMethod = SSLSupportMethod.SniOnly,
            MinimumProtocolVersion = MinimumProtocolVersion.TLSv12_2021,
        },
    };
}
