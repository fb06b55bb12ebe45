using EmailSecurity.Applying;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A domain that somebody else serves is taken over while senders look.</summary>
public sealed class AdoptionTests
{
    private static readonly PublishOptions Adopt = new() { Adopt = true };
    private static readonly EmailSecurityStack Plain = StackLab.Stack(s => s with { MaxAge = null, Logo = null, ReportUri = [] });

    [Fact]
    public async Task What_is_in_the_way_is_one_error_that_names_all_of_it_and_nothing_is_written()
    {
        await using var lab = await StackLab.StartAsync(("_smtp._tls.example.com", "TXT", "\"v=TLSRPTv1; rua=mailto:theirs@example.com\""));
        var theirs = await Forerunner.MakeAsync(lab);
        foreach (var isPlan in new[] { true, false })
        {
            var wanted = StackLab.Stack(s => s with { Logo = null });
            var e = await Assert.ThrowsAsync<EmailSecurityException>(() => isPlan ? lab.PlanAsync(wanted) : (Task)lab.PublishAsync(wanted));
            Assert.Equal(("ForeignRecord", ErrorKind.Exists, StackLab.Domain), (e.ErrorId, e.Kind, e.Target));
            string[] named =
            [
                "4 things are in the way", $"CNAME {theirs.DomainName}", $"v=STSv1; id={Forerunner.PolicyId};", "mailto:theirs@example.com",
                $"CloudFront distribution {theirs.DistributionId} (origin {Forerunner.Bucket}.s3.eu-central-1.amazonaws.com, read with an origin access identity)",
                "mode enforce, max_age 604800, mx mx1.example.com, *.mail.example.com", "run the same command again with -Adopt",
                "Get-EmailSecurityPlan example.com -Adopt",
            ];
            Assert.All(named, n => Assert.Contains(n, e.Message, StringComparison.Ordinal));
            Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        }
    }

    [Fact]
    public async Task Senders_are_served_at_every_moment_while_the_name_moves_from_another_distribution()
    {
        await using var lab = await StackLab.StartAsync();
        var theirs = await Forerunner.MakeAsync(lab);
        var (distribution, objects) = (await theirs.DistributionAsync(lab), await Forerunner.ObjectsAsync(lab));
        var sender = new Sender(lab);
        var plan = await lab.PlanAsync(Plain, Adopt);
        Assert.Contains(plan.Warnings, w => w.Contains(Obstacle.Describe(theirs.Policy), StringComparison.Ordinal));

        sender.Look(every: TimeSpan.FromSeconds(13), length: TimeSpan.FromMinutes(20));
        var result = await lab.PublishAsync(Plain, options: Adopt);
        Assert.Empty(result.Errors);
        await sender.FinishAsync();

        // Its policy is the default, and is served at every moment; an id of ours names our text.
        Assert.Equal(theirs.Policy.ToString(), result.Stack!.Policy!.ToString());
        var seen = sender.Seen;
        Assert.True(seen.Count > 40, $"{seen.Count} looks");
        Assert.All(seen, s => Assert.Equal((DnsStatus.NoError, Obstacle.Describe(theirs.Policy)), (s.Address, s.Policy is { } p ? Obstacle.Describe(p) : s.Failure)));
        Assert.Equal([Forerunner.PolicyId, result.Stack.PolicyId], seen.Select(s => s.Id).Distinct(StringComparer.Ordinal));
        Assert.All(seen.Where(s => s.Id == result.Stack.PolicyId), s => Assert.Equal(result.Stack.PolicyId, s.Policy!.Id));

        // Nothing of theirs but the alias has changed, and the user is told what is left.
        Assert.Equal(distribution, await theirs.DistributionAsync(lab));
        Assert.Equal(objects, await Forerunner.ObjectsAsync(lab));
        var closing = Assert.Single(result.ClosingWarnings);
        Assert.All([theirs.DistributionId, Forerunner.Bucket, theirs.CertificateArn, "left for you to delete"], t => Assert.Contains(t, closing, StringComparison.Ordinal));
        Assert.DoesNotContain(await lab.ZoneAsync(), r => r.Contains(theirs.DomainName, StringComparison.Ordinal));
        Assert.Empty((await lab.PlanAsync(Plain)).Changes);

        // What senders hold of it counts in a later removal, also where the bucket's history is gone.
        var switched = seen.First(s => s.Id == result.Stack.PolicyId).At;
        await lab.OnS3Async(async s3 =>
        {
            var versions = await s3.ListVersionsAsync(new Amazon.S3.Model.ListVersionsRequest { BucketName = lab.AssetBucket() });
            foreach (var v in versions.Versions)
            {
                await s3.DeleteObjectAsync(lab.AssetBucket(), v.Key, v.VersionId);
            }

            return true;
        });
        var removing = await lab.RemoveAsync();
        Assert.True(removing.Stack!.WaitingUntil >= switched.AddSeconds(604800), $"{removing.Stack.WaitingUntil:u}");
    }

    [Theory]
    [InlineData("distribution-deployed")]
    [InlineData("alias-move/mta-sts.example.com")]
    [InlineData("alias-moved")]
    [InlineData("alias/mta-sts/visible")]
    [InlineData("served/policy")]
    public async Task An_adoption_that_is_stopped_is_finished_by_the_same_command_without_a_gap(string step)
    {
        await using var lab = await StackLab.StartAsync();
        var theirs = await Forerunner.MakeAsync(lab);
        var sender = new Sender(lab);
        sender.Look(every: TimeSpan.FromSeconds(17), length: TimeSpan.FromMinutes(25));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab.PublishAsync(Plain, options: Adopt, host: new Stopping(step, stop), cancellationToken: stop.Token));
        var result = await lab.PublishAsync(Plain, options: Adopt);
        Assert.Empty(result.Errors);
        await sender.FinishAsync();
        Assert.All(sender.Seen, s => Assert.Equal((DnsStatus.NoError, Obstacle.Describe(theirs.Policy)), (s.Address, s.Policy is { } p ? Obstacle.Describe(p) : s.Failure)));
        Assert.Equal(result.Stack!.PolicyId, (await sender.LookAsync()).Id);
        Assert.Empty((await lab.PlanAsync(Plain)).Changes);
    }

    [Fact]
    public async Task DNS_leads_senders_here_only_once_the_policy_is_served_here()
    {
        await using var lab = await StackLab.StartAsync(("mta-sts.example.com", "A", "192.0.2.10"), ("_mta-sts.example.com", "TXT", "\"v=STSv1; id=1\""));
        var sender = new Sender(lab);
        sender.Look(every: TimeSpan.FromSeconds(11), length: TimeSpan.FromMinutes(25));
        var result = await lab.PublishAsync(Plain, options: Adopt);
        Assert.Empty(result.Errors);
        await sender.FinishAsync();
        var here = sender.Seen.Where(s => !s.Addresses.Contains("192.0.2.10")).ToArray();
        Assert.NotEmpty(here);
        Assert.All(here, s => Assert.True(s.Policy is not null, s.Failure));

        // It could not be fetched: what senders hold of it is taken at its worst.
        Assert.True(result.Execution.Distribution!.Tags.TryGetValue(StackNames.ServedTag, out var mark), "the distribution is marked");
        Assert.True(PolicyMark.Parse(mark!)!.HeldUntil >= lab.Time.GetUtcNow().AddSeconds(MtaStsPolicy.MaxMaxAge - 86400), mark);
    }

    [Fact]
    public async Task A_name_of_another_account_is_not_taken_and_the_error_says_what_AWS_requires()
    {
        await using var lab = await StackLab.StartAsync();
        using (var other = new Amazon.CloudFront.AmazonCloudFrontClient(
            new Amazon.Runtime.BasicAWSCredentials(lab.Sandbox.OtherAccessKey, lab.Sandbox.OtherSecretKey),
            new Amazon.CloudFront.AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl }))
        {
            await OtherAccountAsync(lab, other);
        }

        var before = await lab.ZoneAsync();
        var result = await lab.PublishAsync(Plain, options: Adopt);
        var e = Assert.Single(result.Errors);
        Assert.Equal("AliasTaken", e.ErrorId);
        Assert.Contains("another AWS account", e.Message, StringComparison.Ordinal);
        Assert.Contains("contact AWS Support", e.Message, StringComparison.Ordinal);
        Assert.Empty(before.Except(await lab.ZoneAsync()));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Operation == "UpdateDomainAssociation");
    }

    // A bucket and a certificate of the other account for the same name.
    private static async Task OtherAccountAsync(StackLab lab, Amazon.CloudFront.AmazonCloudFrontClient cloudFront)
    {
        lab.Sandbox.SetLatency("none", 1);
        var arn = await lab.IssueCertificateAsync(isOther: true, Forerunner.Host);
        using (lab.LetTimePass())
        {
            var config = new Amazon.CloudFront.Model.DistributionConfig
            {
                CallerReference = "other",
                Comment = "",
                Enabled = true,
                Aliases = new Amazon.CloudFront.Model.Aliases { Quantity = 1, Items = [Forerunner.Host] },
                Origins = new Amazon.CloudFront.Model.Origins
                {
                    Quantity = 1,
                    Items =
                    [
                        new Amazon.CloudFront.Model.Origin
                        {
                            Id = "o",
                            DomainName = lab.Sandbox.ForeignBuckets[0] + ".s3.amazonaws.com",
                            S3OriginConfig = new Amazon.CloudFront.Model.S3OriginConfig { OriginAccessIdentity = "" },
                        },
                    ],
                },
                DefaultCacheBehavior = new Amazon.CloudFront.Model.DefaultCacheBehavior
                {
                    TargetOriginId = "o",
                    ViewerProtocolPolicy = Amazon.CloudFront.ViewerProtocolPolicy.HttpsOnly,
                    CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6",
                },
                ViewerCertificate = new Amazon.CloudFront.Model.ViewerCertificate
                {
                    ACMCertificateArn = arn,
                    SSLSupportMethod = Amazon.CloudFront.SSLSupportMethod.SniOnly,
                    MinimumProtocolVersion = Amazon.CloudFront.MinimumProtocolVersion.TLSv12_2021,
                },
            };
            var tagged = new Amazon.CloudFront.Model.DistributionConfigWithTags { DistributionConfig = config, Tags = new Amazon.CloudFront.Model.Tags { Items = [] } };
            await cloudFront.CreateDistributionWithTagsAsync(new Amazon.CloudFront.Model.CreateDistributionWithTagsRequest { DistributionConfigWithTags = tagged });
        }

        lab.Sandbox.SetLatency("real", 1);
        lab.Time.Advance(TimeSpan.FromMinutes(1));
        lab.Sandbox.ClearCalls();
    }

    /// <summary>Looks as a sender does: the id by DNS, then the host's addresses, then the policy by HTTPS.</summary>
    private sealed class Sender(StackLab lab)
    {
        private readonly List<View> seen = [];

        public IReadOnlyList<View> Seen
        {
            get
            {
                lock (seen)
                {
                    return [.. seen];
                }
            }
        }

        public void Look(TimeSpan every, TimeSpan length)
        {
            for (var at = every; at <= length; at += every)
            {
                lab.Time.At(at, async () =>
                {
                    var view = await LookAsync();
                    lock (seen)
                    {
                        seen.Add(view);
                    }
                });
            }
        }

        /// <summary>Looks on until what the command left is in DNS.</summary>
        public async Task FinishAsync()
        {
            using var run = lab.Time.Run();
            await Task.Delay(TimeSpan.FromMinutes(3), lab.Time);
        }

        public async Task<View> LookAsync()
        {
            using var services = lab.Connect();
            var text = await services.Resolver.QueryAsync("_mta-sts.example.com", DnsRecordType.TXT, CancellationToken.None);
            var address = await services.Resolver.QueryAsync(Forerunner.Host, DnsRecordType.A, CancellationToken.None);
            var request = new FetchRequest(MtaStsPolicy.UrlOf(StackLab.Domain), MtaStsPolicy.MaxSize, TimeSpan.FromMinutes(2));
            var fetched = await services.Fetcher.FetchAsync(request, CancellationToken.None);
            var policy = fetched is { Outcome: FetchOutcome.Response, StatusCode: 200 } ? MtaStsPolicy.Check(fetched.Body, StackLab.Domain).Value as MtaStsPolicy : null;
            var id = MtaStsRecord.Select(text.Records.Select(r => r.Value), StackLab.Domain).Value is MtaStsRecord record ? record.Id : "";
            return new View(lab.Time.GetUtcNow(), id, address.Status, [.. address.Records.Select(r => r.Value)], policy, HostView.Describe(fetched));
        }
    }

    private sealed record View(DateTimeOffset At, string Id, DnsStatus Address, IReadOnlyList<string> Addresses, MtaStsPolicy? Policy, string Failure);

    private sealed class Stopping(string step, CancellationTokenSource stop) : IPlanHost
    {
        public ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken) => ValueTask.FromResult(ChangeDecision.Apply);

        public void Report(PlanProgress progress)
        {
            if (progress.Current.Id == step)
            {
                stop.Cancel();
            }
        }
    }
}
