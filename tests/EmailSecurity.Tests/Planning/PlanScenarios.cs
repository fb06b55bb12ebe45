using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>States and wishes that between them bring about every step and every order that a plan can have.</summary>
internal static class PlanScenarios
{
    private const string OtherArn = "arn:aws:acm:us-east-1:123456789012:certificate/22222222-2222-2222-2222-222222222222";

    private static readonly StackAsset Logo = new("logo.svg", "<svg/>"u8.ToArray());
    private static readonly StackAsset Mark = new("certificate.pem", "-----BEGIN CERTIFICATE-----"u8.ToArray());
    private static readonly StackWish Full = Stack with { Logo = Logo, MarkCertificate = Mark };
    private static readonly StackWish Elsewhere = Full with { DnsHost = DnsHost.External };
    private static readonly string OldLogo = $"{StackNames.BimiPrefix}0123456789abcdef/logo.svg";

    /// <summary>Publishes: name and state, wish, options.</summary>
    public static IReadOnlyDictionary<string, (ObservedStack State, StackWish Wish, StackParts Parts, PublishOptions Options)> Publishes { get; } =
        new Dictionary<string, (ObservedStack, StackWish, StackParts, PublishOptions)>(StringComparer.Ordinal)
        {
            ["first publish"] = (Empty(), Full, StackParts.All, Plain),
            ["first publish without a logo"] = (Empty(), Stack, StackParts.All, Plain),
            ["first publish of the logo alone"] = (Empty(), Full, StackParts.Bimi, Plain),
            ["first publish of the reports alone"] = (Empty(), Full, StackParts.TlsRpt, Plain),
            ["first publish, DNS elsewhere"] = (Empty() with { Zones = [] }, Elsewhere, StackParts.All, Plain),
            ["first publish, origin access control there"] = (Empty() with { OriginAccessControlId = "O1" }, Full, StackParts.All, Plain),
            ["first publish, Amazon forbidden"] = (Empty() with { Outside = Forbidden }, Full, StackParts.All, Plain),
            ["first publish with a certificate of the user's"] = (Empty() with { Certificates = [Theirs] },
                Full with { CertificateArn = OtherArn }, StackParts.All, Plain),
            ["first publish over records of others"] = (Empty(OfOthers), Full, StackParts.All, new PublishOptions { Adopt = true }),
            ["records of others adopted later"] = (Deployed().WithSets(OfOthers), Full, StackParts.All, new PublishOptions { Adopt = true }),
            ["reports of others, nothing else"] = (Empty(OfOthers), Full, StackParts.TlsRpt, new PublishOptions { Adopt = true }),
            ["taken over from another distribution"] = (Forerun(Empty()), Stack with { Policy = null }, StackParts.All, new PublishOptions { Adopt = true }),
            ["taken over from another distribution, logo too"] = (Forerun(Empty(Alias("bimi-assets.example.com", "A", "d0.cloudfront.net")),
                "bimi-assets.example.com"), Full, StackParts.All, new PublishOptions { Adopt = true }),
            ["taken over by the logo alone"] = (Forerun(Empty(), "bimi-assets.example.com"), Full, StackParts.Bimi, new PublishOptions { Adopt = true }),
            ["taken back, policy changed"] = (Forerun(Deployed().WithDistribution(d => d with { Settings = d.Settings with { Aliases = ["bimi-assets.example.com"] } })),
                Full with { Policy = Enforce }, StackParts.All, new PublishOptions { Adopt = true }),
            ["taken over, DNS elsewhere"] = (Forerun(DeployedElsewhere()), Elsewhere with { Policy = Enforce }, StackParts.All, new PublishOptions { Adopt = true }),
            ["nothing to do"] = (Deployed(), Stack, StackParts.All, Plain),
            ["new policy"] = (Deployed(), Stack with { Policy = Enforce }, StackParts.All, Plain),
            ["new policy, DNS elsewhere"] = (DeployedElsewhere(), Stack with { Policy = Enforce, DnsHost = DnsHost.External }, StackParts.All, Plain),
            ["new policy and logo while an update is under way"] = (Drifting(d => d with { IsDeployed = false }),
                Full with { Policy = Enforce }, StackParts.All, Plain),
            ["new policy, upload died"] = (Deployed(Enforce).WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={Testing.Id};")),
                Stack with { Policy = Enforce }, StackParts.All, Plain),
            ["new policy, upload died, mark gone"] = (Deployed(Enforce).WithMark(null).WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={Testing.Id};")),
                Stack with { Policy = Enforce }, StackParts.All, Plain),
            ["new policy, tags gone"] = (TagsGone(Deployed()), Full with { Policy = Enforce }, StackParts.All, Plain),
            ["logo added"] = (Deployed(), Full, StackParts.All, Plain),
            ["logo and new subdomain"] = (Deployed(), Full with { BimiSubdomain = "brand" }, StackParts.All, Plain),
            ["new subdomain, DNS elsewhere"] = (DeployedElsewhere(), Elsewhere with { BimiSubdomain = "brand" }, StackParts.All, Plain),
            ["logo served wrongly"] = (WithLogo(Deployed(parts: "mta-sts tls-rpt bimi")), Full, StackParts.All, Plain),
            ["everything drifted"] = (Drifted(Deployed()), Full with { Policy = Enforce }, StackParts.All, Plain),
            ["only the distribution drifted"] = (Drifting(d => d with { Settings = d.Settings with { Enabled = false, MinimumProtocolVersion = "TLSv1" } }),
                Full, StackParts.All, Plain),
            ["only the bucket policies drifted"] = (Buckets(Deployed(), s => s with { Policy = "" }), Full with { Policy = Enforce }, StackParts.All, Plain),
            ["distribution lost"] = (Deployed() with { Distribution = null }, Full, StackParts.All, Plain),
            ["distribution and buckets lost"] = (
                Deployed() with { Distribution = null, AssetBucket = null, LogBucket = null, AssetVersions = [], CurrentPolicy = null },
                Full with { Policy = Enforce }, StackParts.All, new PublishOptions { Adopt = true }),
            ["asset bucket lost"] = (Deployed() with { AssetBucket = null, AssetVersions = [], CurrentPolicy = null, PolicyHistory = [] },
                Full, StackParts.All, Plain),
            ["log bucket lost"] = (Deployed() with { LogBucket = null }, Full with { Policy = Enforce }, StackParts.All, Plain),
            ["aliases lost"] = (Deployed().WithoutSets("mta-sts.example.com"), Full with { Policy = Enforce }, StackParts.All, Plain),
            ["policy record lost"] = (Deployed().WithoutSets("_mta-sts.example.com"), Stack, StackParts.All, Plain),
            ["policy record lost, asset tags gone"] = (AssetTagsGone(Deployed()).WithoutSets("_mta-sts.example.com"), Stack, StackParts.All, Plain),
            ["logo record lost, asset tags gone"] = (
                AssetTagsGone(WithLogo(Deployed(parts: "mta-sts tls-rpt bimi"), isGood: true)).WithoutSets("default._bimi.example.com"),
                Full, StackParts.All, Plain),
            ["validation record lost"] = (Deployed().WithoutSets(Validation("mta-sts.example.com").Name), Full, StackParts.All, Plain),
            ["validation under way"] = (Deployed() with { Distribution = null, Certificates = [Certificate(CertificateStatus.PendingValidation)] },
                Full, StackParts.All, Plain),
            ["certificate failed"] = (Deployed() with { Distribution = null, Certificates = [Certificate(CertificateStatus.Failed)] },
                Full, StackParts.All, Plain),
            ["certificate gone"] = (Deployed() with { Certificates = [] }, Full with { Policy = Enforce }, StackParts.All, Plain),
            ["reports added to a stack"] = (Deployed(parts: "mta-sts").WithoutSets("_smtp._tls.example.com"), Stack, StackParts.TlsRpt, Plain),
            ["reports added with the rest"] = (Deployed(parts: "mta-sts").WithoutSets("_smtp._tls.example.com"), Stack, StackParts.All, Plain),
            ["closed stack published again"] = (Closed(), Full, StackParts.All, Plain),
            ["policy host delegated away"] = (Deployed().WithSets(Delegated), Full, StackParts.All, Plain),
        };

    // Before the stack, somebody else had a policy and reports.
    private static ObservedStack Adopted(ObservedStack state) => state with
    {
        BeforeImages =
        [
            new(Txt("_mta-sts.example.com", "v=STSv1; id=2020;"), false), new(Txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:a@b.example"), false),
            new(new RecordSet { Name = "mta-sts.example.com", Type = "CNAME", Ttl = 300, Values = ["d0.cloudfront.net"] }, false),
        ],
        AssetVersions = [.. state.AssetVersions, new ObjectVersion(StackNames.AdoptedPrefix + "a.json", "v9", true, false, "x", 1, Now.AddDays(-20))],
    };

    // Another distribution of the account has the policy host, or this name, and the policy's id is somebody else's.
    private static ObservedStack Forerun(ObservedStack state, string host = "mta-sts.example.com") => (state with
    {
        AliasHolders = [Deployed().Distribution! with { Id = "E0", DomainName = "d0.cloudfront.net", Tags = new Dictionary<string, string>(),
            Settings = Deployed().Distribution!.Settings with { Aliases = ["mta-sts.example.com", host], OriginDomainName = "theirs.s3.amazonaws.com" } }],
        PredecessorPolicy = Enforce,
        EdgePolicy = state.Distribution is null ? Enforce : null,
    }).WithoutSets("mta-sts.example.com").WithSets(
        new RecordSet { Name = "mta-sts.example.com", Type = "CNAME", Ttl = 300, Values = ["d0.cloudfront.net"] }, Txt("_mta-sts.example.com", "v=STSv1; id=2020;"));

    /// <summary>Removals: name and state, wish, options.</summary>
    public static IReadOnlyDictionary<string, (ObservedStack State, StackWish Wish, RemovalOptions Options)> Removals { get; } =
        new Dictionary<string, (ObservedStack, StackWish, RemovalOptions)>(StringComparer.Ordinal)
        {
            ["policy taken back"] = (Deployed(Enforce), StackWish.For(Domain), new RemovalOptions()),
            ["policy taken back, logo there"] = (WithLogo(Deployed(Enforce, "mta-sts tls-rpt bimi")), StackWish.For(Domain), new RemovalOptions()),
            ["policy taken back, tags gone"] = (TagsGone(Deployed(Enforce)), StackWish.For(Domain), new RemovalOptions()),
            ["policy taken back, upload died"] = (Deployed(None).WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={Testing.Id};")),
                StackWish.For(Domain), new RemovalOptions()),
            ["policy taken back, upload died, mark gone"] = (Deployed(None).WithMark(null).WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={Testing.Id};")),
                StackWish.For(Domain), new RemovalOptions()),
            ["policy taken back, DNS elsewhere"] = (DeployedElsewhere(), StackWish.For(Domain) with { DnsHost = DnsHost.External }, new RemovalOptions()),
            ["senders waited for"] = (Retired(Now.AddHours(-1)), StackWish.For(Domain), new RemovalOptions()),
            ["taken down"] = (WithLogo(Retired(Now.AddDays(-5))), StackWish.For(Domain), new RemovalOptions()),
            ["taken down, adopted records put back"] = (Adopted(WithLogo(Retired(Now.AddDays(-5)))), StackWish.For(Domain), new RemovalOptions { RestoreAdopted = true }),
            ["taken down, adopted records kept"] = (Adopted(WithLogo(Retired(Now.AddDays(-5)))), StackWish.For(Domain), new RemovalOptions { KeepAdopted = true }),
            ["taken down, adopted records told"] = (Adopted(WithLogo(Retired(Now.AddDays(-5)))), StackWish.For(Domain), new RemovalOptions()),
            ["taken down by force"] = (WithLogo(Deployed(Enforce)), StackWish.For(Domain), new RemovalOptions { Force = true }),
            ["taken down with foreign objects"] = (ForeignObjects(WithLogo(Retired(Now.AddDays(-5)))), StackWish.For(Domain), new RemovalOptions()),
            ["taken down with only foreign objects"] = (ForeignObjects(Retired(Now.AddDays(-5)) with { AssetVersions = [] }),
                StackWish.For(Domain), new RemovalOptions()),
            ["taken down, foreign objects too"] = (ForeignObjects(Retired(Now.AddDays(-5))),
                StackWish.For(Domain), new RemovalOptions { RemoveForeignObject = true }),
            ["taken down, logs kept"] = (Retired(Now.AddDays(-5)), StackWish.For(Domain), new RemovalOptions { KeepLogs = true }),
            ["taken down, logs kept, asset bucket gone"] = (
                Disabled(Retired(Now.AddDays(-5)) with { AssetBucket = null, AssetVersions = [] }, isDeployed: true),
                StackWish.For(Domain), new RemovalOptions { KeepLogs = true, Force = true }),
            ["taken down, asset bucket gone"] = (Disabled(Retired(Now.AddDays(-5)) with { AssetBucket = null, AssetVersions = [] }, isDeployed: true),
                StackWish.For(Domain), new RemovalOptions { Force = true }),
            ["taken down, certificate gone"] = (Retired(Now.AddDays(-5)) with { Certificates = [] }, StackWish.For(Domain), new RemovalOptions()),
            ["taken down, hosts gone"] = (Retired(Now.AddDays(-5)).WithoutSets("mta-sts.example.com"), StackWish.For(Domain), new RemovalOptions()),
            ["taken down, DNS elsewhere but for the logo"] = (WithLogo(Retired(Now.AddDays(-5))),
                StackWish.For(Domain) with { DnsHost = DnsHost.External }, new RemovalOptions()),
            ["taken down, disabled already"] = (Disabled(Retired(Now.AddDays(-5)), isDeployed: false), StackWish.For(Domain), new RemovalOptions()),
            ["taken down, disabled and deployed"] = (Disabled(Retired(Now.AddDays(-5)), isDeployed: true), StackWish.For(Domain), new RemovalOptions()),
            ["taken down, distribution gone"] = (WithLogo(Retired(Now.AddDays(-5)) with { Distribution = null }), StackWish.For(Domain), new RemovalOptions()),
            ["taken down, distribution gone, foreign objects"] = (ForeignObjects(Retired(Now.AddDays(-5)) with { Distribution = null }),
                StackWish.For(Domain), new RemovalOptions()),
            ["taken down, distribution and certificate gone"] = (Retired(Now.AddDays(-5)) with { Distribution = null, Certificates = [] },
                StackWish.For(Domain), new RemovalOptions()),
            ["taken down, buckets gone"] = (Retired(Now.AddDays(-5)) with { AssetBucket = null, LogBucket = null, AssetVersions = [] },
                StackWish.For(Domain), new RemovalOptions { Force = true }),
            ["taken down, two certificates"] = (TwoCertificates(Retired(Now.AddDays(-5))), StackWish.For(Domain), new RemovalOptions()),
            ["taken down, others in the TXT set"] = (Shared(Retired(Now.AddDays(-5))), StackWish.For(Domain), new RemovalOptions()),
            ["taken down, DNS elsewhere"] = (RetiredElsewhere(), StackWish.For(Domain) with { DnsHost = DnsHost.External }, new RemovalOptions()),
            ["taken down by force, DNS elsewhere"] = (RetiredElsewhere(),
                StackWish.For(Domain) with { DnsHost = DnsHost.External }, new RemovalOptions { Force = true }),
        };

    /// <summary>Names of all scenarios.</summary>
    public static IEnumerable<string> AllNames => Publishes.Keys.Concat(Removals.Keys);

    /// <summary>The same for a theory.</summary>
    public static TheoryData<string> Names => [.. AllNames];

    /// <summary>The plan of a scenario.</summary>
    public static Plan Plan(string name) => Publishes.TryGetValue(name, out var p) ? StackPlanner.Publish(p.Wish, p.Parts, p.State, p.Options)
        : Removals[name] is var r ? RemovalPlanner.Remove(r.Wish, r.State, r.Options) : throw new InvalidOperationException(name);

    private static PublishOptions Plain => new();

    private static RecordSet Delegated => new() { Name = "mta-sts.example.com", Type = "NS", Ttl = 300, Values = ["ns1.vendor.test."] };

    private static RecordSet[] OfOthers =>
    [
        Txt("_mta-sts.example.com", "v=STSv1; id=theirs;"), Txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:theirs@example.net"),
        Txt("default._bimi.example.com", "v=BIMI1; l=https://logo.provider.example/l.svg;"),
        Alias("mta-sts.example.com", "A", "dother.cloudfront.net"), Alias("mta-sts.example.com", "AAAA", "dother.cloudfront.net"),
        new() { Name = "bimi-assets.example.com", Type = "CNAME", Ttl = 300, Values = ["logo.provider.example"] },
    ];

    private static OutsideView Forbidden => new()
    {
        Caa =
        [
            new Finding
            {
                Code = "CaaForbidsAmazon",
                Severity = FindingSeverity.Information,
                Standard = "RFC 8659",
                Section = "4.2",
                Message = "CAA lets only letsencrypt.org issue certificates.",
                Fix = "Fix it.",
                Location = Domain,
            },
        ],
    };

    private static ObservedCertificate Theirs => new() { Arn = OtherArn, Names = ["*.example.com"], Status = CertificateStatus.Issued };

    private static ObservedCertificate Certificate(CertificateStatus status) => Deployed().Certificates[0] with { Status = status, InUseBy = [] };

    private static ObservedStack Drifting(Func<ObservedDistribution, ObservedDistribution> change) => Deployed().WithDistribution(change);

    private static ObservedStack Disabled(ObservedStack state, bool isDeployed)
        => state.WithDistribution(d => d with { IsDeployed = isDeployed, Settings = d.Settings with { Enabled = false } });

    private static ObservedStack Buckets(ObservedStack state, Func<BucketSettings, BucketSettings> change) => state with
    {
        AssetBucket = state.AssetBucket! with { Settings = change(state.AssetBucket.Settings) },
        LogBucket = state.LogBucket! with { Settings = change(state.LogBucket.Settings) },
    };

    // Each resource is known by another mark that it still bears.
    private static ObservedStack TagsGone(ObservedStack state)
        => Buckets(state, s => s with { Tags = new Dictionary<string, string> { [StackNames.OwnerTag] = Domain } }) with
        {
            Distribution = state.Distribution! with { Tags = new Dictionary<string, string> { [StackNames.OwnerTag] = Domain } },
        };

    private static ObservedStack AssetTagsGone(ObservedStack state) => state with
    {
        AssetBucket = state.AssetBucket! with
        {
            Settings = state.AssetBucket.Settings with { Tags = new Dictionary<string, string> { [StackNames.OwnerTag] = Domain } },
        },
    };

    private static ObservedStack Drifted(ObservedStack state) => Buckets(TagsGone(state), s => s with
    {
        BlocksPublicAccess = false,
        Ownership = BucketOwnership.ObjectWriter,
        Encryption = null,
        Versioned = false,
        Policy = "",
        Lifecycle = [],
        AccessLogging = null,
    }).WithDistribution(d => d with { Settings = d.Settings with { MinimumProtocolVersion = "TLSv1", OriginAccessControlId = "" } })
        .WithoutSets("mta-sts.example.com");

    // The logo of the wish, served with the wrong type unless it is good; and one from before, with its record.
    private static ObservedStack WithLogo(ObservedStack state, bool isGood = false)
    {
        var key = StackNames.BimiKey(Logo.Content, "logo.svg");
        var mark = StackNames.BimiKey(Mark.Content, "certificate.pem");
        return state.WithSets(Txt("default._bimi.example.com", $"v=BIMI1; l=https://bimi-assets.example.com/{OldLogo};"),
            Alias("bimi-assets.example.com", "A"), Alias("bimi-assets.example.com", "AAAA")) with
        {
            AssetVersions =
            [
                .. state.AssetVersions, new ObjectVersion(OldLogo, "v0", true, false, "0", 3, Now.AddDays(-20)),
                new ObjectVersion(key, "v9", true, false, StackPlanner.Md5(Logo.Content.Span), Logo.Content.Length, Now.AddDays(-20)),
                new ObjectVersion(mark, "v9", true, false, StackPlanner.Md5(Mark.Content.Span), Mark.Content.Length, Now.AddDays(-20)),
            ],
            Metadata = isGood ? state.Metadata : new Dictionary<string, ObjectMetadata>(StringComparer.Ordinal)
            {
                [key] = new("v9", "text/xml", "max-age=86400"),
                [mark] = new("v9", "text/plain", ""),
            },
        };
    }

    private static ObservedStack ForeignObjects(ObservedStack state) => state with
    {
        AssetVersions = [.. state.AssetVersions, new ObjectVersion("theirs.txt", "v1", true, false, "0", 3, Now)],
        OtherLogObjects = OtherObjects.Of(["theirs.log"]),
    };

    private static ObservedStack TwoCertificates(ObservedStack state) => state with
    {
        Certificates =
        [
            .. state.Certificates,
            state.Certificates[0] with
            {
                Arn = OtherArn,
                Names = ["brand.example.com"],
                ValidationRecords = [new ValidationRecord("brand.example.com", "_cccc.brand.example.com", "_cccc.acm-validations.aws")],
            },
        ],
        ValidatedNames = new HashSet<string>(state.ValidatedNames) { "brand.example.com" },
    };

    private static ObservedStack Shared(ObservedStack state)
    {
        var ours = state.RecordSetsAt("_mta-sts.example.com").Single();
        return state.WithSets(ours with { Values = ["\"verify=somebody\"", .. ours.Values] });
    }

    private static ObservedStack Retired(DateTimeOffset at)
    {
        var mark = PolicyMark.Of(None, at.AddSeconds(ServedPolicy.EdgeSeconds + 86400)) with { IsRemoval = true };
        return Deployed(None).WithMark(mark) with
        {
            PolicyHistory =
            [
                new ServedPolicy(None.Mode, None.MaxAge, None.Id, at, null), new ServedPolicy(Testing.Mode, 86400, Testing.Id, at.AddDays(-30), at),
            ],
        };
    }

    // What a removal with foreign objects leaves.
    private static ObservedStack Closed()
    {
        var state = Buckets(Deployed(None), s => s with
        {
            Tags = OwnTags((StackNames.ServedTag, (PolicyMark.Nothing with { IsRemoval = true }).ToString()), (StackNames.PartsTag, "")),
            AccessLogging = null,
        });
        return Empty() with { AssetBucket = state.AssetBucket, LogBucket = state.LogBucket };
    }

    private static ObservedStack DeployedElsewhere() => AtAnother(Deployed(), Testing);

    private static ObservedStack RetiredElsewhere() => AtAnother(Retired(Now.AddDays(-5)), None) with
    {
        Hosts = new Dictionary<string, HostView>(StringComparer.Ordinal)
        {
            ["bimi-assets.example.com"] = new()
            {
                Host = "bimi-assets.example.com",
                Target = DistributionDomain,
                Route = HostRoute.Addresses,
                Observed = "192.0.2.1",
            },
        },
    };

    private static ObservedStack AtAnother(ObservedStack state, MtaStsPolicy policy) => state with
    {
        Zones = [],
        RecordSets = new Dictionary<string, IReadOnlyList<RecordSet>>(),
        Answers = new (string Name, DnsRecordType Type, string Value)[]
        {
            ("_mta-sts.example.com", DnsRecordType.TXT, $"v=STSv1; id={policy.Id};"),
            ("_smtp._tls.example.com", DnsRecordType.TXT, "v=TLSRPTv1; rua=mailto:tls@example.com"),
            ("mta-sts.example.com", DnsRecordType.CNAME, DistributionDomain),
            ("default._bimi.example.com", DnsRecordType.TXT, $"v=BIMI1; l=https://bimi-assets.example.com/{OldLogo};"),
        }.ToDictionary(a => (a.Name, a.Type), a => new DnsAnswer { Status = DnsStatus.NoError, Records = [new DnsRecord(a.Name, a.Type, 300, a.Value)] }),
    };
}
