using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the last stage of a removal. Pure.</summary>
internal static class TakeDownPlanner
{
    private static readonly string[] Restored = ["asset-bucket/restored", "log-bucket/restored"];

    /// <summary>Plans the resources in the order in which AWS lets go of them: records, distribution, certificate, buckets.</summary>
    public static void TakeDown(PlanBuilder plan, StackWish stack, ObservedStack observed, RemovalOptions options, IReadOnlyList<string> bimiSteps)
    {
        List<string> recordSteps = [.. bimiSteps];
        var parts = StackPlanner.OwnedParts(observed);
        if (stack.DnsHost == DnsHost.Route53)
        {
            RecordRemoval.DeleteTextRecords(plan, stack, observed, parts, recordSteps);
            RecordRemoval.DeleteAliases(plan, stack, observed, parts, recordSteps);
        }
        else
        {
            RecordRemoval.AwaitExternalRecords(plan, stack, observed, recordSteps, options);
        }

        var dist = observed.Distribution;
        if (dist is not null)
        {
            Restore(plan, stack, observed, dist);
            if (dist.Settings.Enabled)
            {
                plan.Add("disable", ChangeAction.Update, "CloudFront distribution", dist.Id, "CloudFront deletes only what is disabled", new Operation.DisableDistribution(dist.Id), [.. Restored, .. recordSteps], "enabled", "disabled");
            }

            if (dist.Settings.Enabled || !dist.IsDeployed)
            {
                plan.Add("disabled", ChangeAction.Wait, "CloudFront distribution", dist.Id, "the change reaches all edge locations in about four minutes", new Operation.WaitDistribution(), ["disable"], after: "Deployed");
            }

            if (dist.OtherOrigins.Count > 0)
            {
                plan.Warnings.Add($"With CloudFront distribution {dist.Id} go the origins that others added to it, and what leads to them: {string.Join(", ", dist.OtherOrigins)}.");
            }

            plan.Add("distribution", ChangeAction.Delete, "CloudFront distribution", dist.Id, "nothing leads to it any more", new Operation.DeleteDistribution(dist.Id), ["disabled", .. recordSteps], string.Join(", ", dist.Settings.Aliases));
        }

        var oac = dist?.Settings.OriginAccessControlId is { Length: > 0 } own ? own : observed.OriginAccessControlId;
        if (oac is not null)
        {
            plan.Add("origin-access-control", ChangeAction.Delete, "origin access control", oac, "deleted unless other stacks share it", new Operation.DeleteOriginAccessControl(oac), ["distribution"]);
        }

        DeleteCertificates(plan, stack, observed);
        DeleteBuckets(plan, observed, options, recordSteps);
    }

    // CloudFront changes no distribution whose origin or log bucket is not there; and a name that is free could be somebody else's tomorrow.
    private static void Restore(PlanBuilder plan, StackWish stack, ObservedStack observed, ObservedDistribution dist)
    {
        if (!dist.Settings.Enabled)
        {
            return;
        }

        var tags = new SortedDictionary<string, string>(StackPlanner.Tags(stack).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        if (new PolicyEvidence(observed).Newest is { } mark)
        {
            tags[StackNames.ServedTag] = mark.ToString();
        }

        if (observed.AssetBucket is null)
        {
            Add("asset-bucket/restored", observed.AssetBucketName, BucketOwnership.BucketOwnerEnforced, "origin");
        }

        var logs = observed.LogBucketName;
        if (observed.LogBucket is null && dist.Settings.LogBucketDomainName == StackNames.LogBucketDomainName(logs))
        {
            Add("log-bucket/restored", logs, BucketOwnership.BucketOwnerPreferred, "log bucket");
        }

        void Add(string id, string name, BucketOwnership ownership, string role) => plan.Add(id, ChangeAction.Create, "S3 bucket", name,
            $"somebody deleted it, and CloudFront disables a distribution only while its {role} is there", new Operation.CreateBucket(name, ownership, tags, observed.Region));
    }

    private static void DeleteCertificates(PlanBuilder plan, StackWish stack, ObservedStack observed)
    {
        List<string> steps = [];
        ObservedCertificate[] ours = [.. observed.Certificates.Where(c => StackNames.IsOwner(stack.Domain, c.Tags))];
        foreach (var certificate in ours)
        {
            var id = $"certificate/{certificate.Arn}";
            plan.Add(id, ChangeAction.Delete, "ACM certificate", certificate.Arn, "nothing uses it any more", new Operation.DeleteCertificate(certificate.Arn), ["distribution"], string.Join(", ", certificate.Names));
            steps.Add(id);
        }

        // Never delete a validation record while a certificate lives by it, ours or another's. ACM names it by account and host: where
        // our certificates tell theirs, those of another account for the same host are told apart; after a run that died behind
        // the certificates, the host has to do.
        var named = ours.SelectMany(c => c.ValidationRecords).Select(r => r.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (zone, set) in RecordRemoval.Sets(observed).Where(s => s.Set.Type == "CNAME" && s.Set.SetIdentifier is null && s.Set.Values.Count == 1 && s.Set.Values[0].TrimEnd('.').EndsWith(".acm-validations.aws", StringComparison.OrdinalIgnoreCase)))
        {
            var host = set.Name[(set.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            if (observed.NamesOnOtherCertificates.Contains(host) || !(named.Count > 0 ? named.Contains(set.Name) : observed.ValidatedNames.Contains(host)))
            {
                continue;
            }

            RecordRemoval.Delete(plan, $"record/{set.Name}", zone, set, "its certificate is gone", steps);
        }
    }

    private static void DeleteBuckets(PlanBuilder plan, ObservedStack observed, RemovalOptions options, IReadOnlyList<string> recordSteps)
    {
        // Last of all: history and tags are what tells how long senders hold a policy, and which records are ours, should this run die.
        string[] last = ["distribution", .. recordSteps, .. observed.Certificates.Select(c => $"certificate/{c.Arn}")];
        if (observed.AssetBucket is not null || plan.Has("asset-bucket/restored"))
        {
            var assets = observed.AssetBucketName;
            string[] keys = [.. observed.AssetVersions.Select(v => v.Key)];
            var others = options.RemoveForeignObject ? null : OtherObjects.Of(keys.Where(k => !StackNames.IsAssetKey(k)));
            if (others is not null && observed.LogBucket is not null && !options.KeepLogs)
            {
                plan.Add("asset-bucket/AccessLogging", ChangeAction.Update, "S3 access logging", assets, "the bucket stays, and its log bucket goes", new Operation.PutSetting(assets, BucketSetting.AccessLogging, new BucketSettings()), last, after: "off");
            }

            DeleteBucket(plan, "asset-bucket", assets, others, keys.Any(StackNames.IsAssetKey), "with every version of every object", new Operation.DeleteBucket(assets, options.RemoveForeignObject ? null : StackNames.IsAssetKey), [.. last, "asset-bucket/AccessLogging"]);
            if (others is not null)
            {
                Close(plan, "asset-bucket", observed.AssetBucket, [.. last, "asset-bucket"]);
            }
        }

        var logs = observed.LogBucketName;
        if (observed.LogBucket is not null || plan.Has("log-bucket/restored"))
        {
            if (options.KeepLogs && observed.LogBucket is not null)
            {
                plan.Warnings.Add($"The logs stay in bucket {logs}, as asked; delete it yourself when they are no longer wanted.");
                Close(plan, "log-bucket", observed.LogBucket, last);
                return;
            }

            DeleteBucket(plan, "log-bucket", logs, options.RemoveForeignObject ? null : observed.OtherLogObjects, hasOwn: true, "with all logs", new Operation.DeleteBucket(logs, options.RemoveForeignObject ? null : StackNames.IsLogKey), ["asset-bucket", .. last]);
            if (!options.RemoveForeignObject && observed.OtherLogObjects is not null)
            {
                Close(plan, "log-bucket", observed.LogBucket, [.. last, "asset-bucket", "log-bucket"]);
            }
        }
    }

    // A bucket that outlives the stack claims no record any more, and its memory brings no policy back: the removal was the user's word.
    private static void Close(PlanBuilder plan, string id, ObservedBucket? bucket, IReadOnlyList<string> dependsOn)
    {
        if (bucket is null || PolicyMark.Read(bucket.Settings.Tags) is { IsNothing: true })
        {
            return;
        }

        var tags = StackPlanner.WithTag(StackPlanner.WithTag(bucket.Settings.Tags, StackNames.ServedTag, PolicyMark.Nothing.ToString()), StackNames.PartsTag, "");
        plan.Add($"{id}/closed", ChangeAction.Update, "S3 bucket tags", bucket.Name, "the bucket stays, and the stack is gone", new Operation.PutSetting(bucket.Name, BucketSetting.Tags, new BucketSettings { Tags = tags }), dependsOn, after: $"{StackNames.ServedTag}={PolicyMark.Nothing}");
    }

    // What others put there is not deleted by the way; the bucket stays with it, and that is an error that names it.
    private static void DeleteBucket(PlanBuilder plan, string id, string name, OtherObjects? others, bool hasOwn, string reason, Operation.DeleteBucket operation, IEnumerable<string> dependsOn)
    {
        if (others is null)
        {
            plan.Add(id, ChangeAction.Delete, "S3 bucket", name, reason, operation, dependsOn);
            return;
        }

        plan.Refused.Add(operation.Left(others));
        if (hasOwn)
        {
            plan.Add(id, ChangeAction.Delete, "S3 objects", name, "those of this stack; the bucket stays, with what others put there", operation with { MayStay = true }, dependsOn);
        }
    }
}
