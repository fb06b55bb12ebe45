using System.Net;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>How a policy fits the mail servers: decided alike for a live domain and for a plan.</summary>
internal static class MxRules
{
    /// <summary>One finding for each MX that no mx pattern matches (RFC 8461 section 4.1): an error in mode enforce, a warning in mode testing, none in mode
    /// none.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="servers">The mail servers.</param>
    public static IEnumerable<Finding> Uncovered(MtaStsPolicy policy, MailServers servers)
    {
        var rule = policy.Mode == MtaStsMode.Enforce ? LiveRules.MxNotCovered : LiveRules.MxNotCovered with { Severity = FindingSeverity.Warning };
        return servers.UncoveredBy(policy).Select(host => rule.Found($"No mx pattern of the policy matches the MX {host}. {Sent(policy.Mode)}", host,
            // RFC 5321 section 5.1, RFC 1035 section 3.3.9: an MX names a host; no pattern can match an address.
            DomainName.IsHostName(host) ? $"Add 'mx: {host}' to the policy, or remove the MX."
                : $"Make the MX name a host: '{RecordText.Show(host)}' is not a host name, and no mx pattern can match it."));
    }

    /// <summary>
    /// A warning where a domain without MX record has an address, so that senders use the domain itself (RFC 5321 section 5.1), and no mx pattern matches it.
    /// RFC 8461 does not say whether its patterns count for such a domain; this is the reading that loses no mail.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="addresses">What DNS says about the domain itself.</param>
    public static Finding? ImplicitUncovered(MtaStsPolicy policy, string domain, AddressPresence addresses) => addresses != AddressPresence.Present
        || policy.Mode == MtaStsMode.None || policy.Matches(domain) ? null : (LiveRules.MxNotCovered with { Severity = FindingSeverity.Warning }).Found(
            $"{domain} has no MX record, so senders deliver to the domain itself, and no mx pattern of the policy matches it. {Sent(policy.Mode)}",
            domain, $"Publish an MX record, or add 'mx: {domain}' to the policy.");

    /// <summary>A warning for an MX host without an address where the policy is enforced (information in mode testing); null where it has one, where nobody
    /// knows, or where no policy asks.</summary>
    /// <param name="mode">The policy's mode.</param>
    /// <param name="host">The MX host.</param>
    /// <param name="addresses">What DNS says.</param>
    public static Finding? WithoutAddress(MtaStsMode mode, string host, AddressPresence addresses)
    {
        if (addresses != AddressPresence.Absent || mode == MtaStsMode.None || IPAddress.TryParse(host, out _))
        {
            return null;
        }

        var isEnforced = mode == MtaStsMode.Enforce;
        return (isEnforced ? LiveRules.MxWithoutAddress : LiveRules.MxWithoutAddress with { Severity = FindingSeverity.Information }).Found(
            $"The MX {host} has no address: no sender can deliver there" +
                $"{(isEnforced ? ", and no sender can have checked its certificate, as the policy requires" : "")}.",
            host);
    }

    /// <summary>
    /// What senders that have an earlier policy cached would do: a warning for MX hosts that it does not list, information for those that the served policy
    /// lists and DNS does not have yet. What the served policy itself misses is told apart.
    /// </summary>
    /// <param name="servers">The mail servers.</param>
    /// <param name="policy">The policy that is served; null for none.</param>
    /// <param name="cached">The policies that senders may have cached.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<Finding> Moves(MailServers servers, MtaStsPolicy? policy, IReadOnlyList<CachedPolicy> cached, DateTimeOffset now)
    {
        var others = cached.Where(c => policy is null || !c.Policy.MxHosts.SequenceEqual(policy.MxHosts, StringComparer.OrdinalIgnoreCase));
        var later = LiveRules.MxNotInCachedPolicy with { Severity = FindingSeverity.Information };
        return MxMoves.Of(servers.Domain, servers.IsImplicit ? [] : servers.Hosts, policy, others, now)
            .Select(m => (m.IsLive ? LiveRules.MxNotInCachedPolicy : later).Found(m.Message, m.Hosts));
    }

    /// <summary>What senders do about an MX that fails, by the mode.</summary>
    /// <param name="mode">The mode.</param>
    public static string Sent(MtaStsMode mode) => mode == MtaStsMode.Enforce ? Consequence.NotDelivered : Consequence.Delivered;
}
