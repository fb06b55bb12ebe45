using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Tells whether a stack is being removed, and how far that is, by what AWS and DNS show. Pure.</summary>
internal static class StackRemovals
{
    /// <summary>The removal; null where none is in progress.</summary>
    public static StackRemoval? Of(ObservedStack observed)
    {
        var evidence = new PolicyEvidence(observed);
        if (!IsBegun(observed, evidence))
        {
            return null;
        }

        var until = evidence.HeldUntil;
        return new StackRemoval(PhaseOf(observed, evidence, until), until > DateTimeOffset.MinValue ? until : null);
    }

    // By the marks; where somebody deleted them, by the policy: the one that a removal withdraws with, word for word.
    private static bool IsBegun(ObservedStack observed, PolicyEvidence evidence) => IsMarked(observed, evidence)
        || (evidence.Newest is null && observed.CurrentPolicy is { Mode: MtaStsMode.None } current
            && RetirePlanner.Withdrawal(observed.Domain).SpelledAs(current) is not null);

    /// <summary>True where the marks say that a removal is in progress.</summary>
    public static bool IsMarked(ObservedStack observed, PolicyEvidence evidence) => evidence.Newest is { IsRemoval: true } || IsHalfTakenBack(observed);

    // A publish began to take the removal back, and was stopped before it published an id: DNS still announces mode none.
    private static bool IsHalfTakenBack(ObservedStack observed) => observed.LogMark is { IsRemoval: true, Mode: MtaStsMode.None } announced
        && announced.Id == StackPlanner.PublishedPolicyId(observed);

    private static RemovalPhase PhaseOf(ObservedStack observed, PolicyEvidence evidence, DateTimeOffset until)
    {
        // Only -Force marks a stack that was not withdrawn, just before it takes it down.
        if (observed.Distribution is not { Settings.Enabled: true } || evidence.Newest is { Mode: not MtaStsMode.None, IsRemoval: true })
        {
            return RemovalPhase.TakingDown;
        }

        var isWithdrawn = evidence.Newest is null ? StackPlanner.PublishedPolicyId(observed) == observed.CurrentPolicy?.Id : evidence.IsRetired;
        return !isWithdrawn ? RemovalPhase.Withdrawing
            : until > observed.ObservedAt ? RemovalPhase.Waiting
            : StackPlanner.PublishedPolicyId(observed) is null ? RemovalPhase.TakingDown
            : RemovalPhase.Due;
    }
}
