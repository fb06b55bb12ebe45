using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>
/// RFC 8461 sections 3.3 and 8.1: a sender may hold a new policy under the id of the one before, and fetches again only where the id differs. So a policy
/// that comes back after another has an id that nobody holds.
/// </summary>
public sealed class FreshPolicyTests
{
    private static readonly StackWish ToTesting = StackWish.For(Domain) with { Mode = MtaStsMode.Testing };

    // The newest policy first, a day each; DNS announces what is said.
    private static ObservedStack History(string announced, params MtaStsPolicy[] policies)
    {
        var newest = policies[0];
        return Deployed(newest).WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={announced};")) with
        {
            AssetVersions = [.. policies.Select((p, i) => Version(p, i))],
            AnnouncedPolicy = policies.FirstOrDefault(p => p.Id == announced),
        };
    }

    private static ObjectVersion Version(MtaStsPolicy policy, int age)
    {
        var content = Encoding.UTF8.GetBytes(policy.Served);
        return new ObjectVersion(StackNames.PolicyKey, $"v{age}", age == 0, false, StackPlanner.Md5(content), content.Length, Now.AddDays(-age - 1));
    }

    [Fact]
    public void A_demotion_has_an_id_that_no_sender_holds_with_the_enforce_policy()
    {
        var chosen = PolicyChooser.Choose(ToTesting, History(Enforce.Id, Enforce, Testing));
        Assert.NotEqual(Testing.Id, chosen.Id);
        Assert.Equal((Testing.Mode, Testing.MaxAge), (chosen.Mode, chosen.MaxAge));
        var read = MtaStsPolicy.Check(chosen.Served, Domain);
        var policy = Assert.IsType<MtaStsPolicy>(read.Value);
        Assert.Equal((chosen.Id, chosen.Mode, chosen.MaxAge), (policy.Id, policy.Mode, policy.MaxAge));
        Assert.Equal(chosen.MxHosts, policy.MxHosts);
        Assert.Equal(MtaStsPolicy.Check(Testing.Served, Domain).Findings, read.Findings);
    }

    [Fact]
    public void A_promotion_that_stopped_before_its_record_and_is_taken_back_changes_the_id()
        => Assert.NotEqual(Testing.Id, PolicyChooser.Choose(ToTesting, History(Testing.Id, Enforce, Testing)).Id);

    [Fact]
    public void A_policy_object_that_somebody_overwrote_is_repaired_under_a_new_id_even_without_its_history()
        => Assert.NotEqual(Testing.Id, PolicyChooser.Choose(ToTesting with { Policy = Testing }, History(Testing.Id, Enforce)).Id);

    [Fact]
    public void Where_the_history_is_lost_again_and_again_the_policy_has_an_id_that_no_sender_holds_each_time()
    {
        // Testing, enforce, testing ...; each time somebody deletes all versions, and only the marks are left.
        HashSet<string> ids = [Testing.Id];
        var newest = Enforce;
        for (var round = 0; round < 20; round++)
        {
            var wish = ToTesting with { Mode = newest.Mode == MtaStsMode.Enforce ? MtaStsMode.Testing : MtaStsMode.Enforce };
            var chosen = PolicyChooser.Choose(wish, Lost(newest, newest));
            Assert.True(ids.Add(chosen.Id), $"round {round}");

            // A run that died behind its mark is finished with the same id.
            Assert.Equal(chosen.Id, PolicyChooser.Choose(wish, Lost(chosen, newest)).Id);
            newest = chosen;
        }
    }

    private static ObservedStack Lost(MtaStsPolicy marked, MtaStsPolicy announced) => Deployed(Enforce).WithMark(PolicyMark.Of(marked, Now.AddDays(1)))
        .WithSets(Txt("_mta-sts.example.com", $"v=STSv1; id={announced.Id};")) with
    {
        CurrentPolicy = null,
        AssetVersions = [],
    };

    [Fact]
    public void A_run_that_died_is_finished_with_the_same_id()
    {
        var first = PolicyChooser.Choose(ToTesting, History(Enforce.Id, Enforce, Testing));
        Assert.Equal(first.Id, PolicyChooser.Choose(ToTesting, History(Enforce.Id, first, Enforce, Testing)).Id);
    }

    [Fact]
    public void What_is_served_and_announced_keeps_its_id_for_ever()
    {
        var first = PolicyChooser.Choose(ToTesting, History(Enforce.Id, Enforce, Testing));
        var state = History(first.Id, first, Enforce, Testing);
        Assert.Equal(first.Id, PolicyChooser.Choose(ToTesting, state).Id);
        Assert.Equal(first.Id, PolicyChooser.Choose(ToTesting with { Policy = Testing }, state).Id);
        var later = state with { ObservedAt = Now.AddYears(3) };
        Assert.Equal(first.Id, PolicyChooser.Choose(ToTesting with { Policy = Testing }, later).Id);
    }

    [Fact]
    public void Every_return_has_an_id_of_its_own()
    {
        List<MtaStsPolicy> policies = [Enforce, Testing];
        HashSet<string> ids = [Enforce.Id, Testing.Id];
        for (var i = 0; i < 6; i++)
        {
            var mode = i % 2 == 0 ? MtaStsMode.Testing : MtaStsMode.Enforce;
            var next = PolicyChooser.Choose(StackWish.For(Domain) with { Mode = mode }, History(policies[0].Id, [.. policies]));
            Assert.True(ids.Add(next.Id), $"return {i} has the id of an earlier policy");
            policies.Insert(0, next);
        }
    }

    [Fact]
    public void A_policy_that_no_other_replaced_keeps_its_id()
    {
        Assert.Equal(Testing.Id, PolicyChooser.Choose(ToTesting, Deployed()).Id);
        Assert.Equal(Enforce.Id, PolicyChooser.Choose(StackWish.For(Domain) with { Mode = MtaStsMode.Enforce }, Deployed()).Id);
        Assert.Equal(Testing.Id, PolicyChooser.Choose(ToTesting with { MaxAge = 86400 }, Empty()).Id);
    }

    [Fact]
    public void What_was_replaced_more_than_a_year_ago_is_in_no_cache()
    {
        var none = MtaStsPolicy.Create(Domain, MtaStsMode.None, [], 60);
        var state = History(none.Id, none, Enforce, Testing);
        Assert.NotEqual(Testing.Id, PolicyChooser.Choose(ToTesting with { Policy = Testing }, state).Id);

        // The newest is served still, and it came after.
        Assert.NotEqual(Testing.Id, PolicyChooser.Choose(ToTesting with { Policy = Testing }, state with { ObservedAt = Now.AddYears(3) }).Id);
        var again = History(Testing.Id, Testing, Enforce, Testing);
        Assert.NotEqual(Testing.Id, PolicyChooser.Choose(ToTesting with { Policy = Testing }, again.WithoutSets("_mta-sts.example.com")).Id);
        Assert.Equal(Testing.Id, PolicyChooser.Choose(ToTesting with { Policy = Testing }, again.WithoutSets("_mta-sts.example.com") with { ObservedAt = Now.AddYears(3) }).Id);
    }

    [Fact]
    public void Where_the_earlier_versions_are_deleted_an_earlier_policy_is_not_announced_under_an_id_that_it_may_have_had()
    {
        var earlier = PolicyMark.Of(Enforce, Now.AddDays(3));
        var state = History(Enforce.Id, Enforce).WithMark(earlier);
        var chosen = PolicyChooser.Choose(ToTesting, state);
        Assert.NotEqual(Testing.Id, chosen.Id);

        // Run again after the upload, and after the mark alone.
        Assert.Equal(chosen.Id, PolicyChooser.Choose(ToTesting, History(Enforce.Id, chosen, Enforce).WithMark(PolicyMark.Of(chosen, Now.AddDays(3)))).Id);
        Assert.Equal(chosen.Id, PolicyChooser.Choose(ToTesting, state.WithMark(PolicyMark.Of(chosen, Now.AddDays(3)))).Id);
    }

    // Later publishes make a history again; the count in the mark tells that it is not whole.
    [Theory]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void A_history_that_somebody_cut_is_not_taken_for_whole_after_another_publish(int count, bool isWhole)
    {
        var none = MtaStsPolicy.Create(Domain, MtaStsMode.None, [], 60);
        var state = History(none.Id, none, Testing).WithMark(PolicyMark.Of(none, Now.AddDays(3), count));
        Assert.Equal(isWhole, new PolicyEvidence(state).IsHistoryWhole);
        Assert.Equal(isWhole, PolicyChooser.Choose(StackWish.For(Domain) with { Mode = MtaStsMode.Enforce, Policy = Enforce }, state).Id == Enforce.Id);

        // What came before a version of more than a year ago is in no cache.
        Assert.True(new PolicyEvidence(state with { ObservedAt = Now.AddYears(3) }).IsHistoryWhole);
    }

    [Fact]
    public void Every_new_policy_counts_one_more_and_the_same_again_does_not()
    {
        var state = History(Testing.Id, Testing).WithMark(PolicyMark.Of(Testing, Now.AddDays(3), 4));
        Assert.Equal(5, new PolicyEvidence(state).MarkOf(Enforce).Count);
        Assert.Equal(4, new PolicyEvidence(state).MarkOf(Testing).Count);
        Assert.Equal(1, new PolicyEvidence(Empty()).MarkOf(Testing).Count);
        Assert.Null(new PolicyEvidence(state.WithMark(PolicyMark.Of(Testing, Now.AddDays(3)))).MarkOf(Enforce).Count);
        Assert.Equal(new PolicyEvidence(state).MarkOf(Testing), PolicyMark.Parse(new PolicyEvidence(state).MarkOf(Testing).ToString()));
        Assert.Null(PolicyMark.Parse("enforce 86400 abc first 0"));
        Assert.Null(PolicyMark.Parse("enforce 86400 abc first 1 2"));
    }

    [Fact]
    public void A_second_removal_announces_mode_none_under_a_new_id()
    {
        var state = History(Enforce.Id, Enforce, None, Testing);
        var plan = Remove(state);
        var put = Assert.IsType<Operation.PutObject>(plan.Changes.Single(c => c.Id == "object/policy").Operation);
        var policy = Assert.IsType<MtaStsPolicy>(MtaStsPolicy.Check(put.Item.Content, Domain).Value);
        Assert.Equal(MtaStsMode.None, policy.Mode);
        Assert.NotEqual(None.Id, policy.Id);
        Assert.Contains(policy.Id, plan.Changes.Single(c => c.Id == "record/mta-sts").After, StringComparison.Ordinal);
    }
}
