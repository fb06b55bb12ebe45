using System.Text;
using EmailSecurity.Dns;
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

    /// <summary>Delete also what others put into the stack's buckets; without it such a bucket stays.</summary>
    public bool RemoveForeignObject { get; init; }
}

/// <summary>Plans a removal: RFC 8461 section 8.3, then the resources in the order in which AWS lets go of them. Pure.</summary>
public static class RemovalPlanner
{
    private static readonly Dictionary<string, string> NoTags = [];
    private static readonly string[] Restored = ["asset-bucket/restored", "log-bucket/restored"];

    /// <summary>max_age of the policy that takes MTA-STS back: a day.</summary>
    public const long RetiredMaxAge = 86400;

    /// <summary>Plans the next stage of a removal: take the policy back; wait; take down.</summary>
    public static Plan Remove(StackWish stack, ObservedStack observed, RemovalOptions options)
    {
        var plan = new PlanBuilder(stack.Domain);
        ClockCheck.Warn(plan, observed);
        CheckOurs(stack, observed);
        var bimiSteps = RemoveBimiRecords(plan, stack, observed);
        var evidence = new PolicyEvidence(observed);
        var until = evidence.HeldUntil;
        var published = StackOwnership.IsPolicyRecordOurs(observed) ? StackPlanner.PublishedPolicyId(observed) : null;
        if (!options.Force)
        {
            // A policy object that somebody deleted is no policy taken back: senders go on with what they hold (RFC 8461 section 5.1).
            var mayBeHeld = observed.CurrentPolicy is { Mode: not MtaStsMode.None } || until > observed.ObservedAt;
            var takenBack = evidence.IsRetired && (observed.DistributionMark is not null || observed.Distribution is null);
            if (!takenBack && CannotServe(observed) is { } broken)
            {
                if (until > observed.ObservedAt)
                {
                    throw NotServing(stack, until, broken);
                }
            }
            else if (!takenBack && (mayBeHeld || published is not null))
            {
                Retire(plan, stack, observed, evidence, published);
                return plan.Build();
            }

            if (until > observed.ObservedAt)
            {
                plan.Add("senders-forget", ChangeAction.Wait, "senders to forget the old policy", stack.Domain,
                    $"senders that fetched it may hold it until {until:u} (RFC 8461 section 8.3); until then everything stays up", new Operation.AwaitTime(until));
                return plan.Build();
            }
        }

        if (until > observed.ObservedAt)
        {
            plan.Warnings.Add($"Senders may hold the policy of {stack.Domain} until {until:u}, and can no longer learn that it is gone: while they do, they go by it, so no mail server that it does not name, and none without a good certificate, gets their mail.");
        }

        TakeDown(plan, stack, observed, options, bimiSteps);
        return plan.Build();
    }

    /// <summary>When the last sender forgets the last policy that asked for anything: the end of each served policy plus its max_age (RFC 8461 section 8.3), and where that is not known any more, the latest that it can be.</summary>
    public static DateTimeOffset SendersHoldUntil(ObservedStack observed) => new PolicyEvidence(observed).HeldUntil;

    // What must be there for senders to be told that the policy is taken back: error id, what is wrong, the way out. Null where all is.
    private static (string ErrorId, string What, string Fix)? CannotServe(ObservedStack observed) => observed switch
    {
        { Distribution: null } => ("DistributionMissing", $"the distribution that serves {StackNames.PolicyHost(observed.Domain)} is gone", "Publish again, which makes a new one (Publish-EmailSecurityStack)"),
        { Distribution: { Settings.Enabled: false } dist } => ("DistributionDisabled", $"CloudFront distribution {dist.Id} is disabled", "Enable it again (Publish-EmailSecurityStack does)"),
        { AssetBucket: null } => ("AssetBucketMissing", $"bucket {StackNames.AssetBucket(observed.Domain, observed.Caller.AccountId)}, which holds the policy, is gone", "Publish again, which makes a new one (Publish-EmailSecurityStack)"),
        _ => null,
    };

    private static EmailSecurityException NotServing(StackWish stack, DateTimeOffset until, (string ErrorId, string What, string Fix) broken) => new(broken.ErrorId, ErrorKind.InvalidOperation,
        $"Senders may hold a policy of {stack.Domain} until {until:u}, and cannot be told that it is taken back (RFC 8461 section 8.3): {broken.What}.",
        $"{broken.Fix} and repeat the removal, or use -Force and take the risk.")
    { Target = stack.Domain };

    private static void CheckOurs(StackWish stack, ObservedStack observed)
    {
        if (observed.Distribution is { } dist && !StackOwnership.IsDistributionOurs(observed))
        {
            throw new EmailSecurityException("DistributionNotOurs", ErrorKind.Exists,
                $"CloudFront distribution {dist.Id} serves {StackNames.PolicyHost(stack.Domain)}, but it has no tag {StackNames.OwnerTag}={stack.Domain}; it is left alone, and so is the rest.", "Delete it yourself, or give it the tag if it is this stack's.")
            { Target = dist.Id };
        }

        if (HostingPlanner.ForeignAliases(stack, observed) is { Length: > 0 } foreign)
        {
            throw new EmailSecurityException("DistributionServesOthers", ErrorKind.Exists,
                $"CloudFront distribution {observed.Distribution!.Id} also serves {string.Join(", ", foreign)}, which this stack did not put there; it is left alone, and so is the rest.",
                $"Move {(foreign.Length == 1 ? "that name" : "those names")} to another distribution, or remove {(foreign.Length == 1 ? "it" : "them")} from this one's alternate domain names; then run the same command again.")
            { Target = observed.Distribution.Id };
        }

        foreach (var bucket in new[] { observed.AssetBucket, observed.LogBucket })
        {
            if (bucket is not null && bucket.Settings.Tags.TryGetValue(StackNames.OwnerTag, out var other) ? other != stack.Domain : bucket is not null && (bucket == observed.LogBucket || (observed.AssetVersions.Count > 0 && !StackOwnership.IsAssetBucketOurs(observed))))
            {
                throw new EmailSecurityException("BucketNotOurs", ErrorKind.Exists, $"Bucket {bucket!.Name} has no tag {StackNames.OwnerTag}={stack.Domain}; it is left alone, and so is the rest.", "Delete it yourself, or give it the tag if it is this stack's.") { Target = bucket.Name };
            }
        }
    }

    private static List<string> RemoveBimiRecords(PlanBuilder plan, StackWish stack, ObservedStack observed)
    {
        List<string> steps = [];
        var host = HostingPlanner.BimiHost(stack, observed, aboutBimi: false);
        foreach (var (zone, set) in Sets(observed).Where(s => s.Set.Type == "TXT" && s.Set.SetIdentifier is null && s.Set.Name.EndsWith("._bimi." + stack.Domain, StringComparison.Ordinal) && StackPlanner.RefersToUs(observed, s.Set.Name, host)))
        {
            string[] ours = [.. SharedTxt.Of(set, SharedTxt.Bimi).Where(v => StackPlanner.RefersTo(v, host))];
            steps.Add(TakeOut(plan, $"record/{set.Name}", zone, set, ours, "the logo will no longer be served"));
        }

        return steps;
    }

    private static void Retire(PlanBuilder plan, StackWish stack, ObservedStack observed, PolicyEvidence evidence, string? published)
    {
        var current = observed.CurrentPolicy;
        var policy = current is { Mode: MtaStsMode.None } ? current : MtaStsPolicy.Create(stack.Domain, MtaStsMode.None, [], RetiredMaxAge);
        var marks = new MarkPlanner(plan, observed, evidence.MarkOf(policy));
        marks.BeforeServing();
        var isAnnounced = published is null || published == policy.Id;
        if (policy != current || !isAnnounced)
        {
            Serve(plan, stack, observed, policy);
        }

        marks.BeforeAnnouncing(NoTags, ["served/policy"]);
        if (isAnnounced)
        {
            return;
        }

        var text = new MtaStsRecord(policy.Id).ToString();
        var records = new RecordPlanner(plan, stack, observed, new PublishOptions());
        var set = StackPlanner.Txt(StackNames.MtaStsRecord(stack.Domain), text, RecordPlanner.PolicyRecordTtl);
        records.Ensure(StackPlanner.PolicyRecordStep, set, $"\"{text}\"", owned: true, "senders fetch mode none from now on", ["served/policy", MarkPlanner.DistributionStep, MarkPlanner.LogBucketStep], group: StackPlanner.PolicyGroup);
    }

    private static void Serve(PlanBuilder plan, StackWish stack, ObservedStack observed, MtaStsPolicy policy)
    {
        var current = observed.CurrentPolicy;
        var dist = observed.Distribution!;
        var bucket = StackNames.AssetBucket(stack.Domain, observed.Caller.AccountId);
        var content = Encoding.UTF8.GetBytes(policy.Text);
        if (policy != current)
        {
            plan.Add(StackPlanner.PolicyStep, current is null ? ChangeAction.Create : ChangeAction.Update, "S3 object", $"{bucket}/{StackNames.PolicyKey}", "the policy that takes MTA-STS back (RFC 8461 section 8.3)",
                new Operation.PutObject(bucket, StackPlanner.PolicyObject(policy)),
                [MarkPlanner.DistributionStep], current is null ? "" : $"mode {current.Mode.ToString().ToLowerInvariant()}", "mode none", group: StackPlanner.PolicyGroup);
        }

        var version = observed.AssetVersions.FirstOrDefault(v => v.Key == StackNames.PolicyKey && v.IsLatest)?.VersionId ?? "";
        plan.Add("invalidation", ChangeAction.Create, "CloudFront invalidation", dist.Id, "edge locations must not go on serving the old policy", new Operation.Invalidate(["/" + StackNames.PolicyKey], $"retire-{policy.Id}-{version}"),
            [StackPlanner.PolicyStep], after: "/" + StackNames.PolicyKey, group: StackPlanner.PolicyGroup);
        plan.Add("invalidation-done", ChangeAction.Wait, "CloudFront invalidation", dist.Id, "it takes about half a minute", new Operation.WaitInvalidation(), ["invalidation"], after: "Completed");
        plan.Add("served/policy", ChangeAction.Wait, "HTTPS", StackNames.PolicyUrl(stack.Domain).ToString(), "senders must be served mode none before its id is published",
            new Operation.ConfirmServed(StackNames.PolicyUrl(stack.Domain), content, "PolicyNotServed"), [StackPlanner.PolicyStep, "invalidation-done"], after: $"policy {policy.Id}");
    }

    private static void TakeDown(PlanBuilder plan, StackWish stack, ObservedStack observed, RemovalOptions options, IReadOnlyList<string> bimiSteps)
    {
        List<string> recordSteps = [.. bimiSteps];
        var parts = StackPlanner.OwnedParts(observed);
        if (stack.DnsHost == DnsHost.Route53)
        {
            DeleteTextRecords(plan, stack, observed, parts, recordSteps);
            DeleteAliases(plan, stack, observed, parts, recordSteps);
        }
        else
        {
            AwaitExternalRecords(plan, stack, observed, recordSteps, options);
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
            Add("asset-bucket/restored", StackNames.AssetBucket(stack.Domain, observed.Caller.AccountId), BucketOwnership.BucketOwnerEnforced, "origin");
        }

        var logs = StackNames.LogBucket(stack.Domain, observed.Caller.AccountId);
        if (observed.LogBucket is null && dist.Settings.LogBucketDomainName == StackNames.LogBucketDomainName(logs))
        {
            Add("log-bucket/restored", logs, BucketOwnership.BucketOwnerPreferred, "log bucket");
        }

        void Add(string id, string name, BucketOwnership ownership, string role) => plan.Add(id, ChangeAction.Create, "S3 bucket", name,
            $"somebody deleted it, and CloudFront disables a distribution only while its {role} is there", new Operation.CreateBucket(name, ownership, tags, observed.Region));
    }

    private static void DeleteTextRecords(PlanBuilder plan, StackWish stack, ObservedStack observed, StackParts parts, List<string> steps)
    {
        (string Name, StackParts Part, string Version)[] records =
            [(StackNames.MtaStsRecord(stack.Domain), StackParts.MtaSts, SharedTxt.MtaSts), (StackNames.TlsRptRecord(stack.Domain), StackParts.TlsRpt, SharedTxt.TlsRpt)];
        foreach (var (name, part, version) in records)
        {
            foreach (var (zone, set) in Sets(observed).Where(s => s.Set.Name == name && s.Set.Type == "TXT"))
            {
                var all = SharedTxt.Of(set, version);
                var ours = set.SetIdentifier is null ? OwnStrings(stack, observed, parts, part, all) : [];
                if (ours.Length > 0)
                {
                    steps.Add(TakeOut(plan, $"record/{name}", zone, set, ours, "the mechanism is taken back"));
                }

                if (all.Except(ours, StringComparer.Ordinal).ToArray() is { Length: > 0 } left)
                {
                    plan.Warnings.Add($"{name} was not published by this stack and is left: {string.Join(" | ", left.Select(TxtStrings.Unquote))}.");
                }
            }
        }
    }

    // The strings of one mechanism that this stack published. Where several stand there, only one that is known word for word.
    private static string[] OwnStrings(StackWish stack, ObservedStack observed, StackParts parts, StackParts part, string[] all)
    {
        if (part == StackParts.TlsRpt)
        {
            var described = stack.ReportUri.Count > 0 ? TlsRpt.TlsRptRecord.Create(stack.ReportUri).ToString() : null;
            return parts.HasFlag(part) && all.Length == 1 ? all : [.. all.Where(v => TxtStrings.Unquote(v) == described)];
        }

        if (!StackOwnership.IsPolicyRecordOurs(observed))
        {
            return [];
        }

        return all.Length == 1 ? all : [.. all.Where(v => MtaStsRecord.Check(TxtStrings.Unquote(v)).Value is MtaStsRecord { Id: var id } && StackOwnership.IsKnownId(observed, id))];
    }

    private static void DeleteAliases(PlanBuilder plan, StackWish stack, ObservedStack observed, StackParts parts, List<string> steps)
    {
        foreach (var (zone, set) in Sets(observed).Where(s => s.Set.AliasZoneId == StackNames.CloudFrontZoneId && s.Set.SetIdentifier is null && IsOurHost(s.Set.Name)))
        {
            // After the text records: as long as a record leads senders to the host, the host stays.
            if (set.AliasTarget == observed.Distribution?.DomainName || (observed.Distribution is null && parts.HasFlag(set.Name == StackNames.PolicyHost(stack.Domain) ? StackParts.MtaSts : StackParts.Bimi)))
            {
                Delete(plan, $"record/{set.Name}/{set.Type}", zone, set, "the distribution goes", steps);
            }
            else
            {
                plan.Warnings.Add($"{set.Name} leads to {set.AliasTarget}, which is not this stack's distribution, and is left.");
            }
        }

        steps.AddRange(Sets(observed).Where(s => IsOurHost(s.Set.Name)).Select(s => $"record/{s.Set.Name}/{s.Set.Type}").Where(plan.Has).ToArray());

        bool IsOurHost(string name) => name == StackNames.PolicyHost(stack.Domain) || name == HostingPlanner.BimiHost(stack, observed, aboutBimi: false) || observed.ValidatedNames.Contains(name);
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
        foreach (var (zone, set) in Sets(observed).Where(s => s.Set.Type == "CNAME" && s.Set.SetIdentifier is null && s.Set.Values.Count == 1 && s.Set.Values[0].TrimEnd('.').EndsWith(".acm-validations.aws", StringComparison.OrdinalIgnoreCase)))
        {
            var host = set.Name[(set.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            if (observed.NamesOnOtherCertificates.Contains(host) || !(named.Count > 0 ? named.Contains(set.Name) : observed.ValidatedNames.Contains(host)))
            {
                continue;
            }

            Delete(plan, $"record/{set.Name}", zone, set, "its certificate is gone", steps);
        }
    }

    private static void DeleteBuckets(PlanBuilder plan, ObservedStack observed, RemovalOptions options, IReadOnlyList<string> recordSteps)
    {
        // Last of all: history and tags are what tells how long senders hold a policy, and which records are ours, should this run die.
        string[] last = ["distribution", .. recordSteps, .. observed.Certificates.Select(c => $"certificate/{c.Arn}")];
        if (observed.AssetBucket is not null || plan.Has("asset-bucket/restored"))
        {
            var assets = StackNames.AssetBucket(observed.Domain, observed.Caller.AccountId);
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

        var logs = StackNames.LogBucket(observed.Domain, observed.Caller.AccountId);
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

    // Nobody but the user can delete there. What leads to a distribution must be gone before the distribution is: a name that is
    // left behind could be taken over by somebody else's.
    private static void AwaitExternalRecords(PlanBuilder plan, StackWish stack, ObservedStack observed, List<string> steps, RemovalOptions options)
    {
        foreach (var ((name, type), answer) in observed.Answers.Where(a => a.Value.Records.Count > 0 && a.Key.Type is DnsRecordType.TXT or DnsRecordType.CNAME).OrderBy(a => a.Key.Name, StringComparer.Ordinal))
        {
            var value = answer.Records[0].Value;
            if (type == DnsRecordType.TXT && name == StackNames.TlsRptRecord(stack.Domain))
            {
                plan.Warnings.Add($"{name} stays at your DNS host; delete it there if TLS reports are no longer wanted.");
                continue;
            }

            if (!LeadsToUs(stack, observed, name, type, answer))
            {
                continue; // somebody else's, or not what this stack asked for
            }

            if (options.Force)
            {
                plan.Warnings.Add($"Delete at your DNS host, now: {name} {type} {value}. {(type == DnsRecordType.CNAME ? "It leads to a distribution that is gone, and could be taken over." : "It leads to what is no longer served.")}");
                continue;
            }

            var id = $"record/{name}/{type}";
            var state = new DnsRecordState { Domain = stack.Domain, Name = name, Type = type.ToString(), Value = value.TrimEnd('.'), Ttl = answer.Records[0].Ttl, Purpose = "delete it at your DNS host", Status = DnsRecordStatus.Published, ObservedValue = value };
            plan.Add(id, ChangeAction.Wait, $"{type} record to go from your DNS host", name, type == DnsRecordType.CNAME ? "a name that leads to a deleted distribution can be taken over" : "it leads to what will no longer be served", new Operation.AwaitRecordGone(state), before: state.Value);
            steps.Add(id);
        }

        AwaitIndirectHosts(plan, stack, observed, steps, options);

        // Their certificate goes with this plan; until then they stay.
        foreach (var record in observed.Certificates.Where(c => StackNames.IsOwner(stack.Domain, c.Tags)).SelectMany(c => c.ValidationRecords)
            .Where(r => !observed.NamesOnOtherCertificates.Contains(r.Domain)).DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).OrderBy(r => r.Name, StringComparer.Ordinal))
        {
            plan.Warnings.Add($"Delete at your DNS host once the stack is gone, not before: {record.Name.ToLowerInvariant()} CNAME {record.Value}, which validates its certificate.");
        }
    }

    // Hosts that lead to the distribution without a CNAME of their own: a flattened CNAME, an ALIAS, a proxy, or through another name.
    private static void AwaitIndirectHosts(PlanBuilder plan, StackWish stack, ObservedStack observed, List<string> steps, RemovalOptions options)
    {
        foreach (var host in observed.Hosts.Values.Where(h => h.LeadsToTarget && !plan.Has($"record/{h.Host}/CNAME") && !RecordMeaning.SameName(h.Observed, h.Target)).OrderBy(h => h.Host, StringComparer.Ordinal))
        {
            if (options.Force)
            {
                plan.Warnings.Add($"Delete at your DNS host, now: {host.Host}, which leads to {host.Observed}. It leads to a distribution that is gone, and could be taken over.");
                continue;
            }

            var id = $"record/{host.Host}/CNAME";
            var state = new DnsRecordState { Domain = stack.Domain, Name = host.Host, Type = "CNAME", Value = host.Target, Ttl = RecordPlanner.PolicyRecordTtl, Purpose = "delete it at your DNS host", Status = DnsRecordStatus.Published, ObservedValue = host.Observed };
            plan.Add(id, ChangeAction.Wait, "record to go from your DNS host", host.Host, "a name that leads to a deleted distribution can be taken over",
                new Operation.AwaitRecordGone(state) { Content = ServedContents.Of(stack, observed, null, host.Host) }, before: host.Observed);
            steps.Add(id);
        }
    }

    private static bool LeadsToUs(StackWish stack, ObservedStack observed, string name, DnsRecordType type, DnsAnswer answer) => type switch
    {
        DnsRecordType.CNAME => observed.Distribution is { } dist && answer.Records.Any(r => string.Equals(r.Value.TrimEnd('.'), dist.DomainName, StringComparison.OrdinalIgnoreCase)),
        _ when name == StackNames.MtaStsRecord(stack.Domain) => (observed.CurrentPolicy is not null || observed.Distribution is not null) && StackOwnership.IsPolicyRecordOurs(observed) && answer.Records.Any(r => r.Value.StartsWith("v=STSv1", StringComparison.Ordinal)),
        _ => answer.Records.Any(r => r.Value.Contains($"l=https://{HostingPlanner.BimiHost(stack, observed, aboutBimi: false)}/", StringComparison.OrdinalIgnoreCase)),
    };

    // Takes our strings out of a TXT set; the set goes only where nothing else is in it.
    private static string TakeOut(PlanBuilder plan, string id, string zoneId, RecordSet set, IReadOnlyCollection<string> ours, string reason)
    {
        if (SharedTxt.Without(set, ours) is not { } rest)
        {
            return Delete(plan, id, zoneId, set, reason, []);
        }

        plan.Add(id, ChangeAction.Update, "TXT record", set.Name, reason + "; the strings of others stay", new Operation.UpsertRecord(zoneId, rest, [set]), [], StackRecords.ValueOf(set), StackRecords.ValueOf(rest));
        return id;
    }

    private static string Delete(PlanBuilder plan, string id, string zoneId, RecordSet set, string reason, IEnumerable<string> dependsOn)
    {
        plan.Add(id, ChangeAction.Delete, $"{set.Type} record", set.Name, reason, new Operation.DeleteRecord(zoneId, set), dependsOn, StackRecords.ValueOf(set));
        return id;
    }

    private static IEnumerable<(string Zone, RecordSet Set)> Sets(ObservedStack observed) => observed.RecordSets
        .OrderBy(z => z.Key, StringComparer.Ordinal)
        .SelectMany(z => z.Value.Where(s => observed.ZoneOf(s.Name)?.Id == z.Key).OrderBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Type, StringComparer.Ordinal).Select(s => (z.Key, s)));
}
