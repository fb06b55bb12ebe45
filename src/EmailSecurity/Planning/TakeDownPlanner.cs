using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the last stage of a removal. Pure.</summary>
internal static class TakeDownPlanner
{
    /// <summary>Plans the resources in the order in which AWS lets go of them: records, distribution, certificate, buckets.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stack">What is removed.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="options">What the caller asks for.</param>
    public static void TakeDown(PlanBuilder plan, StackWish stack, ObservedStack observed, RemovalOptions options)
    {
        var marks = RemovalMarks.Plan(plan, observed);
        var records = RemoveRecords(plan, stack, observed, options, marks.Distribution);
        var restored = observed.Distribution is { Settings.Enabled: true } ? Restore(plan, stack, observed, observed.Distribution) : RestoredBuckets.None;
        var distribution = observed.Distribution is null ? null
            : DeleteDistribution(plan, observed.Distribution, observed.HasLostCertificate, [marks.Distribution, .. records], marks.Logs, restored);
        var rest = distribution ?? marks.Logs;
        var control = observed.Distribution?.Settings.OriginAccessControlId is { Length: > 0 } own ? own : observed.OriginAccessControlId;
        if (control is not null)
        {
            plan.Add("origin-access-control", ChangeAction.Delete, "origin access control", control, "deleted unless other stacks use it",
                new Operation.DeleteOriginAccessControl(control), dependsOn: [distribution]);
        }

        var certificates = DeleteCertificates(plan, stack, observed, rest);

        var adopted = new AdoptedRestore(plan, stack, observed, options).Plan(records, distribution);

        // Last of all: history and tags show how long senders hold a policy, and which records are ours, should this run die.
        new BucketRemoval(plan, observed, options, [rest, .. records, .. certificates, .. adopted]).Delete(restored);
    }

    private static IReadOnlyList<Step> RemoveRecords(PlanBuilder plan, StackWish stack, ObservedStack observed, RemovalOptions options, Step? marked)
    {
        var bimi = RecordRemoval.RemoveBimiRecords(plan, stack, observed, marked);
        if (stack.DnsHost != DnsHost.Route53)
        {
            return [.. bimi, .. new ExternalRecordRemoval(plan, stack, observed, options, marked).Await()];
        }

        var parts = StackPlanner.OwnedParts(observed);
        Step[] announcing = [.. bimi, .. RecordRemoval.DeleteTextRecords(plan, stack, observed, parts, marked)];
        return [.. announcing, .. RecordRemoval.DeleteAliases(plan, stack, observed, parts, [marked, .. announcing])];
    }

    private static Step DeleteDistribution(
        PlanBuilder plan, ObservedDistribution dist, bool isHindered, IReadOnlyList<Step?> before, Step? logsMarked, RestoredBuckets restored)
    {
        var reason = "CloudFront deletes only what is disabled" + (isHindered ? ", and its certificate, no longer valid, allows no change of it" : "");
        var disable = !dist.Settings.Enabled ? null : plan.Add(
            "disable", ChangeAction.Update, "CloudFront distribution", dist.Id, reason,
            new Operation.DisableDistribution(dist.Id, WithoutAliases: isHindered), dependsOn: [restored.Assets, restored.Logs, .. before],
            "enabled", isHindered ? "disabled, without alternate domain names and certificate" : "disabled");
        var disabled = disable is null && dist.IsDeployed ? null : plan.Add(
            "disabled", ChangeAction.Wait, "CloudFront distribution", dist.Id, "the change reaches all edge locations in about four minutes",
            new Operation.WaitDistribution(), dependsOn: [disable], after: "Deployed");
        if (dist.OtherOrigins.Count > 0)
        {
            plan.Warnings.Add($"CloudFront distribution {dist.Id} is removed with the origins that others added to it and what points to them: "
                + $"{string.Join(", ", dist.OtherOrigins)}.");
        }

        return plan.Add("distribution", ChangeAction.Delete, "CloudFront distribution", dist.Id, "nothing points to it anymore",
            new Operation.DeleteDistribution(dist.Id), dependsOn: [disabled, logsMarked, .. before], string.Join(", ", dist.Settings.Aliases));
    }

    // CloudFront changes no distribution whose origin or log bucket is not there; and a name that is free could be somebody else's tomorrow.
    private static RestoredBuckets Restore(PlanBuilder plan, StackWish stack, ObservedStack observed, ObservedDistribution dist)
    {
        var ownTags = StackPlanner.Tags(stack);
        var mark = new PolicyEvidence(observed).Newest is { } newest ? newest with { IsRemoval = true } : null;
        var tags = mark is null ? ownTags : StackPlanner.WithTag(ownTags, StackNames.ServedTag, mark.ToString());
        var logs = observed.LogBucketName;
        return new RestoredBuckets(
            observed.AssetBucket is null ? Add("asset-bucket/restored", observed.AssetBucketName, BucketOwnership.BucketOwnerEnforced, "origin") : null,
            observed.LogBucket is null && dist.Settings.LogBucketDomainName == StackNames.LogBucketDomainName(logs)
                ? Add("log-bucket/restored", logs, BucketOwnership.BucketOwnerPreferred, "log bucket") : null);

        Step Add(string id, string name, BucketOwnership ownership, string role) => plan.Add(id, ChangeAction.Create, "S3 bucket", name,
            $"it was deleted, and CloudFront disables a distribution only while its {role} exists",
            new Operation.CreateBucket(name, ownership, tags, observed.Region), dependsOn: []);
    }

    private static List<Step> DeleteCertificates(PlanBuilder plan, StackWish stack, ObservedStack observed, Step? distribution)
    {
        List<Step> steps = [];
        ObservedCertificate[] ours = [.. observed.Certificates.Where(c => StackNames.IsOwner(stack.Domain, c.Tags))];
        foreach (var certificate in ours)
        {
            steps.Add(plan.Add($"certificate/{certificate.Arn}", ChangeAction.Delete, "ACM certificate", certificate.Arn, "nothing uses it anymore",
                new Operation.DeleteCertificate(certificate.Arn), dependsOn: [distribution], string.Join(", ", certificate.Names)));
        }

        // Never delete a validation record while a certificate lives by it, ours or another's. ACM names it by account and host: where
        // our certificates show theirs, those of another account for the same host are distinguished; after a run that died behind
        // the certificates, the host has to do.
        var named = ours.SelectMany(c => c.ValidationRecords).Select(r => r.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (zone, set) in RecordRemoval.Sets(observed).Where(s => IsValidation(s.Set)))
        {
            var host = set.Name[(set.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            if (!observed.NamesOnOtherCertificates.Contains(host)
                && (named.Count > 0 ? named.Contains(set.Name) : observed.ValidatedNames.Contains(host)))
            {
                RecordRemoval.Delete(plan, $"record/{set.Name}", zone, set, "its certificate is gone", dependsOn: [.. steps]);
            }
        }

        return steps;
    }

    private static bool IsValidation(RecordSet set) => set.Type == "CNAME" && set.SetIdentifier is null && set.Values.Count == 1
        && set.Values[0].TrimEnd('.').EndsWith(".acm-validations.aws", StringComparison.OrdinalIgnoreCase);
}
