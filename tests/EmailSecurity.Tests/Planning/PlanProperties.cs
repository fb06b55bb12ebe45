using CsCheck;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>What holds for every plan, whatever the state it starts from.</summary>
public sealed class PlanProperties
{
    internal const int Bits = 18;

    [Fact]
    public void Every_publish_plan_is_safe() => Gen.Int[0, (1 << Bits) - 1].Sample(bits =>
    {
        var state = State(bits);
        var stack = Stack with { Policy = Bit(bits, 0) ? Enforce : Testing };
        var options = new PublishOptions { Adopt = Bit(bits, 1) };
        Plan plan;
        try
        {
            plan = Publish(state, stack, options: options);
        }
        catch (EmailSecurityException e) when (e.ErrorId is "ForeignRecord" or "BucketNotOurs" or "DistributionNotOurs")
        {
            return true;
        }

        Sound(plan);
        TellsConsequences(plan, state);
        Assert.Equal(plan.Changes.Select(Show), Publish(state, stack, options: options).Changes.Select(Show));
        var record = plan.Changes.FirstOrDefault(c => c.Id == "record/mta-sts");
        if (record is not null && StackPlanner.PublishedPolicyId(state) != stack.Policy!.Id)
        {
            Assert.True(plan.Precedes("served/policy", "record/mta-sts"), plan.Ids());
        }

        if (plan.Changes.Any(c => c.Id == "object/policy") && record is not null)
        {
            Assert.True(plan.Precedes("object/policy", "record/mta-sts"), plan.Ids());
        }

        foreach (var set in Touched(plan))
        {
            Assert.True(options.Adopt || IsOurs(state, set), $"{set} in {plan.Ids()}");
        }

        return true;
    }, iter: 3000);

    // A stack that is there and differs: what people experience until it is repaired, in sentences.
    private static void TellsConsequences(Plan plan, ObservedStack state)
    {
        var exists = StackPlanner.OwnedParts(state) != StackParts.None || StackOwnership.IsDistributionOurs(state) || StackOwnership.IsAssetBucketOurs(state);
        Assert.All(plan.Changes, c => Assert.True(exists && c.IsWrite ? c.Consequence.EndsWith('.') : !exists == (c.Consequence.Length == 0) || !c.IsWrite, c.ToString()));
    }

    [Fact]
    public void Every_removal_plan_is_safe() => Gen.Int[0, (1 << Bits) - 1].Sample(bits =>
    {
        var state = State(bits);
        Plan plan;
        try
        {
            plan = Remove(state, force: Bit(bits, 1));
        }
        catch (EmailSecurityException e) when (e.ErrorId is "BucketNotOurs" or "DistributionNotOurs" or "DistributionDisabled" or "DistributionMissing" or "AssetBucketMissing" or "PolicyHostElsewhere")
        {
            return true;
        }

        Sound(plan);
        foreach (var change in plan.Changes)
        {
            // Never before its certificate.
            if (change.Operation is Operation.DeleteRecord { Set: { Type: "CNAME" } })
            {
                Assert.All(plan.Changes.Where(c => c.Operation is Operation.DeleteCertificate), c => Assert.True(plan.Precedes(c.Id, change.Id), plan.Ids()));
            }

            // Nothing that serves goes while senders hold a policy, unless forced. Where nothing can serve anymore, mail depends on an enforce policy alone.
            if (change.Operation is Operation.DeleteDistribution or Operation.DisableDistribution or Operation.DeleteBucket && !Bit(bits, 1))
            {
                var evidence = new PolicyEvidence(state);
                Assert.True((evidence.IsNothingVisible ? evidence.EnforcedUntil : evidence.HeldUntil) <= state.ObservedAt, plan.Ids());
            }

            if (change.Operation is Operation.DeleteBucket)
            {
                Assert.All(plan.Changes.Where(c => c.Operation is Operation.DeleteRecord { Set.Type: not "CNAME" }), c => Assert.True(plan.Precedes(c.Id, change.Id), $"{c.Id} before {change.Id}: {plan.Ids()}"));
            }
        }

        foreach (var set in Touched(plan))
        {
            Assert.True(IsOurs(state, set), $"{set} in {plan.Ids()}");
        }

        return true;
    }, iter: 3000);

    /// <summary>The plans that a state gives rise to: a publish and a removal, where they are not refused.</summary>
    internal static IEnumerable<Plan> PlansOf(int bits)
    {
        var state = State(bits);
        var stack = Stack with { Policy = Bit(bits, 0) ? Enforce : Testing };
        return new[]
        {
            Try(() => Publish(state, stack, options: new PublishOptions { Adopt = Bit(bits, 1) })), Try(() => Remove(state, force: Bit(bits, 1))),
        }.OfType<Plan>();
    }

    private static Plan? Try(Func<Plan> make)
    {
        try
        {
            return make();
        }
        catch (EmailSecurityException)
        {
            return null;
        }
    }

    // Every step comes after those it depends on, and each id once.
    private static void Sound(Plan plan)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var change in plan.Changes)
        {
            Assert.All(change.DependsOn, d => Assert.Contains(d, seen));
            Assert.True(seen.Add(change.Id), change.Id);
        }
    }

    private static IEnumerable<RecordSet> Touched(Plan plan) => plan.Changes.SelectMany<Change, RecordSet>(c => c.Operation switch
    {
        Operation.UpsertRecord u => [u.Set, .. u.Displaced],
        Operation.DeleteRecord d => [d.Set],
        _ => [],
    });

    // What stands at the set's place now is nothing, ours by the tag, names a policy that we served, or leads to our distribution.
    private static bool IsOurs(ObservedStack state, RecordSet set)
    {
        var now = state.RecordSetsAt(set.Name).FirstOrDefault(s => s.Type == set.Type);
        var parts = StackPlanner.OwnedParts(state);
        return now is null || set.Name switch
        {
            "_mta-sts.example.com" when StackPlanner.PublishedPolicyId(state) is { } id && (id == state.CurrentPolicy?.Id || id == state.DistributionMark?.Id || id == state.LogMark?.Id || id == state.ServingMark?.Id || state.PolicyHistory.Any(p => p.Id == id)) => true,
            "_mta-sts.example.com" when state.RecordSetsAt("mta-sts.example.com").Any(s => s.AliasTarget == DistributionDomain) => true,
            "_mta-sts.example.com" or "mta-sts.example.com" => parts.HasFlag(StackParts.MtaSts) || now.AliasTarget == DistributionDomain,
            "_smtp._tls.example.com" => parts.HasFlag(StackParts.TlsRpt),
            _ => now.Values.Any(v => v.Contains("acm-validations", StringComparison.Ordinal)) && state.ValidatedNames.Any(n => set.Name.EndsWith("." + n, StringComparison.Ordinal)),
        };
    }

    private static bool Bit(int bits, int index) => (bits >> index & 1) == 1;

    private static string Show(Change change) => $"{change.Id} {change.Action} {change.Target} {change.Before} {change.After} < {string.Join(",", change.DependsOn)}";

    private static ObservedStack State(int bits)
    {
        var policy = Bit(bits, 2) ? None : Bit(bits, 3) ? Enforce : Testing;
        var state = Deployed(policy, Bit(bits, 4) ? "mta-sts" : Bit(bits, 5) ? "" : "mta-sts tls-rpt");
        if (Bit(bits, 6))
        {
            state = state with { PolicyHistory = [new ServedPolicy(policy.Mode, 60, policy.Id, Now.AddDays(-3), null), new ServedPolicy(Enforce.Mode, 604800, Enforce.Id, Now.AddDays(-40), Now.AddDays(Bit(bits, 7) ? -3 : -9))] };
        }

        state = Bit(bits, 8) ? state.WithSets(Txt("_mta-sts.example.com", "v=STSv1; id=other;")) : state;
        state = Bit(bits, 9) ? state.WithoutSets("_mta-sts.example.com") : state;
        state = Bit(bits, 10) ? state.WithoutSets("mta-sts.example.com") : state;
        state = Bit(bits, 11) ? state.WithSets(Alias("mta-sts.example.com", "A", "dother.cloudfront.net")) : state;
        state = Bit(bits, 12) ? state.WithDistribution(d => d with { IsDeployed = false, Settings = d.Settings with { Enabled = Bit(bits, 13) } }) : state;
        state = Bit(bits, 14) ? state with { Distribution = null } : state;
        state = Bit(bits, 15) ? state with { AssetBucket = null, AssetVersions = [], CurrentPolicy = null, PolicyHistory = [] } : state;
        state = Bit(bits, 16) ? state with { Certificates = [] } : state;
        return Bit(bits, 17) ? state.WithSets(Txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:theirs@example.net")) : state;
    }
}
