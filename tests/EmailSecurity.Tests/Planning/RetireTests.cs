using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>Mode none is announced only where senders can fetch it: what keeps them from that is repaired, or named.</summary>
public sealed class RetireTests
{
    private const string Host = "mta-sts.example.com";

    [Fact]
    public void A_bucket_that_the_distribution_may_not_read_is_opened_to_it_before_mode_none_is_announced()
    {
        var state = Deployed();
        var plan = Remove(state with { AssetBucket = state.AssetBucket! with { Settings = state.AssetBucket.Settings with { Policy = "" } } });
        Assert.True(plan.Precedes("asset-bucket/Policy", "invalidation")); // what edge locations still have is better than nothing
        Assert.True(plan.Precedes("asset-bucket/Policy", "served/policy"));
        Assert.True(plan.Precedes("served/policy", "record/mta-sts"));
    }

    [Fact]
    public void A_publish_lets_edge_locations_read_the_bucket_before_they_drop_what_they_have()
    {
        var state = Deployed();
        state = state.WithDistribution(d => d with { Settings = d.Settings with { OriginAccessControlId = "" } });
        state = state with { AssetBucket = state.AssetBucket! with { Settings = state.AssetBucket.Settings with { Policy = "" } } };
        var plan = Publish(state, Stack with { Policy = Enforce }, StackParts.MtaSts);
        Assert.True(plan.Precedes("asset-bucket/Policy", "invalidation"));
        Assert.True(plan.Precedes("distribution-deployed", "invalidation"));
    }

    [Fact]
    public void Aliases_that_somebody_deleted_are_made_again_before_mode_none_is_announced()
    {
        var plan = Remove(Deployed().WithoutSets(Host));
        Assert.True(plan.Precedes("alias/mta-sts/A", "record/mta-sts"));
        Assert.True(plan.Precedes("alias/mta-sts/AAAA", "record/mta-sts"));
        Assert.True(plan.Precedes("alias/mta-sts/visible", "record/mta-sts"));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAA")]
    public void A_policy_host_that_leads_elsewhere_is_named_and_not_changed(string type)
    {
        var state = Deployed().WithSets(Alias(Host, type, "dother.cloudfront.net"));
        var refused = Assert.Throws<EmailSecurityException>(() => Remove(state));
        Assert.Equal("PolicyHostElsewhere", refused.ErrorId);
        Assert.Contains("dother.cloudfront.net", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-Force", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_distribution_that_lost_the_policy_host_cannot_serve_mode_none()
    {
        var state = Deployed().WithDistribution(d => d with { Settings = d.Settings with { Aliases = [.. d.Settings.Aliases.Where(a => a != Host)] } });
        Assert.Equal("PolicyHostElsewhere", Assert.Throws<EmailSecurityException>(() => Remove(state)).ErrorId);
    }

    [Fact]
    public void A_distribution_whose_certificate_expired_cannot_serve_mode_none()
    {
        var state = Deployed();
        state = state with { Certificates = [state.Certificates[0] with { Status = CertificateStatus.Expired }] };
        Assert.Equal("CertificateNotUsable", Assert.Throws<EmailSecurityException>(() => Remove(state)).ErrorId);
    }

    [Fact]
    public void A_distribution_whose_certificate_expired_is_disabled_without_its_alternate_domain_names()
    {
        var state = Deployed();
        state = state with { Certificates = [state.Certificates[0] with { Status = CertificateStatus.Expired }] };
        var disable = Remove(state, force: true).Changes.Single(c => c.Id == "disable");
        Assert.True(Assert.IsType<Operation.DisableDistribution>(disable.Operation).WithoutAliases);
        Assert.Contains("no longer valid", disable.Reason, StringComparison.Ordinal);
        var usual = Remove(Deployed(), force: true).Changes.Single(c => c.Id == "disable");
        Assert.False(Assert.IsType<Operation.DisableDistribution>(usual.Operation).WithoutAliases);
    }

    [Fact]
    public void A_policy_record_whose_id_others_altered_goes_with_the_aliases_of_a_lost_distribution()
    {
        var id = Deployed().RecordSetsAt("_mta-sts.example.com").Single();
        var state = Deployed().WithSets(id with { Values = ["\"v=STSv1; id=altered;\""] }) with { Distribution = null };
        var plan = Remove(state, force: true);
        Assert.Contains("record/_mta-sts.example.com", plan.Changes.Select(c => c.Id));
        Assert.Contains("record/mta-sts.example.com/A", plan.Changes.Select(c => c.Id));

        // Where the host leads somewhere else, the record is somebody else's.
        var moved = Remove(state.WithoutSets(Host).WithSets(new RecordSet { Name = Host, Type = "CNAME", Ttl = 60, Values = ["policy.example.net"] }), force: true);
        Assert.DoesNotContain("record/_mta-sts.example.com", moved.Changes.Select(c => c.Id));
    }

    [Fact]
    public void An_adoption_that_was_stopped_before_there_was_a_distribution_leaves_the_other_provider_s_records_to_a_removal()
    {
        RecordSet[] theirs = [Txt("_mta-sts.example.com", "v=STSv1; id=theirs;"), Alias(Host, "A", "dother.cloudfront.net"), Alias(Host, "AAAA", "dother.cloudfront.net")];
        var made = Deployed();
        var buckets = made.AssetBucket! with { Settings = made.AssetBucket.Settings with { Policy = "" } };
        var stopped = Empty(theirs) with { LogBucket = made.LogBucket, AssetBucket = buckets, Certificates = made.Certificates };
        ObservedStack[] states = [stopped, stopped with { AssetBucket = null, Certificates = [] }];
        foreach (var plan in states.Select(s => Remove(s, force: true)))
        {
            Assert.DoesNotContain(plan.Changes, c => c.Id.StartsWith("record/_mta-sts.", StringComparison.Ordinal) || c.Id.StartsWith("record/mta-sts.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_policy_that_was_never_announced_is_invalidated_before_it_is()
    {
        // A run that died between upload and invalidation, while DNS announces nothing: edge locations may have what it replaced.
        var state = Deployed(Enforce).WithoutSets("_mta-sts.example.com");
        var recent = state with { AssetVersions = [state.AssetVersions[0] with { LastModified = Now.AddSeconds(-5) }] };
        var plan = Publish(recent, Stack with { Policy = Enforce }, StackParts.MtaSts);
        Assert.True(plan.Precedes("invalidation-done", "served/policy"));
        Assert.True(plan.Precedes("served/policy", "record/mta-sts"));
    }

    [Fact]
    public void A_policy_in_a_bucket_that_was_made_again_is_invalidated_before_it_is_announced()
    {
        var plan = Publish(Deployed() with { AssetBucket = null, AssetVersions = [], CurrentPolicy = null, PolicyHistory = [] }, Stack, StackParts.MtaSts);
        Assert.True(plan.Precedes("object/policy", "invalidation"));
        Assert.True(plan.Precedes("invalidation-done", "served/policy"));
    }

    [Fact]
    public void A_removal_that_died_before_the_log_bucket_s_mark_writes_it_and_does_not_wait_for_ever()
    {
        // The distribution remembers mode none as its first policy; the log bucket says that the testing policy is served still.
        var state = Deployed(None).WithoutSets("_mta-sts.example.com");
        var log = state.LogBucket!.Settings.Tags.ToDictionary(StringComparer.Ordinal);
        log[StackNames.ServedTag] = PolicyMark.Of(Testing, null).ToString();
        var behind = state with { LogBucket = state.LogBucket with { Settings = state.LogBucket.Settings with { Tags = log } } };
        Assert.Contains("log-bucket/served", Remove(behind).Changes.Select(c => c.Id));
    }

    [Fact]
    public void A_removal_that_died_before_mode_none_was_served_is_not_over_when_the_bucket_is_lost()
    {
        // The distribution's mark is written first; DNS announces the enforce policy, and senders fetched it for another year.
        var state = Deployed(Enforce).WithMark(PolicyMark.Of(None, Now.AddDays(-300)) with { IsRemoval = true });
        var log = state.LogBucket!.Settings.Tags.ToDictionary(StringComparer.Ordinal);
        log[StackNames.ServedTag] = PolicyMark.Of(Enforce, null).ToString();
        var behind = state with
        {
            LogBucket = state.LogBucket with { Settings = state.LogBucket.Settings with { Tags = log } },
            AssetBucket = null,
            AssetVersions = [],
            CurrentPolicy = null,
            PolicyHistory = [],
        };
        Assert.Equal("AssetBucketMissing", Assert.Throws<EmailSecurityException>(() => Remove(behind)).ErrorId);
    }

    [Fact]
    public void A_mark_that_a_forced_removal_copied_to_the_bucket_does_not_make_the_next_removal_wait_for_ever()
    {
        var copy = PolicyMark.Of(Testing, Now.AddDays(-20)) with { IsRemoval = true };
        var state = Deployed(None).WithMark(PolicyMark.Of(None, Now.AddDays(-21)) with { IsRemoval = true });
        var tags = state.AssetBucket!.Settings.Tags.ToDictionary(StringComparer.Ordinal);
        tags[StackNames.ServedTag] = copy.ToString();
        var restored = state with { AssetBucket = state.AssetBucket with { Settings = state.AssetBucket.Settings with { Tags = tags } } };
        Assert.Contains("distribution", Remove(restored).Changes.Select(c => c.Id));

        // Without the distribution nothing is newer than the copy: senders may have that policy. In mode enforce only a new distribution or -Force ends it.
        var lost = restored.WithoutSets("_mta-sts.example.com").WithoutSets(Host) with { Distribution = null, AssetVersions = [], CurrentPolicy = null, PolicyHistory = [] };
        Assert.Contains(Remove(lost).Changes, c => c.Operation is Operation.DeleteBucket);
        tags[StackNames.ServedTag] = (PolicyMark.Of(Enforce, Now.AddDays(-20)) with { IsRemoval = true }).ToString();
        Assert.Equal("DistributionMissing", Assert.Throws<EmailSecurityException>(() => Remove(lost)).ErrorId);
    }

    [Fact]
    public void A_mark_of_what_was_never_announced_does_not_make_a_removal_wait_for_ever()
    {
        // Mode none was announced, a publish of enforce stopped after its marks, and so did the removal that followed it.
        var none = PolicyMark.Of(None, Now.AddDays(-21)) with { IsRemoval = true };
        var state = Deployed(None).WithMark(none).WithServingMark(PolicyMark.Of(Enforce, Now.AddDays(-21)));
        var plan = Remove(state);
        Assert.Contains("distribution", plan.Changes.Select(c => c.Id));
        var marked = Assert.IsType<Operation.PutSetting>(plan.Changes.Single(c => c.Id == "log-bucket/removing").Operation).Desired.Tags;
        Assert.Equal(none.ToString(), marked[StackNames.ServingTag]);

        // It is marked before the distribution goes, and by then nothing says that senders hold the policy.
        Assert.Contains("log-bucket/removing", PlanOrders.Before(plan.Changes)["distribution"]);
        var after = state.WithServingMark(none).WithoutSets("_mta-sts.example.com").WithoutSets(Host) with { Distribution = null };
        Assert.Contains(Remove(after).Changes, c => c.Operation is Operation.DeleteBucket);
    }

    [Fact]
    public void A_removal_that_is_half_taken_back_is_one_still_and_the_next_publish_goes_on()
    {
        // DNS announces mode none; the distribution remembers the policy that was about to come back, and the publish was stopped there.
        var none = PolicyMark.Of(None, Now.AddDays(5)) with { IsRemoval = true };
        var state = Deployed(None).WithMark(none) with { WithdrawnPolicy = Testing };
        var half = state.WithDistribution(d => d with { Tags = StackPlanner.WithTag(d.Tags, StackNames.ServedTag, PolicyMark.Of(Testing, Now.AddDays(5)).ToString()) });
        Assert.NotNull(StackRemovals.Of(half));
        Assert.Equal(MtaStsMode.Testing, PolicyChooser.Choose(StackWish.For(Domain), half).Mode);
        Assert.Contains(Publish(half, StackWish.For(Domain), StackParts.MtaSts).Warnings, w => w.Contains("takes it back", StringComparison.Ordinal));
    }

    // The marks know until when senders hold what was before; the versions that would tell its mode were deleted, and the newest came after.
    [Fact]
    public void Force_warns_of_what_was_before_a_testing_policy_where_nothing_shows_its_mode()
    {
        var served = new ServedPolicy(Testing.Mode, Testing.MaxAge, Testing.Id, Now.AddHours(-12), null);
        var state = Deployed(Testing).WithMark(PolicyMark.Of(Testing, Now.AddHours(12))) with { PolicyHistory = [served] };
        Assert.StartsWith("Until 2026-03-03 00:00:00Z, senders may still enforce", Assert.Single(Remove(state, force: true).Warnings), StringComparison.Ordinal);

        // Where a version shows it, that settles it.
        var before = new ServedPolicy(Testing.Mode, Testing.MaxAge, "before", Now.AddDays(-9), Now.AddHours(-12).AddSeconds(-ServedPolicy.EdgeSeconds));
        Assert.Empty(Remove(state with { PolicyHistory = [served, before] }, force: true).Warnings);
    }
}
