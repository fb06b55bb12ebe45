using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using EmailSecurity.Applying;
using EmailSecurity.Aws.Buckets;
using EmailSecurity.Aws.Session;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A stack is found wherever it is, and stays there.</summary>
public sealed class RegionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stack_of_another_region_is_found_changed_and_removed_where_it_is()
    {
        await using var lab = await StackLab.StartAsync();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);

        using var run = lab.Time.Run();
        using var services = lab.Connect("us-west-2");
        var elsewhere = new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time));
        Assert.Equal("eu-central-1", (await elsewhere.GetAsync(EmailSecurityStack.For(StackLab.Domain), Token))!.BucketRegion);
        Assert.Empty((await elsewhere.PlanAsync(StackLab.Stack(), StackParts.All, new PublishOptions(), Token)).Changes);

        var changed = await elsewhere.PublishAsync(
            StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce }), StackParts.All, new PublishOptions(), new WaitOptions(), new StackLab.YesHost(), Token);
        Assert.Empty(changed.Errors);
        Assert.Contains("mode: enforce", await lab.ServedPolicyAsync(), StringComparison.Ordinal);

        var gone = await elsewhere.RemoveAsync(
            EmailSecurityStack.For(StackLab.Domain), new RemovalOptions { Force = true }, new WaitOptions(), new StackLab.YesHost(), Token);
        Assert.Empty(gone.Errors);
        Assert.Empty(await RegionsAsync(lab));
    }

    // Access logs go to a bucket of the same region only.
    [Theory]
    [InlineData("-logs")]
    [InlineData("-assets")]
    public async Task A_bucket_that_is_missing_is_made_beside_the_other(string missing)
    {
        await using var lab = await StackLab.StartAsync();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);
        using var run = lab.Time.Run();
        using var services = lab.Connect("us-east-1");
        var name = missing == "-logs" ? lab.LogBucket() : lab.AssetBucket();
        await services.Buckets.EmptyAndDeleteAsync(name, null, Token);

        var elsewhere = new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time));
        await elsewhere.PublishAsync(StackLab.Stack(), StackParts.All, new PublishOptions { Adopt = true }, new WaitOptions(), new StackLab.YesHost(), Token);
        Assert.Equal(["eu-central-1", "eu-central-1"], await RegionsAsync(lab));
    }

    [Theory]
    [InlineData("The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'", "eu-central-1")]
    [InlineData("expecting 'evil.example/'", null)]
    [InlineData("expecting 'localhost'", null)]
    [InlineData("The bucket you are attempting to access must be addressed using the specified endpoint.", null)]
    public void Only_the_name_of_a_region_is_taken_from_an_answer(string message, string? region) =>
        Assert.Equal(region, S3Regions.Named(Malformed(message)));

    [Fact]
    public void The_error_names_the_region()
    {
        var error = AwsErrors.Translate(Malformed("expecting 'eu-central-1'"), new AwsCallName("s3", "PutObject", "bucket"), "a profile");
        Assert.Equal("BucketInOtherRegion", error.ErrorId);
        Assert.Contains("the bucket is in eu-central-1", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Region eu-central-1", error.Fix, StringComparison.Ordinal);
    }

    private static AmazonS3Exception Malformed(string message) => new(message, ErrorType.Sender, "AuthorizationHeaderMalformed", "", HttpStatusCode.BadRequest);

    private static async Task<IReadOnlyList<string>> RegionsAsync(StackLab lab)
    {
        using var passing = lab.LetTimePass();
        var credentials = new BasicAWSCredentials(lab.Sandbox.AccessKey, lab.Sandbox.SecretKey);
        var config = new AmazonS3Config { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl, ForcePathStyle = true };
        using var s3 = new AmazonS3Client(credentials, config);
        return [.. ((await s3.ListBucketsAsync(Token)).Buckets ?? []).Select(b => b.BucketRegion)];
    }
}
