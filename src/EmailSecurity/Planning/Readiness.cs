using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;
using EmailSecurity.Text;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Planning;

/// <summary>Checks whether a domain is ready for an enforce policy: from then on, senders do not deliver to a mail server that fails. Pure.</summary>
/// <remarks>
/// That a policy misses a live MX host, <see cref="PolicyChooser.CheckCoverage"/> refuses before: here it only shows that all are covered.
/// </remarks>
internal static class Readiness
{
    /// <summary>Everything that was checked, in the order in which it is told.</summary>
    /// <param name="policy">The policy of mode enforce; null where none can be published.</param>
    /// <param name="observed">What AWS and DNS show.</param>
    /// <param name="minimumDays">Days in mode testing that are required.</param>
    /// <param name="reports">What senders reported; null where nobody gave reports.</param>
    public static IReadOnlyList<ReadinessPoint> Check(MtaStsPolicy? policy, ObservedStack observed, int minimumDays, ReportEvidence? reports) =>
    [
        .. Coverage(policy, observed),
        .. MailServers(observed),
        .. TestingTime(observed, minimumDays),
        .. reports is null ? [] : ReportedFailures.Check(observed, minimumDays, reports),
    ];

    private static IEnumerable<ReadinessPoint> Coverage(MtaStsPolicy? policy, ObservedStack observed)
    {
        var hosts = observed.MxHosts;
        if (policy is not null && hosts.Count > 0 && hosts.All(policy.Matches))
        {
            yield return new ReadinessPoint(ReadinessRules.PolicyCovers,
                hosts.Count == 1 ? "the policy covers the live MX host" : Invariant($"the policy covers all {hosts.Count} live MX hosts"));
        }
    }

    // RFC 8461 section 4.2: STARTTLS, and a certificate that is valid for the MX host. What could not be probed is a warning of its own, and so is a host
    // without an address: nobody delivers there anyway.
    private static IEnumerable<ReadinessPoint> MailServers(ObservedStack observed)
    {
        foreach (var broken in observed.Outside.MailServers.Where(f => f.Severity == FindingSeverity.Error))
        {
            yield return new ReadinessPoint(ReadinessRules.MailServerFails, broken.Message.TrimEnd('.')) { Told = broken };
        }

        if (observed.Outside.NotProbed.Count > 0 || ReferenceEquals(observed.Outside, OutsideView.Nothing))
        {
            yield return new ReadinessPoint(ReadinessRules.MailServersNotProbed, "STARTTLS and certificates could not be checked from here for every MX host")
            {
                Fix = $"Run Test-MtaSts {observed.Domain} -ProbeSmtp from a host that may connect to port 25.",
            };
        }
        else if (observed.Outside.MailServers.Count == 0 && observed.Mx is { Records.Count: > 0 })
        {
            yield return new ReadinessPoint(ReadinessRules.MailServers, "the MX hosts offer STARTTLS with a valid certificate");
        }
    }

    private static IEnumerable<ReadinessPoint> TestingTime(ObservedStack observed, int minimum)
    {
        var fix = $"Keep mode testing until then: Publish-MtaStsPolicy {observed.Domain} -Mode Testing.";
        if (observed.TestingSince is { } since)
        {
            var days = (int)((observed.TestingUntil ?? observed.ObservedAt) - since).TotalDays;
            var text = observed.TestingUntil is { } end
                ? Invariant($"served for {Count.Of(days, "day")} before its removal began on {end.UtcDateTime:yyyy-MM-dd}")
                : Invariant($"served in mode testing for {Count.Of(days, "day")}, since {since.UtcDateTime:yyyy-MM-dd}");
            var (rule, words) = days >= minimum ? (ReadinessRules.TestingTime, text)
                : IsApplied(observed) ? (ReadinessRules.TestingTime, $"{text}, in mode enforce, which senders may still apply")
                : (ReadinessRules.TestingTooShort, $"{text}, and {Required(minimum)}");
            yield return new ReadinessPoint(rule, words) { Subject = "the policy was", Fix = rule == ReadinessRules.TestingTooShort ? fix : null };
        }
        else if (minimum > 0)
        {
            yield return new ReadinessPoint(ReadinessRules.TestingTooShort,
                $"its version history shows no policy that is served in mode testing now, and {Required(minimum)}")
            { Fix = fix };
        }
    }

    // Taking a removal back in time makes nothing stricter: senders have the enforce policy cached.
    private static bool IsApplied(ObservedStack observed) => observed.WithdrawnPolicy is { Mode: MtaStsMode.Enforce }
        && StackRemovals.Of(observed) is { } removal && removal.DueAt > observed.ObservedAt;

    private static string Required(int days) => $"{Count.Of(days, "day")} {(days == 1 ? "is" : "are")} required";
}
