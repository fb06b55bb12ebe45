using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Compares mail servers, those in DNS and those of a new policy, with the enforce policies that senders may have cached. Pure.</summary>
/// <remarks>
/// A sender that has an enforce policy cached delivers only to what it lists (RFC 8461 section 5). It looks for a new id now and then, but nobody can
/// rely on that before max_age is over.
/// </remarks>
internal static class MxMoveGuard
{
    /// <summary>What is not safe yet, and from when it is.</summary>
    /// <param name="policy">The policy to be served.</param>
    /// <param name="observed">The current state, with the policies that senders may have cached.</param>
    public static IReadOnlyList<string> Check(MtaStsPolicy policy, ObservedStack observed)
    {
        var cached = observed.CachedPolicies.Where(c => c.Policy.Mode == MtaStsMode.Enforce && c.Until > observed.ObservedAt).ToArray();
        if (cached.Length == 0)
        {
            return [];
        }

        var live = observed.MxHosts;
        return [.. Missed(live, cached, observed.Domain), .. Early(policy, live, cached, observed.Domain)];
    }

    // Already in DNS, and not in a policy that senders may have cached.
    private static IEnumerable<string> Missed(IReadOnlyList<string> live, CachedPolicy[] cached, string domain) =>
        from host in live
        let until = Last(cached, p => !p.Matches(host))
        where until is not null
        group host by until.Value into late
        select $"{domain} already has the MX {string.Join(", ", late)}, which an enforce policy that senders may have cached does not list. "
            + $"Until {late.Key:u} such senders may refuse to deliver there: keep an MX in DNS that the old policy lists until then.";

    // In the new policy, and not in DNS yet: the order of a move is policy first, then DNS. A wildcard always promises more than what is in DNS.
    private static IEnumerable<string> Early(MtaStsPolicy policy, IReadOnlyList<string> live, CachedPolicy[] cached, string domain) =>
        from pattern in policy.MxHosts
        let isLive = live.Any(h => MtaStsPolicy.PatternMatches(pattern, h))
        where pattern[0] == '*' || !isLive
        let until = Last(cached, p => !Lists(p, pattern))
        where until is not null
        group pattern[0] != '*' ? pattern : $"{(isLive ? "other " : "")}hosts that match {pattern}" by until.Value into early
        select $"Do not add {string.Join(", ", early)} to the MX records of {domain} before {early.Key:u}: "
            + "until then senders may have an enforce policy cached that does not list it.";

    private static bool Lists(MtaStsPolicy policy, string pattern) =>
        policy.MxHosts.Any(p => string.Equals(p, pattern, StringComparison.OrdinalIgnoreCase)) || (pattern[0] != '*' && policy.Matches(pattern));

    private static DateTimeOffset? Last(CachedPolicy[] cached, Predicate<MtaStsPolicy> isWithout) =>
        cached.Where(c => isWithout(c.Policy)).Select(c => (DateTimeOffset?)c.Until).Max();
}
