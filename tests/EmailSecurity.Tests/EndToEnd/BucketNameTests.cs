using Amazon.S3.Model;
using EmailSecurity.Deployment;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>
/// New stacks have buckets that no other account can ever make; stacks from before keep theirs. Whatever their names are, every command finds them by itself,
/// also those of a run that died.
/// </summary>
public sealed class BucketNameTests
{
    // The API's way to what a stack was before there were namespaces: the usual names of the shared one.
    private static StackWish Old => StackLab.Stack(s => s with { BucketSuffix = "" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_stack_has_buckets_that_no_other_account_can_make()
    {
        await using var lab = await StackLab.StartAsync();
        var made = await lab.PrepareAsync(StackLab.Stack());

        Assert.Equal([lab.AssetBucket(), lab.LogBucket()], (string[])[made.Stack!.AssetBucket, made.Stack.LogBucket]);
        Assert.All(await BucketsAsync(lab), b => Assert.EndsWith($"-{lab.Sandbox.AccountId}-eu-central-1-an", b, StringComparison.Ordinal));

        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        Assert.Empty(await BucketsAsync(lab));
        using var somebody = new Amazon.S3.AmazonS3Client(lab.Sandbox.OtherAccessKey, lab.Sandbox.OtherSecretKey,
            new Amazon.S3.AmazonS3Config { AuthenticationRegion = "eu-central-1", ServiceURL = lab.Sandbox.EndpointUrl, ForcePathStyle = true });
        foreach (var space in (string?[])[null, "global", "account-regional"])
        {
            using var passing = lab.LetTimePass();
            var request = new PutBucketRequest { BucketName = made.Stack.AssetBucket, BucketNamespace = space, UseClientRegion = true };
            await Assert.ThrowsAsync<Amazon.S3.AmazonS3Exception>(() => somebody.PutBucketAsync(request, Token));
        }
    }

    [Fact]
    public async Task An_older_stack_keeps_its_buckets_for_its_whole_life_and_costs_one_call_more()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(Old, scale: 0.01);
        string[] old = [StackNames.AssetBucket(StackLab.Domain, lab.Sandbox.AccountId, BucketForm.Shared()), StackNames.LogBucket(StackLab.Domain, lab.Sandbox.AccountId, BucketForm.Shared())];
        Assert.Equal(old, await BucketsAsync(lab));

        // A new session looks for a new stack's bucket first; the distribution names the old one.
        var memory = new SettingsMemory(lab.Time);
        lab.Sandbox.ClearCalls();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(), memory: memory)).Plan.Changes);
        var calls = lab.Sandbox.GetCalls();
        Assert.DoesNotContain(calls, c => c.Write);
        Assert.Single(calls, c => c.Error == "NoSuchBucket");
        Assert.DoesNotContain(calls, c => c.Operation == "ListBuckets");

        // The session then knows.
        lab.Sandbox.ClearCalls();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(), memory: memory)).Plan.Changes);
        Assert.Equal(12, lab.Sandbox.GetCalls().Count);

        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { MaxAge = 90000 }))).Errors);
        lab.Time.Advance(StackLab.InSync);
        Assert.Contains("max_age: 90000", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
        Assert.Equal(old[0], (await lab.GetAsync())!.AssetBucket);
        Assert.Equal(old, await BucketsAsync(lab));

        var waiting = await lab.RemoveAsync();
        Assert.Empty(waiting.Errors);
        Assert.Equal(2, waiting.Stack!.PolicyHistory.Count(p => p.Mode != MtaSts.MtaStsMode.None));
        lab.Time.Advance(TimeSpan.FromDays(30));
        Assert.Null((await lab.RemoveAsync()).Stack);
        Assert.Empty(await BucketsAsync(lab));

        // The next stack of the domain is new.
        Assert.Equal(lab.AssetBucket(), (await lab.PrepareAsync(StackLab.Stack())).Stack!.AssetBucket);
    }

    // What a run left that died behind CreateBucket; in old versions the tags came with a call of their own.
    [Theory]
    [InlineData(false, "logs"), InlineData(false, "logs assets"), InlineData(false, "assets")]
    [InlineData(true, "logs"), InlineData(true, "logs assets"), InlineData(true, "assets")]
    public async Task What_a_run_that_died_has_made_without_a_tag_is_used_and_removed(bool isRegional, string made)
    {
        await using var lab = await StackLab.StartAsync();
        var form = isRegional ? BucketForm.Regional("eu-central-1") : BucketForm.Shared();
        string[] both = [StackNames.AssetBucket(StackLab.Domain, lab.Sandbox.AccountId, form), StackNames.LogBucket(StackLab.Domain, lab.Sandbox.AccountId, form)];
        foreach (var name in both.Where((_, i) => made.Contains(i == 0 ? "assets" : "logs", StringComparison.Ordinal)))
        {
            await lab.OnS3Async(s3 => s3.PutBucketAsync(new PutBucketRequest
            {
                BucketName = name,
                BucketNamespace = isRegional ? Amazon.S3.BucketNamespace.AccountRegional : null,
                ObjectOwnership = name.Contains("logs", StringComparison.Ordinal) ? Amazon.S3.ObjectOwnership.BucketOwnerPreferred : null,
                PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "eu-central-1" },
            }));
        }

        var published = await lab.PrepareAsync(StackLab.Stack());

        Assert.Equal(both, (string[])[published.Stack!.AssetBucket, published.Stack.LogBucket]);
        Assert.Equal(both, await BucketsAsync(lab));
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        Assert.Empty(await BucketsAsync(lab));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_run_that_died_is_removed_or_finished_from_a_session_in_another_region(bool isFinished)
    {
        await using var lab = await StackLab.StartAsync();
        lab.Sandbox.SetFaults("""[{"operation":"CreateBucket","nth":2,"kind":"reset","times":100000}]""");
        Assert.NotEmpty((await lab.PublishAsync(StackLab.Stack(), StackParts.MtaSts)).Errors);
        lab.Sandbox.SetFaults(null);
        Assert.Equal([lab.LogBucket()], await BucketsAsync(lab));

        using (lab.Time.Run())
        {
            using var services = lab.Connect("us-west-2");
            var elsewhere = new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time));
            var result = isFinished
                ? await elsewhere.PublishAsync(StackLab.Stack(), StackParts.All, new PublishOptions(), new Applying.WaitOptions(), new StackLab.YesHost(), Token)
                : await elsewhere.RemoveAsync(EmailSecurityStack.For(StackLab.Domain), new RemovalOptions { Force = true }, new Applying.WaitOptions(), new StackLab.YesHost(), Token);
            Assert.Empty(result.Errors);
        }

        Assert.Equal(isFinished ? [lab.AssetBucket(), lab.LogBucket()] : [], await BucketsAsync(lab));
    }

    [Fact]
    public async Task Who_may_not_list_buckets_still_finds_an_older_stack()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(Old, scale: 0.01);
        using var http = new HttpClient();
        using var denial = await http.PutAsync(new Uri(lab.Sandbox.AdminUrl + "/denials"), new StringContent("""[{"service":"s3","operation":"ListBuckets"}]"""), Token);
        Assert.True(denial.IsSuccessStatusCode);

        // This command looks at no distribution.
        Assert.Empty((await lab.PublishAsync(StackWish.For(StackLab.Domain) with { ReportUri = ["mailto:tls@example.com"] }, StackParts.TlsRpt)).Errors);
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        using var allowed = await http.PutAsync(new Uri(lab.Sandbox.AdminUrl + "/denials"), new StringContent("[]"), Token);
        Assert.Empty(await BucketsAsync(lab));
    }

    // A publish of another hand's, say, that could neither list the buckets nor see the distribution.
    [Fact]
    public async Task Where_buckets_of_both_forms_are_there_the_distribution_says_which_serve()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(Old, scale: 0.01);
        var old = await BucketsAsync(lab);
        await lab.OnS3Async(s3 => s3.PutBucketAsync(new PutBucketRequest
        {
            BucketName = lab.AssetBucket(),
            BucketNamespace = Amazon.S3.BucketNamespace.AccountRegional,
            PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "eu-central-1" },
        }));

        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        Assert.Equal(old[0], (await lab.GetAsync())!.AssetBucket);
    }

    // Somebody deletes the bucket of an older stack, and somebody else takes its name: that account would say which policy is served.
    [Theory, InlineData(true), InlineData(false)]
    public async Task An_older_stack_whose_bucket_name_another_account_took_moves_to_names_of_its_own(bool isPublished)
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(Old, scale: 0.01);
        var old = StackNames.AssetBucket(StackLab.Domain, lab.Sandbox.AccountId, BucketForm.Shared());
        using (lab.Time.Run())
        {
            using var services = lab.Connect();
            await services.Buckets.EmptyAndDeleteAsync(old, null, Token);
        }

        using var somebody = new Amazon.S3.AmazonS3Client(lab.Sandbox.OtherAccessKey, lab.Sandbox.OtherSecretKey,
            new Amazon.S3.AmazonS3Config { AuthenticationRegion = "eu-central-1", ServiceURL = lab.Sandbox.EndpointUrl, ForcePathStyle = true });
        using (lab.LetTimePass())
        {
            await somebody.PutBucketAsync(new PutBucketRequest { BucketName = old, PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "eu-central-1" } }, Token);
        }

        if (isPublished)
        {
            var moved = await lab.PublishAsync(StackLab.Stack());
            Assert.Empty(moved.Errors);
            Assert.Equal(lab.AssetBucket(), moved.Stack!.AssetBucket);
            lab.Time.Advance(StackLab.InSync);
            Assert.Contains("mode: testing", await lab.ServedPolicyAsync(), StringComparison.Ordinal);
            Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        }

        // The log bucket has the older name: it is found once nothing else is there.
        for (var i = 0; i < 2; i++)
        {
            Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        }

        Assert.Empty(await BucketsAsync(lab));
        Assert.Contains((await somebody.ListBucketsAsync(Token)).Buckets, b => b.BucketName == old);
    }

    // Of the regions without namespaces, CloudFront delivers logs to none: the only names there are those of older stacks.
    [Theory, InlineData("me-south-1"), InlineData("me-central-1")]
    public async Task A_region_without_namespaces_is_refused_before_anything_is_made(string region)
    {
        await using var lab = await StackLab.StartAsync();
        using var run = lab.Time.Run();
        using var services = lab.Connect(region);
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time))
            .PublishAsync(StackLab.Stack(), StackParts.All, new PublishOptions(), new Applying.WaitOptions(), new StackLab.YesHost(), Token));

        Assert.Equal("RegionNotSupportedForLogging", error.ErrorId);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
    }

    private static async Task<IReadOnlyList<string>> BucketsAsync(StackLab lab)
        => [.. ((await lab.OnS3Async(s3 => s3.ListBucketsAsync(new ListBucketsRequest(), Token))).Buckets ?? []).Select(b => b.BucketName)];
}
