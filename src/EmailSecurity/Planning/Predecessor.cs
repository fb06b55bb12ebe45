using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Says what somebody else serves until now, and what becomes of it. Pure.</summary>
internal static class Predecessor
{
    /// <summary>The policy served until now, and whether it stays; nothing where nobody else serves one.</summary>
    /// <param name="policy">The policy that takes its place.</param>
    /// <param name="observed">The current state.</param>
    public static IReadOnlyList<string> Tell(MtaStsPolicy policy, ObservedStack observed)
    {
        if (observed.PredecessorPolicy is not { } theirs)
        {
            return [];
        }

        var same = theirs.Mode == policy.Mode && theirs.MaxAge == policy.MaxAge
            && theirs.MxHosts.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(policy.MxHosts);
        var becomes = same ? "This stack goes on serving it." : $"This stack serves another one instead: {Obstacle.Describe(policy)}.";
        return
        [
            $"{MtaStsPolicy.UrlOf(observed.Domain)} is served by somebody else until now: {Obstacle.Describe(theirs)}. {becomes} "
                + "Senders keep it for its max_age, and a later removal waits for that.",
        ];
    }
}
