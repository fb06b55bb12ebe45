using System.Text;
using System.Text.RegularExpressions;
using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Describes everything in a lab's AWS, with ids that differ from run to run left out: two states that read the same are the same.</summary>
internal static partial class LabState
{
    public static async Task<string> DescribeAsync(StackLab lab)
    {
        var credentials = new BasicAWSCredentials(lab.Sandbox.AccessKey, lab.Sandbox.SecretKey);
        var text = new StringBuilder();
        foreach (var line in await lab.ZoneAsync())
        {
            text.AppendLine(line);
        }

        using var cloudFront = new AmazonCloudFrontClient(credentials, new AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl });
        var distributions = await cloudFront.ListDistributionsAsync(new ListDistributionsRequest());
        foreach (var d in distributions.DistributionList.Items ?? [])
        {
            text.AppendLine($"distribution {string.Join(" ", d.Aliases.Items.Order(StringComparer.Ordinal))} {d.Status} {(d.Enabled == true ? "enabled" : "disabled")}");
        }

        var controls = await cloudFront.ListOriginAccessControlsAsync(new ListOriginAccessControlsRequest());
        foreach (var c in controls.OriginAccessControlList.Items ?? [])
        {
            text.AppendLine($"origin access control {c.Name}");
        }

        using var acm = new AmazonCertificateManagerClient(credentials, new AmazonCertificateManagerConfig { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl });
        var certificates = await acm.ListCertificatesAsync(new ListCertificatesRequest());
        foreach (var c in certificates.CertificateSummaryList ?? [])
        {
            text.AppendLine($"certificate {c.DomainName}");
        }

        using var s3 = new AmazonS3Client(credentials, new AmazonS3Config { AuthenticationRegion = "eu-central-1", ServiceURL = lab.Sandbox.EndpointUrl, ForcePathStyle = true });
        foreach (var bucket in (await s3.ListBucketsAsync()).Buckets ?? [])
        {
            text.AppendLine($"bucket {bucket.BucketName}");
            if (bucket.BucketName.Contains("-assets", StringComparison.Ordinal))
            {
                var objects = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket.BucketName });
                foreach (var o in objects.S3Objects ?? [])
                {
                    text.AppendLine($"  {o.Key} {o.Size}");
                }

                foreach (var tag in (await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket.BucketName })).TagSet.OrderBy(t => t.Key, StringComparer.Ordinal))
                {
                    text.AppendLine($"  tag {tag.Key}={tag.Value}");
                }

                text.AppendLine($"  versioning {(await s3.GetBucketVersioningAsync(bucket.BucketName)).VersioningConfig.Status}");
                text.AppendLine($"  policy {(await s3.GetBucketPolicyAsync(bucket.BucketName)).Policy?.Length > 0}");
            }
        }

        // Sorted once the names that vary are out of the way: they would decide the order.
        return string.Join('\n', Varying().Replace(text.ToString().Replace(lab.Sandbox.AccountId, "ACCOUNT", StringComparison.Ordinal), m => m.Value[0] == '_' ? "_VALIDATION" : "DISTRIBUTION")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    // Validation labels and targets, and distribution domain names.
    [GeneratedRegex("_[0-9a-f]{32}(\\.[a-z0-9]+\\.acm-validations\\.aws\\.?)?|d[a-z0-9]{8,14}(?=\\.cloudfront\\.net)")]
    private static partial Regex Varying();
}
