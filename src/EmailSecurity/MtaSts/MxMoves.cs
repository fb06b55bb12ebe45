namespace EmailSecurity.MtaSts;

/// <summary>What is not safe yet about a change of mail servers, and from when it is.</summary>
/// <param name="IsLive">True where DNS has the mail servers already; false where a policy lists them.</param>
/// <param name="Hosts">They, in words.</param>
/// <param name="Message">What is not safe, from when it is, and the order that is.</param>
internal sealed record MxMove(bool IsLive, string Hosts, string Message);

/// <summary>Compares mail servers, those in DNS and those of a new policy, with the enforce policies that senders may have cached. Pure.</summary>
/// <remarks>
/// A sender that has an enforce policy cached delivers only to what it lists (RFC 8461 section 5). It looks for a new id now and then, but nobody can
/// rely on that before max_age is over.
/// </remarks>
internal static class MxMoves
{
    /// <summary>What is not safe yet, and from when it is.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="live">The hosts of its MX records.</param>
    /// <param name="policy">The policy that is, or is to be, served; null for none.</param>
    /// <param name="held">The policies that senders may have cached.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<MxMove> Of(string domain, IReadOnlyList<string> live, MtaStsPolicy? policy, IEnumerable<CachedPolicy> held, DateTimeOffset now)
    {
        var cached = held.Where(c => c.Policy.Mode == MtaStsMode.Enforce && c.Until > now).ToArray();
        return cached.Length == 0 ? [] : [.. Missed(live, cached, domain), .. policy is null ? [] : Early(policy, live, cached, domain)];
    }

    /// <summary>
    /// The same where senders may have an enforce policy cached of which only the time is known: it is taken to list what is in DNS, and no more.
    /// </summary>
    /// <param name="domain">The domain.</param>
    /// <param name="live">The hosts of its MX records.</param>
    /// <param name="policy">The policy that is to be served.</param>
    /// <param name="until">Until when senders may have the unknown policy.</param>
    public static MxMove? Unknown(string domain, IReadOnlyList<string> live, MtaStsPolicy policy, DateTimeOffset until)
    {
        string[] early = [.. policy.MxHosts.Where(p => p[0] == '*' || !live.Any(h => MtaStsPolicy.PatternMatches(p, h))).Select(p => Named(p, live))];
        var hosts = string.Join(", ", early);
        return early.Length == 0 ? null : new MxMove(false, hosts, $"Do not add {hosts} to the MX records of {domain} before {until:u}: "
            + "until then senders may have an enforce policy cached whose mail servers are no longer known.");
    }

    // Already in DNS, and not in a policy that senders may have cached.
    private static IEnumerable<MxMove> Missed(IReadOnlyList<string> live, CachedPolicy[] cached, string domain) =>
        from host in live
        let until = Last(cached, p => !p.Matches(host))
        where until is not null
        group host by until.Value into late
        let hosts = string.Join(", ", late)
        select new MxMove(true, hosts, $"{domain} already has the MX {hosts}, which an enforce policy that senders may have cached does not list. "
            + $"Until {late.Key:u} such senders may refuse to deliver there: keep an MX in DNS that the old policy lists until then.");

    // In the new policy, and not in DNS yet: the order of a move is policy first, then DNS. A wildcard always promises more than what is in DNS.
    private static IEnumerable<MxMove> Early(MtaStsPolicy policy, IReadOnlyList<string> live, CachedPolicy[] cached, string domain) =>
        from pattern in policy.MxHosts
        where pattern[0] == '*' || !live.Any(h => MtaStsPolicy.PatternMatches(pattern, h))
        let until = Last(cached, p => !Lists(p, pattern))
        where until is not null
        group Named(pattern, live) by until.Value into early
        let hosts = string.Join(", ", early)
        select new MxMove(false, hosts, $"Do not add {hosts} to the MX records of {domain} before {early.Key:u}: "
            + "until then senders may have an enforce policy cached that does not list it.");

    private static string Named(string pattern, IReadOnlyList<string> live) => pattern[0] != '*' ? pattern
        : $"{(live.Any(h => MtaStsPolicy.PatternMatches(pattern, h)) ? "other " : "")}hosts that match {pattern}";

    private static bool Lists(MtaStsPolicy policy, string pattern) =>
        policy.MxHosts.Any(p => string.Equals(p, pattern, StringComparison.OrdinalIgnoreCase)) || (pattern[0] != '*' && policy.Matches(pattern));

    private static DateTimeOffset? Last(CachedPolicy[] cached, Predicate<MtaStsPolicy> isWithout) =>
        cached.Where(c => isWithout(c.Policy)).Select(c => (DateTimeOffset?)c.Until).Max();
}
