using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The policy that DNS announces, as far as it is known; what was uploaded and never announced is not it. Pure.</summary>
/// <param name="Mode">Its mode.</param>
/// <param name="MaxAge">Its max_age in seconds.</param>
/// <param name="Whole">All of it; null where only the marks are left, which show mode and max_age.</param>
/// <param name="IsSure">False where it may never have been announced.</param>
internal sealed record AnnouncedPolicy(MtaStsMode Mode, long MaxAge, MtaStsPolicy? Whole, bool IsSure = true)
{
    /// <summary>The announced policy; null for none, or where nothing shows what it is.</summary>
    public static AnnouncedPolicy? Of(ObservedStack observed)
    {
        if (StackPlanner.PublishedPolicyId(observed) is not { } id)
        {
            return WithoutRecord(observed);
        }

        if (Named(observed, id) is { } named)
        {
            return named;
        }

        // Somebody changed the id: the log bucket's mark is of the last policy that this stack announced.
        if (StackOwnership.IsPolicyRecordOurs(observed) || StackPlanner.OwnedParts(observed).HasFlag(StackParts.MtaSts))
        {
            return observed.LogMark is { IsNothing: false } announced ? Of(announced, observed)
                : observed.DistributionMark is { IsNothing: false } served ? Of(served, observed)
                : (observed.CurrentPolicy ?? observed.EdgePolicy) is { } seen ? Of(seen) : null;
        }

        return observed.EdgePolicy is { } theirs ? Of(theirs) : null;
    }

    /// <summary>The policy of this id, as far as it is known; null where nothing shows it.</summary>
    public static AnnouncedPolicy? Named(ObservedStack observed, string id)
        => Find(observed, id) is { } whole ? Of(whole)
            : Marks(observed).Append(observed.ServingMark).FirstOrDefault(m => m?.Id == id) is { } mark ? Of(mark, observed) : null;

    // Deleted by hand, or never there: a first publish that ended before its record was published.
    private static AnnouncedPolicy? WithoutRecord(ObservedStack observed)
    {
        if (observed.LogMark is { IsNothing: false } log)
        {
            var wasAnnounced = !log.IsFirst || StackOwnership.LeadsToUs(observed, MtaStsPolicy.HostOf(observed.Domain));
            return !wasAnnounced && new PolicyEvidence(observed).WasNeverVisible ? null : Of(log, observed) with { IsSure = wasAnnounced };
        }

        return observed.LogMark is null && observed.DistributionMark is { IsNothing: false } served ? Of(served, observed)
            : !Marks(observed).Any() && observed.CurrentPolicy is { } current ? Of(current)
            : null;
    }

    private static AnnouncedPolicy Of(MtaStsPolicy policy) => new(policy.Mode, policy.MaxAge, policy);

    private static AnnouncedPolicy Of(PolicyMark mark, ObservedStack observed) => new(mark.Mode, mark.MaxAge, Find(observed, mark.Id));

    private static MtaStsPolicy? Find(ObservedStack observed, string id)
        => new[] { observed.CurrentPolicy, observed.AnnouncedPolicy, observed.EdgePolicy }.FirstOrDefault(p => p?.Id == id);

    private static IEnumerable<PolicyMark> Marks(ObservedStack observed) => new[] { observed.DistributionMark, observed.LogMark }.OfType<PolicyMark>();
}
