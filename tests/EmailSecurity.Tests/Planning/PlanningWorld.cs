using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Tests.Plans;

/// <summary>Observed states made by hand: nothing there, or all of it as a publish leaves it.</summary>
internal static class PlanningWorld
{
    public const string Domain = "example.com";
    public const string Account = "123456789012";
    public const string CertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111";
    public const string DistributionDomain = "d111111abcdef8.cloudfront.net";
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly MtaStsPolicy Testing = MtaStsPolicy.Create(Domain, MtaStsMode.Testing, ["mx1.example.com"], 86400);
    public static readonly MtaStsPolicy Enforce = MtaStsPolicy.Create(Domain, MtaStsMode.Enforce, ["mx1.example.com"], 86400);
    public static readonly MtaStsPolicy None = MtaStsPolicy.Create(Domain, MtaStsMode.None, [], 86400);

    public static readonly BucketForm Form = BucketForm.Regional("eu-central-1");

    public static readonly IReadOnlySet<BucketSetting> AllSettings = Enum.GetValues<BucketSetting>().ToHashSet();

    public static StackWish Stack { get; } = StackWish.For(Domain) with { ReportUri = ["mailto:tls@example.com"], Policy = Testing };

    public static Dictionary<string, string> OwnTags(params (string Key, string Value)[] more)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal) { [StackNames.OwnerTag] = Domain };
        foreach (var (key, value) in more)
        {
            tags[key] = value;
        }

        return tags;
    }

    public static RecordSet Txt(string name, string text, int ttl = 300) => StackPlanner.Txt(name, text, ttl);

    public static RecordSet Alias(string host, string type, string target = DistributionDomain) => new() { Name = host, Type = type, AliasTarget = target, AliasZoneId = StackNames.CloudFrontZoneId };

    public static RecordSet Validation(string host, string account = "aaaa") => new() { Name = $"_{account}.{host}", Type = "CNAME", Ttl = 300, Values = [$"_{account}.acm-validations.aws"] };

    /// <summary>An account with the zone and nothing else.</summary>
    public static ObservedStack Empty(params RecordSet[] sets) => new ObservedStack
    {
        Domain = Domain,
        Caller = new CallerIdentity(Account, $"arn:aws:iam::{Account}:user/ops", "aws"),
        Region = "eu-central-1",
        BucketForm = Form,
        ObservedAt = Now,
        Zones = [new HostedZoneInfo("Z1", Domain, 10)],
        AssetSettingsRead = AllSettings,
        LogSettingsRead = AllSettings.Except([BucketSetting.AccessLogging]).ToHashSet(),
        Mx = new DnsAnswer { Status = DnsStatus.NoError, Records = [new DnsRecord(Domain, DnsRecordType.MX, 300, "mx1.example.com", 10)] },
    }.WithSets(sets);

    /// <summary>All of <see cref="Stack"/>, as a publish of this policy leaves it.</summary>
    public static ObservedStack Deployed(MtaStsPolicy? policy = null, string parts = "mta-sts tls-rpt", string bimiSubdomain = EmailSecurityStack.DefaultBimiSubdomain)
    {
        policy ??= Testing;
        var mta = MtaStsPolicy.HostOf(Domain);
        var bimi = BimiRecord.FilesHostOf(Domain, bimiSubdomain);
        string[] hosts = [.. new[] { bimi, mta }.Order(StringComparer.Ordinal)];
        var assets = StackNames.AssetBucket(Domain, Account, Form);
        var logs = StackNames.LogBucket(Domain, Account, Form);
        const string distArn = $"arn:aws:cloudfront::{Account}:distribution/E1";
        var content = Encoding.UTF8.GetBytes(policy.Text);
        var marks = OwnTags((StackNames.PartsTag, parts), (StackNames.ServedTag, PolicyMark.Of(policy, null).ToString()));
        var state = Empty() with
        {
            LogBucket = new ObservedBucket(logs, new BucketSettings
            {
                Tags = marks,
                BlocksPublicAccess = true,
                Ownership = BucketOwnership.BucketOwnerPreferred,
                Encryption = "AES256",
                Versioned = true,
                Policy = BucketPolicies.Logs(logs, assets, "aws", Account),
                Lifecycle = [new LifecycleRule("expire-logs", "", 90, 7, 7)],
            }),
            AssetBucket = new ObservedBucket(assets, new BucketSettings
            {
                Tags = OwnTags((StackNames.PartsTag, parts)),
                BlocksPublicAccess = true,
                Ownership = BucketOwnership.BucketOwnerEnforced,
                Encryption = "AES256",
                Versioned = true,
                Policy = BucketPolicies.Assets(assets, "aws", distArn),
                Lifecycle = [new LifecycleRule("expire-noncurrent", "", null, 400, 7)],
                AccessLogging = new AccessLogTarget(logs, "s3/"),
                AccessLoggingRead = true,
            }),
            AssetVersions = [new ObjectVersion(StackNames.PolicyKey, "v1", true, false, StackPlanner.Md5(content), content.Length, Now.AddDays(-10))],
            CurrentPolicy = policy,
            PolicyHistory = [new ServedPolicy(policy.Mode, policy.MaxAge, policy.Id, Now.AddDays(-10), null)],
            Distribution = new ObservedDistribution
            {
                Id = "E1",
                Arn = distArn,
                DomainName = DistributionDomain,
                IsDeployed = true,
                Tags = new Dictionary<string, string>(marks) { [StackNames.BimiSubdomainTag] = bimiSubdomain },
                Settings = new DistributionSettings
                {
                    Aliases = hosts,
                    OriginDomainName = StackNames.OriginDomainName(assets, "eu-central-1", "aws"),
                    OriginAccessControlId = "O1",
                    CertificateArn = CertificateArn,
                    LogBucketDomainName = StackNames.LogBucketDomainName(logs),
                    LogPrefix = StackNames.CloudFrontLogPrefix,
                    Comment = $"MTA-STS and BIMI of {Domain}",
                },
            },
            Certificates = [new ObservedCertificate { Arn = CertificateArn, Names = hosts, Status = CertificateStatus.Issued, InUseBy = [distArn], Tags = OwnTags(), ValidationRecords = [.. hosts.Select(h => new ValidationRecord(h, Validation(h).Name, Validation(h).Values[0]))] }],
            ValidatedNames = hosts.ToHashSet(StringComparer.Ordinal),
        };
        return state.WithSets(
            Txt(MtaStsRecord.NameOf(Domain), $"v=STSv1; id={policy.Id};"), Alias(mta, "A"), Alias(mta, "AAAA"),
            Txt(TlsRptRecord.NameOf(Domain), TlsRptRecord.Create(Stack.ReportUri).ToString(), 3600), Validation(mta), Validation(bimi));
    }

    /// <summary>The same with these record sets beside, or instead of those of the same name and type.</summary>
    public static ObservedStack WithSets(this ObservedStack state, params RecordSet[] sets)
    {
        var kept = state.RecordSets.TryGetValue("Z1", out var now) ? now.Where(n => !sets.Any(s => (s.Name, s.Type) == (n.Name, n.Type))) : [];
        return state with { RecordSets = new Dictionary<string, IReadOnlyList<RecordSet>>(StringComparer.Ordinal) { ["Z1"] = [.. kept, .. sets] } };
    }

    /// <summary>The same without the record sets at this name.</summary>
    public static ObservedStack WithoutSets(this ObservedStack state, string name)
        => state with { RecordSets = state.RecordSets.ToDictionary(z => z.Key, z => (IReadOnlyList<RecordSet>)[.. z.Value.Where(s => s.Name != name)], StringComparer.Ordinal) };

    /// <summary>The same with this mark on the distribution and the log bucket; null for none.</summary>
    public static ObservedStack WithMark(this ObservedStack state, PolicyMark? mark) => state with
    {
        Distribution = state.Distribution is { } dist ? dist with { Tags = Marked(dist.Tags, mark) } : null,
        LogBucket = state.LogBucket is { } logs ? logs with { Settings = logs.Settings with { Tags = Marked(logs.Settings.Tags, mark) } } : null,
    };

    /// <summary>The same, and the log bucket remembers this policy from before it was served.</summary>
    public static ObservedStack WithServingMark(this ObservedStack state, PolicyMark mark) => state with
    {
        LogBucket = state.LogBucket! with
        {
            Settings = state.LogBucket.Settings with { Tags = StackPlanner.WithTag(state.LogBucket.Settings.Tags, StackNames.ServingTag, mark.ToString()) },
        },
    };

    private static Dictionary<string, string> Marked(IReadOnlyDictionary<string, string> tags, PolicyMark? mark)
    {
        var result = tags.Where(t => t.Key != StackNames.ServedTag).ToDictionary(StringComparer.Ordinal);
        if (mark is not null)
        {
            result[StackNames.ServedTag] = mark.ToString();
        }

        return result;
    }

    /// <summary>The same with the distribution changed.</summary>
    public static ObservedStack WithDistribution(this ObservedStack state, Func<ObservedDistribution, ObservedDistribution> change) => state with { Distribution = change(state.Distribution!) };

    public static Plan Publish(ObservedStack state, StackWish? stack = null, StackParts parts = StackParts.All, PublishOptions? options = null) => StackPlanner.Publish(stack ?? Stack, parts, state, options ?? new PublishOptions());

    public static Plan Remove(ObservedStack state, StackWish? stack = null, bool force = false) => RemovalPlanner.Remove(stack ?? StackWish.For(Domain), state, new RemovalOptions { Force = force });

    public static string Ids(this Plan plan) => string.Join(" ", plan.Changes.Select(c => c.Id));

    /// <summary>True where the plan has the step.</summary>
    public static bool Has(this Plan plan, string id) => plan.Changes.Any(c => c.Id == id);

    /// <summary>True where the first step comes before the second by way of dependencies.</summary>
    public static bool Precedes(this Plan plan, string first, string second)
    {
        var change = plan.Changes.Single(c => c.Id == second);
        return change.DependsOn.Contains(first) || change.DependsOn.Any(d => plan.Precedes(first, d));
    }
}
