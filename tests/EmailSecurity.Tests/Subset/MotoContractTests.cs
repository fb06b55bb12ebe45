using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.Runtime;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Subset;

/// <summary>Every operation against moto: it accepts what is sent, and what it answers is read back right.</summary>
[Collection("Moto")]
public class MotoContractTests(MotoFixture moto)
{
    private static readonly BasicAWSCredentials Credentials = new("AKIDEXAMPLE", "secret");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private T At<T>(T config) where T : ClientConfig
    {
        config.AuthenticationRegion = "us-east-1"; // before ServiceURL: RegionEndpoint and ServiceURL clear each other
        config.ServiceURL = moto.Url.AbsoluteUri;
        return config;
    }

    private AmazonRoute53Client Route53() => new(Credentials, At(new AmazonRoute53Config()));

    private AmazonCloudFrontClient CloudFront() => new(Credentials, At(new AmazonCloudFrontConfig()));

    private AmazonCertificateManagerClient Acm() => new(Credentials, At(new AmazonCertificateManagerConfig()));

    [Fact]
    public async Task Route53_zone_records_change_and_tags()
    {
        using var client = Route53();
        var domain = "z" + Guid.NewGuid().ToString("N")[..8] + ".example.";
        var created = await client.CreateHostedZoneAsync(new() { Name = domain, CallerReference = domain, HostedZoneConfig = new() { Comment = "c & d" } }, Token);
        Assert.Equal(domain, created.HostedZone.Name);
        Assert.NotEmpty(created.DelegationSet.NameServers);
        var id = created.HostedZone.Id;

        var found = await client.ListHostedZonesByNameAsync(new() { DNSName = domain, MaxItems = "1" }, Token);
        Assert.Equal(domain, Assert.Single(found.HostedZones).Name);
        Assert.Equal("c & d", (await client.GetHostedZoneAsync(new() { Id = id }, Token)).HostedZone.Config.Comment);
        Assert.Contains((await client.ListHostedZonesAsync(new(), Token)).HostedZones, z => z.Id == id && z.Config.PrivateZone == false);

        var txt = new Amazon.Route53.Model.ResourceRecordSet { Name = "_mta-sts." + domain, Type = RRType.TXT, TTL = 300, ResourceRecords = [new() { Value = "\"v=STSv1; id=20260102;\"" }] };
        var alias = new Amazon.Route53.Model.ResourceRecordSet { Name = "mta-sts." + domain, Type = RRType.A, AliasTarget = new() { HostedZoneId = "Z2FDTNDATAQYW2", DNSName = "d1.cloudfront.net.", EvaluateTargetHealth = false } };
        var change = await client.ChangeResourceRecordSetsAsync(new()
        {
            HostedZoneId = id,
            ChangeBatch = new() { Comment = "<first>", Changes = [new() { Action = ChangeAction.CREATE, ResourceRecordSet = txt }, new() { Action = ChangeAction.UPSERT, ResourceRecordSet = alias }] },
        }, Token);
        Assert.Equal(ChangeStatus.INSYNC, (await client.GetChangeAsync(new() { Id = change.ChangeInfo.Id }, Token)).ChangeInfo.Status);

        var sets = (await client.ListResourceRecordSetsAsync(new() { HostedZoneId = id, StartRecordName = "_mta-sts." + domain, StartRecordType = RRType.TXT }, Token)).ResourceRecordSets;
        var readTxt = Assert.Single(sets, s => s.Type == RRType.TXT);
        Assert.Equal((txt.Name, 300L, txt.ResourceRecords[0].Value), (readTxt.Name, readTxt.TTL, readTxt.ResourceRecords[0].Value));
        var readAlias = Assert.Single(sets, s => s.Name == alias.Name).AliasTarget;
        Assert.Equal(("Z2FDTNDATAQYW2", "d1.cloudfront.net.", false), (readAlias.HostedZoneId, readAlias.DNSName, readAlias.EvaluateTargetHealth));

        await Assert.ThrowsAsync<InvalidChangeBatchException>(() => client.ChangeResourceRecordSetsAsync(new() { HostedZoneId = id, ChangeBatch = new() { Changes = [new() { Action = ChangeAction.CREATE, ResourceRecordSet = txt }] } }, Token));

        var bare = id.Replace("/hostedzone/", "", StringComparison.Ordinal);
        await client.ChangeTagsForResourceAsync(new() { ResourceType = TagResourceType.Hostedzone, ResourceId = bare, AddTags = [new() { Key = "a", Value = "1" }, new() { Key = "b", Value = "2" }] }, Token);
        await client.ChangeTagsForResourceAsync(new() { ResourceType = TagResourceType.Hostedzone, ResourceId = bare, RemoveTagKeys = ["a"] }, Token);
        var tag = Assert.Single((await client.ListTagsForResourceAsync(new() { ResourceType = TagResourceType.Hostedzone, ResourceId = bare }, Token)).ResourceTagSet.Tags);
        Assert.Equal(("b", "2"), (tag.Key, tag.Value));

        await client.ChangeResourceRecordSetsAsync(new() { HostedZoneId = id, ChangeBatch = new() { Changes = [new() { Action = ChangeAction.DELETE, ResourceRecordSet = readTxt }, new() { Action = ChangeAction.DELETE, ResourceRecordSet = Assert.Single(sets, s => s.Name == alias.Name) }] } }, Token);
        await client.DeleteHostedZoneAsync(new() { Id = id }, Token);
        await Assert.ThrowsAsync<NoSuchHostedZoneException>(() => client.GetHostedZoneAsync(new() { Id = id }, Token));
    }

    [Fact]
    public async Task CloudFront_distribution_from_creation_to_deletion()
    {
        using var client = CloudFront();
        var name = "d" + Guid.NewGuid().ToString("N")[..8];
        var control = await client.CreateOriginAccessControlAsync(new() { OriginAccessControlConfig = new() { Name = name, Description = "d", SigningBehavior = OriginAccessControlSigningBehaviors.Always, SigningProtocol = OriginAccessControlSigningProtocols.Sigv4, OriginAccessControlOriginType = OriginAccessControlOriginTypes.S3 } }, Token);
        Assert.Contains((await client.ListOriginAccessControlsAsync(new(), Token)).OriginAccessControlList.Items, c => c.Id == control.OriginAccessControl.Id && c.Name == name);
        var readControl = await client.GetOriginAccessControlAsync(new() { Id = control.OriginAccessControl.Id }, Token);
        Assert.Equal(("d", OriginAccessControlOriginTypes.S3), (readControl.OriginAccessControl.OriginAccessControlConfig.Description, readControl.OriginAccessControl.OriginAccessControlConfig.OriginAccessControlOriginType));

        var created = await client.CreateDistributionWithTagsAsync(new()
        {
            DistributionConfigWithTags = new()
            {
                DistributionConfig = new()
                {
                    CallerReference = name,
                    Aliases = new() { Quantity = 2, Items = [$"bimi-assets.{name}.example", $"mta-sts.{name}.example"] },
                    Origins = new() { Quantity = 1, Items = [new() { Id = "s3", DomainName = "b.s3.eu-west-1.amazonaws.com", OriginAccessControlId = control.OriginAccessControl.Id, S3OriginConfig = new() { OriginAccessIdentity = "" } }] },
                    DefaultCacheBehavior = new() { TargetOriginId = "s3", ViewerProtocolPolicy = ViewerProtocolPolicy.HttpsOnly, Compress = true, CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6" },
                    Comment = "c & d",
                    Logging = new() { Enabled = true, IncludeCookies = false, Bucket = "logs.s3.amazonaws.com", Prefix = "cdn/" },
                    Enabled = true,
                    ViewerCertificate = new() { ACMCertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/c", SSLSupportMethod = SSLSupportMethod.SniOnly, MinimumProtocolVersion = MinimumProtocolVersion.TLSv12_2021 },
                    HttpVersion = Amazon.CloudFront.HttpVersion.Http2and3,
                    IsIPV6Enabled = true,
                },
                Tags = new() { Items = [new() { Key = "EmailSecurity:Stack", Value = name }] },
            },
        }, Token);
        var id = created.Distribution.Id;
        Assert.NotEmpty(created.ETag);
        var config = created.Distribution.DistributionConfig;
        Assert.Equal([$"bimi-assets.{name}.example", $"mta-sts.{name}.example"], config.Aliases.Items.Order(StringComparer.Ordinal));
        Assert.Equal(("c & d", true, "b.s3.eu-west-1.amazonaws.com"), (config.Comment, config.Enabled, config.Origins.Items[0].DomainName));
        Assert.Equal((MinimumProtocolVersion.TLSv12_2021, ViewerProtocolPolicy.HttpsOnly), (config.ViewerCertificate.MinimumProtocolVersion, config.DefaultCacheBehavior.ViewerProtocolPolicy));
        Assert.Contains((await client.ListDistributionsAsync(new(), Token)).DistributionList.Items, d => d.Id == id && d.Status.Length > 0); // moto leaves Aliases out of its summaries
        Assert.Equal(name, Assert.Single((await client.ListTagsForResourceAsync(new() { Resource = created.Distribution.ARN }, Token)).Tags.Items).Value);

        var read = await client.GetDistributionConfigAsync(new() { Id = id }, Token);
        read.DistributionConfig.Enabled = false;
        read.DistributionConfig.Comment = "changed";
        var updated = await client.UpdateDistributionAsync(new() { Id = id, IfMatch = read.ETag, DistributionConfig = read.DistributionConfig }, Token);
        Assert.Equal((false, "changed"), (updated.Distribution.DistributionConfig.Enabled, updated.Distribution.DistributionConfig.Comment));
        Assert.Equal(config.Origins.Items[0].Id, updated.Distribution.DistributionConfig.Origins.Items[0].Id);

        var invalidation = await client.CreateInvalidationAsync(new() { DistributionId = id, InvalidationBatch = new() { CallerReference = "i", Paths = new() { Quantity = 1, Items = ["/.well-known/mta-sts.txt"] } } }, Token);
        Assert.Equal(["/.well-known/mta-sts.txt"], (await client.GetInvalidationAsync(new() { DistributionId = id, Id = invalidation.Invalidation.Id }, Token)).Invalidation.InvalidationBatch.Paths.Items);
        Assert.Contains((await client.ListInvalidationsAsync(new() { DistributionId = id }, Token)).InvalidationList.Items, i => i.Id == invalidation.Invalidation.Id);

        var latest = await client.GetDistributionAsync(new() { Id = id }, Token);
        await client.DeleteDistributionAsync(new() { Id = id, IfMatch = latest.ETag }, Token);
        await Assert.ThrowsAsync<NoSuchDistributionException>(() => client.GetDistributionAsync(new() { Id = id }, Token));
        await client.DeleteOriginAccessControlAsync(new() { Id = control.OriginAccessControl.Id, IfMatch = readControl.ETag }, Token);
    }

    [Fact]
    public async Task Acm_certificate_from_request_to_deletion()
    {
        using var client = Acm();
        var name = "mta-sts.c" + Guid.NewGuid().ToString("N")[..8] + ".example";
        var arn = (await client.RequestCertificateAsync(new() { DomainName = name, SubjectAlternativeNames = ["bimi-assets." + name], ValidationMethod = ValidationMethod.DNS, IdempotencyToken = "t", Tags = [new() { Key = "k", Value = "v" }] }, Token)).CertificateArn;
        var certificate = (await client.DescribeCertificateAsync(new() { CertificateArn = arn }, Token)).Certificate;
        Assert.Equal((arn, name), (certificate.CertificateArn, certificate.DomainName));
        Assert.Contains("bimi-assets." + name, certificate.SubjectAlternativeNames);
        Assert.All(certificate.DomainValidationOptions, o => Assert.Equal(RecordType.CNAME, o.ResourceRecord.Type));
        Assert.Contains((await client.ListCertificatesAsync(new() { MaxItems = 100 }, Token)).CertificateSummaryList, c => c.CertificateArn == arn);
        await client.AddTagsToCertificateAsync(new() { CertificateArn = arn, Tags = [new() { Key = "k2", Value = "v2" }] }, Token);
        Assert.Equal(["k2=v2", "k=v"], (await client.ListTagsForCertificateAsync(new() { CertificateArn = arn }, Token)).Tags.Select(t => t.Key + "=" + t.Value).Order(StringComparer.Ordinal));
        await client.DeleteCertificateAsync(new() { CertificateArn = arn }, Token);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => client.DescribeCertificateAsync(new() { CertificateArn = arn }, Token));
    }
}
