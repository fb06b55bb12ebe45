using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

// RFC 8461 section 8.3, and the order in which AWS lets go.
public sealed class RemovalPlanTests
{
    [Theory]
    [InlineData(MtaStsMode.Testing, true, true)]
    [InlineData(MtaStsMode.Testing, false, true)]
    [InlineData(MtaStsMode.Enforce, true, false)]
    public void A_first_publish_that_made_buckets_alone_is_removed_at_once_but_for_mode_enforce(MtaStsMode mode, bool hasAssets, bool isRemoved)
    {
        var policy = MtaStsPolicy.Create(Domain, mode, ["mx1.example.com"], 604800);
        var state = Deployed(policy).WithMark(PolicyMark.Of(policy, null, 1)).WithoutSets("_mta-sts.example.com").WithoutSets("mta-sts.example.com") with
        {
            Distribution = null,
            AssetBucket = hasAssets ? Deployed(policy).AssetBucket : null,
            CurrentPolicy = null,
            EdgePolicy = null,
            AssetVersions = [],
            PolicyHistory = [],
            Certificates = [],
        };
        if (isRemoved)
        {
            Assert.Contains(Remove(state).Changes, c => c.Operation is Operation.DeleteBucket);
        }
        else
        {
            Assert.Equal("DistributionMissing", Assert.Throws<EmailSecurityException>(() => Remove(state)).ErrorId);
        }
    }

    // Others deleted the asset bucket while senders held an enforce policy; since then two policies in mode testing were served.
    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void Force_warns_of_an_enforce_policy_that_a_cut_history_does_not_show(int count, bool warns)
    {
        var (first, second) = (MtaStsPolicy.Create(Domain, MtaStsMode.Testing, ["mx1.example.com"], 604800), MtaStsPolicy.Create(Domain, MtaStsMode.Testing, ["mx1.example.com"], 604801));
        var held = Now.AddSeconds(ServedPolicy.EdgeSeconds + 604800);
        var state = Deployed(second).WithMark(PolicyMark.Of(second, held, count)) with
        {
            AssetVersions = [Version(second, true, Now.AddMinutes(-1)), Version(first, false, Now.AddMinutes(-2))],
            PolicyHistory = [new(second.Mode, second.MaxAge, second.Id, Now.AddMinutes(-1), null), new(first.Mode, first.MaxAge, first.Id, Now.AddMinutes(-2), Now.AddMinutes(-1))],
        };
        Assert.Equal(warns, Remove(state, force: true).Warnings.Any(w => w.Contains("may still enforce", StringComparison.Ordinal)));
    }

    private static ObjectVersion Version(MtaStsPolicy policy, bool isLatest, DateTimeOffset at)
    {
        var content = System.Text.Encoding.UTF8.GetBytes(policy.Served);
        return new ObjectVersion(StackNames.PolicyKey, policy.Id + at.Ticks, isLatest, false, StackPlanner.Md5(content), content.Length, at);
    }

    private static ObservedStack Retired(DateTimeOffset at, long maxAge = 86400) => Deployed(None).WithMark(PolicyMark.Of(None, at.AddSeconds(ServedPolicy.EdgeSeconds + maxAge)) with { IsRemoval = true }) with
    {
        PolicyHistory = [new ServedPolicy(None.Mode, None.MaxAge, None.Id, at, null), new ServedPolicy(Testing.Mode, maxAge, Testing.Id, at.AddDays(-30), at)],
    };

    [Fact]
    public void First_the_policy_is_taken_back()
    {
        var plan = Remove(Deployed());
        Assert.Equal("distribution/served object/policy invalidation invalidation-done served/policy log-bucket/served record/mta-sts", plan.Ids());
        Assert.True(plan.Precedes("served/policy", "record/mta-sts"));
    }

    [Fact]
    public void Strings_of_others_beside_the_policy_record_stay_and_do_not_stop_the_removal()
    {
        var ours = Deployed().RecordSetsAt("_mta-sts.example.com").Single();
        var plan = Remove(Deployed().WithSets(ours with { Values = ["\"verify=somebody\"", .. ours.Values] }));
        var put = Assert.IsType<Operation.UpsertRecord>(plan.Changes.Single(c => c.Id == "record/mta-sts").Operation).Set;
        Assert.Equal(["\"verify=somebody\"", "\"v=STSv1; id=" + None.Id + ";\""], put.Values);
    }

    [Theory]
    [InlineData("Enforce", true, false, true)]
    [InlineData("Enforce", true, true, false)] // -Force
    [InlineData("Enforce", false, false, true)] // the record may have been deleted by hand too
    [InlineData("Testing", true, false, true)] // no sooner than with the distribution enabled
    public void A_distribution_disabled_by_hand_is_not_deleted_while_senders_hold_a_policy(string mode, bool published, bool force, bool refused)
    {
        var state = Deployed().WithDistribution(d => d with { Settings = d.Settings with { Enabled = false } }) with
        {
            PolicyHistory = [new ServedPolicy(Enum.Parse<MtaSts.MtaStsMode>(mode), 604800, Enforce.Id, Now.AddDays(-90), Now.AddDays(-1))],
        };
        if (!published)
        {
            state = state.WithoutSets("_mta-sts.example.com");
        }

        if (refused)
        {
            Assert.Equal("DistributionDisabled", Assert.Throws<EmailSecurityException>(() => Remove(state, force: force)).ErrorId);
        }
        else
        {
            Assert.Contains("distribution", Remove(state, force: force).Changes.Select(c => c.Id));
        }
    }

    [Fact]
    public void Then_senders_are_waited_for() => Assert.Equal("senders-forget", Remove(Retired(Now.AddHours(-1))).Ids());

    [Fact]
    public void The_longest_max_age_served_counts()
    {
        var state = Deployed(None) with
        {
            PolicyHistory =
            [
                new ServedPolicy(None.Mode, None.MaxAge, None.Id, Now.AddDays(-2), null),
                new ServedPolicy(Testing.Mode, 60, Testing.Id, Now.AddDays(-3), Now.AddDays(-2)),
                new ServedPolicy(Enforce.Mode, 604800, Enforce.Id, Now.AddDays(-90), Now.AddDays(-3)),
            ],
        };
        Assert.Equal(Now.AddDays(4).AddSeconds(ServedPolicy.EdgeSeconds), RemovalPlanner.SendersHoldUntil(state));
        Assert.Equal("distribution/removing log-bucket/removing senders-forget", Remove(state).Ids()); // in mode none already: only the marks are new
    }

    [Fact]
    public void Then_everything_goes_in_order()
    {
        var plan = Remove(Retired(Now.AddDays(-5)));
        var certificate = $"certificate/{CertificateArn}";
        foreach (var (first, second) in ((string, string)[])
        [
            ("record/_mta-sts.example.com", "record/mta-sts.example.com/A"), ("record/mta-sts.example.com/A", "disable"), ("disable", "disabled"), ("disabled", "distribution"),
            ("distribution", certificate), (certificate, "record/_aaaa.mta-sts.example.com"), (certificate, "record/_aaaa.bimi-assets.example.com"), (certificate, "asset-bucket"), ("asset-bucket", "log-bucket"), ("distribution", "origin-access-control"),
        ])
        {
            Assert.True(plan.Precedes(first, second), $"{first} before {second}");
        }

        Assert.Contains("record/_smtp._tls.example.com", plan.Changes.Select(c => c.Id));
    }

    [Fact]
    public void Force_takes_down_at_once_and_says_what_it_risks()
    {
        var plan = Remove(Deployed(Enforce), force: true);
        Assert.True(plan.Precedes("record/_mta-sts.example.com", "distribution"));
        Assert.Contains(plan.Warnings, w => w.Contains("senders may still enforce a cached policy", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("testing", 0, false, "")] // senders deliver whatever they find
    [InlineData("enforce", 0, false, "2026-03-02 12:00:10Z")]
    [InlineData("enforce", 6, false, "2026-03-02 06:00:00Z")] // withdrawn for six hours
    [InlineData("enforce", 25, false, "")] // its max_age ran out
    [InlineData("testing", 0, true, "2027-03-01 18:00:10Z")] // nobody knows what was served
    public void Force_warns_of_an_enforce_policy_that_senders_may_hold_and_of_nothing_else(string mode, int hoursWithdrawn, bool isHistoryLost, string until)
    {
        var policy = mode == "testing" ? Testing : Enforce;
        var at = Now.AddHours(-hoursWithdrawn);
        var served = new ServedPolicy(policy.Mode, policy.MaxAge, policy.Id, Now.AddDays(-90), hoursWithdrawn > 0 ? at.AddSeconds(-ServedPolicy.EdgeSeconds) : null);
        var state = hoursWithdrawn == 0 ? Deployed(policy) with { PolicyHistory = [served] }
            : Deployed(None).WithMark(PolicyMark.Of(None, served.HeldUntil) with { IsRemoval = true }) with
            {
                PolicyHistory = [new ServedPolicy(None.Mode, None.MaxAge, None.Id, served.Until!.Value, null), served],
            };
        state = isHistoryLost ? state.WithMark(null) with { PolicyHistory = [] } : state;
        var warnings = Remove(state, force: true).Warnings;
        if (until.Length == 0)
        {
            Assert.Empty(warnings);
            return;
        }

        Assert.StartsWith($"Until {until}, senders may still enforce a cached policy of example.com: they do not deliver", Assert.Single(warnings), StringComparison.Ordinal);
    }

    // Senders go on with what they hold when the fetch fails (RFC 8461 section 5.1).
    [Fact]
    public void A_policy_object_that_somebody_deleted_is_taken_back_all_the_same()
        => Assert.Equal("distribution/served object/policy invalidation invalidation-done served/policy log-bucket/served record/mta-sts",
            Remove(Deployed(Enforce) with { CurrentPolicy = null, AssetVersions = [new ObjectVersion(StackNames.PolicyKey, "v2", true, true, "", 0, Now)], PolicyHistory = [new ServedPolicy(Enforce.Mode, 604800, Enforce.Id, Now.AddDays(-9), Now)] }).Ids());

    // What another provider published after a move there is not this stack's.
    [Fact]
    public void A_domain_that_moved_to_another_provider_keeps_its_records()
    {
        var moved = Retired(Now.AddDays(-5)).WithoutSets("mta-sts.example.com").WithSets(Txt("_mta-sts.example.com", "v=STSv1; id=20260101;"), new RecordSet { Name = "mta-sts.example.com", Type = "CNAME", Ttl = 300, Values = ["mta-sts.provider.example"] });
        foreach (var plan in new[] { Remove(moved), Remove(moved, force: true) })
        {
            Assert.DoesNotContain("record/_mta-sts.example.com", plan.Changes.Select(c => c.Id));
            Assert.Contains("asset-bucket", plan.Changes.Select(c => c.Id));
            Assert.Contains(plan.Warnings, w => w.StartsWith("_mta-sts.example.com", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_logo_record_goes_before_the_host_and_the_distribution()
    {
        var state = Retired(Now.AddDays(-5)).WithSets(Txt("default._bimi.example.com", "v=BIMI1; l=https://bimi-assets.example.com/bimi/1/logo.svg;"), Alias("bimi-assets.example.com", "A"));
        var plan = Remove(state);
        Assert.True(plan.Precedes("record/default._bimi.example.com", "record/bimi-assets.example.com/A"));
        Assert.True(plan.Precedes("record/default._bimi.example.com", "distribution"));
        Assert.True(plan.Precedes("record/default._bimi.example.com", "asset-bucket"));
    }

    // The bucket's tag is what tells that the records are ours.
    [Fact]
    public void Without_a_distribution_the_bucket_waits_for_the_records()
        => Assert.True(Remove(Retired(Now.AddDays(-5)) with { Distribution = null }).Precedes("record/_mta-sts.example.com", "asset-bucket"));

    [Fact]
    public void A_validation_record_of_another_accounts_certificate_stays()
    {
        var plan = Remove(Retired(Now.AddDays(-5)).WithSets(Validation("mta-sts.example.com", "bbbb")));
        Assert.Contains("record/_aaaa.mta-sts.example.com", plan.Changes.Select(c => c.Id));
        Assert.DoesNotContain("record/_bbbb.mta-sts.example.com", plan.Changes.Select(c => c.Id));
    }

    [Fact]
    public void A_validation_record_that_another_certificate_lives_by_stays()
        => Assert.DoesNotContain("record/_aaaa.mta-sts.example.com", Remove(Retired(Now.AddDays(-5)) with { NamesOnOtherCertificates = new HashSet<string> { "mta-sts.example.com" } }).Changes.Select(c => c.Id));

    [Fact]
    public void The_host_of_an_earlier_BIMI_subdomain_goes_too()
    {
        var state = Retired(Now.AddDays(-5));
        state = state.WithSets(Alias("brand.example.com", "A")) with { ValidatedNames = new HashSet<string>(state.ValidatedNames) { "brand.example.com" } };
        Assert.True(Remove(state).Precedes("record/brand.example.com/A", "distribution"));
    }

    [Fact]
    public void Sets_with_a_routing_policy_are_left()
    {
        var text = Txt("default._bimi.example.com", "v=BIMI1; l=https://bimi-assets.example.com/bimi/1/logo.svg;");
        var state = Retired(Now.AddDays(-5));
        state = state.WithSets([text with { SetIdentifier = "a" }, text with { SetIdentifier = "b" }]);
        Assert.DoesNotContain("record/default._bimi.example.com", Remove(state).Changes.Select(c => c.Id));
    }

    [Fact]
    public void A_log_bucket_without_our_tag_is_not_deleted()
    {
        var state = Retired(Now.AddDays(-5));
        state = state with { LogBucket = state.LogBucket! with { Settings = state.LogBucket.Settings with { Tags = new Dictionary<string, string>() } } };
        Assert.Equal("BucketNotOurs", Assert.Throws<EmailSecurityException>(() => Remove(state)).ErrorId);
    }

    [Fact]
    public void At_an_external_host_only_what_leads_to_the_stack_is_waited_for()
    {
        static (string, DnsRecordType) Key(string name, DnsRecordType type) => (name, type);
        static DnsAnswer Answer(string name, DnsRecordType type, string value) => new() { Status = DnsStatus.NoError, Records = [new DnsRecord(name, type, 300, value)] };
        var state = Retired(Now.AddDays(-5)) with
        {
            Zones = [],
            Answers = new Dictionary<(string, DnsRecordType), DnsAnswer>
            {
                [Key("_mta-sts.example.com", DnsRecordType.TXT)] = Answer("_mta-sts.example.com", DnsRecordType.TXT, $"v=STSv1; id={None.Id};"),
                [Key("mta-sts.example.com", DnsRecordType.CNAME)] = Answer("mta-sts.example.com", DnsRecordType.CNAME, DistributionDomain),
                [Key("bimi-assets.example.com", DnsRecordType.CNAME)] = Answer("bimi-assets.example.com", DnsRecordType.CNAME, "logo.provider.example"),
                [Key("default._bimi.example.com", DnsRecordType.TXT)] = Answer("default._bimi.example.com", DnsRecordType.TXT, "v=BIMI1; l=https://logo.provider.example/l.svg;"),
            },
        };
        var plan = Remove(state, StackWish.For(Domain) with { DnsHost = DnsHost.External });
        Assert.Equal(["record/_mta-sts.example.com/TXT", "record/mta-sts.example.com/CNAME"], plan.Changes.Where(c => c.Action == ChangeAction.Wait && c.Id.StartsWith("record/", StringComparison.Ordinal)).Select(c => c.Id));
        Assert.True(plan.Precedes("record/mta-sts.example.com/CNAME", "distribution"));
    }
}
