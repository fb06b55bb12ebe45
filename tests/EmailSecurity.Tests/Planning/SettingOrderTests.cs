using CsCheck;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

// What somebody made stronger stays: for every setting of SettingOrder, whatever is observed, the planned value is not weaker.
public sealed class SettingOrderTests
{
    private static readonly string[] Policies = ["SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025",
        "TLSv1.3_2025", "TLSv1.3_2029", "TLSv9"];
    private static readonly string[] HttpVersions = ["http1.1", "http2", "http3", "http2and3", "http4"];
    private static readonly string[] Viewers = ["allow-all", "redirect-to-https", "https-only"];
    private static readonly string[] Encryptions = ["", "AES256", "aws:kms", "aws:kms:dsse", "aws:later"];

    private static readonly Gen<DistributionSettings> Distributions = Gen.Select(Gen.Int[0, Policies.Length - 1].Select(i => Policies[i]),
        Gen.Int[0, HttpVersions.Length - 1].Select(i => HttpVersions[i]), Gen.Int[0, Viewers.Length - 1].Select(i => Viewers[i]), Gen.Bool,
        (policy, http, viewer, ipv6)
            => Deployed().Distribution!.Settings with { MinimumProtocolVersion = policy, HttpVersion = http, ViewerProtocolPolicy = viewer, Ipv6 = ipv6 });

    private static readonly Gen<BucketSettings> Buckets = Gen.Select(Gen.Bool, Gen.Enum<BucketOwnership>(),
        Gen.Int[0, Encryptions.Length - 1].Select(i => Encryptions[i]), Gen.Bool,
        (blocks, ownership, encryption, versioned)
            => Deployed().AssetBucket!.Settings with { BlocksPublicAccess = blocks, Ownership = ownership, Encryption = encryption, Versioned = versioned });

    private static readonly Gen<LifecycleRule> Rules = Gen.Select(Gen.Int[1, 1000].Nullable(), Gen.Int[1, 1000].Nullable(), Gen.Int[1, 9].Nullable(), Gen.Bool,
        (days, noncurrent, newer, enabled) => new LifecycleRule("", "", days, noncurrent, 7) { NewerNoncurrentVersions = newer, IsEnabled = enabled });

    [Fact]
    public void A_distribution_is_never_planned_weaker_than_it_is() => Distributions.Sample(now =>
    {
        var planned = Publish(Deployed().WithDistribution(d => d with { Settings = now })).Changes.Select(c => c.Operation)
            .OfType<Operation.UpdateDistribution>().SingleOrDefault()?.Settings ?? now;
        return SettingOrder.Distribution.All(o => o.Compare(planned, now) >= 0)
            && SettingOrder.Distribution.All(o => o.Compare(planned, Deployed().Distribution!.Settings) >= 0);
    });

    [Fact]
    public void A_bucket_is_never_planned_weaker_than_it_is() => Gen.Select(Buckets, Gen.Bool).Sample((now, isLog) =>
    {
        var state = Deployed();
        var logs = state.LogBucket!;
        state = isLog ? state with { LogBucket = logs with { Settings = now with { Policy = logs.Settings.Policy, Lifecycle = logs.Settings.Lifecycle } } }
            : state with { AssetBucket = state.AssetBucket! with { Settings = now } };
        foreach (var put in Publish(state).Changes.Select(c => c.Operation).OfType<Operation.PutSetting>())
        {
            var order = SettingOrder.Bucket.SingleOrDefault(o => o.Name == Name(put.Setting));
            Assert.True(order is null || order.Compare(put.Desired, now) > 0, $"{put.Setting} of {put.Name}");
        }

        return true;
    });

    [Fact]
    public void Nothing_is_kept_shorter_than_it_is_unless_asked() => Gen.Select(Rules, Rules, Gen.Int[1, 1000].Nullable()).Sample((logs, assets, asked) =>
    {
        var state = Deployed();
        (logs, assets) = (logs with { Id = LifecyclePlanner.LogRule }, assets with { Id = LifecyclePlanner.AssetRule });
        state = state with
        {
            LogBucket = state.LogBucket! with { Settings = state.LogBucket.Settings with { Lifecycle = [logs] } },
            AssetBucket = state.AssetBucket! with { Settings = state.AssetBucket.Settings with { Lifecycle = [assets] } },
        };
        var stack = asked is { } days ? Stack with { LogRetentionDays = days } : Stack;
        var puts = Publish(state, stack).Changes.Select(c => c.Operation).OfType<Operation.PutSetting>().ToArray();
        LifecycleRule Planned(string id, LifecycleRule now)
            => puts.SelectMany(p => p.Desired.Lifecycle ?? []).SingleOrDefault(r => r.Id == id && !r.IsKept) ?? now;
        var (newLogs, newAssets) = (Planned(LifecyclePlanner.LogRule, logs), Planned(LifecyclePlanner.AssetRule, assets));
        foreach (var order in SettingOrder.Lifecycle)
        {
            Assert.True(order.Compare(newAssets, assets) >= 0, $"assets {order.Name}");
            Assert.True((asked is not null && (order.Name == "expiration" || !logs.IsEnabled)) || order.Compare(newLogs, logs) >= 0, $"logs {order.Name}");
        }

        return asked is null || newLogs.ExpirationDays == asked;
    });

    [Theory]
    [InlineData("TLSv1.2_2021", "TLSv1.2_2025")]
    [InlineData("TLSv1", "TLSv1.2_2025")]
    [InlineData("TLSv1.3_2025", null)]
    [InlineData("TLSv1.2_2025", null)]
    public void The_minimum_protocol_version_is_raised_and_never_lowered(string now, string? planned)
    {
        var plan = Publish(Deployed().WithDistribution(d => d with { Settings = d.Settings with { MinimumProtocolVersion = now } }));
        Assert.Equal(planned, plan.Changes.Select(c => c.Operation).OfType<Operation.UpdateDistribution>().SingleOrDefault()?.Settings.MinimumProtocolVersion);
    }

    // Logs are not delivered to a bucket whose ACLs somebody disabled: CloudFront would refuse every later change of the distribution.
    [Fact]
    public void A_log_bucket_whose_ACLs_are_disabled_stays_so_and_that_is_said()
    {
        var state = Deployed();
        var logs = state.LogBucket!;
        state = state with { LogBucket = logs with { Settings = logs.Settings with { Ownership = BucketOwnership.BucketOwnerEnforced } } };
        var plan = Publish(state);
        Assert.DoesNotContain("log-bucket/Ownership", plan.Ids(), StringComparison.Ordinal);
        Assert.Contains(plan.Warnings, w => w.Contains("BucketOwnerPreferred", StringComparison.Ordinal));
        var settings = plan.Changes.Select(c => c.Operation).OfType<Operation.UpdateDistribution>().Single().Settings;
        Assert.Equal("", settings.LogBucketDomainName);
        Assert.Equal("", Publish(state.WithDistribution(d => d with { Settings = settings })).Ids());
    }

    public static TheoryData<string, string, int?, int?, bool, bool> ForeignRules => new()
    {
        // bucket, prefix, expiration, noncurrent, more, stays
        { "assets", "backup/", 10, 10, true, true },
        { "assets", "", null, null, false, true }, // aborts uploads only
        { "assets", "", 10, null, false, false },
        { "assets", "", null, 10, false, false },
        { "assets", "bimi/x", 10, null, false, false },
        { "assets", ".well", null, null, true, false }, // transitions
        { "logs", "", 10, 10, true, true },
    };

    [Theory]
    [MemberData(nameof(ForeignRules))]
    public void A_lifecycle_rule_of_others_stays_unless_it_takes_away_what_is_served(string bucket, string prefix, int? expiration, int? noncurrent, bool more,
        bool stays)
    {
        var theirs = new LifecycleRule("theirs", prefix, expiration, noncurrent, 1) { HasMore = more };
        Assert.Equal(stays ? "" : "asset-bucket/Lifecycle", Publish(State(own => own)).Ids());

        // Also where the rules are put because ours has to change.
        var put = Publish(State(own => own with { NoncurrentDays = 1 })).Changes.Select(c => c.Operation).OfType<Operation.PutSetting>().Single();
        Assert.Equal(stays ? ["theirs"] : [], put.Desired.Lifecycle!.Where(r => r.IsKept).Select(r => r.Id));

        ObservedStack State(Func<LifecycleRule, LifecycleRule> change)
        {
            var state = Deployed();
            ObservedBucket Beside(ObservedBucket b) => b with { Settings = b.Settings with { Lifecycle = [theirs, change(b.Settings.Lifecycle!.Single())] } };
            return bucket == "logs" ? state with { LogBucket = Beside(state.LogBucket!) } : state with { AssetBucket = Beside(state.AssetBucket!) };
        }
    }

    private static string Name(BucketSetting setting) => setting switch
    {
        BucketSetting.PublicAccessBlock => "public access block",
        BucketSetting.Ownership => "object ownership",
        BucketSetting.Encryption => "default encryption",
        BucketSetting.Versioning => "versioning",
        _ => "",
    };
}
