using System.Text;
using CsCheck;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>Lives of stacks, from which other people then delete any part of what tells of the policies served.</summary>
public sealed class LostEvidenceProperties
{
    private static readonly Gen<Event[]> Lives = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 365], Gen.Int[1, 300], (mode, age, gap) => new Event((MtaStsMode)mode, age, gap)).Array[1, 5];

    private static readonly Gen<Loss[]> Losses = Gen.Int[0, Enum.GetValues<Loss>().Length - 1].Select(l => (Loss)l).Array[0, 6];

    /// <summary>A policy that was published, and how long it stayed.</summary>
    public sealed record Event(MtaStsMode Mode, int MaxAgeDays, int Days);

    /// <summary>What somebody deletes or changes.</summary>
    public enum Loss
    {
        AssetBucketEmptied,
        AssetBucketDeleted,
        NewestVersionLeft,
        OldestVersionGone,
        MiddleVersionsGone,
        CurrentVersionGone,
        DistributionMarkGone,
        DistributionMarkIsGarbage,
        DistributionTagsGone,
        DistributionDisabled,
        DistributionDeleted,
        LogMarkGone,
        LogBucketDeleted,
        AssetTagsGone,
        CertificateTagsGone,
        CertificateDeleted,
        PolicyRecordDeleted,
        PolicyRecordAltered,
        AliasesDeleted,
    }

    [Fact]
    public void With_all_evidence_the_time_is_exact() => Lives.Sample(life =>
    {
        var (state, truth) = Live(life);
        Assert.Equal(truth, RemovalPlanner.SendersHoldUntil(state));
    }, iter: 2000);

    [Fact]
    public void Lost_evidence_never_makes_a_removal_faster() => Gen.Select(Lives, Losses).Sample((life, losses) =>
    {
        var (whole, truth) = Live(life);
        var lost = losses.Aggregate(whole, Lose);
        if (HasResources(lost))
        {
            Assert.True(RemovalPlanner.SendersHoldUntil(lost) >= truth, $"{RemovalPlanner.SendersHoldUntil(lost):u} before {truth:u}");
        }

        if (truth <= whole.ObservedAt || Plan(lost) is not { } plan)
        {
            return;
        }

        // Where nothing is left that could serve or announce anything, only an enforce policy in a cache is a reason to keep the rest.
        if (IsLeftWithoutEnforce(lost))
        {
            Assert.True(EnforceHeldUntil(life) <= lost.ObservedAt, $"{EnforceHeldUntil(life):u}");
            return;
        }

        Assert.DoesNotContain(plan.Changes, c => c.Operation is Operation.DisableDistribution or Operation.DeleteDistribution or Operation.DeleteCertificate or Operation.DeleteBucket && HasResources(lost));
        Assert.DoesNotContain(plan.Changes, c => c.Operation is Operation.DeleteRecord { Set.Name: "_mta-sts.example.com" or "mta-sts.example.com" });
        Assert.All(plan.Changes.Select(c => c.Operation).OfType<Operation.AwaitTime>(), w => Assert.True(w.Until >= truth));
    }, iter: 4000);

    // Also what it writes on the way is remembered as long as what it knew.
    [Fact]
    public void What_is_remembered_only_grows() => Gen.Select(Lives, Losses).Sample((life, losses) =>
    {
        var (whole, truth) = Live(life);
        var lost = losses.Aggregate(whole, Lose);
        if (!HasResources(lost) || truth <= whole.ObservedAt || IsLeftWithoutEnforce(lost) || Plan(lost) is not { } plan)
        {
            return;
        }

        var tags = plan.Changes.Select(c => c.Operation is Operation.TagDistribution t ? t.Tags : c.Operation is Operation.PutSetting { Setting: BucketSetting.Tags } p ? p.Desired.Tags : null).OfType<IReadOnlyDictionary<string, string>>();
        Assert.All(tags.Select(PolicyMark.Read).OfType<PolicyMark>(), m => Assert.True(m.HeldUntil >= truth, $"{m} before {truth:u}"));
    }, iter: 2000);

    [Fact]
    public void Neither_mode_nor_max_age_fall_unasked() => Gen.Select(Lives, Losses, Gen.Bool).Sample((life, losses, adopt) =>
    {
        var (whole, _) = Live(life);
        var lost = losses.Aggregate(whole, Lose);
        var plain = StackWish.For(Domain);
        try
        {
            Publish(lost, plain, StackParts.MtaSts, new PublishOptions { Adopt = adopt });
        }
        catch (EmailSecurityException e) when (e.ErrorId is "PolicyNotKnown" or "BucketNotOurs" or "DistributionNotOurs" or "ForeignRecord")
        {
            // A record that leads to the stack, or whose id its marks know, is never foreign.
            var isKnown = lost.LogMark is not null || lost.DistributionMark is not null || lost.CurrentPolicy is not null;
            Assert.False(e.ErrorId == "ForeignRecord" && isKnown && !losses.Contains(Loss.PolicyRecordAltered) && !(losses.Contains(Loss.DistributionDeleted) || losses.Contains(Loss.DistributionTagsGone)), e.Message);
            return;
        }

        if (lost.LogMark is null && lost.DistributionMark is null && lost.CurrentPolicy is null && (StackPlanner.PublishedPolicyId(lost) is null || !HasResources(lost)))
        {
            return; // nothing of it is left
        }

        var chosen = PolicyChooser.Choose(plain, lost);
        Assert.Equal((life[^1].Mode, MaxAge(life, life.Length - 1)), (chosen.Mode, chosen.MaxAge));
    }, iter: 4000);

    private static Plan? Plan(ObservedStack state)
    {
        try
        {
            return Remove(state);
        }
        catch (EmailSecurityException e) when (e.ErrorId is "BucketNotOurs" or "DistributionNotOurs" or "DistributionDisabled" or "DistributionMissing" or "AssetBucketMissing" or "PolicyHostElsewhere")
        {
            return null;
        }
    }

    private static bool HasResources(ObservedStack s) => s.Distribution is not null || s.AssetBucket is not null || s.LogBucket is not null || s.Certificates.Any(c => c.Tags.ContainsKey(StackNames.OwnerTag));

    private static bool IsLeftWithoutEnforce(ObservedStack state) => new PolicyEvidence(state) is { IsNothingVisible: true } evidence && evidence.EnforcedUntil <= state.ObservedAt;

    private static DateTimeOffset EnforceHeldUntil(Event[] life)
    {
        var (until, end) = (DateTimeOffset.MinValue, Now);
        for (var i = life.Length - 1; i >= 0; end = end.AddDays(-life[i--].Days))
        {
            var held = life[i].Mode == MtaStsMode.Enforce ? end.AddSeconds(ServedPolicy.EdgeSeconds + MaxAge(life, i)) : until;
            until = held > until ? held : until;
        }

        return until;
    }

    private static long MaxAge(Event[] life, int index) => (life[index].MaxAgeDays * 86400L) + index; // so that each policy has an id of its own

    private static MtaStsPolicy Policy(Event[] life, int index) => MtaStsPolicy.Create(Domain, life[index].Mode, life[index].Mode == MtaStsMode.None ? [] : ["mx1.example.com"], MaxAge(life, index));

    // The marks are those that the publishes of this life write, each from what it can see.
    private static (ObservedStack State, DateTimeOffset Truth) Live(Event[] life)
    {
        var times = new DateTimeOffset[life.Length];
        var end = Now;
        for (var i = life.Length - 1; i >= 0; i--)
        {
            times[i] = end = end.AddDays(-life[i].Days);
        }

        PolicyMark? mark = null;
        for (var i = 0; i < life.Length; i++)
        {
            mark = i == 0 ? PolicyMark.Of(Policy(life, 0), null) : new PolicyEvidence(State(i - 1, mark, times[i]) with { PolicyHistory = [] }).MarkOf(Policy(life, i));
        }

        var ends = Enumerable.Range(0, life.Length).Where(i => life[i].Mode != MtaStsMode.None).Select(i => (i + 1 < life.Length ? times[i + 1] : Now).AddSeconds(ServedPolicy.EdgeSeconds + MaxAge(life, i)));
        return (State(life.Length - 1, mark, Now), ends.DefaultIfEmpty(DateTimeOffset.MinValue).Max());

        ObservedStack State(int last, PolicyMark? mark, DateTimeOffset at)
        {
            var versions = Enumerable.Range(0, last + 1).Reverse().Select(i => (Policy: Policy(life, i), From: times[i], Until: i == last ? (DateTimeOffset?)null : times[i + 1])).ToArray();
            return Deployed(Policy(life, last)).WithMark(mark) with
            {
                ObservedAt = at,
                AssetVersions = [.. versions.Select((v, i) => Version(v.Policy, i == 0, v.From))],
                PolicyHistory = [.. versions.Select(v => new ServedPolicy(v.Policy.Mode, v.Policy.MaxAge, v.Policy.Id, v.From, v.Until))],
            };
        }
    }

    private static ObjectVersion Version(MtaStsPolicy policy, bool isLatest, DateTimeOffset at)
    {
        var content = Encoding.UTF8.GetBytes(policy.Text);
        return new ObjectVersion(StackNames.PolicyKey, policy.Id, isLatest, false, StackPlanner.Md5(content), content.Length, at);
    }

    private static ObservedStack Lose(ObservedStack s, Loss loss) => loss switch
    {
        Loss.AssetBucketEmptied => s with { AssetVersions = [], PolicyHistory = [], CurrentPolicy = null },
        Loss.AssetBucketDeleted => s with { AssetBucket = null, AssetVersions = [], PolicyHistory = [], CurrentPolicy = null },
        Loss.NewestVersionLeft => Versions(s, v => v.Take(1)),
        Loss.OldestVersionGone => Versions(s, v => v.SkipLast(1)),
        Loss.MiddleVersionsGone => Versions(s, v => v.Take(1).Concat(v.Skip(1).TakeLast(1))),
        Loss.CurrentVersionGone => s with { AssetVersions = [.. s.AssetVersions.Skip(1)], PolicyHistory = [.. s.PolicyHistory.Skip(1).Select((p, i) => i == 0 ? p with { Until = null } : p)], CurrentPolicy = null },
        Loss.DistributionMarkGone => DistributionTags(s, t => t.Remove(StackNames.ServedTag)),
        Loss.DistributionMarkIsGarbage => DistributionTags(s, t => t[StackNames.ServedTag] = "enforce soon"),
        Loss.DistributionTagsGone => DistributionTags(s, t => t.Clear()),
        Loss.DistributionDisabled => s with { Distribution = s.Distribution is { } d ? d with { Settings = d.Settings with { Enabled = false } } : null },
        Loss.DistributionDeleted => s with { Distribution = null },
        Loss.LogMarkGone => s with { LogBucket = BucketTags(s.LogBucket, t => t.Remove(StackNames.ServedTag)) },
        Loss.LogBucketDeleted => s with { LogBucket = null },
        Loss.AssetTagsGone => s with { AssetBucket = BucketTags(s.AssetBucket, t => t.Clear()) },
        Loss.CertificateTagsGone => s with { Certificates = [.. s.Certificates.Select(c => c with { Tags = new Dictionary<string, string>() })] },
        Loss.CertificateDeleted => s with { Certificates = [] },
        Loss.PolicyRecordDeleted => s.WithoutSets("_mta-sts.example.com"),
        Loss.PolicyRecordAltered => s.WithSets(Txt("_mta-sts.example.com", "v=STSv1; id=20260101;")),
        _ => s.WithoutSets("mta-sts.example.com"),
    };

    private static ObservedStack Versions(ObservedStack s, Func<IReadOnlyList<int>, IEnumerable<int>> keep)
    {
        int[] kept = [.. keep([.. Enumerable.Range(0, s.AssetVersions.Count)]).Distinct()];
        var history = kept.Where(i => i < s.PolicyHistory.Count).Select(i => s.PolicyHistory[i]).ToArray();

        // A version ends, as far as anybody can see, where the next that is left begins.
        return s with { AssetVersions = [.. kept.Select(i => s.AssetVersions[i])], PolicyHistory = [.. history.Select((p, i) => i == 0 ? p : p with { Until = history[i - 1].From })] };
    }

    private static ObservedStack DistributionTags(ObservedStack s, Action<Dictionary<string, string>> change) => s.Distribution is { } dist ? s with { Distribution = dist with { Tags = Changed(dist.Tags, change) } } : s;

    private static ObservedBucket? BucketTags(ObservedBucket? bucket, Action<Dictionary<string, string>> change) => bucket is null ? null : bucket with { Settings = bucket.Settings with { Tags = Changed(bucket.Settings.Tags, change) } };

    private static Dictionary<string, string> Changed(IReadOnlyDictionary<string, string> tags, Action<Dictionary<string, string>> change)
    {
        var copy = tags.ToDictionary(StringComparer.Ordinal);
        change(copy);
        return copy;
    }
}
