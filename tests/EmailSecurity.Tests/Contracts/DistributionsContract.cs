using Amazon.CloudFront.Model;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>What every IDistributions must do.</summary>
public abstract class DistributionsContract
{
    protected abstract AwsWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_distribution_is_found_by_any_alias_with_settings_and_tags()
    {
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        Assert.Equal(Expected(settings), made.Settings);
        Assert.EndsWith(".cloudfront.net", made.DomainName, StringComparison.Ordinal);
        foreach (var alias in World.IsMoto ? [] : settings.Aliases) // moto lists distributions without their aliases
        {
            var found = await services.Distributions.FindByAliasAsync([alias, "none.example"], Token);
            Assert.Equal((made.Id, made.Arn, made.DomainName), (found!.Id, found.Arn, found.DomainName));
            Assert.Equal(settings, found.Settings);
            Assert.Equal(tags, found.Tags);
        }

        var read = await services.Distributions.GetAsync(made.Id, Token);
        Assert.Equal(Expected(settings), read!.Settings);
        Assert.Empty(read.Tags);
        if (!World.IsMoto) // moto was last changed in 2021
        {
            Assert.InRange(read.LastModified, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        }
    }

    [Fact]
    public async Task The_configuration_is_complete()
    {
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        using var raw = World.CloudFront();
        var config = (await raw.GetDistributionAsync(new GetDistributionRequest { Id = made.Id }, Token)).Distribution.DistributionConfig;
        var origin = Assert.Single(config.Origins.Items);
        if (!World.IsMoto) // moto leaves the S3 origin out
        {
            Assert.Equal("", origin.S3OriginConfig.OriginAccessIdentity ?? "");
        }

        Assert.Equal(origin.Id, config.DefaultCacheBehavior.TargetOriginId);
        Assert.True(config.DefaultCacheBehavior.Compress);
        Assert.Equal(["GET", "HEAD"], config.DefaultCacheBehavior.AllowedMethods.Items.Order(StringComparer.Ordinal));
        Assert.Equal("sni-only", config.ViewerCertificate.SSLSupportMethod.Value);
        Assert.Equal("PriceClass_All", config.PriceClass.Value);
        Assert.False(config.Logging.IncludeCookies);
    }

    [Fact]
    public async Task What_does_not_exist_is_null()
    {
        using var services = World.Open();
        Assert.Null(await services.Distributions.FindByAliasAsync([AwsWorld.UniqueDomain()], Token));
        Assert.Null(await services.Distributions.GetAsync("EDFDVBD6EXAMPL", Token));
        Assert.Null(await services.Distributions.FindOriginAccessControlAsync(AwsWorld.Unique("oac"), Token));
        await services.Distributions.DeleteAsync("EDFDVBD6EXAMPL", Token);
        await services.Distributions.DisableAsync("EDFDVBD6EXAMPL", withoutAliases: false, Token);
        Assert.True(await services.Distributions.DeleteOriginAccessControlAsync("E327GJI25M56DG", _ => true, Token));
    }

    [Fact]
    public async Task An_update_changes_what_a_stack_decides_and_keeps_the_rest()
    {
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        using (var raw = World.CloudFront())
        {
            var current = await raw.GetDistributionConfigAsync(new GetDistributionConfigRequest { Id = made.Id }, Token);
            current.DistributionConfig.PriceClass = "PriceClass_100";
            current.DistributionConfig.DefaultRootObject = "index.html";
            await raw.UpdateDistributionAsync(new UpdateDistributionRequest { Id = made.Id, IfMatch = current.ETag, DistributionConfig = current.DistributionConfig }, Token);
        }

        var changed = settings with { Comment = "changed", LogBucketDomainName = "", LogPrefix = "", HttpVersion = "http2" };
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(Expected(changed), (await services.Distributions.UpdateAsync(made.Id, changed, Token)).Settings);
        }

        Assert.Equal(Expected(changed), (await services.Distributions.GetAsync(made.Id, Token))!.Settings);
        using var look = World.CloudFront();
        var config = (await look.GetDistributionConfigAsync(new GetDistributionConfigRequest { Id = made.Id }, Token)).DistributionConfig;
        Assert.Equal("PriceClass_100", config.PriceClass.Value);
        Assert.Equal("index.html", config.DefaultRootObject);
    }

    [Fact]
    public async Task A_distribution_is_disabled_without_its_alternate_domain_names()
    {
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        await services.Distributions.DisableAsync(made.Id, withoutAliases: true, Token);
        var disabled = (await services.Distributions.GetAsync(made.Id, Token))!.Settings;
        Assert.False(disabled.Enabled);
        Assert.Empty(disabled.Aliases);
        Assert.Equal("", disabled.CertificateArn);
        Assert.Equal(settings.OriginDomainName, disabled.OriginDomainName);
    }

    [Fact]
    public async Task A_distribution_is_disabled_and_then_deleted()
    {
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        if (!World.IsMoto)
        {
            await AwsWorld.FailsAsync("DistributionStillEnabled", () => services.Distributions.DeleteAsync(made.Id, Token));
        }

        await services.Distributions.DisableAsync(made.Id, withoutAliases: false, Token);
        await services.Distributions.DisableAsync(made.Id, withoutAliases: false, Token);
        var disabled = await AwsWorld.EventuallyAsync(() => services.Distributions.GetAsync(made.Id, Token), d => d!.IsDeployed);
        Assert.Equal(Expected(settings) with { Enabled = false }, disabled!.Settings);
        await services.Distributions.DeleteAsync(made.Id, Token);
        await services.Distributions.DeleteAsync(made.Id, Token);
        Assert.Null(await services.Distributions.GetAsync(made.Id, Token));
        Assert.Null(await services.Distributions.FindByAliasAsync(settings.Aliases, Token));
    }

    [Fact]
    public async Task An_origin_access_control_is_one_for_its_name()
    {
        using var services = World.Open();
        var name = AwsWorld.Unique("oac");
        var id = await services.Distributions.CreateOriginAccessControlAsync(name, "for the contract", Token);
        Assert.Equal(id, await services.Distributions.FindOriginAccessControlAsync(name, Token));
        if (!World.IsMoto) // moto makes a second one of the same name
        {
            Assert.Equal(id, await services.Distributions.CreateOriginAccessControlAsync(name, "again", Token));
        }

        Assert.True(await services.Distributions.DeleteOriginAccessControlAsync(id, _ => true, Token));
        Assert.True(await services.Distributions.DeleteOriginAccessControlAsync(id, _ => true, Token));
        Assert.Null(await services.Distributions.FindOriginAccessControlAsync(name, Token));
    }

    [Fact]
    public async Task An_origin_access_control_in_use_stays()
    {
        World.SkipOnMoto("deletes an origin access control in use");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        await services.Distributions.CreateAsync(settings, tags, Token);
        Assert.False(await services.Distributions.DeleteOriginAccessControlAsync(settings.OriginAccessControlId, _ => true, Token));
    }

    [Fact]
    public async Task A_certificate_in_use_is_not_deleted()
    {
        World.SkipOnMoto("deletes a certificate in use");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        Assert.False(await services.Certificates.DeleteAsync(settings.CertificateArn, Token));
        Assert.Contains(made.Arn, (await services.Certificates.GetAsync(settings.CertificateArn, Token))!.InUseBy);
    }

    [Fact]
    public async Task Tags_are_added_to_those_there()
    {
        World.SkipOnMoto("lists distributions without their aliases");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        await services.Distributions.TagAsync(made.Arn, new Dictionary<string, string> { ["more"] = "1" }, Token);
        var found = await services.Distributions.FindByAliasAsync(settings.Aliases, Token);
        Assert.Equal("1", found!.Tags["more"]);
        Assert.Equal(tags["EmailSecurity:Stack"], found.Tags["EmailSecurity:Stack"]);
    }

    [Fact]
    public async Task Stacks_of_the_account_are_listed_by_their_tag()
    {
        World.SkipOnMoto("lists distributions without their aliases");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        await services.Distributions.CreateAsync(settings, tags, Token);
        var (without, _) = await PrepareAsync(services);
        await services.Distributions.CreateAsync(without, new Dictionary<string, string> { ["x"] = "y" }, Token);
        var domains = new List<string>();
        await foreach (var domain in services.Distributions.ListStackDomainsAsync(Token))
        {
            domains.Add(domain);
        }

        Assert.Single(domains, d => d == tags["EmailSecurity:Stack"]);
        Assert.DoesNotContain(domains, d => without.Aliases[0].EndsWith(d, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alias_records_of_a_distribution_read_back_as_they_were_put()
    {
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        var domain = tags["EmailSecurity:Stack"];
        var zone = Assert.Single(await services.Zones.FindZonesAsync(domain, Token));
        RecordSet[] sets = [.. new[] { "A", "AAAA" }.Select(type => new RecordSet { Name = "mta-sts." + domain, Type = type, AliasTarget = made.DomainName, AliasZoneId = "Z2FDTNDATAQYW2" })];
        await services.Zones.ChangeAsync(zone.Id, [.. sets.Select(s => new RecordSetChange(false, s))], Token);
        Assert.Equal(sets, await ReadAsync());
        await services.Zones.ChangeAsync(zone.Id, [.. sets.Select(s => new RecordSetChange(true, s))], Token);
        Assert.Empty(await ReadAsync());

        // Below it is the certificate's validation record.
        async Task<IEnumerable<RecordSet>> ReadAsync() =>
            (await services.Zones.GetRecordSetsAsync(zone, "mta-sts." + domain, [], Token)).Where(s => s.Name == "mta-sts." + domain).OrderBy(s => s.Type, StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_invalidation_completes()
    {
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        var id = await services.Distributions.CreateInvalidationAsync(made.Id, ["/.well-known/mta-sts.txt"], "ref-1", Token);
        Assert.True(await AwsWorld.EventuallyAsync(() => services.Distributions.IsInvalidationCompletedAsync(made.Id, id, Token), done => done));
        if (!World.IsMoto) // moto makes another one for the same caller reference
        {
            Assert.Equal(id, await services.Distributions.CreateInvalidationAsync(made.Id, ["/.well-known/mta-sts.txt"], "ref-1", Token));
        }
    }

    [Fact]
    public async Task An_alias_of_a_distribution_that_is_not_the_stacks_is_AliasTaken()
    {
        World.SkipOnMoto("lets two distributions have one alias");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, new Dictionary<string, string> { ["EmailSecurity:Stack"] = "other.example" }, Token);
        var e = await AwsWorld.FailsAsync("AliasTaken", () => services.Distributions.CreateAsync(settings, tags, Token));
        Assert.Equal(ErrorKind.Exists, e.Kind);
        Assert.Contains(made.Id, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_moves_from_another_distribution_of_the_account()
    {
        World.SkipOnMoto("does not know UpdateDomainAssociation");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var theirs = await services.Distributions.CreateAsync(settings with { OriginDomainName = await OtherOriginAsync(services) }, new Dictionary<string, string>(), Token);
        var ours = await services.Distributions.CreateAsync(settings with { Aliases = [] }, tags, Token);
        var found = await services.Distributions.FindAsync(settings.Aliases, o => o == settings.OriginDomainName, Token);
        Assert.Equal([theirs.Id, ours.Id], found.Select(d => d.Id));
        Assert.Equal(tags, found[1].Tags);

        for (var i = 0; i < 2; i++) // there already is success
        {
            await services.Distributions.MoveAliasAsync(ours.Id, settings.Aliases[1], Token);
        }

        Assert.Equal([settings.Aliases[1]], (await services.Distributions.GetAsync(ours.Id, Token))!.Settings.Aliases);
        Assert.Equal([settings.Aliases[0]], (await services.Distributions.GetAsync(theirs.Id, Token))!.Settings.Aliases);

        // Nothing else of either has changed, and an alias that nobody has is added.
        await services.Distributions.UpdateAsync(theirs.Id, theirs.Settings with { Aliases = [] }, Token);
        await services.Distributions.MoveAliasAsync(ours.Id, settings.Aliases[0], Token);
        Assert.Equal(Expected(settings), (await services.Distributions.GetAsync(ours.Id, Token))!.Settings);
        await AwsWorld.FailsAsync("DistributionNotFound", () => services.Distributions.MoveAliasAsync("EDFDVBD6EXAMPL", settings.Aliases[0], Token));
    }

    [Fact]
    public async Task An_alias_of_another_account_does_not_move_and_the_error_says_what_AWS_requires()
    {
        World.SkipOnMoto("does not know UpdateDomainAssociation");
        using var services = World.Open();
        using var other = await World.OpenOtherAsync();
        var (settings, tags) = await PrepareAsync(services);
        var ours = await services.Distributions.CreateAsync(settings with { Aliases = [] }, tags, Token);
        var (their, _) = await PrepareAsync(other, services, tags["EmailSecurity:Stack"]);
        var theirs = await other.Distributions.CreateAsync(their, new Dictionary<string, string>(), Token);

        var e = await AwsWorld.FailsAsync("AliasTaken", () => services.Distributions.MoveAliasAsync(ours.Id, settings.Aliases[1], Token));
        Assert.Contains(theirs.Id[^6..], e.Message, StringComparison.Ordinal);
        Assert.Contains($"TXT record _{settings.Aliases[1]} with the value {ours.DomainName}", e.Message, StringComparison.Ordinal);
        Assert.Equal(their.Aliases, (await other.Distributions.GetAsync(theirs.Id, Token))!.Settings.Aliases);
    }

    private static async Task<string> OtherOriginAsync(IEmailSecurityServices services)
    {
        var bucket = AwsWorld.Unique("theirs");
        await services.Buckets.CreateAsync(bucket, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        return $"{bucket}.s3.{services.Region}.amazonaws.com";
    }

    [Fact]
    public async Task A_distribution_of_the_same_stack_is_adopted()
    {
        World.SkipOnMoto("lets two distributions have one alias");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        var made = await services.Distributions.CreateAsync(settings, tags, Token);
        Assert.Equal(made.Id, (await services.Distributions.CreateAsync(settings, tags, Token)).Id);
    }

    [Fact]
    public async Task A_certificate_that_is_not_issued_is_CertificateNotUsable()
    {
        World.SkipOnMoto("does not look at the certificate");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services);
        string[] names = ["mta-sts." + AwsWorld.UniqueDomain()]; // of no zone, so never validated
        var pending = await services.Certificates.RequestAsync(names, Guid.NewGuid().ToString("N"), tags, Token);
        await AwsWorld.FailsAsync("CertificateNotUsable", () => services.Distributions.CreateAsync(settings with { Aliases = names, CertificateArn = pending }, tags, Token));
    }

    [Fact]
    public async Task A_log_bucket_without_acls_is_LogBucketNeedsAcls()
    {
        World.SkipOnMoto("does not look at the log bucket");
        using var services = World.Open();
        var (settings, tags) = await PrepareAsync(services, BucketOwnership.BucketOwnerEnforced);
        await AwsWorld.FailsAsync("LogBucketNeedsAcls", () => services.Distributions.CreateAsync(settings, tags, Token));
    }

    [Fact]
    public async Task A_region_without_log_delivery_is_refused_before_any_call()
    {
        using var services = World.Open(World.Settings with { Region = "eu-south-2", EndpointUrl = "http://127.0.0.1:1" });
        var settings = Settings("example.com", "bucket", "logs", "oac", "arn", "eu-south-2");
        await AwsWorld.FailsAsync("RegionNotSupportedForLogging", () => services.Distributions.CreateAsync(settings, new Dictionary<string, string>(), Token));
    }

    // moto forgets the origin access control of an origin.
    private DistributionSettings Expected(DistributionSettings settings) => World.IsMoto ? settings with { OriginAccessControlId = "" } : settings;

    private Task<(DistributionSettings Settings, Dictionary<string, string> Tags)> PrepareAsync(IEmailSecurityServices services, BucketOwnership logs = BucketOwnership.BucketOwnerPreferred)
        => PrepareAsync(services, services, AwsWorld.UniqueDomain(), logs);

    // The domain's zone can be another account's.
    private async Task<(DistributionSettings Settings, Dictionary<string, string> Tags)> PrepareAsync(IEmailSecurityServices services, IEmailSecurityServices dns, string domain, BucketOwnership logs = BucketOwnership.BucketOwnerPreferred)
    {
        var (assetBucket, logBucket) = (AwsWorld.Unique("assets"), AwsWorld.Unique("logs"));
        await services.Buckets.CreateAsync(assetBucket, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        await services.Buckets.CreateAsync(logBucket, logs, new Dictionary<string, string>(), Token);
        var certificate = await World.IssueCertificateAsync(services, dns, domain, "bimi-assets." + domain, "mta-sts." + domain);
        var oac = await services.Distributions.CreateOriginAccessControlAsync(AwsWorld.Unique("oac"), "", Token);
        return (Settings(domain, assetBucket, logBucket, oac, certificate, services.Region), new Dictionary<string, string> { ["EmailSecurity:Stack"] = domain, ["team"] = "mail" });
    }

    private static DistributionSettings Settings(string domain, string assets, string logs, string oac, string certificate, string region) => new()
    {
        Aliases = ["bimi-assets." + domain, "mta-sts." + domain],
        OriginDomainName = $"{assets}.s3.{region}.amazonaws.com",
        OriginAccessControlId = oac,
        CertificateArn = certificate,
        LogBucketDomainName = $"{logs}.s3.amazonaws.com",
        LogPrefix = "cloudfront/",
        Comment = "E-mail security of " + domain,
    };
}
