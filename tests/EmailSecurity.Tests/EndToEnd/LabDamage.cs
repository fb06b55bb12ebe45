using System.Text;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Route53.Model;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Sandbox;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>What other people do to a stack with their own tools: each of these loses something of what tells which policies were served.</summary>
public enum Damage
{
    AssetBucketEmptied,
    AssetBucketDeleted,
    PolicyObjectDeleted,
    PolicyObjectOverwritten,
    VersioningSuspendedAndVersionsGone,
    AssetTagsRemoved,
    AssetTagsAltered,
    LogTagsRemoved,
    LogBucketDeleted,
    DistributionTagsRemoved,
    DistributionTagsAltered,
    DistributionDisabled,
    DistributionDeleted,
    PolicyRecordAltered,
    PolicyRecordDeleted,
    AliasesDeleted,
    AssetBucketAndDistributionDeleted,
    AssetBucketAndPolicyRecordDeleted,
    AssetBucketDeletedAndDistributionTagsRemoved,
    BothBucketsDeleted,
    DistributionAndRecordsDeleted,
}

/// <summary>Does the damage.</summary>
internal sealed class LabDamage(StackLab lab) : IDisposable
{
    private readonly AmazonS3Client s3 = lab.S3();
    private readonly AmazonCloudFrontClient cloudFront = lab.CloudFront();

    private string Assets => lab.AssetBucket();

    private string Logs => lab.LogBucket();

    public async Task DoAsync(Damage damage)
    {
        lab.Time.Advance(StackLab.InSync);
        if (damage == Damage.PolicyRecordAltered)
        {
            await lab.PutRecordsAsync(("_mta-sts.example.com", "TXT", "\"v=STSv1; id=20260101;\""));
            return;
        }

        using (lab.LetTimePass())
        {
            await ActAsync(damage);
        }

        lab.Time.Advance(TimeSpan.FromMinutes(10)); // it is everywhere
        if (damage is Damage.DistributionDeleted or Damage.AssetBucketAndDistributionDeleted or Damage.DistributionAndRecordsDeleted)
        {
            using var passing = lab.LetTimePass();
            var id = (await DistributionAsync()).Id;
            var now = await cloudFront.GetDistributionAsync(new GetDistributionRequest { Id = id });
            await cloudFront.DeleteDistributionAsync(new DeleteDistributionRequest { Id = id, IfMatch = now.ETag });
            if (damage == Damage.AssetBucketAndDistributionDeleted)
            {
                await DeleteBucketAsync(Assets);
            }
        }
    }

    private async Task ActAsync(Damage damage)
    {
        switch (damage)
        {
            case Damage.AssetBucketEmptied:
                await EmptyAsync(Assets, keepNewest: false);
                break;
            case Damage.AssetBucketDeleted:
                await DeleteBucketAsync(Assets);
                break;
            case Damage.PolicyObjectDeleted:
                await s3.DeleteObjectAsync(Assets, StackNames.PolicyKey);
                break;
            case Damage.PolicyObjectOverwritten:
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Assets, Key = StackNames.PolicyKey, ContentBody = "version: STSv1\r\nmode: testing\r\nmx: mx1.example.com\r\nmax_age: 86400\r\n" });
                break;
            case Damage.VersioningSuspendedAndVersionsGone:
                await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = Assets, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Suspended } });
                await EmptyAsync(Assets, keepNewest: true);
                break;
            case Damage.AssetTagsRemoved:
                await s3.DeleteBucketTaggingAsync(new DeleteBucketTaggingRequest { BucketName = Assets });
                break;
            case Damage.AssetTagsAltered:
                await s3.PutBucketTaggingAsync(Assets, [new Amazon.S3.Model.Tag { Key = StackNames.OwnerTag, Value = "other.example" }]);
                break;
            case Damage.LogTagsRemoved:
                await s3.DeleteBucketTaggingAsync(new DeleteBucketTaggingRequest { BucketName = Logs });
                break;
            case Damage.LogBucketDeleted:
                await DeleteBucketAsync(Logs);
                break;
            case Damage.DistributionTagsRemoved:
                await RemoveDistributionTagsAsync();
                break;
            case Damage.DistributionTagsAltered:
                await cloudFront.TagResourceAsync(new TagResourceRequest { Resource = (await DistributionAsync()).ARN, Tags = new Tags { Items = [new Amazon.CloudFront.Model.Tag { Key = StackNames.OwnerTag, Value = "other.example" }] } });
                break;
            case Damage.DistributionDisabled:
            case Damage.DistributionDeleted:
            case Damage.AssetBucketAndDistributionDeleted:
                await DisableAsync();
                break;
            case Damage.PolicyRecordDeleted:
                await DeleteRecordsAsync("_mta-sts.example.com.");
                break;
            case Damage.AliasesDeleted:
                await DeleteRecordsAsync("mta-sts.example.com.");
                break;
            case Damage.AssetBucketAndPolicyRecordDeleted:
                await DeleteBucketAsync(Assets);
                await DeleteRecordsAsync("_mta-sts.example.com.");
                break;
            case Damage.AssetBucketDeletedAndDistributionTagsRemoved:
                await DeleteBucketAsync(Assets);
                await RemoveDistributionTagsAsync();
                break;
            case Damage.BothBucketsDeleted:
                await DeleteBucketAsync(Assets);
                await DeleteBucketAsync(Logs);
                break;
            case Damage.DistributionAndRecordsDeleted:
                await DisableAsync();
                await DeleteRecordsAsync("_mta-sts.example.com.");
                await DeleteRecordsAsync("mta-sts.example.com.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage), damage, null);
        }
    }

    /// <summary>The value of the tag that remembers, on the distribution and on the log bucket; null for none.</summary>
    public async Task<(string? Distribution, string? LogBucket)> MarksAsync()
    {
        using var passing = lab.LetTimePass();
        var tags = await cloudFront.ListTagsForResourceAsync(new Amazon.CloudFront.Model.ListTagsForResourceRequest { Resource = (await DistributionAsync()).ARN });
        var logs = await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = Logs });
        return (tags.Tags.Items.Find(t => t.Key == StackNames.ServedTag)?.Value, logs.TagSet.Find(t => t.Key == StackNames.ServedTag)?.Value);
    }

    public void Dispose()
    {
        s3.Dispose();
        cloudFront.Dispose();
    }

    private async Task<DistributionSummary> DistributionAsync() => (await cloudFront.ListDistributionsAsync(new ListDistributionsRequest())).DistributionList.Items.Single(d => d.Aliases.Items.Contains("mta-sts.example.com"));

    // Signed by hand: no command of the module removes a tag, so the client has no such call.
    private async Task RemoveDistributionTagsAsync()
    {
        var body = string.Concat(new[] { StackNames.OwnerTag, StackNames.PartsTag, StackNames.ServedTag }.Select(k => $"<Key>{k}</Key>"));
        var content = Encoding.UTF8.GetBytes($"<TagKeys xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Items>{body}</Items></TagKeys>");
        using var http = new HttpClient();
        using var request = S3Raw.Sign(lab.Sandbox.EndpointUrl, lab.Sandbox.AccessKey, lab.Sandbox.SecretKey, "cloudfront", "POST",
            $"/2020-05-31/tagging?Operation=Untag&Resource={Uri.EscapeDataString((await DistributionAsync()).ARN)}", content, "us-east-1", "content-type:text/xml");
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task DisableAsync()
    {
        var id = (await DistributionAsync()).Id;
        var now = await cloudFront.GetDistributionAsync(new GetDistributionRequest { Id = id });
        now.Distribution.DistributionConfig.Enabled = false;
        await cloudFront.UpdateDistributionAsync(new UpdateDistributionRequest { Id = id, IfMatch = now.ETag, DistributionConfig = now.Distribution.DistributionConfig });
    }

    private async Task EmptyAsync(string bucket, bool keepNewest)
    {
        var versions = await s3.ListVersionsAsync(bucket);
        foreach (var version in (versions.Versions ?? []).Where(v => !(keepNewest && v.IsLatest == true)))
        {
            await s3.DeleteObjectAsync(bucket, version.Key, version.VersionId);
        }
    }

    private async Task DeleteBucketAsync(string bucket)
    {
        await EmptyAsync(bucket, keepNewest: false);
        await s3.DeleteBucketAsync(bucket);
    }

    private async Task DeleteRecordsAsync(string name)
    {
        var sets = await lab.Route53.ListResourceRecordSetsAsync(new ListResourceRecordSetsRequest { HostedZoneId = lab.ZoneId });
        await lab.Route53.ChangeResourceRecordSetsAsync(new ChangeResourceRecordSetsRequest
        {
            HostedZoneId = lab.ZoneId,
            ChangeBatch = new ChangeBatch { Changes = [.. sets.ResourceRecordSets.Where(s => s.Name == name).Select(s => new Change { Action = Amazon.Route53.ChangeAction.DELETE, ResourceRecordSet = s })] },
        });
    }
}
