using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Decides whether a domain is ready for an enforce policy: from then on, senders do not deliver to a mail server that fails. Pure.</summary>
/// <remarks>Coverage of the live MX hosts is checked apart (<see cref="PolicyChooser.CheckCoverage"/>). A move back is never checked.</remarks>
internal static class PromotionGate
{
    /// <summary>True where a policy of this mode would move the domain to enforce: senders are not known to have an enforce policy.</summary>
    public static bool IsPromotion(MtaStsMode? mode, ObservedStack observed) =>
        mode == MtaStsMode.Enforce && AnnouncedPolicy.Of(observed) is not { Mode: MtaStsMode.Enforce };

    /// <summary>
    /// The promotion that a publish of the policy is; null where senders may have an enforce policy already, or the policy is of another mode.
    /// </summary>
    /// <exception cref="EmailSecurityException">EnforceNotReady: a check failed, and nobody overrides it.</exception>
    public static Promotion? Check(PlanBuilder plan, MtaStsPolicy policy, ObservedStack observed, PublishOptions options)
    {
        if (!IsPromotion(policy.Mode, observed))
        {
            return null;
        }

        List<string> passed = [];
        List<string> failed = [];
        CheckCoverage(policy, observed, passed);
        CheckMailServers(observed, passed, failed);
        CheckTesting(observed, options.MinimumTestingDays, passed, failed);
        var isRefused = failed.Count > 0 && options.OverrideReason is null;
        if (isRefused && !options.IsPlanOnly)
        {
            throw new EmailSecurityException("EnforceNotReady", ErrorKind.InvalidOperation,
                $"{observed.Domain} is not ready for mode enforce: {string.Join("; ", failed)}.",
                $"Keep mode testing until this is settled: Publish-MtaStsPolicy {observed.Domain} -Mode Testing. -MinimumTestingDays sets how many days in "
                + $"testing are enough. To move anyway, run: Publish-MtaStsPolicy {observed.Domain} -Mode Enforce -OverrideReason <reason>. "
                + "The reason is kept with the stack.")
            { Target = observed.Domain };
        }

        plan.Warnings.AddRange(failed.Select(f => isRefused
            ? $"A publish refuses the move to mode enforce (EnforceNotReady): {f}."
            : $"{observed.Domain} moves to mode enforce although it is not ready: {f}."));
        return new Promotion(passed, failed, observed.ObservedAt, failed.Count > 0 ? options.OverrideReason : null);
    }

    private static void CheckCoverage(MtaStsPolicy policy, ObservedStack observed, List<string> passed)
    {
        var hosts = observed.MxHosts;
        if (hosts.Count > 0 && hosts.All(policy.Matches))
        {
            passed.Add(hosts.Count == 1 ? "the policy covers the live MX host" : Invariant($"the policy covers all {hosts.Count} live MX hosts"));
        }
    }

    // RFC 8461 section 4.2: STARTTLS, and a certificate that is valid for the MX host. What could not be probed is a warning of its own, and so is a host
    // without an address: nobody delivers there anyway.
    private static void CheckMailServers(ObservedStack observed, List<string> passed, List<string> failed)
    {
        var broken = observed.Outside.MailServers.Where(f => f.Severity == FindingSeverity.Error).ToArray();
        failed.AddRange(broken.Select(f => f.Message.TrimEnd('.')));
        if (observed.Outside.NotProbed.Count > 0 || ReferenceEquals(observed.Outside, OutsideView.Nothing))
        {
            passed.Add("STARTTLS and certificates could not be checked from here for every MX host");
        }
        else if (observed.Outside.MailServers.Count == 0 && observed.Mx is { Records.Count: > 0 })
        {
            passed.Add("the MX hosts offer STARTTLS with a valid certificate");
        }
    }

    private static void CheckTesting(ObservedStack observed, int minimum, List<string> passed, List<string> failed)
    {
        if (observed.TestingSince is { } since)
        {
            var days = (int)((observed.TestingUntil ?? observed.ObservedAt) - since).TotalDays;
            var text = observed.TestingUntil is { } end
                ? Invariant($"served for {Days(days)} before its removal began on {end.UtcDateTime:yyyy-MM-dd}")
                : Invariant($"served in mode testing for {Days(days)}, since {since.UtcDateTime:yyyy-MM-dd}");
            if (days < minimum && IsApplied(observed))
            {
                passed.Add($"{text}, in mode enforce, which senders may still apply");
                return;
            }

            (days >= minimum ? passed : failed).Add(days >= minimum ? text : $"{text}, and {Days(minimum)} are required");
        }
        else if (minimum > 0)
        {
            failed.Add($"its version history shows no policy that is served in mode testing now, and {Days(minimum)} are required");
        }
    }

    // Taking a removal back in time makes nothing stricter: senders have the enforce policy cached.
    private static bool IsApplied(ObservedStack observed) => observed.WithdrawnPolicy is { Mode: MtaStsMode.Enforce }
        && StackRemovals.Of(observed) is { } removal && removal.DueAt > observed.ObservedAt;

    private static string Days(int days) => Invariant($"{days} {(days == 1 ? "day" : "days")}");
}
