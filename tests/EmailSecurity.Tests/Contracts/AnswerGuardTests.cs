using System.Xml.Linq;
using Amazon.CertificateManager;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Route53;
using Amazon.Subset;
using EmailSecurity.Aws.Distributions;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>A page that somebody else answers with, status 200, is no answer of AWS; also for clients that read any document as one.</summary>
public sealed class AnswerGuardTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string Xhtml = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>Sign in</title></head><body><p>Welcome</p></body></html>";

    private static readonly DistributionSettings Settings = new()
    {
        Aliases = ["mta-sts.example.com"],
        OriginDomainName = "b.s3.eu-west-1.amazonaws.com",
        OriginAccessControlId = "E1",
        CertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1",
        LogBucketDomainName = "",
        LogPrefix = "",
        Comment = "",
    };

    private static readonly Dictionary<string, string> Tags = new() { ["EmailSecurity:Stack"] = "example.com" };
    private static readonly HostedZoneInfo Zone = new("Z1", "example.com", 10);
    private static readonly RecordSet Set = new() { Name = "_mta-sts.example.com", Type = "TXT", Ttl = 300, Values = ["\"v\""] };
    private static readonly string[] Names = ["mta-sts.example.com"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Dictionary<string, Func<IEmailSecurityServices, Task>> Calls { get; } = new(StringComparer.Ordinal)
    {
        ["FindZones"] = s => s.Zones.FindZonesAsync("example.com", Token),
        ["GetRecordSets"] = s => s.Zones.GetRecordSetsAsync(Zone, "example.com", [], Token),
        ["ChangeRecords"] = s => s.Zones.ChangeAsync("Z1", [new RecordSetChange(false, Set)], Token),
        ["IsInSync"] = s => s.Zones.IsInSyncAsync("C1", Token),
        ["FindByAlias"] = s => s.Distributions.FindByAliasAsync(Names, Token),
        ["MoveAlias"] = s => s.Distributions.MoveAliasAsync("E1", Names[0], Token),
        ["ListStackDomains"] = s => s.Distributions.ListStackDomainsAsync(Token).GetAsyncEnumerator(Token).MoveNextAsync().AsTask(),
        ["GetDistribution"] = s => s.Distributions.GetAsync("E1", Token),
        ["FindControl"] = s => s.Distributions.FindOriginAccessControlAsync("EmailSecurity", Token),
        ["CreateControl"] = s => s.Distributions.CreateOriginAccessControlAsync("EmailSecurity", "", Token),
        ["DeleteControl"] = s => s.Distributions.DeleteOriginAccessControlAsync("E1", _ => true, Token),
        ["CreateDistribution"] = s => s.Distributions.CreateAsync(Settings, Tags, Token),
        ["UpdateDistribution"] = s => s.Distributions.UpdateAsync("E1", Settings, Token),
        ["DisableDistribution"] = s => s.Distributions.DisableAsync("E1", withoutAliases: false, Token),
        ["TagDistribution"] = s => s.Distributions.TagAsync("arn:aws:cloudfront::123456789012:distribution/E1", Tags, Token),
        ["DeleteDistribution"] = s => s.Distributions.DeleteAsync("E1", Token),
        ["CreateInvalidation"] = s => s.Distributions.CreateInvalidationAsync("E1", ["/*"], "r", Token),
        ["IsInvalidationCompleted"] = s => s.Distributions.IsInvalidationCompletedAsync("E1", "I1", Token),
        ["FindCertificates"] = s => s.Certificates.FindAsync("example.com", Names, Token),
        ["IsNameOnOtherCertificate"] = s => s.Certificates.IsNameOnOtherCertificateAsync(Names[0], [], Token),
        ["GetCertificate"] = s => s.Certificates.GetAsync(Settings.CertificateArn, Token),
        ["RequestCertificate"] = s => s.Certificates.RequestAsync(Names, "token", Tags, Token),
        ["DeleteCertificate"] = s => s.Certificates.DeleteAsync(Settings.CertificateArn, Token),
        ["CreateBucket"] = s => s.Buckets.CreateAsync("bucket", BucketOwnership.BucketOwnerEnforced, Tags, Token),
        ["PutSetting"] = s => s.Buckets.PutSettingAsync("bucket", BucketSetting.Versioning, new BucketSettings { Versioned = true }, Token),
        ["ListObjectVersions"] = s => s.Buckets.ListObjectVersionsAsync("bucket", Token),
        ["GetObject"] = s => s.Buckets.GetObjectAsync("bucket", "key", null, 100, Token),
        ["PutObject"] = s => s.Buckets.PutObjectAsync("bucket", new BucketObject("key", new byte[] { 1 }, "text/plain", "no-store"), Token),
        ["EmptyAndDelete"] = s => s.Buckets.EmptyAndDeleteAsync("bucket", null, Token),
    };

    public static TheoryData<string, string> Pages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var call in Calls.Keys.Concat(Enum.GetNames<BucketSetting>().Select(s => "Get" + s)))
            {
                foreach (var page in (string[])[Xhtml, "<!doctype html><title>Sign in<br>", "<portal><login/></portal>"])
                {
                    data.Add(call, page);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_portals_page_is_no_answer(string call, string page)
    {
        await using var aws = await StubAws.StartAsync(async (context, _) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(Token);
            await StubAws.AnswerAsync(context, 200, body.StartsWith("Action=GetCallerIdentity", StringComparison.Ordinal) ? StubAws.Caller : page, "text/html");
        });
        foreach (var options in (AwsClientOptions[])[AwsWorld.Options, OfficialPackages.Like(AwsWorld.Options)])
        {
            var settings = new ConnectionSettings { AccessKey = "AK", SecretKey = "s", EndpointUrl = aws.Url };
            using var services = new ServicesFactory(options).Create(settings, TimeProvider.System);
            await AwsWorld.FailsAsync("AwsUnexpectedResponse", () => Calls.TryGetValue(call, out var made)
                ? made(services)
                : services.Buckets.GetAsync("bucket", new HashSet<BucketSetting> { Enum.Parse<BucketSetting>(call[3..]) }, Token));
        }
    }

    // The right document, and nothing in it: what the service models require is missing.
    [Theory]
    [InlineData("FindZones", "<ListHostedZonesByNameResponse/>")]
    [InlineData("FindZones", "<ListHostedZonesByNameResponse><HostedZones><HostedZone><Id>Z1</Id></HostedZone></HostedZones></ListHostedZonesByNameResponse>")]
    [InlineData("GetRecordSets", "<ListResourceRecordSetsResponse><IsTruncated>false</IsTruncated></ListResourceRecordSetsResponse>")]
    [InlineData("GetRecordSets", "<ListResourceRecordSetsResponse><ResourceRecordSets/></ListResourceRecordSetsResponse>")]
    [InlineData("FindByAlias", "<DistributionList/>")]
    [InlineData("FindCertificates", "{}")]
    [InlineData("FindCertificates", "[]")]
    [InlineData("FindCertificates", "{\"CertificateSummaryList\":null}")]
    [InlineData("GetCertificate", "{\"Certificate\":{}}")]
    [InlineData("RequestCertificate", "{}")]
    [InlineData("ListObjectVersions", "<ListVersionsResult/>")]
    public Task An_answer_without_what_AWS_always_sends_is_none(string call, string answer) => A_portals_page_is_no_answer(call, answer);

    [Fact]
    public async Task An_update_that_would_erase_a_setting_the_client_does_not_know_is_refused()
    {
        var world = new SandboxAws(sandbox.Server, official: true);
        using var official = world.Open();
        using var own = new SandboxAws(sandbox.Server).Open();
        var id = await CreateAsync(world, own);
        var settings = (await own.Distributions.GetAsync(id, Token))!.Settings;

        var changed = settings with { Comment = "changed" };
        var e = await AwsWorld.FailsAsync("DistributionHasUnknownSettings", () => official.Distributions.UpdateAsync(id, changed, Token));
        Assert.Contains("DefaultCacheBehavior/FutureSetting", e.Message, StringComparison.Ordinal);
        await AwsWorld.FailsAsync("DistributionHasUnknownSettings", () => official.Distributions.DisableAsync(id, withoutAliases: false, Token));
        Assert.Equal(settings, (await own.Distributions.GetAsync(id, Token))!.Settings);

        // The module's own clients send it back.
        await own.Distributions.UpdateAsync(id, changed, Token);
        using var raw = world.CloudFront();
        var config = (await raw.GetDistributionConfigAsync(new GetDistributionConfigRequest { Id = id }, Token)).DistributionConfig;
        Assert.Equal("on", Assert.Single(config.DefaultCacheBehavior.Unknown, u => u.Element.Name.LocalName == "FutureSetting").Element.Value);
    }

    [Theory]
    [InlineData("<c><a>1</a></c>", "<c><a>2</a><b/></c>", null)]
    [InlineData("<c><a>1</a><n/></c>", "<c><a>1</a></c>", null)]
    [InlineData("<c><n><Quantity>0</Quantity><Items/></n><m><Enabled>false</Enabled></m></c>", "<c/>", null)]
    [InlineData("<c><a>1</a><n>1</n></c>", "<c><a>1</a></c>", "c/n")]
    [InlineData("<c><a><n><m>1</m></n></a></c>", "<c><a/></c>", "c/a/n")]
    [InlineData("<c><i><x>1</x></i><i><y>1</y></i></c>", "<c><i><x>1</x></i><i/></c>", "c/i/y")]
    [InlineData("<c><i>1</i><i>2</i></c>", "<c><i>1</i></c>", "c/i")]
    [InlineData("<c><Aliases><i>1</i></Aliases></c>", "<c><Aliases/></c>", null)]
    public void What_is_left_out_is_found(string had, string has, string? missing) =>
        Assert.Equal(missing, ConfigurationGuard.Missing(XElement.Parse(had), XElement.Parse(has)));

    // Every operation that the adapters may call has a rule; the others are here by name.
    [Fact]
    public void Every_operation_has_a_rule()
    {
        string[] unused = ["GetHostedZone", "CreateHostedZone", "DeleteHostedZone", "ListTagsForResource", "ChangeTagsForResource"];
        Assert.All(Operations(typeof(IAmazonRoute53)).Except(unused), o => Assert.Contains(o + "Request", AnswerRules.Route53.Keys));
        unused = ["GetDistributionConfig", "ListInvalidations"];
        Assert.All(Operations(typeof(IAmazonCloudFront)).Except(unused), o => Assert.Contains(o + "Request", AnswerRules.CloudFront.Keys));
        unused = ["AddTagsToCertificate"];
        Assert.All(Operations(typeof(IAmazonCertificateManager)).Except(unused), o => Assert.Contains(o + "Request", AnswerRules.Acm.Keys));
    }

    private static IEnumerable<string> Operations(Type client) =>
        client.GetMethods().Where(m => m.Name.EndsWith("Async", StringComparison.Ordinal)).Select(m => m.Name[..^5]);

    // A distribution with a setting of a later day.
    private static async Task<string> CreateAsync(SandboxAws world, IEmailSecurityServices services)
    {
        var bucket = AwsWorld.Unique("assets");
        await services.Buckets.CreateAsync(bucket, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        using var raw = world.CloudFront();
        var config = new DistributionConfig
        {
            CallerReference = bucket,
            Comment = "",
            Enabled = true,
            Origins = new Origins
            {
                Quantity = 1,
                Items = [new Origin { Id = "o", DomainName = $"{bucket}.s3.eu-west-1.amazonaws.com", S3OriginConfig = new S3OriginConfig { OriginAccessIdentity = "" } }],
            },
            DefaultCacheBehavior = new DefaultCacheBehavior
            {
                TargetOriginId = "o",
                ViewerProtocolPolicy = ViewerProtocolPolicy.HttpsOnly,
                CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6",
                Unknown = [new UnknownElement("CachePolicyId", new XElement("FutureSetting", "on"), XNamespace.None)],
            },
        };
        var tagged = new DistributionConfigWithTags { DistributionConfig = config, Tags = new Tags { Items = [] } };
        var request = new CreateDistributionWithTagsRequest { DistributionConfigWithTags = tagged };
        return (await raw.CreateDistributionWithTagsAsync(request, Token)).Distribution.Id;
    }
}
