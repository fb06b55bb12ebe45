using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Buckets that other administrators of the account put things into, or whose objects they put again.</summary>
public class BucketContentTests
{
    public static TheoryData<string> Manners => ["binary/octet-stream", "max-age=86400", "gzip", "redirect"];

    [Theory]
    [MemberData(nameof(Manners))]
    public async Task An_object_put_again_by_hand_is_mended(string manner)
    {
        await using var lab = await StackLab.StartAsync();
        var memory = new SettingsMemory(lab.Time);
        await lab.PublishAsync(StackLab.Stack(), memory: memory);
        var text = await lab.ServedPolicyAsync();
        var put = new PutObjectRequest { BucketName = lab.AssetBucket(), Key = StackNames.PolicyKey, ContentBody = text, UseChunkEncoding = false };
        put.ContentType = manner.Contains('/', StringComparison.Ordinal) ? manner : "text/plain; charset=utf-8";
        put.Headers.CacheControl = manner.StartsWith("max", StringComparison.Ordinal) ? manner : "max-age=10";
        if (manner == "gzip")
        {
            put.Headers.ContentEncoding = manner;
        }

        if (manner == "redirect")
        {
            put.WebsiteRedirectLocation = "/elsewhere";
        }

        await lab.OnS3Async(s3 => s3.PutObjectAsync(put));

        var plan = await lab.PlanAsync(StackLab.Stack());
        Assert.Equal(["object/policy", "invalidation"], plan.Changes.Where(c => c.IsWrite).Select(c => c.Id));

        // Also in the session that has just verified the stack.
        var mended = await lab.PublishAsync(StackLab.Stack(), memory: memory);
        Assert.Empty(mended.Errors);
        var now = await lab.OnS3Async(s3 => s3.GetObjectMetadataAsync(lab.AssetBucket(), StackNames.PolicyKey));
        Assert.Equal(("text/plain; charset=utf-8", "max-age=10", null), (now.Headers.ContentType, now.Headers.CacheControl, now.WebsiteRedirectLocation));
        Assert.True(string.IsNullOrEmpty(now.Headers.ContentEncoding));
        lab.Sandbox.ClearCalls();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(), memory: memory)).Plan.Changes);
        Assert.True(lab.Sandbox.GetCalls().Count <= 12, string.Join(", ", lab.Sandbox.GetCalls().Select(c => c.Operation)));
    }

    // Somebody turned on default encryption with a key of their own: it stays, and what is the same is not put again for ever.
    [Fact]
    public async Task A_bucket_encrypted_with_a_key_is_published_to_as_it_is()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        await lab.EncryptAsync(lab.AssetBucket(), "arn:aws:kms:eu-central-1:111122223333:key/1");
        var changed = await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce }));
        Assert.Empty(changed.Errors);
        Assert.Contains("mode: enforce", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
        Assert.Equal(ServerSideEncryptionMethod.AWSKMS,
            (await lab.OnS3Async(s3 => s3.GetObjectMetadataAsync(lab.AssetBucket(), StackNames.PolicyKey))).ServerSideEncryptionMethod);
        Assert.Empty((await lab.PlanAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce }))).Changes);
        Assert.Null((await lab.RemoveAsync(new RemovalOptions { Force = true })).Stack);
    }

    // CloudFront cannot read what is encrypted with the AWS managed key: DNS would name an id whose text nobody can fetch (RFC 8461 section 8.1).
    [Fact]
    public async Task A_key_that_CloudFront_cannot_use_is_replaced_before_the_next_policy_is_uploaded()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(), scale: 0.02);
        await lab.EncryptAsync(lab.AssetBucket(), key: null);
        var changed = await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce }));
        Assert.Empty(changed.Errors);
        Assert.Contains("mode: enforce", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
        Assert.Equal(ServerSideEncryptionMethod.AES256,
            (await lab.OnS3Async(s3 => s3.GetObjectMetadataAsync(lab.AssetBucket(), StackNames.PolicyKey))).ServerSideEncryptionMethod);
    }

    [Fact]
    public async Task A_key_that_CloudFront_cannot_use_is_replaced_before_mode_none_is_uploaded()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(), scale: 0.02);
        await lab.EncryptAsync(lab.AssetBucket(), key: null);
        var removal = await lab.RemoveAsync();
        Assert.Empty(removal.Errors);
        Assert.Equal(StackStatus.Removing, removal.Stack!.Status);
        Assert.Contains("mode: none", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
    }

    // What was put under such a key stays unreadable when the bucket no longer uses it, until it is put again.
    [Fact]
    public async Task An_object_that_CloudFront_cannot_read_is_put_again()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(), scale: 0.02);
        await lab.EncryptAsync(lab.AssetBucket(), key: null);
        var policy = System.Text.Encoding.UTF8.GetBytes((await lab.ServedPolicyAsync())!);
        await lab.OnS3Async(s3 => s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
        {
            BucketName = lab.AssetBucket(),
            Key = StackNames.PolicyKey,
            InputStream = new MemoryStream(policy),
            ContentType = "text/plain; charset=utf-8",
            Headers = { CacheControl = "max-age=10" },
            UseChunkEncoding = false,
        }));
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await lab.ServedPolicyAsync());
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);
        Assert.NotNull(await lab.ServedPolicyAsync());
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
    }

    [Fact]
    public async Task Objects_of_others_stay_with_their_bucket_until_asked()
    {
        await using var lab = await StackLab.StartAsync();
        var before = await lab.ZoneAsync();
        await lab.PublishAsync(StackLab.Stack());
        foreach (var key in (string[])["backup/1.zip", "backup/2.zip", "notes.txt", ".well-known/security.txt", "zzz"])
        {
            await lab.PutTheirsAsync(lab.AssetBucket(), key);
        }

        await lab.PutTheirsAsync(lab.LogBucket(), "reports/2026.csv");

        var left = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.Equal(["ForeignObjects", "ForeignObjects"], left.Errors.Select(e => e.ErrorId));
        Assert.Contains("5 objects", left.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains(".well-known/security.txt, backup/1.zip, backup/2.zip and 2 more", left.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("reports/2026.csv", left.Errors[1].Message, StringComparison.Ordinal);
        Assert.Equal(StackStatus.Removing, left.Stack!.Status);
        Assert.NotEmpty(left.Stack.WaitingFor);

        // All the rest is gone, what is theirs is as it was.
        Assert.Equal(before, await lab.ZoneAsync());
        Assert.Equal([".well-known/security.txt", "backup/1.zip", "backup/2.zip", "notes.txt", "zzz"], await KeysAsync(lab, lab.AssetBucket()));
        Assert.Equal(["reports/2026.csv"], await KeysAsync(lab, lab.LogBucket()));
        var again = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.Equal(2, again.Errors.Count);
        Assert.NotNull(again.Stack);

        var gone = await lab.RemoveAsync(new RemovalOptions { Force = true, RemoveForeignObject = true });
        Assert.Empty(gone.Errors);
        Assert.Null(gone.Stack);
        Assert.Empty((await lab.OnS3Async(s3 => s3.ListBucketsAsync())).Buckets ?? []);
    }

    [Fact]
    public async Task A_bucket_that_stays_serves_the_next_publish()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        await lab.PutTheirsAsync(lab.AssetBucket(), "notes.txt");
        Assert.Single((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        var published = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(published.Errors);
        Assert.Equal(StackStatus.Deployed, published.Stack!.Status);
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
    }
    private static async Task<IEnumerable<string>> KeysAsync(StackLab lab, string bucket)
        => ((await lab.OnS3Async(s3 => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }))).S3Objects ?? []).Select(o => o.Key);
}
