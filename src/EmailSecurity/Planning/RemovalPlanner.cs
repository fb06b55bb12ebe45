using System.Text;
using EmailSecurity.MtaSts;
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
        var bimiSteps = RecordRemoval.RemoveBimiRecords(plan, stack, observed);
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

        TakeDownPlanner.TakeDown(plan, stack, observed, options, bimiSteps);
        return plan.Build();
    }

    /// <summary>When the last sender forgets the last policy that asked for anything: the end of each served policy plus its max_age (RFC 8461 section 8.3), and where that is not known any more, the latest that it can be.</summary>
    public static DateTimeOffset SendersHoldUntil(ObservedStack observed) => new PolicyEvidence(observed).HeldUntil;

    // What must be there for senders to be told that the policy is taken back: error id, what is wrong, the way out. Null where all is.
    private static (string ErrorId, string What, string Fix)? CannotServe(ObservedStack observed) => observed switch
    {
        { Distribution: null } => ("DistributionMissing", $"the distribution that serves {StackNames.PolicyHost(observed.Domain)} is gone", "Publish again, which makes a new one (Publish-EmailSecurityStack)"),
        { Distribution: { Settings.Enabled: false } dist } => ("DistributionDisabled", $"CloudFront distribution {dist.Id} is disabled", "Enable it again (Publish-EmailSecurityStack does)"),
        { AssetBucket: null } => ("AssetBucketMissing", $"bucket {observed.AssetBucketName}, which holds the policy, is gone", "Publish again, which makes a new one (Publish-EmailSecurityStack)"),
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
        var bucket = observed.AssetBucketName;
        var content = Encoding.UTF8.GetBytes(policy.Served);
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
}
