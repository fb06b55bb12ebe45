using System.Text.RegularExpressions;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Permissions;

/// <summary>moto's IAM is a second opinion on the actions of assets/iam-policy.json: with them every call of the adapters is allowed, without them none is.</summary>
public sealed partial class MotoOpinionTests
{
    private static readonly IamPolicy SetUp = IamPolicy.Read(Path.Combine(SourceTree.Root, "assets", "iam-policy.json"));

    // Where moto asks for another action than AWS: for the name of the operation, which AWS has no action of (CreateDistribution and TagResource), and for
    // DeleteObject where a version is named (DeleteObjectVersion; Service Authorization Reference).
    private static readonly string[] OfMoto = ["cloudfront:CreateDistributionWithTags", "s3:DeleteObject"];

    // moto does not verify the signature of a query with an ARN.
    private const string NotJudged = "tag it";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_the_actions_of_the_policy_each_call_is_allowed_and_without_them_refused()
    {
        var (server, reason) = await MotoServer.StartAsync(Token);
        Assert.SkipWhen(server is null, reason);
        await using var running = server;
        using var iam = new MotoIam(server.Url);
        var domain = AwsWorld.UniqueDomain();
        var world = new MotoWorld(server.Url);
        var zone = await world.CreateZoneAsync(domain);
        var (accessKey, secretKey) = await iam.CreateUserAsync(Token);
        using var services = world.Open(world.Settings with { AccessKey = accessKey, SecretKey = secretKey });
        var life = new Life(services, domain, zone);

        await iam.AllowAsync([.. SetUp.Actions, .. OfMoto], Token);
        await AskAsync(life.Making.Concat(life.Looking), Opinion.Allowed);
        await iam.AllowAsync([], Token);
        await AskAsync(life.Making.Concat(life.Looking).Concat(life.Ending), Opinion.Refused);
        await iam.AllowAsync([.. SetUp.Actions, .. OfMoto], Token);
        await AskAsync(life.Ending, Opinion.Allowed);
    }

    private static async Task AskAsync(IEnumerable<(string Name, Func<Task> Call)> calls, Opinion expected)
    {
        foreach (var (name, call) in calls)
        {
            var (opinion, words) = await OpinionAsync(call);
            Assert.True(opinion == (name == NotJudged ? Opinion.None : expected), $"{name}: {opinion}. {words}");
            if (NamedAction().Match(words) is { Success: true } named)
            {
                Assert.Contains(named.Groups[1].Value, SetUp.Actions.Concat(OfMoto));
            }
        }
    }

    private static async Task<(Opinion Opinion, string Words)> OpinionAsync(Func<Task> call)
    {
        try
        {
            await call();
            return (Opinion.Allowed, "");
        }
        catch (EmailSecurityException e) when (e.ErrorId is "AccessDenied" or "BucketNameTaken") // a bucket that says nothing to us may be somebody's
        {
            return (Opinion.Refused, e.What);
        }
        catch (EmailSecurityException e) when (e.What.Contains("(SignatureDoesNotMatch)", StringComparison.Ordinal))
        {
            return (Opinion.None, e.What);
        }
    }

    [GeneratedRegex(@"not authorized to perform: ([a-z0-9]+:\w+)")]
    private static partial Regex NamedAction();

    private enum Opinion
    {
        Allowed,
        Refused,
        None,
    }

    /// <summary>What the adapters do in the life of a stack.</summary>
    private sealed class Life(IEmailSecurityServices services, string domain, HostedZoneInfo zone)
    {
        private readonly string bucket = AwsWorld.Unique("assets");
        private readonly Dictionary<string, string> tags = new() { ["EmailSecurity:Stack"] = domain };
        private readonly RecordSet record = new() { Name = "_mta-sts." + domain, Type = "TXT", Ttl = 300, Values = ["\"v=STSv1; id=1\""] };
        private string certificate = "", control = "", distribution = "", change = "", invalidation = "";

        private string[] Names => ["bimi-assets." + domain, "mta-sts." + domain];

        private DistributionSettings Wanted => new()
        {
            Aliases = Names,
            OriginDomainName = $"{bucket}.s3.{services.Region}.amazonaws.com",
            OriginAccessControlId = control,
            CertificateArn = certificate,
            LogBucketDomainName = "",
            LogPrefix = "",
            Comment = "one",
        };

        public IEnumerable<(string Name, Func<Task> Call)> Making =>
        [
            ("make a bucket", () => services.Buckets.CreateAsync(bucket, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token)),
            .. Settings(BucketSetting.Tags, BucketSetting.PublicAccessBlock, BucketSetting.Ownership, BucketSetting.Versioning, BucketSetting.Policy, BucketSetting.Lifecycle),
            ("put an object", () => services.Buckets.PutObjectAsync(bucket, new BucketObject("key", "text"u8.ToArray(), "text/plain", "no-store"), Token)),
            ("request a certificate", async () => certificate = await services.Certificates.RequestAsync(Names, Guid.NewGuid().ToString("N"), tags, Token)),
            ("make an origin access control", async () => control = await services.Distributions.CreateOriginAccessControlAsync("oac-" + domain, "", Token)),
            ("make a distribution", async () => distribution = (await services.Distributions.CreateAsync(Wanted, tags, Token)).Id),
            ("tag it", () => services.Distributions.TagAsync($"arn:aws:cloudfront::123456789012:distribution/{distribution}", tags, Token)),
            ("make a record", async () => change = await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(false, record)], Token)),
        ];

        public IEnumerable<(string Name, Func<Task> Call)> Looking =>
        [
            ("see a bucket", () => services.Buckets.GetAsync(bucket, Enum.GetValues<BucketSetting>().ToHashSet(), Token)),
            ("list versions", () => services.Buckets.ListObjectVersionsAsync(bucket, Token)),
            ("read an object", () => services.Buckets.GetObjectAsync(bucket, "key", null, 100, Token)),
            ("read its metadata", () => services.Buckets.GetMetadataAsync(bucket, "key", null, Token)),
            ("find certificates", () => services.Certificates.FindAsync(domain, Names, Token)),
            ("see a certificate", () => services.Certificates.GetAsync(certificate, Token)),
            ("find distributions", () => services.Distributions.FindAsync(Names, _ => false, Token)),
            ("see a distribution", () => services.Distributions.GetAsync(distribution, Token)),
            ("find the origin access control", () => services.Distributions.FindOriginAccessControlAsync("oac-" + domain, Token)),
            ("see it", () => services.Distributions.GetOriginAccessControlAsync(control, Token)),
            ("invalidate", async () => invalidation = await services.Distributions.CreateInvalidationAsync(distribution, ["/*"], Guid.NewGuid().ToString("N"), Token)),
            ("see whether it is done", () => services.Distributions.IsInvalidationCompletedAsync(distribution, invalidation, Token)),
            ("find zones", () => services.Zones.FindZonesAsync(domain, Token)),
            ("see records", () => services.Zones.GetRecordSetsAsync(zone, domain, [], Token)),
            ("see whether a change is done", () => services.Zones.IsInSyncAsync(change, Token)),
        ];

        public IEnumerable<(string Name, Func<Task> Call)> Ending =>
        [
            ("delete a record", () => services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(true, record)], Token)),
            ("disable a distribution", () => services.Distributions.DisableAsync(distribution, withoutAliases: false, Token)),
            ("delete it", () => services.Distributions.DeleteAsync(distribution, Token)),
            ("delete the origin access control", () => services.Distributions.DeleteOriginAccessControlAsync(control, _ => true, Token)),
            ("delete a certificate", () => services.Certificates.DeleteAsync(certificate, Token)),
            ("empty and delete a bucket", () => services.Buckets.EmptyAndDeleteAsync(bucket, null, Token)),
        ];

        private IEnumerable<(string Name, Func<Task> Call)> Settings(params BucketSetting[] settings) => settings.Select(s => (
            $"set {s} of a bucket",
            (Func<Task>)(() => services.Buckets.PutSettingAsync(bucket, s, new BucketSettings
            {
                Tags = tags,
                BlocksPublicAccess = true,
                Ownership = BucketOwnership.BucketOwnerEnforced,
                Versioned = true,
                Policy = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::{{bucket}}/*"}]}""",
                Lifecycle = [new LifecycleRule("rule", "", null, 30, 7)],
            }, Token))));
    }
}
