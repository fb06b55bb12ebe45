using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Route53.Model;
using Amazon.Runtime;
using Amazon.S3;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>What other administrators of a lab's account do by hand, past the module.</summary>
internal static class OtherHands
{
    private static BasicAWSCredentials Credentials(StackLab lab) => new(lab.Sandbox.AccessKey, lab.Sandbox.SecretKey);

    /// <summary>A call of the test's own on S3.</summary>
    public static async Task<T> OnS3Async<T>(this StackLab lab, Func<AmazonS3Client, Task<T>> call)
    {
        using var passing = lab.LetTimePass();
        using var s3 = lab.S3();
        return await call(s3);
    }

    public static string AssetBucket(this StackLab lab) => StackNames.AssetBucket(StackLab.Domain, lab.Sandbox.AccountId, BucketForm.Regional("eu-central-1"));

    public static string LogBucket(this StackLab lab) => StackNames.LogBucket(StackLab.Domain, lab.Sandbox.AccountId, BucketForm.Regional("eu-central-1"));

    public static AmazonS3Client S3(this StackLab lab)
        => new(Credentials(lab), new AmazonS3Config { AuthenticationRegion = "eu-central-1", ServiceURL = lab.Sandbox.EndpointUrl, ForcePathStyle = true });

    public static AmazonCloudFrontClient CloudFront(this StackLab lab)
        => new(Credentials(lab), new AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl });

    /// <summary>Puts an object of somebody else's.</summary>
    public static Task PutTheirsAsync(this StackLab lab, string bucket, string key)
        => lab.OnS3Async(s3 => s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = bucket, Key = key, ContentBody = "theirs", UseChunkEncoding = false }));

    /// <summary>Sets a bucket's default encryption to SSE-KMS: with this key, or, where it is null, the AWS managed one.</summary>
    public static Task EncryptAsync(this StackLab lab, string bucket, string? key)
    {
        var byDefault = new Amazon.S3.Model.ServerSideEncryptionByDefault
        {
            ServerSideEncryptionAlgorithm = ServerSideEncryptionMethod.AWSKMS,
            ServerSideEncryptionKeyManagementServiceKeyId = key,
        };
        var rule = new Amazon.S3.Model.ServerSideEncryptionRule { ServerSideEncryptionByDefault = byDefault };
        var configuration = new Amazon.S3.Model.ServerSideEncryptionConfiguration { ServerSideEncryptionRules = [rule] };
        var put = new Amazon.S3.Model.PutBucketEncryptionRequest { BucketName = bucket, ServerSideEncryptionConfiguration = configuration };
        return lab.OnS3Async(s3 => s3.PutBucketEncryptionAsync(put));
    }

    /// <summary>Puts a TXT set of several strings.</summary>
    public static async Task PutTxtAsync(this StackLab lab, string name, params string[] texts)
    {
        List<ResourceRecord> values = [.. texts.Select(t => new ResourceRecord { Value = $"\"{t}\"" })];
        var set = new ResourceRecordSet { Name = name, Type = Amazon.Route53.RRType.TXT, TTL = 300, ResourceRecords = values };
        using (lab.LetTimePass())
        {
            await lab.Route53.ChangeResourceRecordSetsAsync(new ChangeResourceRecordSetsRequest
            {
                HostedZoneId = lab.ZoneId,
                ChangeBatch = new ChangeBatch { Changes = [new Change { Action = Amazon.Route53.ChangeAction.UPSERT, ResourceRecordSet = set }] },
            });
        }
    }

    /// <summary>The configuration of the stack's distribution.</summary>
    public static async Task<(string Id, string ETag, DistributionConfig Config)> DistributionAsync(this StackLab lab)
    {
        using var passing = lab.LetTimePass();
        using var cloudFront = lab.CloudFront();
        var all = await cloudFront.ListDistributionsAsync(new ListDistributionsRequest());
        var one = all.DistributionList.Items.Single(d => d.Aliases.Items.Contains(MtaStsPolicy.HostOf(StackLab.Domain)));
        var config = await cloudFront.GetDistributionConfigAsync(new GetDistributionConfigRequest { Id = one.Id });
        return (one.Id, config.ETag, config.DistributionConfig);
    }

    /// <summary>Edits the stack's distribution and waits until it is deployed.</summary>
    public static async Task EditDistributionAsync(this StackLab lab, Action<DistributionConfig> edit)
    {
        using var cloudFront = lab.CloudFront();
        var (id, etag, config) = await lab.DistributionAsync();
        edit(config);
        using (lab.LetTimePass())
        {
            await cloudFront.UpdateDistributionAsync(new UpdateDistributionRequest { Id = id, IfMatch = etag, DistributionConfig = config });
        }

        lab.Time.Advance(TimeSpan.FromMinutes(10));
    }

    /// <summary>Requests a certificate of these names, puts its validation records into the lab's zone, and waits until it is issued.</summary>
    public static Task<string> IssueCertificateAsync(this StackLab lab, params string[] names) => lab.IssueCertificateAsync(isOther: false, names);

    /// <summary>The same, where the certificate may be the other account's.</summary>
    public static async Task<string> IssueCertificateAsync(this StackLab lab, bool isOther, params string[] names)
    {
        using var zones = lab.Connect();
        using var services = lab.Connect(isOther: isOther);
        using var run = lab.Time.Run();
        var none = new Dictionary<string, string>(StringComparer.Ordinal);
        var arn = await services.Certificates.RequestAsync(names, Guid.NewGuid().ToString("N"), none, CancellationToken.None);
        HashSet<string> put = new(StringComparer.Ordinal);
        while (true)
        {
            var now = await services.Certificates.GetAsync(arn, CancellationToken.None);
            foreach (var record in now!.ValidationRecords.Where(r => put.Add(r.Name)))
            {
                var zone = (await zones.Zones.FindZonesAsync(record.Domain, CancellationToken.None)).MaxBy(z => z.Name.Length)!;
                await zones.Zones.ChangeAsync(zone.Id,
                    [new Ports.RecordSetChange(false, new Ports.RecordSet { Name = record.Name, Type = "CNAME", Ttl = 300, Values = [record.Value] })],
                    CancellationToken.None);
            }

            if (now.Status == Ports.CertificateStatus.Issued)
            {
                return arn;
            }

            await Task.Delay(TimeSpan.FromSeconds(20), lab.Time);
        }
    }
}
