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

        var points = Readiness.Check(policy, observed, options.MinimumTestingDays, options.Reports);
        string[] passed = [.. points.Where(p => p.Rule.Severity != FindingSeverity.Error).Select(p => p.Words)];
        string[] failed = [.. points.Where(p => p.Rule.Severity == FindingSeverity.Error).Select(p => p.Words)];
        var isRefused = failed.Length > 0 && options.OverrideReason is null;
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
        // What could not be probed, the plan tells by itself.
        var odd = points.Where(p => p.Rule.Severity == FindingSeverity.Warning && p.Rule != ReadinessRules.MailServersNotProbed);
        plan.Warnings.AddRange(odd.Select(p => p.ToFinding(observed.Domain).Message));
        return new Promotion(passed, failed, observed.ObservedAt, failed.Length > 0 ? options.OverrideReason : null) { Points = points };
    }
}
