using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>What the caller of a removal asks for.</summary>
public sealed record RemovalOptions
{
    /// <summary>Do not wait until senders have forgotten the policy.</summary>
    public bool Force { get; init; }

    /// <summary>Leave the log bucket.</summary>
    public bool KeepLogs { get; init; }

    /// <summary>Put records back to what they were before they were adopted, where nothing else has taken their place.</summary>
    public bool RestoreAdopted { get; init; }

    /// <summary>Leave the asset bucket with the earlier values of adopted records.</summary>
    public bool KeepAdopted { get; init; }

    /// <summary>Delete also what others put into the stack's buckets; without it such a bucket stays.</summary>
    public bool RemoveForeignObject { get; init; }
}

/// <summary>Plans a removal: RFC 8461 section 8.3, then the resources in the order in which AWS lets go of them. Pure.</summary>
public static class RemovalPlanner
{
    /// <summary>max_age of the policy that takes MTA-STS back: a day.</summary>
    public const long RetiredMaxAge = 86400;

    /// <summary>Plans the next stage of a removal: take the policy back; wait; take down.</summary>
    public static Plan Remove(StackWish stack, ObservedStack observed, RemovalOptions options)
    {
        var plan = new PlanBuilder(stack.Domain);
        ClockCheck.Warn(plan, observed);
        CheckOurs(stack, observed);
        var evidence = new PolicyEvidence(observed);
        // Where senders are served by somebody else, they learn nothing from this stack anymore.
        var isTakenOver = StackOwnership.IsTakenOver(observed);
        if (options.Force || isTakenOver || !KeepsOnline(plan, stack, observed, evidence))
        {
            if (!isTakenOver)
            {
                WarnOfRisk(plan, stack, observed, evidence);
            }

            TakeDownPlanner.TakeDown(plan, stack, observed, options);
        }

        return plan.Build();
    }

    // Plans that the policy is withdrawn, or that cached copies are waited for; false where neither is needed.
    private static bool KeepsOnline(PlanBuilder plan, StackWish stack, ObservedStack observed, PolicyEvidence evidence)
    {
        if (evidence.IsNothingVisible && evidence.EnforcedUntil <= observed.ObservedAt)
        {
            return false;
        }

        var until = evidence.HeldUntil;
        var published = StackOwnership.IsPolicyRecordOurs(observed) ? StackPlanner.PublishedPolicyId(observed) : null;

        // A policy object that somebody deleted is not a policy withdrawn: senders keep using what they hold (RFC 8461 section 5.1).
        var mayBeHeld = observed.CurrentPolicy is { Mode: not MtaStsMode.None } || until > observed.ObservedAt;
        var takenBack = evidence.IsRetired && (observed.DistributionMark is not null || observed.Distribution is null);
        if (!takenBack && CannotServe(observed, published) is { } broken)
        {
            if (until > observed.ObservedAt)
            {
                throw NotServing(observed, evidence, broken);
            }
        }
        else if (!takenBack && (mayBeHeld || published is not null))
        {
            RetirePlanner.Retire(plan, stack, observed, evidence.MarkOf, published);
            return true;
        }

        if (until <= observed.ObservedAt)
        {
            return false;
        }

        var marks = RemovalMarks.Plan(plan, observed);
        RecordRemoval.RemoveBimiRecords(plan, stack, observed, marks.Distribution);
        plan.Add("senders-forget", ChangeAction.Wait, "cached copies of the old policy to expire", stack.Domain,
            $"senders that fetched it may have it cached until {until:u} (RFC 8461 section 8.3); until then, everything stays online",
            new Operation.AwaitTime(until), dependsOn: []);
        return true;
    }

    // Under mode testing senders deliver whatever they find: then there is nothing to warn of.
    private static void WarnOfRisk(PlanBuilder plan, StackWish stack, ObservedStack observed, PolicyEvidence evidence)
    {
        if (evidence.EnforcedUntil is var until && until > observed.ObservedAt)
        {
            plan.Warnings.Add($"Until {until:u}, senders may still enforce a cached policy of {stack.Domain}: they do not deliver mail to a server "
                + "that it does not list or whose certificate is not valid.");
        }
    }

    /// <summary>
    /// When the last sender forgets the last policy that asked for anything: the end of each served policy plus its max_age (RFC 8461 section 8.3), and where
    /// that is not known any more, the latest that it can be.
    /// </summary>
    public static DateTimeOffset SendersHoldUntil(ObservedStack observed) => new PolicyEvidence(observed).HeldUntil;

    // What must be there for senders to learn that the policy is withdrawn: error id, what is wrong, the fix. Null where everything is.
    private static (string ErrorId, string What, string Fix)? CannotServe(ObservedStack observed, string? published) => observed switch
    {
        { Distribution: null }
            => ("DistributionMissing", $"the distribution that serves {MtaStsPolicy.HostOf(observed.Domain)} no longer exists", "create a new one"),
        { Distribution: { Settings.Enabled: false } dist }
            => ("DistributionDisabled", $"CloudFront distribution {dist.Id} is disabled", "enable it again"),
        _ when AliasMovePlanner.HolderOf(observed, MtaStsPolicy.HostOf(observed.Domain)) is { } holder
            => ("AliasTaken", $"the alternate domain name {MtaStsPolicy.HostOf(observed.Domain)} is on {Obstacle.Describe(holder)}", "move it back"),
        { AssetBucket: null } => ("AssetBucketMissing", $"bucket {observed.AssetBucketName}, which contains the policy, no longer exists", "create a new one"),
        { Distribution: var dist, HasLostCertificate: true }
            => ("CertificateNotUsable", $"the certificate of CloudFront distribution {dist.Id} is no longer valid",
                "request a new one"),
        { Distribution: var dist } when !dist.Settings.Aliases.Contains(MtaStsPolicy.HostOf(observed.Domain), StringComparer.OrdinalIgnoreCase)
            => ("PolicyHostElsewhere", $"{MtaStsPolicy.HostOf(observed.Domain)} is no longer an alternate domain name of CloudFront distribution {dist.Id}",
                "add it again"),
        { Distribution: var dist } when published is not null && StackOwnership.TargetElsewhere(observed, MtaStsPolicy.HostOf(observed.Domain)) is { } target
            => ("PolicyHostElsewhere", $"{MtaStsPolicy.HostOf(observed.Domain)} points to {target}, not to CloudFront distribution {dist.Id}",
                "point it there again"),
        _ => null,
    };

    private static EmailSecurityException NotServing(ObservedStack observed, PolicyEvidence evidence, (string ErrorId, string What, string Fix) broken)
    {
        var domain = observed.Domain;
        var risk = evidence.EnforcedUntil is var until && until > observed.ObservedAt
            ? $"Until {until:u}, senders may enforce it: they deliver only to mail servers that it lists."
            : "Under mode testing, senders deliver in any case: mail is not at risk.";
        var accepts = until > observed.ObservedAt ? " and accept that until then mail to other servers may bounce" : "";
        var adopt = broken.ErrorId == "AliasTaken" ? " -Adopt" : "";
        return new EmailSecurityException(broken.ErrorId, ErrorKind.InvalidOperation,
            $"Nothing was removed. Senders may have a policy of {domain} cached until {evidence.HeldUntil:u}, and cannot learn that it was withdrawn "
                + $"(RFC 8461 section 8.3): {broken.What}. {risk}",
            $"To {broken.Fix}, run: Publish-EmailSecurityStack {domain}{adopt}; then run: Remove-EmailSecurityStack {domain}; "
                + $"or, to remove everything now{accepts}, run: Remove-EmailSecurityStack {domain} -Force")
        { Target = domain };
    }

    private static void CheckOurs(StackWish stack, ObservedStack observed)
    {
        if (observed.Distribution is { } dist && !StackOwnership.IsDistributionOurs(observed))
        {
            throw new EmailSecurityException("DistributionNotOurs", ErrorKind.Exists,
                $"CloudFront distribution {dist.Id} serves {MtaStsPolicy.HostOf(stack.Domain)}, but it has no tag {StackNames.OwnerTag}={stack.Domain}; "
                + "nothing was removed.", OwnTag(stack, "CloudFront")
                + $" If it does not, remove {MtaStsPolicy.HostOf(stack.Domain)} from its alternate domain names, then run the same command again.")
            { Target = dist.Id };
        }

        if (observed.AliasHolders.Count > 0 && !PolicyEvidence.HasResources(observed))
        {
            var holder = observed.AliasHolders[0];
            throw new EmailSecurityException("DistributionNotOurs", ErrorKind.Exists,
                $"{Obstacle.Describe(holder)} serves {string.Join(", ", holder.Settings.Aliases)}, but it has no tag {StackNames.OwnerTag}={stack.Domain}; "
                + "nothing was removed.", OwnTag(stack, "CloudFront") + " If it does not, there is nothing to remove.")
            { Target = holder.Id };
        }

        if (HostingPlanner.ForeignAliases(stack, observed) is { Length: > 0 } foreign)
        {
            var (names, them) = foreign.Length == 1 ? ("that name", "it") : ("those names", "them");
            throw new EmailSecurityException("DistributionServesOthers", ErrorKind.Exists,
                $"CloudFront distribution {observed.Distribution!.Id} also serves {string.Join(", ", foreign)}, which this stack did not add; "
                + "nothing was removed.",
                $"In CloudFront, move {names} to another distribution, or remove {them} from the alternate domain names of {observed.Distribution.Id}. "
                + "Then run the same command again.")
            { Target = observed.Distribution.Id };
        }

        // An asset bucket of our name without our tag is the rest of a run that died, if empty.
        var isEmpty = observed.AssetVersions.Count == 0;
        CheckOurs(stack, observed.AssetBucket, isUntaggedOurs: isEmpty || StackOwnership.IsAssetBucketOurs(observed));
        CheckOurs(stack, observed.LogBucket, isUntaggedOurs: false);
    }

    private static void CheckOurs(StackWish stack, ObservedBucket? bucket, bool isUntaggedOurs)
    {
        if (bucket is not null && (bucket.Settings.Tags.TryGetValue(StackNames.OwnerTag, out var owner) ? owner != stack.Domain : !isUntaggedOurs))
        {
            throw new EmailSecurityException("BucketNotOurs", ErrorKind.Exists,
                $"Bucket {bucket.Name} has no tag {StackNames.OwnerTag}={stack.Domain}; nothing was removed.",
                OwnTag(stack, "S3") + " If it does not and nothing needs it, empty and delete it in S3, then run the same command again.")
            { Target = bucket.Name };
        }
    }

    private static string OwnTag(StackWish stack, string service)
        => $"If it belongs to this stack, add the tag {StackNames.OwnerTag}={stack.Domain} to it in {service}, then run the same command again.";
}
