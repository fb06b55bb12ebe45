using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

public sealed class PublishPlanTests
{
    private static readonly RecordSet OwnReports = Txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:tls@example.com", 3600);

    [Fact]
    public void What_is_as_it_should_be_needs_nothing() => Assert.Equal("", Publish(Deployed()).Ids());

    [Fact]
    public void Everything_is_made_in_a_safe_order()
    {
        var plan = Publish(Empty());
        Assert.Equal(
            "log-bucket log-bucket/PublicAccessBlock log-bucket/Versioning log-bucket/Lifecycle log-bucket/Policy "
            + "asset-bucket asset-bucket/PublicAccessBlock asset-bucket/Versioning asset-bucket/Lifecycle asset-bucket/AccessLogging object/policy "
            + "certificate validation certificate-issued origin-access-control distribution distribution-deployed asset-bucket/Policy "
            + "alias/mta-sts/A alias/mta-sts/AAAA alias/mta-sts/visible served/policy record/mta-sts record/tls-rpt", plan.Ids());
        foreach (var before in (string[])["object/policy", "asset-bucket/Policy", "distribution-deployed", "certificate-issued", "served/policy", "alias/mta-sts/visible", "asset-bucket/PublicAccessBlock"])
        {
            Assert.True(plan.Precedes(before, "record/mta-sts"), before);
        }
    }

    [Theory]
    [InlineData(MtaStsMode.Testing)]
    [InlineData(MtaStsMode.None)]
    public void A_demotion_does_not_wait_for_a_log_bucket_that_may_not_be_made(MtaStsMode mode)
    {
        var plan = Publish(Deployed(Enforce) with { LogBucket = null }, Stack with { Mode = mode });
        Assert.Contains("log-bucket", plan.Changes.Select(c => c.Id));
        Assert.DoesNotContain(PlanOrders.Before(plan.Changes)["object/policy"], id => id.StartsWith("log-bucket", StringComparison.Ordinal));
        var marked = Publish(Deployed(Enforce), Stack with { Mode = mode });
        Assert.DoesNotContain(PlanOrders.Before(marked.Changes)["object/policy"], id => id.StartsWith("log-bucket", StringComparison.Ordinal));
    }

    // By a publish that was stopped before the log bucket knew of it, or by others.
    [Fact]
    public void An_enforce_policy_that_is_served_and_not_announced_is_marked_in_the_log_bucket()
    {
        var testing = Deployed(Testing);
        var stopped = Deployed(Enforce) with { LogBucket = testing.LogBucket, RecordSets = testing.RecordSets };
        Assert.Equal("log-bucket/serving invalidation invalidation-done served/policy log-bucket/served record/mta-sts", Publish(stopped, Stack with { Policy = Enforce }).Ids());
    }

    [Fact]
    public void An_enforce_policy_after_one_that_is_held_as_long_needs_no_other_mark_before_it_is_served()
    {
        var plan = Publish(Deployed(Enforce), Stack with { Policy = null, MxHost = ["mx1.example.com", "mx2.example.com"] });
        Assert.Contains("object/policy", plan.Changes.Select(c => c.Id));
        Assert.DoesNotContain("log-bucket/serving", plan.Changes.Select(c => c.Id));
    }

    // RFC 8461 section 8.1: upload, invalidate, wait, fetch and compare, only then the id.
    [Fact]
    public void A_new_policy_is_served_before_it_is_announced()
    {
        var plan = Publish(Deployed(), Stack with { Policy = Enforce });
        Assert.Equal("distribution/served log-bucket/serving object/policy invalidation invalidation-done served/policy log-bucket/served record/mta-sts", plan.Ids());
        Assert.True(plan.Precedes("object/policy", "invalidation"));
        Assert.True(plan.Precedes("invalidation", "served/policy"));
        Assert.True(plan.Precedes("served/policy", "record/mta-sts"));
    }

    [Fact]
    public void A_new_policy_waits_for_a_distribution_update_under_way()
    {
        var plan = Publish(Deployed().WithDistribution(d => d with { IsDeployed = false }), Stack with { Policy = Enforce });
        Assert.True(plan.Precedes("distribution-deployed", "served/policy"));
        Assert.True(plan.Precedes("served/policy", "record/mta-sts"));
    }

    [Fact]
    public void A_run_that_died_after_the_upload_goes_on_with_the_invalidation()
        => Assert.Equal("invalidation invalidation-done served/policy record/mta-sts",
            Publish(Deployed(Enforce).WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={Testing.Id};")), Stack with { Policy = Enforce }).Ids());

    public static TheoryData<string, string> Drifts => new()
    {
        { "disabled", "distribution distribution-deployed served/policy" },
        { "TLS 1.0", "distribution distribution-deployed served/policy" },
        { "bucket policy", "asset-bucket/Policy served/policy" },
        { "public access", "asset-bucket/PublicAccessBlock" },
        { "versioning", "asset-bucket/Versioning" },
        { "no alias", "alias/mta-sts/A alias/mta-sts/AAAA alias/mta-sts/visible" },
        { "no TXT", "served/policy record/mta-sts" },
        { "TXT TTL", "record/mta-sts" },
        { "validation", "validation/mta-sts.example.com" },
        { "reports", "record/tls-rpt" },
    };

    [Theory]
    [MemberData(nameof(Drifts))]
    public void Drift_is_repaired(string drift, string ids)
    {
        var state = Deployed();
        var assets = state.AssetBucket!;
        state = drift switch
        {
            "disabled" => state.WithDistribution(d => d with { Settings = d.Settings with { Enabled = false } }),
            "TLS 1.0" => state.WithDistribution(d => d with { Settings = d.Settings with { MinimumProtocolVersion = "TLSv1" } }),
            "bucket policy" => state with { AssetBucket = assets with { Settings = assets.Settings with { Policy = "{}" } } },
            "public access" => state with { AssetBucket = assets with { Settings = assets.Settings with { BlocksPublicAccess = false } } },
            "versioning" => state with { AssetBucket = assets with { Settings = assets.Settings with { Versioned = false } } },
            "no alias" => state.WithoutSets("mta-sts.example.com"),
            "no TXT" => state.WithoutSets("_mta-sts.example.com"),
            "TXT TTL" => state.WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={Testing.Id};", 60)),
            "validation" => state.WithoutSets(Validation("mta-sts.example.com").Name),
            _ => state.WithSets(Txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:other@example.com", 3600)),
        };
        Assert.Equal(ids, Publish(state).Ids());
    }

    [Theory]
    [InlineData("_mta-sts.example.com", "v=STSv1; id=theirs;")]
    [InlineData("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:theirs@example.net")]
    public void A_foreign_TXT_is_refused_until_adopted(string name, string text)
    {
        var state = Empty(Txt(name, text));
        Assert.Equal("ForeignRecord", Assert.Throws<EmailSecurityException>(() => Publish(state)).ErrorId);
        Assert.Contains("/before-image-1", Publish(state, options: new PublishOptions { Adopt = true }).Ids(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_with_a_routing_policy_is_never_adopted()
        => Assert.Equal("ForeignRecord", Assert.Throws<EmailSecurityException>(() => Publish(Empty(Alias("mta-sts.example.com", "A") with { SetIdentifier = "eu" }), options: new PublishOptions { Adopt = true })).ErrorId);

    // The bucket's tag says ours from its creation on; the before-image must not be lost where that run died.
    [Fact]
    public void An_adoption_that_died_keeps_the_before_image_all_the_same()
    {
        var plan = Publish(Deployed().WithSets(Txt("_mta-sts.example.com", "v=STSv1; id=theirs;")), options: new PublishOptions { Adopt = true });
        Assert.True(plan.Precedes("record/mta-sts/before-image-1", "record/mta-sts"));
    }

    [Fact]
    public void A_TLS_RPT_record_made_before_the_bucket_becomes_the_stacks()
    {
        var plan = Publish(Empty(OwnReports), parts: StackParts.MtaSts);
        var bucket = Assert.IsType<Operation.CreateBucket>(plan.Changes.Single(c => c.Id == "asset-bucket").Operation);
        Assert.Equal("mta-sts tls-rpt", bucket.Tags[StackNames.PartsTag]);
    }

    [Fact]
    public void A_bucket_that_is_not_ours_gets_no_tag_of_ours()
    {
        var state = Deployed(parts: "mta-sts").WithoutSets("_smtp._tls.example.com");
        var foreign = state with { AssetBucket = state.AssetBucket! with { Settings = state.AssetBucket.Settings with { Tags = new Dictionary<string, string>() } } };
        Assert.Equal("asset-bucket/Tags record/tls-rpt", Publish(state, parts: StackParts.TlsRpt).Ids());
        Assert.Equal("record/tls-rpt", Publish(foreign, parts: StackParts.TlsRpt).Ids());
    }

    [Fact]
    public void The_TLS_RPT_record_comes_after_the_tag_that_makes_it_ours()
        => Assert.True(Publish(Deployed(parts: "mta-sts").WithoutSets("_smtp._tls.example.com")).Precedes("asset-bucket/Tags", "record/tls-rpt"));

    // Senders with nothing cached fetch the policy whatever the id says: a No at the record would come too late.
    [Fact]
    public void The_move_to_enforce_is_asked_before_the_policy_is_served()
    {
        var change = Publish(Deployed(), Stack with { Policy = Enforce }).Changes.Single(c => c.MovesToEnforce);
        Assert.Equal("object/policy", change.Id);
        Assert.Equal("object/policy", Publish(Empty(), Stack with { Policy = Enforce }).Changes.Single(c => c.MovesToEnforce).Id);
        var uploaded = Deployed(Enforce).WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={Testing.Id};"));
        Assert.Equal("record/mta-sts", Publish(uploaded, Stack with { Policy = Enforce }).Changes.Single(c => c.MovesToEnforce).Id);
        Assert.DoesNotContain(Publish(Deployed(Enforce), Stack with { Policy = MtaStsPolicy.Create(Domain, MtaStsMode.Enforce, ["mx1.example.com"], 172800) }).Changes, c => c.MovesToEnforce);
    }

    [Fact]
    public void The_shortest_name_is_the_certificates_first()
    {
        static StackWish Long(int length) => StackWish.For(new string('a', length - 12 - 4) + "." + "example.com") with { Policy = Testing };
        var fits = Long(56);
        static ObservedStack World(StackWish stack) => Empty() with { Domain = stack.Domain };
        var request = Assert.IsType<Operation.RequestCertificate>(Publish(World(fits), fits).Changes.Single(c => c.Id == "certificate").Operation);
        Assert.Equal(["mta-sts." + fits.Domain, "bimi-assets." + fits.Domain], request.Names);
        var tooLong = Long(70);
        Assert.Equal("DomainTooLong", Assert.Throws<EmailSecurityException>(() => Publish(World(tooLong), tooLong)).ErrorId);
    }

    [Fact]
    public void A_name_of_the_users_certificate_outside_the_domain_is_left_to_the_user()
    {
        var state = Deployed();
        var wide = state.Certificates[0] with { Tags = new Dictionary<string, string>(), ValidationRecords = [new ValidationRecord("example.com", "_x.example.org", "_x.acm-validations.aws")] };
        state = state with { Certificates = [wide], Zones = [.. state.Zones, new HostedZoneInfo("Z2", "example.org", 5)] };
        Assert.Equal("", Publish(state, Stack with { CertificateArn = CertificateArn }).Ids());
    }

    [Fact]
    public void A_zone_of_its_own_for_the_policy_host_gets_the_hosts_records()
    {
        var state = Empty() with { Zones = [new HostedZoneInfo("Z1", Domain, 10), new HostedZoneInfo("Z2", "mta-sts.example.com", 2)] };
        var plan = Publish(state);
        string Zone(string id) => Assert.IsType<Operation.UpsertRecord>(plan.Changes.Single(c => c.Id == id).Operation).ZoneId;
        Assert.Equal(("Z2", "Z2", "Z1", "Z1"), (Zone("alias/mta-sts/A"), Zone("alias/mta-sts/AAAA"), Zone("record/mta-sts"), Zone("record/tls-rpt")));
    }

    [Fact]
    public void An_external_host_gets_the_id_only_after_the_policy_is_served()
    {
        var plan = Publish(Empty() with { Zones = [] }, Stack with { DnsHost = DnsHost.External });
        Assert.True(plan.Precedes("served/policy", "record/mta-sts"));
        Assert.True(plan.Precedes("alias/mta-sts/A", "record/mta-sts"));
    }
}
