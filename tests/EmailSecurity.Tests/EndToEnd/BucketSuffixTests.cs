using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CsCheck;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A bucket name that somebody else took is a way round, not the end: other names, which every later command finds by itself.</summary>
public sealed class BucketSuffixTests
{
    private const string Domain = "example.com";

    [Fact]
    public async Task A_taken_name_is_told_with_the_way_round_and_the_stack_lives_its_life_there()
    {
        await using var lab = await StackLab.StartAsync();
        await TakeAsync(lab, StackNames.AssetBucket(Domain, lab.Sandbox.AccountId));
        var taken = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(StackLab.Stack()));
        Assert.Equal("BucketNameTaken", taken.ErrorId);
        Assert.Contains("-BucketSuffix", taken.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);

        var made = await lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = "eu1" }));
        Assert.Empty(made.Errors);
        Assert.Equal(StackNames.AssetBucket(Domain, lab.Sandbox.AccountId, "eu1"), made.Stack!.AssetBucket);
        Assert.Equal(StackNames.LogBucket(Domain, lab.Sandbox.AccountId, "eu1"), made.Stack.LogBucket);

        // Nobody has to say it again: the same is found, changed and taken down.
        lab.Sandbox.ClearCalls();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Plan.Changes);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        var changed = await lab.PublishAsync(StackLab.Stack(s => s with { MaxAge = 90000 }));
        Assert.Empty(changed.Errors);
        lab.Time.Advance(StackLab.InSync);
        Assert.Contains("max_age: 90000", await lab.ServedPolicyAsync(), StringComparison.Ordinal);

        var waiting = await lab.RemoveAsync();
        Assert.Empty(waiting.Errors);
        Assert.Equal(2, waiting.Stack!.PolicyHistory.Count(p => p.Mode != MtaSts.MtaStsMode.None));
        lab.Time.Advance(TimeSpan.FromDays(30));
        var gone = await lab.RemoveAsync();
        Assert.Empty(gone.Errors);
        Assert.Null(gone.Stack);
    }

    [Fact]
    public async Task Buckets_are_not_renamed()
    {
        await using var lab = await StackLab.StartAsync();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);

        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = "eu1" })));

        Assert.Equal("BucketSuffixDiffers", error.ErrorId);
    }

    [Fact]
    public void Names_are_read_back_fit_S3_and_the_permissions() => Gen.Select(
            Gen.Char["abcxyz0189-"].Array[1, 60].Select(c => new string(c).Trim('-')).Where(l => l.Length > 0),
            Gen.Char["abcxyz0189"].Array[0, 12].Select(c => new string(c)))
        .Sample((label, suffix) =>
        {
            const string Account = "111122223333";
            var domain = label.Replace("--", "-", StringComparison.Ordinal) + ".example";
            var name = StackNames.AssetBucket(domain, Account, suffix);
            Assert.Matches("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", name);
            Assert.Matches($"^es-.+-{Account}-assets$", name);
            Assert.Equal(suffix, StackNames.BucketSuffix(domain, Account, StackNames.OriginDomainName(name, "eu-central-1", "aws")));
            Assert.Null(StackNames.BucketSuffix("other.example", Account, name + ".s3.eu-central-1.amazonaws.com"));
            Assert.Null(StackNames.BucketSuffix(domain, "444455556666", name + ".s3.eu-central-1.amazonaws.com"));
            Assert.True(suffix.Length == 0 || (StackNames.IsBucketSuffix(suffix) && name != StackNames.AssetBucket(domain, Account)));
        });

    private static async Task TakeAsync(StackLab lab, string name)
    {
        using var somebody = new AmazonS3Client(
            new BasicAWSCredentials(lab.Sandbox.OtherAccessKey, lab.Sandbox.OtherSecretKey),
            new AmazonS3Config { AuthenticationRegion = "us-west-2", ServiceURL = lab.Sandbox.EndpointUrl, ForcePathStyle = true });
        using var run = lab.Time.Run();
        await somebody.PutBucketAsync(
            new PutBucketRequest { BucketName = name, PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "us-west-2" } }, TestContext.Current.CancellationToken);
        lab.Sandbox.ClearCalls();
    }
}
