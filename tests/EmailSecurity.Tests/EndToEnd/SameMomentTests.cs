using Amazon.S3.Model;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>What others write into a bucket after it was observed and before a publish writes is kept: S3 replaces such settings as a whole.</summary>
public sealed class SameMomentTests
{
    [Fact]
    public async Task A_tag_that_others_set_during_a_publish_stays()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack());
        await PublishAsync(lab, s3 => TagAsync(s3, lab.LogBucket(), t => t.Add(new Tag { Key = "team", Value = "mail" })));
        var tags = (await lab.OnS3Async(s3 => s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = lab.LogBucket() }))).TagSet;
        Assert.Contains(tags, t => t is { Key: "team", Value: "mail" });
        Assert.Contains(tags, t => t.Key == StackNames.ServedTag);
    }

    [Fact]
    public async Task A_tag_that_others_took_off_during_a_publish_does_not_come_back()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack());
        await lab.OnS3Async(s3 => TagAsync(s3, lab.LogBucket(), t => t.Add(new Tag { Key = "team", Value = "mail" })));
        await PublishAsync(lab, s3 => TagAsync(s3, lab.LogBucket(), t => t.RemoveAll(g => g.Key == "team")));
        var tags = (await lab.OnS3Async(s3 => s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = lab.LogBucket() }))).TagSet;
        Assert.DoesNotContain(tags, t => t.Key == "team");
    }

    [Fact]
    public async Task A_statement_that_others_add_to_a_policy_during_a_publish_stays()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack());
        var bucket = lab.AssetBucket();
        await lab.OnS3Async(s3 => s3.DeleteBucketPolicyAsync(new DeleteBucketPolicyRequest { BucketName = bucket }));
        var theirs = $$"""
            {"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Deny","Principal":"*","Action":"s3:PutObjectAcl","Resource":"arn:aws:s3:::{{bucket}}/*"}]}
            """;
        await PublishAsync(lab, s3 => s3.PutBucketPolicyAsync(new PutBucketPolicyRequest { BucketName = bucket, Policy = theirs }));
        var policy = (await lab.OnS3Async(s3 => s3.GetBucketPolicyAsync(new GetBucketPolicyRequest { BucketName = bucket }))).Policy;
        Assert.Contains("Theirs", policy, StringComparison.Ordinal);
        Assert.Contains("AllowCloudFrontRead", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lifecycle_rule_that_others_add_during_a_publish_stays()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack());
        var bucket = lab.LogBucket();
        var theirs = new LifecycleRule
        {
            Id = "theirs",
            Status = Amazon.S3.LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "notes/" } },
            Expiration = new LifecycleRuleExpiration { Days = 3 },
        };
        await lab.OnS3Async(s3 => s3.DeleteLifecycleConfigurationAsync(new DeleteLifecycleConfigurationRequest { BucketName = bucket }));
        await PublishAsync(lab, s3 => s3.PutLifecycleConfigurationAsync(new PutLifecycleConfigurationRequest
        {
            BucketName = bucket,
            Configuration = new LifecycleConfiguration { Rules = [theirs] },
        }));
        var rules = (await lab.OnS3Async(s3 => s3.GetLifecycleConfigurationAsync(new GetLifecycleConfigurationRequest { BucketName = bucket }))).Configuration.Rules;
        Assert.Equal(["expire-logs", "theirs"], rules.Select(r => r.Id).Order(StringComparer.Ordinal));
    }

    private static async Task<PutBucketTaggingResponse> TagAsync(Amazon.S3.AmazonS3Client s3, string bucket, Action<List<Tag>> change)
    {
        var tags = (await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket })).TagSet;
        change(tags);
        return await s3.PutBucketTaggingAsync(new PutBucketTaggingRequest { BucketName = bucket, TagSet = tags });
    }

    // Another policy, so that the marks are written too; others act when everything was observed and nothing is written.
    private static async Task PublishAsync<T>(StackLab lab, Func<Amazon.S3.AmazonS3Client, Task<T>> others)
    {
        using var s3 = lab.S3();
        var host = new ActingHost(async () =>
        {
            using var busy = lab.Time.Busy();
            await others(s3);
        });
        var result = await lab.PublishAsync(StackLab.Stack(s => s with { MaxAge = 172800 }), host: host);
        Assert.Empty(result.Errors);
        Assert.True(host.HasActed);
    }
}
