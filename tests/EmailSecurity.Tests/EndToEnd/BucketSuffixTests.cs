using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Applying;
using EmailSecurity.Planning;
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
        await TakeAsync(lab, StackNames.AssetBucket(Domain, lab.Sandbox.AccountId, BucketForm.Shared("eu0")));
        var taken = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = "eu0" })));
        Assert.Equal("BucketNameTaken", taken.ErrorId);
        Assert.Contains("-BucketSuffix", taken.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);

        var made = await lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = "eu1" }));
        Assert.Empty(made.Errors);
        Assert.Equal(StackNames.AssetBucket(Domain, lab.Sandbox.AccountId, BucketForm.Shared("eu1")), made.Stack!.AssetBucket);
        Assert.Equal(StackNames.LogBucket(Domain, lab.Sandbox.AccountId, BucketForm.Shared("eu1")), made.Stack.LogBucket);

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

    // Until the certificate is issued there is no distribution to tell the suffix: with DNS hosted elsewhere that takes days.
    [Fact]
    public async Task Before_the_distribution_is_there_the_buckets_are_found_by_their_names()
    {
        await using var lab = await StackLab.StartAsync();
        var wish = StackLab.Stack(s => s with { BucketSuffix = "eu1" });
        await lab.PublishAsync(wish, waits: new WaitOptions { NoWait = true });
        Assert.Equal("", (await lab.GetAsync())!.DistributionId);
        lab.Time.Advance(TimeSpan.FromHours(1));

        var result = await lab.PublishAsync(StackLab.Stack());

        Assert.Empty(result.Errors);
        Assert.Equal(StackNames.AssetBucket(Domain, lab.Sandbox.AccountId, BucketForm.Shared("eu1")), result.Stack!.AssetBucket);
        Assert.Equal(2, (await BucketsAsync(lab)).Count);
    }

    [Theory, InlineData("DeleteObjects"), InlineData("DeleteBucket"), InlineData("DeleteDistribution")]
    public async Task A_removal_that_dies_behind_the_distribution_is_finished(string operation)
    {
        await using var lab = await StackLab.StartAsync();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = "eu1" }))).Errors);
        lab.Sandbox.SetFaults($$"""[{"operation":"{{operation}}","nth":1,"kind":"lostResponse"},{"operation":"{{operation}}","nth":2,"kind":"reset","times":100000}]""");
        var died = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.NotEmpty(died.Errors);
        lab.Sandbox.SetFaults(null);

        var gone = await lab.RemoveAsync(new RemovalOptions { Force = true });

        Assert.Empty(gone.Errors);
        Assert.Empty(await BucketsAsync(lab));
        Assert.Equal(["_dmarc.example.com. TXT \"v=DMARC1; p=reject\"", "example.com. MX 10 mx1.example.com."], await lab.ZoneAsync());
    }

    // This command looks at no distribution.
    [Fact]
    public async Task Set_TlsRptRecord_marks_the_record_in_the_buckets_that_there_are()
    {
        await using var lab = await StackLab.StartAsync();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = "eu1", ReportUri = [] }))).Errors);

        Assert.Empty((await lab.PublishAsync(StackWish.For(Domain) with { ReportUri = ["mailto:tls@example.com"] }, StackParts.TlsRpt)).Errors);

        lab.Time.Advance(StackLab.InSync);
        Assert.Single(await lab.TxtAsync("_smtp._tls.example.com"));
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        Assert.DoesNotContain(await lab.ZoneAsync(), r => r.StartsWith("_smtp._tls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_suffixes_without_a_distribution_are_asked_about()
    {
        await using var lab = await StackLab.StartAsync();
        foreach (var suffix in (string[])["eu1", "eu2"])
        {
            await lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = suffix }), waits: new WaitOptions { NoWait = true });
        }

        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(StackLab.Stack()));

        Assert.Equal("BucketSuffixAmbiguous", error.ErrorId);
        Assert.Contains($"-eu1-{lab.Sandbox.AccountId}-assets, ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"-eu2-{lab.Sandbox.AccountId}-assets)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_list_buckets_works_with_the_usual_names()
    {
        await using var lab = await StackLab.StartAsync();
        using var http = new HttpClient();
        using var denial = await http.PutAsync(new Uri(lab.Sandbox.AdminUrl + "/denials"), new StringContent("""[{"service":"s3","operation":"ListBuckets"}]"""), TestContext.Current.CancellationToken);
        Assert.True(denial.IsSuccessStatusCode);

        var made = await lab.PublishAsync(StackLab.Stack());

        Assert.Empty(made.Errors);
        Assert.Equal(lab.AssetBucket(), made.Stack!.AssetBucket);
    }

    // Between the look and the creation somebody else was faster: S3 says so at CreateBucket, with 409.
    [Fact]
    public void A_name_that_is_taken_at_the_last_moment_names_the_parameter_too()
    {
        var refused = new AmazonS3Exception("The requested bucket name is not available.") { ErrorCode = "BucketAlreadyExists", StatusCode = System.Net.HttpStatusCode.Conflict };
        var error = EmailSecurity.Aws.Session.AwsErrors.Translate(refused, new EmailSecurity.Aws.Session.AwsCallName("s3", "CreateBucket", "es-x"), "-AccessKey");
        Assert.Equal("BucketNameTaken", error.ErrorId);
        Assert.Contains("-BucketSuffix", error.Fix, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> BucketsAsync(StackLab lab)
    {
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials(lab.Sandbox.AccessKey, lab.Sandbox.SecretKey),
            new AmazonS3Config { AuthenticationRegion = "eu-central-1", ServiceURL = lab.Sandbox.EndpointUrl, ForcePathStyle = true });
        using var passing = lab.LetTimePass();
        return [.. ((await s3.ListBucketsAsync(new ListBucketsRequest(), TestContext.Current.CancellationToken)).Buckets ?? []).Select(b => b.BucketName)];
    }

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
