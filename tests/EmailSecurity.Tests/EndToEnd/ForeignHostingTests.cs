using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.S3.Model;
using EmailSecurity.Deployment;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A distribution that other administrators of the account use too.</summary>
public class ForeignHostingTests
{
    private const string Foreign = "www.example.com";

    [Fact]
    public async Task What_others_added_to_the_distribution_stays_and_a_removal_refuses()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        var wide = await lab.IssueCertificateAsync("mta-sts.example.com", "bimi-assets.example.com", Foreign);
        await lab.EditDistributionAsync(config =>
        {
            config.Aliases.Items.Add(Foreign);
            config.Aliases.Quantity = 3;
            config.ViewerCertificate = new ViewerCertificate { ACMCertificateArn = wide, SSLSupportMethod = SSLSupportMethod.SniOnly };
            config.ViewerCertificate.MinimumProtocolVersion = MinimumProtocolVersion.TLSv1;
            config.Origins.Items.Add(Site("/live"));
            config.Origins.Quantity = 2;
            config.PriceClass = PriceClass.PriceClass_100;
            config.DefaultRootObject = "index.html";
        });

        var published = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(published.Errors);
        Assert.Equal(["distribution"], published.Plan.Changes.Where(c => c.IsWrite).Select(c => c.Id)); // TLSv1 was weaker
        var (id, _, config) = await lab.DistributionAsync();
        Assert.Equal([Foreign, "mta-sts.example.com", "bimi-assets.example.com"], config.Aliases.Items.OrderDescending(StringComparer.Ordinal));
        Assert.Equal((wide, "TLSv1.2_2025"), (config.ViewerCertificate.ACMCertificateArn, config.ViewerCertificate.MinimumProtocolVersion.Value));
        var site = config.Origins.Items.Single(o => o.Id == "site");
        Assert.Equal(("site.example.net", "/live", 443), (site.DomainName, site.OriginPath, site.CustomOriginConfig.HTTPSPort!.Value));
        Assert.Equal(("PriceClass_100", "index.html"), (config.PriceClass.Value, config.DefaultRootObject));

        foreach (var force in (bool[])[false, true])
        {
            lab.Sandbox.ClearCalls();
            var refused = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.RemoveAsync(new RemovalOptions { Force = force }));
            Assert.Equal("DistributionServesOthers", refused.ErrorId);
            Assert.Contains(Foreign, refused.What, StringComparison.Ordinal);
            Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        }

        await lab.EditDistributionAsync(c =>
        {
            c.Aliases.Items.Remove(Foreign);
            c.Aliases.Quantity = 2;
        });
        var gone = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.Null(gone.Stack);
        Assert.Contains(gone.Warnings, w => w.Contains("site.example.net", StringComparison.Ordinal));
        using var services = lab.Connect();
        Assert.NotNull(await services.Certificates.GetAsync(wide, CancellationToken.None)); // not ours to delete
    }

    // Somebody led the default behaviour to an origin of their own: ours comes back, theirs stays as it is.
    [Fact]
    public async Task An_origin_of_others_is_not_turned_into_ours()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        await lab.EditDistributionAsync(config =>
        {
            config.Origins.Items.Add(Site(""));
            config.Origins.Quantity = 2;
            config.DefaultCacheBehavior.TargetOriginId = "site";
        });
        var published = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(published.Errors);
        var (_, _, after) = await lab.DistributionAsync();
        Assert.Equal("site.example.net", after.Origins.Items.Single(o => o.Id == "site").DomainName);
        Assert.Equal(StackNames.OriginDomainName(lab.AssetBucket(), "eu-central-1", "aws"),
            after.Origins.Items.Single(o => o.Id == after.DefaultCacheBehavior.TargetOriginId).DomainName);
        Assert.NotNull(await lab.ServedPolicyAsync());
    }

    [Fact]
    public async Task Legacy_caching_that_somebody_set_gives_way_to_the_cache_policy()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        await lab.EditDistributionAsync(config =>
        {
            config.DefaultCacheBehavior.CachePolicyId = null;
            config.DefaultCacheBehavior.ForwardedValues = new ForwardedValues { QueryString = false };
            (config.DefaultCacheBehavior.MinTTL, config.DefaultCacheBehavior.DefaultTTL, config.DefaultCacheBehavior.MaxTTL) = (0, 86400, 31536000);
        });
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
    }

    [Fact]
    public async Task Stronger_settings_and_things_of_others_in_the_buckets_stay()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        await lab.EditDistributionAsync(config => config.ViewerCertificate.MinimumProtocolVersion = MinimumProtocolVersion.TLSv13_2025);
        await lab.EncryptAsync(lab.AssetBucket(), "arn:aws:kms:eu-central-1:111122223333:key/1");
        await AddTagAsync(lab.AssetBucket());
        await AddTagAsync(lab.LogBucket());
        var rules = (await lab.OnS3Async(s3 => s3.GetLifecycleConfigurationAsync(lab.LogBucket()))).Configuration;
        rules.Rules.Add(new LifecycleRule
        {
            Id = "archive",
            Status = Amazon.S3.LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "cloudfront/" } },
            Transitions = [new LifecycleTransition { Days = 30, StorageClass = Amazon.S3.S3StorageClass.StandardInfrequentAccess }],
        });
        await lab.OnS3Async(s3 => s3.PutLifecycleConfigurationAsync(lab.LogBucket(), rules));
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);

        // A change of the very settings keeps what is beside ours.
        var changed = await lab.PublishAsync(StackLab.Stack(s => s with { LogRetentionDays = 30, Tag = new Dictionary<string, string> { ["team"] = "mail" } }));
        Assert.Empty(changed.Errors);
        var archive = (await lab.OnS3Async(s3 => s3.GetLifecycleConfigurationAsync(lab.LogBucket()))).Configuration.Rules.Single(r => r.Id == "archive");
        Assert.Equal((30, "STANDARD_IA"), (archive.Transitions.Single().Days!.Value, archive.Transitions.Single().StorageClass.Value));
        foreach (var bucket in (string[])[lab.AssetBucket(), lab.LogBucket()])
        {
            var tags = (await lab.OnS3Async(s3 => s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket })))
                .TagSet.ToDictionary(t => t.Key, t => t.Value);
            Assert.Equal(("somebody", "mail"), (tags["theirs"], tags["team"]));
        }

        var (_, _, config) = await lab.DistributionAsync();
        Assert.Equal("TLSv1.3_2025", config.ViewerCertificate.MinimumProtocolVersion.Value);
        Assert.Equal("aws:kms",
            (await lab.OnS3Async(s3 => s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = lab.AssetBucket() })))
            .ServerSideEncryptionConfiguration.ServerSideEncryptionRules[0].ServerSideEncryptionByDefault.ServerSideEncryptionAlgorithm.Value);

        async Task AddTagAsync(string bucket)
        {
            var tags = (await lab.OnS3Async(s3 => s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket }))).TagSet;
            await lab.OnS3Async(s3 => s3.PutBucketTaggingAsync(bucket, [.. tags, new Amazon.S3.Model.Tag { Key = "theirs", Value = "somebody" }]));
        }
    }

    [Fact]
    public async Task A_stack_without_a_logo_lives_with_a_certificate_for_the_policy_host_alone()
    {
        await using var lab = await StackLab.StartAsync();
        var arn = await lab.IssueCertificateAsync("mta-sts.example.com");
        var stack = StackLab.Stack(s => s with { Logo = null, CertificateArn = arn });
        var memory = new SettingsMemory(lab.Time);
        var first = await lab.PublishAsync(stack, memory: memory);
        Assert.Empty(first.Errors);
        Assert.Equal(StackStatus.Deployed, first.Stack!.Status);
        Assert.NotNull(await lab.ServedPolicyAsync());
        Assert.Equal(["mta-sts.example.com"], (await lab.DistributionAsync()).Config.Aliases.Items);

        lab.Sandbox.ClearCalls();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { Logo = null }), memory: memory)).Plan.Changes);
        Assert.True(lab.Sandbox.GetCalls().Count <= 12);
        Assert.Empty((await lab.PlanAsync(stack)).Changes);

        foreach (var given in (string[])[arn, ""])
        {
            var refused = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(StackLab.Stack(s => s with { CertificateArn = given })));
            Assert.Equal("CertificateDoesNotCover", refused.ErrorId);
            Assert.Contains("does not cover bimi-assets.example.com,", refused.What, StringComparison.Ordinal);
        }

        var wide = await lab.IssueCertificateAsync("mta-sts.example.com", "bimi-assets.example.com");
        var withLogo = await lab.PublishAsync(StackLab.Stack(s => s with { CertificateArn = wide }));
        Assert.Empty(withLogo.Errors);
        lab.Time.Advance(StackLab.InSync);
        Assert.Single(await lab.TxtAsync("default._bimi.example.com"));

        var gone = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.Null(gone.Stack);
        using var services = lab.Connect();
        Assert.NotNull(await services.Certificates.GetAsync(arn, CancellationToken.None));
        Assert.NotNull(await services.Certificates.GetAsync(wide, CancellationToken.None));
    }

    private static Origin Site(string path) => new()
    {
        Id = "site",
        DomainName = "site.example.net",
        OriginPath = path,
        CustomHeaders = new CustomHeaders { Quantity = 0 },
        CustomOriginConfig = new CustomOriginConfig { HTTPPort = 80, HTTPSPort = 443, OriginProtocolPolicy = OriginProtocolPolicy.HttpsOnly },
    };
}
