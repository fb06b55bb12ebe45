using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Whether a domain is ready for mode enforce, as findings: what a publish of an enforce policy would check, and what it would refuse. Pure.</summary>
internal static class ReadinessTest
{
    /// <summary>The mechanism in results.</summary>
    public const string Mechanism = "MtaStsReadiness";

    /// <summary>The wish that is checked: the stack's policy in mode enforce.</summary>
    public static EmailSecurityStack Enforcing(EmailSecurityStack stack) => stack with
    {
        Wish = stack.Wish with
        {
            Policy = null,
            Mode = MtaStsMode.Enforce,
            MxHost = stack.Wish.Policy?.MxHosts ?? stack.Wish.MxHost,
            MaxAge = stack.Wish.Policy?.MaxAge ?? stack.Wish.MaxAge,
        },
    };

    /// <summary>The verdict.</summary>
    /// <param name="wish">The wish, in mode enforce.</param>
    /// <param name="observed">What AWS and DNS show.</param>
    /// <param name="options">How many days are enough, and the reports.</param>
    public static TestResult Judge(StackWish wish, ObservedStack observed, PublishOptions options)
    {
        List<Finding> findings = [];
        MtaStsPolicy? policy = null;
        IReadOnlyList<ReadinessPoint>? points = null;
        try
        {
            var plan = StackPlanner.Publish(wish, StackParts.MtaSts, observed, options with { IsPlanOnly = true });
            policy = plan.Decision.Policy;
            points = plan.Decision.Promotion?.Points;
            findings.AddRange(plan.Refused.Select(Refused));
        }
        catch (EmailSecurityException e)
        {
            findings.Add(Refused(e));
        }

        if (!PromotionGate.IsPromotion(MtaStsMode.Enforce, observed))
        {
            findings.Add(ReadinessRules.Enforced.Found($"{wish.Domain} is in mode enforce already.", wish.Domain));
            points = options.Reports is { } reports ? [.. ReportedFailures.Check(observed, options.MinimumTestingDays, reports)] : [];
        }

        points ??= Readiness.Check(policy, observed, options.MinimumTestingDays, options.Reports);
        findings.AddRange(points.Select(p => p.ToFinding(wish.Domain)));
        if (options.Reports is null)
        {
            findings.Add(ReadinessRules.ReportsAbsent.Found(
                "No TLS reports were given, so what senders saw was not checked.", wish.Domain,
                $"Run: Test-MtaStsReadiness {wish.Domain} -Report (Import-TlsRptReport -Path <folder>)."));
        }

        return TestResult.From(Mechanism, findings, policy, wish.Domain);
    }

    private static Finding Refused(EmailSecurityException refusal) => ReadinessRules.PublishRefused.Found(refusal.What, refusal.Target, refusal.Fix);
}
