using Amazon.CloudFront.Model;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>Every write is safe to repeat: each fails once in each way, and all ends as if nothing had happened.</summary>
public sealed class FaultsTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly (string Service, string Operation)[] Operations =
    [
        ("sts", "GetCallerIdentity"),
        ("s3", "CreateBucket"), ("s3", "PutBucketVersioning"), ("s3", "PutBucketTagging"), ("s3", "GetBucketTagging"), ("s3", "PutObject"),
        ("s3", "GetObject"), ("s3", "ListObjectVersions"), ("s3", "DeleteObjects"), ("s3", "DeleteBucket"),
        ("acm", "RequestCertificate"), ("acm", "DescribeCertificate"), ("acm", "ListCertificates"), ("acm", "ListTagsForCertificate"), ("acm", "DeleteCertificate"),
        ("route53", "ListHostedZonesByName"), ("route53", "ChangeResourceRecordSets"), ("route53", "ListResourceRecordSets"), ("route53", "GetChange"),
        ("cloudfront", "CreateOriginAccessControl"), ("cloudfront", "ListOriginAccessControls"), ("cloudfront", "CreateDistributionWithTags"),
        ("cloudfront", "ListDistributions"), ("cloudfront", "GetDistribution"), ("cloudfront", "UpdateDistribution"), ("cloudfront", "TagResource"),
        ("cloudfront", "ListTagsForResource"), ("cloudfront", "CreateInvalidation"), ("cloudfront", "GetInvalidation"), ("cloudfront", "DeleteDistribution"),
        ("cloudfront", "GetOriginAccessControl"), ("cloudfront", "DeleteOriginAccessControl"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("throttle")]
    [InlineData("error500")]
    [InlineData("reset")]
    [InlineData("lostResponse")]
    [InlineData("timeout")]
    public async Task The_whole_life_of_a_stacks_resources_survives_a_fault_of_each_call(string kind)
    {
        var world = new SandboxAws(sandbox.Server);
        var domain = AwsWorld.UniqueDomain();
        var zone = await world.CreateZoneAsync(domain);
        await world.SetFaultsAsync(Operations.Select(o => new { service = o.Service, operation = o.Operation, nth = 1, kind }).ToArray());
        try
        {
            using var services = new ServicesFactory(AwsWorld.Options with { RequestTimeout = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromMilliseconds(5) }).Create(world.Settings, TimeProvider.System);
            await LiveAsync(world, services, domain, zone);
        }
        finally
        {
            await world.ClearFaultsAsync();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task The_whole_life_of_a_stacks_resources_survives_one_failure_in_ten(int seed)
    {
        var world = new SandboxAws(sandbox.Server);
        var domain = AwsWorld.UniqueDomain();
        var zone = await world.CreateZoneAsync(domain);
        await world.SetFaultsAsync(new { rate = 0.1, seed, kinds = new[] { "throttle", "error500", "timeout", "lostResponse", "reset" } });
        try
        {
            using var services = new ServicesFactory(AwsWorld.Options with { RequestTimeout = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromMilliseconds(5) }).Create(world.Settings, TimeProvider.System);
            await LiveAsync(world, services, domain, zone);
        }
        finally
        {
            await world.ClearFaultsAsync();
        }
    }

    private static async Task LiveAsync(SandboxAws world, IEmailSecurityServices services, string domain, HostedZoneInfo zone)
    {
        var tags = new Dictionary<string, string> { ["EmailSecurity:Stack"] = domain };
        string[] names = ["bimi-assets." + domain, "mta-sts." + domain];
        Assert.Equal(zone.Id, Assert.Single(await services.Zones.FindZonesAsync(domain, Token)).Id);

        var (assets, logs) = (AwsWorld.Unique("assets"), AwsWorld.Unique("logs"));
        await services.Buckets.CreateAsync(assets, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        await services.Buckets.CreateAsync(logs, BucketOwnership.BucketOwnerPreferred, new Dictionary<string, string>(), Token);
        var settings = new BucketSettings { Tags = tags, Versioned = true };
        await services.Buckets.PutSettingAsync(assets, BucketSetting.Versioning, settings, Token);
        await services.Buckets.PutSettingAsync(assets, BucketSetting.Tags, settings, Token);
        Assert.Equal(tags, (await services.Buckets.GetAsync(assets, new HashSet<BucketSetting> { BucketSetting.Tags }, Token))!.Settings.Tags);
        await services.Buckets.PutObjectAsync(assets, new BucketObject("key", "text"u8.ToArray(), "text/plain", "no-store"), Token);
        Assert.Equal("text"u8.ToArray(), (await services.Buckets.GetObjectAsync(assets, "key", null, 100, Token))!.Value.ToArray());

        var arn = await services.Certificates.RequestAsync(names, Guid.NewGuid().ToString("N"), tags, Token);
        var pending = await AwsWorld.EventuallyAsync(() => services.Certificates.GetAsync(arn, Token), c => c?.ValidationRecords.Count == 2);
        RecordSet[] records = [.. pending!.ValidationRecords.Select(r => new RecordSet { Name = r.Name, Type = "CNAME", Ttl = 300, Values = [r.Value] })];
        var change = await services.Zones.ChangeAsync(zone.Id, [.. records.Select(r => new RecordSetChange(false, r))], Token);
        await AwsWorld.EventuallyAsync(() => services.Zones.IsInSyncAsync(change, Token), done => done);
        await AwsWorld.EventuallyAsync(() => services.Certificates.GetAsync(arn, Token), c => c?.Status == CertificateStatus.Issued);
        Assert.Equal(arn, Assert.Single(await services.Certificates.FindAsync(domain, names, Token)).Arn);

        var oac = await services.Distributions.CreateOriginAccessControlAsync("oac-" + domain, "", Token);
        Assert.Equal(oac, await services.Distributions.FindOriginAccessControlAsync("oac-" + domain, Token));
        var wanted = new DistributionSettings
        {
            Aliases = names,
            OriginDomainName = $"{assets}.s3.{services.Region}.amazonaws.com",
            OriginAccessControlId = oac,
            CertificateArn = arn,
            LogBucketDomainName = $"{logs}.s3.amazonaws.com",
            LogPrefix = "cloudfront/",
            Comment = "one",
        };
        var made = await services.Distributions.CreateAsync(wanted, tags, Token);
        Assert.Equal(wanted, made.Settings);
        await services.Distributions.UpdateAsync(made.Id, wanted with { Comment = "two" }, Token);
        await services.Distributions.TagAsync(made.Arn, new Dictionary<string, string> { ["more"] = "1" }, Token);
        var found = await services.Distributions.FindByAliasAsync(names, Token);
        Assert.Equal((made.Id, "two", "1"), (found!.Id, found.Settings.Comment, found.Tags["more"]));
        var invalidation = await services.Distributions.CreateInvalidationAsync(made.Id, ["/*"], "reference", Token);
        await AwsWorld.EventuallyAsync(() => services.Distributions.IsInvalidationCompletedAsync(made.Id, invalidation, Token), done => done);
        using (var raw = world.CloudFront(10))
        {
            var list = await raw.ListDistributionsAsync(new ListDistributionsRequest(), Token);
            Assert.Single(list.DistributionList.Items, d => d.Comment is "one" or "two" && d.Aliases.Items.Contains(names[0]));
            Assert.Single((await raw.ListInvalidationsAsync(new ListInvalidationsRequest { DistributionId = made.Id }, Token)).InvalidationList.Items);
        }

        await services.Distributions.DisableAsync(made.Id, withoutAliases: false, Token);
        await AwsWorld.EventuallyAsync(() => services.Distributions.GetAsync(made.Id, Token), d => d!.IsDeployed);
        await services.Distributions.DeleteAsync(made.Id, Token);
        Assert.True(await services.Distributions.DeleteOriginAccessControlAsync(oac, _ => true, Token));
        Assert.True(await AwsWorld.EventuallyAsync(() => services.Certificates.DeleteAsync(arn, Token), done => done));
        await services.Zones.ChangeAsync(zone.Id, [.. records.Select(r => new RecordSetChange(true, r))], Token);
        await services.Buckets.EmptyAndDeleteAsync(assets, null, Token);
        await services.Buckets.EmptyAndDeleteAsync(logs, null, Token);

        Assert.Empty(await services.Certificates.FindAsync(domain, names, Token));
        Assert.Null(await services.Distributions.FindByAliasAsync(names, Token));
        Assert.Null(await services.Distributions.FindOriginAccessControlAsync("oac-" + domain, Token));
        Assert.DoesNotContain(await services.Zones.GetRecordSetsAsync(zone, domain, [], Token), s => s.Type == "CNAME");
        Assert.Null(await services.Buckets.GetAsync(assets, new HashSet<BucketSetting> { BucketSetting.Tags }, Token));
    }
}
