using CsCheck;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

// A TXT set is shared: RFC 8461 section 3.1 and RFC 8460 section 3 discard the strings of others, so they may stand beside ours.
public sealed class SharedTxtTests
{
    private const string Theirs = "\"verify=somebody\"";
    private const string Logo = "v=BIMI1; l=https://bimi-assets.example.com/bimi/1/logo.svg;";

    public static TheoryData<string, string> Records => new()
    {
        { "_mta-sts.example.com", "v=STSv1; id=old;" },
        { "_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:old@example.com" },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public void Our_string_is_changed_in_its_place_and_the_others_stay(string name, string ours)
    {
        var shared = Txt(name, ours, 77) with { Values = [Theirs, Txt(name, ours).Values[0], "\"another=1\" \"2\""] };
        var put = Put(Publish(Deployed().WithSets(shared)), name);
        Assert.Equal([Theirs, "\"another=1\" \"2\""], [put.Set.Values[0], put.Set.Values[2]]);
        Assert.NotEqual(shared.Values[1], put.Set.Values[1]);
        Assert.Equal(77, put.Set.Ttl);
        Assert.Equal([shared], put.Displaced); // exchanged: a string added meanwhile is not lost
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_set_of_others_alone_gets_our_string_without_being_adopted(string name, string ours)
    {
        _ = ours;
        var put = Put(Publish(Empty(Txt(name, "x") with { Ttl = 900, Values = [Theirs] })), name);
        Assert.Equal(Theirs, put.Set.Values[0]);
        Assert.Equal((2, 900L), (put.Set.Values.Count, put.Set.Ttl));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void What_is_as_it_should_be_beside_others_needs_nothing(string name, string ours)
    {
        _ = ours;
        var now = Deployed().RecordSetsAt(name).Single();
        Assert.Equal("", Publish(Deployed().WithSets(now with { Ttl = 5, Values = [Theirs, .. now.Values] })).Ids());
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void Two_strings_of_one_mechanism_are_refused_or_adopted_with_their_before_image(string name, string ours)
    {
        var now = Deployed().RecordSetsAt(name).Single();
        var state = Deployed().WithSets(now with { Values = [.. now.Values, Theirs, Txt(name, ours).Values[0]] });
        var refused = Assert.Throws<EmailSecurityException>(() => Publish(state));
        Assert.Equal("ForeignRecord", refused.ErrorId);
        Assert.Contains(ours, refused.What, StringComparison.Ordinal);
        Assert.DoesNotContain("verify=somebody", refused.What, StringComparison.Ordinal);

        var plan = Publish(state, options: new PublishOptions { Adopt = true });
        Assert.Contains("/before-image-1", plan.Ids(), StringComparison.Ordinal);
        Assert.Equal([now.Values[0], Theirs], Put(plan, name).Set.Values);
    }

    [Fact]
    public void Adopting_takes_the_mechanisms_string_only()
    {
        var state = Empty(Txt("_mta-sts.example.com", "x") with { Values = [Theirs, "\"v=STSv1; id=provider;\""] });
        Assert.Equal("ForeignRecord", Assert.Throws<EmailSecurityException>(() => Publish(state)).ErrorId);
        var put = Put(Publish(state, options: new PublishOptions { Adopt = true }), "_mta-sts.example.com");
        Assert.Equal([Theirs, $"\"v=STSv1; id={Testing.Id};\""], put.Set.Values);
    }

    [Theory]
    [InlineData("_mta-sts.example.com")]
    [InlineData("_smtp._tls.example.com")]
    [InlineData("default._bimi.example.com")]
    public void A_removal_takes_our_string_out_and_leaves_the_others(string name)
    {
        var state = Deployed(None) with { PolicyHistory = [new ServedPolicy(None.Mode, None.MaxAge, None.Id, Now.AddDays(-5), null)] };
        state = state.WithSets(Txt("default._bimi.example.com", Logo));
        var ours = state.RecordSetsAt(name).Single();
        var plan = Remove(state.WithSets(ours with { Values = ["\"verify=a\"", .. ours.Values, "\"verify=b\""] }));
        Assert.Equal(["\"verify=a\"", "\"verify=b\""], Put(plan, name).Set.Values);
        Assert.True(name.StartsWith("_smtp", StringComparison.Ordinal) || plan.Precedes($"record/{name}", "distribution"), plan.Ids());
        Assert.IsType<Operation.DeleteRecord>(Remove(state).Changes.Single(c => c.Id == $"record/{name}").Operation);
    }

    [Fact]
    public void A_removal_leaves_the_second_MTA_STS_record_that_somebody_added()
    {
        var state = Deployed(None) with { PolicyHistory = [new ServedPolicy(None.Mode, None.MaxAge, None.Id, Now.AddDays(-5), null)] };
        var ours = state.RecordSetsAt("_mta-sts.example.com").Single();
        var plan = Remove(state.WithSets(ours with { Values = ["\"v=STSv1; id=provider;\"", .. ours.Values] }));
        Assert.Equal(["\"v=STSv1; id=provider;\""], Put(plan, "_mta-sts.example.com").Set.Values);
        Assert.Contains(plan.Warnings, w => w.Contains("id=provider", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_beside_others_is_reported_as_published()
    {
        var now = Deployed().RecordSetsAt("_smtp._tls.example.com").Single();
        var state = Deployed().WithSets(now with { Values = [Theirs, .. now.Values] });
        var stack = StackReport.AsObserved(StackWish.For(Domain), StackWish.For(Domain), state)!;
        var record = stack.Records.Single(r => r.Name == "_smtp._tls.example.com");
        Assert.Equal(("Published", "v=TLSRPTv1; rua=mailto:tls@example.com"), (record.Status.ToString(), record.Value));
    }

    // Whatever stands in a set: strings of others are never lost, moved against one another or given another TTL.
    [Fact]
    public void Others_keep_their_strings_in_every_set() => Gen.Int[0, 5].Array[0, 6].Sample(picks =>
    {
        string[] pool = ["\"verify=a\"", "\"v=STSv10; id=1;\"", "\"V=STSv1; id=1;\"", "\"v=spf1 -all\"", $"\"v=STSv1; id={Testing.Id};\"",
            "\"v=STSv1; id=other;\""];
        string[] values = [.. picks.Distinct().Select(i => pool[i])];
        var set = Txt("_mta-sts.example.com", "x", 123) with { Values = values };
        var ours = Txt("_mta-sts.example.com", new MtaStsRecord(Testing.Id).ToString());
        string[] theirs = [.. values.Where(v => !v.StartsWith("\"v=STSv1;", StringComparison.Ordinal))];
        var with = SharedTxt.With(set, ours);
        Assert.Equal(theirs, with.Values.Where(v => v != ours.Values[0]));
        Assert.Single(with.Values, ours.Values[0]);
        Assert.Equal(theirs.Length > 0 ? 123 : ours.Ttl, with.Ttl);
        Assert.True(SharedTxt.Holds(with, ours));
        Assert.Equal(theirs, SharedTxt.Without(with, ours.Values)?.Values ?? []);
        return true;
    });

    private static Operation.UpsertRecord Put(Plan plan, string name)
        => plan.Changes.Select(c => c.Operation).OfType<Operation.UpsertRecord>().Single(o => o.Set.Name == name && o.Set.Type == "TXT");
}
