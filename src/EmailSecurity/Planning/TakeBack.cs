using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>What a publish makes of a removal that is in progress: it takes it back. Pure.</summary>
internal static class TakeBack
{
    /// <summary>
    /// The policy that a publish goes by where nobody asks for another: the announced one; during a removal the one before it, as long as senders may have
    /// it cached, and after that the same in mode testing, for nobody applies it anymore.
    /// </summary>
    public static AnnouncedPolicy? Basis(ObservedStack observed)
    {
        var announced = AnnouncedPolicy.Of(observed);
        if (!StackRemovals.IsMarked(observed, new PolicyEvidence(observed)) || StackRemovals.Of(observed) is not { } removal)
        {
            return announced; // without a mark nobody knows whether mode none is a removal
        }

        // With -Force the policy was not withdrawn, and the marks still name it.
        var before = announced is { Mode: not MtaStsMode.None } ? announced
            : observed.WithdrawnPolicy is { } policy ? new AnnouncedPolicy(policy.Mode, policy.MaxAge, policy)
            : null;
        return before is null || removal.DueAt > observed.ObservedAt ? before : before with { Mode = MtaStsMode.Testing, IsSure = true };
    }

    /// <summary>True where a publish that asks for no mode moves a domain that was withdrawn to enforce again.</summary>
    public static bool IsToEnforce(StackWish stack, ObservedStack observed) => stack is { Policy: null, Mode: null }
        && observed.CurrentPolicy is not { Mode: MtaStsMode.Enforce } && StackRemovals.Of(observed) is not null
        && Basis(observed) is { Mode: MtaStsMode.Enforce };

    /// <summary>Says that a removal is in progress, and what the publish does to it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stack">What is wished.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="policy">The policy to be served; null for a publish that is not about MTA-STS.</param>
    public static void Warn(PlanBuilder plan, StackWish stack, ObservedStack observed, MtaStsPolicy? policy)
    {
        if (StackRemovals.Of(observed) is not { } removal)
        {
            // A publish of the reports alone reads no marks; the id in DNS shows it.
            if (policy is null && FreshPolicy.IsIdOf(RetirePlanner.Withdrawal(stack.Domain), StackPlanner.PublishedPolicyId(observed)))
            {
                plan.Warnings.Add($"The MTA-STS policy of {stack.Domain} is withdrawn (mode none), and this does not change that; "
                    + $"Publish-EmailSecurityStack {stack.Domain} does.");
            }

            return;
        }

        var begun = $"A removal of {stack.Domain} is in progress: {removal}.";
        if (policy is null)
        {
            plan.Warnings.Add($"{begun} This does not take it back; Publish-EmailSecurityStack {stack.Domain} does.");
            return;
        }

        plan.Warnings.Add(policy.Mode == MtaStsMode.None
            ? $"{begun} Publishing keeps mode none. To take the removal back, add -Mode Testing."
            : $"{begun} Publishing takes it back: senders are served mode {policy.Mode.ToString().ToLowerInvariant()}.");
        if (policy.Mode == MtaStsMode.Testing && stack is { Policy: null, Mode: null } && observed.WithdrawnPolicy is { Mode: MtaStsMode.Enforce })
        {
            plan.Warnings.Add($"{stack.Domain} was in mode enforce before its removal, and no sender applies that anymore: it begins in mode testing again.");
        }

        WarnOfLostRecords(plan, stack, observed);
    }

    // A removal deletes them first, and only the user knows what they should say.
    private static void WarnOfLostRecords(PlanBuilder plan, StackWish stack, ObservedStack observed)
    {
        var owned = StackPlanner.OwnedParts(observed);
        var bimi = BimiRecord.NameOf(stack.Domain, stack.BimiSelector);
        if (owned.HasFlag(StackParts.Bimi) && stack.Logo is null && !observed.TextsAt(bimi).Any())
        {
            plan.Warnings.Add($"The removal deleted the BIMI record {bimi}. To publish it again, run: Publish-BimiAssets {stack.Domain} -LogoPath logo.svg");
        }

        var reports = TlsRptRecord.NameOf(stack.Domain);
        if (owned.HasFlag(StackParts.TlsRpt) && stack.ReportUri.Count == 0 && !observed.TextsAt(reports).Any())
        {
            plan.Warnings.Add($"The removal deleted the TLS-RPT record {reports}. To publish it again, run: "
                + $"Set-TlsRptRecord {stack.Domain} -ReportUri tls-reports@{stack.Domain}");
        }
    }
}
