using EmailSecurity.Aws;
using EmailSecurity.Net;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>What the factory refuses at once, and what it leaves for the first call.</summary>
public sealed class ServicesFactoryTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_factories_are_found_and_made_by_reflection()
    {
        var settings = new ConnectionSettings { AccessKey = "AK", SecretKey = "s", Region = "eu-west-1" };
        using var cloud = Make<ICloudFactory>(typeof(CloudFactory), "EmailSecurity.Aws.CloudFactory").Create(settings, TimeProvider.System);
        Assert.Equal("eu-west-1", cloud.Region);
        using var outside = Make<IOutsideFactory>(typeof(OutsideFactory), "EmailSecurity.Net.OutsideFactory").Create(settings, TimeProvider.System);
        Assert.NotNull(outside.Resolver);
        Assert.NotNull(outside.Fetcher);
        Assert.NotNull(outside.SmtpProbe);
    }

    [Fact]
    public async Task The_world_is_seen_without_credentials_and_AWS_is_not()
    {
        var settings = new ConnectionSettings { EndpointUrl = sandbox.Server.EndpointUrl, NameServer = sandbox.Server.NameServer, ConnectTo = sandbox.Server.ConnectTo, TrustedRoot = sandbox.Server.TrustedRoot };
        var options = AwsWorld.Options with { Environment = name => name == "AWS_SHARED_CREDENTIALS_FILE" ? Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")) : null };
        using var services = new ServicesFactory(options).Create(settings, TimeProvider.System);
        await AwsWorld.FailsAsync("CredentialsNotFound", () => services.Account.GetCallerIdentityAsync(Token));
        var zone = await new SandboxAws(sandbox.Server).CreateZoneAsync(AwsWorld.UniqueDomain());
        var answer = await services.Resolver.QueryAsync(zone.Name, DnsRecordType.SOA, Token);
        Assert.Equal(DnsStatus.NoError, answer.Status);
        Assert.Single(answer.Records);
    }

    [Theory]
    [InlineData("not a name server", null, null, "InvalidNameServer")]
    [InlineData(null, "nowhere", null, "InvalidConnectTo")]
    [InlineData(null, null, "absent.pem", "TrustedRootUnreadable")]
    public void What_cannot_be_used_is_refused_at_once(string? nameServer, string? connectTo, string? trustedRoot, string errorId)
    {
        var settings = new ConnectionSettings { AccessKey = "AK", SecretKey = "s", NameServer = nameServer, ConnectTo = connectTo, TrustedRoot = trustedRoot };
        var e = Assert.Throws<EmailSecurityException>(() => new ServicesFactory().Create(settings, TimeProvider.System));
        Assert.Equal((errorId, ErrorKind.InvalidArgument), (e.ErrorId, e.Kind));
    }

    [Fact]
    public async Task A_policy_is_fetched_from_the_edge_of_a_distribution_made_through_the_ports()
    {
        var world = new SandboxAws(sandbox.Server);
        using var services = new ServicesFactory(AwsWorld.Options).Create(
            world.Settings with { NameServer = sandbox.Server.NameServer, ConnectTo = sandbox.Server.ConnectTo, TrustedRoot = sandbox.Server.TrustedRoot },
            TimeProvider.System);
        var domain = AwsWorld.UniqueDomain();
        var name = "mta-sts." + domain;
        var assets = AwsWorld.Unique("assets");
        await services.Buckets.CreateAsync(assets, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        var policy = "version: STSv1\nmode: testing\nmx: mail.example\nmax_age: 86400\n"u8.ToArray();
        await services.Buckets.PutObjectAsync(assets, new BucketObject(".well-known/mta-sts.txt", policy, "text/plain", "max-age=60"), Token);
        var certificate = await world.IssueCertificateAsync(services, domain, name);
        var oac = await services.Distributions.CreateOriginAccessControlAsync(AwsWorld.Unique("oac"), "", Token);
        var made = await services.Distributions.CreateAsync(
            new DistributionSettings
            {
                Aliases = [name],
                OriginDomainName = $"{assets}.s3.{services.Region}.amazonaws.com",
                OriginAccessControlId = oac,
                CertificateArn = certificate,
                LogBucketDomainName = "",
                LogPrefix = "",
                Comment = domain,
            },
            new Dictionary<string, string> { ["EmailSecurity:Stack"] = domain },
            Token);
        var allow = $$"""
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::{{assets}}/*","Condition":{"StringEquals":{"AWS:SourceArn":"{{made.Arn}}"} } }]}
            """;
        await services.Buckets.PutSettingAsync(assets, BucketSetting.Policy, new BucketSettings { Policy = allow }, Token);
        var zone = Assert.Single(await services.Zones.FindZonesAsync(domain, Token));
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(false, new RecordSet { Name = name, Type = "A", AliasTarget = made.DomainName, AliasZoneId = "Z2FDTNDATAQYW2" })], Token);
        var fetched = await AwsWorld.EventuallyAsync(
            () => services.Fetcher.FetchAsync(new FetchRequest(new Uri($"https://{name}/.well-known/mta-sts.txt"), 65536, TimeSpan.FromSeconds(20)), Token),
            r => r is { Outcome: FetchOutcome.Response, StatusCode: 200 });
        Assert.Equal(policy, fetched.Body.ToArray());
        Assert.Contains(name, fetched.CertificateNames);
    }

    private static T Make<T>(Type of, string name) => (T)Activator.CreateInstance(of.Assembly.GetType(name, throwOnError: true)!)!;
}
