using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans that a policy is taken back: one of mode none is served, and then announced (RFC 8461 section 8.3). Pure.</summary>
internal static class RetirePlanner
{
    private static readonly Dictionary<string, string> NoTags = [];

    /// <summary>The policy that withdraws MTA-STS.</summary>
    public static MtaStsPolicy Withdrawal(string domain) => MtaStsPolicy.Create(domain, MtaStsMode.None, [], RemovalPlanner.RetiredMaxAge);

    /// <summary>Plans it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stack">What is removed.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="markOf">The mark to write before a policy is served.</param>
    /// <param name="published">The id that our record announces; null for no record of ours.</param>
    public static void Retire(PlanBuilder plan, StackWish stack, ObservedStack observed, Func<MtaStsPolicy, PolicyMark> markOf, string? published)
    {
        var current = observed.CurrentPolicy;
        var policy = FreshPolicy.Of(current is { Mode: MtaStsMode.None } ? current : Withdrawal(stack.Domain), observed);
        var marks = new MarkPlanner(plan, observed, markOf(policy) with { IsRemoval = true }, promotion: null);
        var marked = marks.BeforeServing(owner: null);
        RecordRemoval.RemoveBimiRecords(plan, stack, observed, marked);
        var isAnnounced = published is null || published == policy.Id;
        var served = policy.Id != current?.Id || !isAnnounced ? Serve(plan, stack, observed, policy, marked) : null;
        var logMarked = marks.BeforeAnnouncing(NoTags, [served]);
        if (isAnnounced)
        {
            return;
        }

        var text = new MtaStsRecord(policy.Id).ToString();
        var set = StackPlanner.Txt(MtaStsRecord.NameOf(stack.Domain), text, RecordPlanner.PolicyRecordTtl);
        var record = new WantedRecord("record/mta-sts", set, StackPlanner.Quoted(text), "senders fetch mode none from now on")
        {
            IsOurs = true,
            Group = StackPlanner.PolicyGroup,
            Announces = StackParts.MtaSts,
        };
        var records = new RecordPlanner(plan, stack, observed, new PublishOptions(), BucketSteps.None);
        var aliases = PointToUs(plan, stack, observed, records);
        records.Ensure(record, dependsOn: [served, marked, logMarked, aliases.A, aliases.Aaaa, aliases.Visible]);
    }

    // Senders fetch mode none by the host's name: an alias that somebody deleted is made again for as long as the removal takes.
    private static AliasSteps PointToUs(PlanBuilder plan, StackWish stack, ObservedStack observed, RecordPlanner records)
        => stack.DnsHost != DnsHost.Route53 ? AliasSteps.None
            : new HostingPlanner(plan, stack, observed, records, BucketSteps.None)
                .PlanAliases("mta-sts", MtaStsPolicy.HostOf(stack.Domain), owned: true, distribution: null, served: null);

    private static Step Serve(PlanBuilder plan, StackWish stack, ObservedStack observed, MtaStsPolicy policy, Step? marked)
    {
        var current = observed.CurrentPolicy;
        var dist = observed.Distribution!;
        var bucket = observed.AssetBucketName;
        var readableKey = UseReadableKey(plan, observed);
        var uploaded = policy.Id == current?.Id ? null : plan.Add(
            "object/policy", current is null ? ChangeAction.Create : ChangeAction.Update, "S3 object", $"{bucket}/{StackNames.PolicyKey}",
            "the policy that withdraws MTA-STS (RFC 8461 section 8.3)", new Operation.PutObject(bucket, StackPlanner.PolicyObject(policy)),
            dependsOn: [marked, readableKey], current is null ? "" : $"mode {current.Mode.ToString().ToLowerInvariant()}", "mode none",
            group: StackPlanner.PolicyGroup);
        var buckets = new BucketPlanner(plan, stack, observed, new PublishOptions());
        var readable = buckets.AssetPolicy(BucketSteps.None, distribution: null); // the run that made the distribution may have died before
        var version = observed.AssetVersions.FirstOrDefault(v => v.Key == StackNames.PolicyKey && v.IsLatest)?.VersionId ?? "";
        var invalidation = plan.Add("invalidation", ChangeAction.Create, "CloudFront invalidation", dist.Id,
            "edge locations must stop serving the old policy",
            new Operation.Invalidate(["/" + StackNames.PolicyKey], $"retire-{policy.Id}-{version}"),
            dependsOn: [uploaded, readable], after: "/" + StackNames.PolicyKey, group: StackPlanner.PolicyGroup);
        var invalidated = plan.Add("invalidation-done", ChangeAction.Wait, "CloudFront invalidation", dist.Id, "it takes about half a minute",
            new Operation.WaitInvalidation(), dependsOn: [invalidation], after: "Completed");
        var url = MtaStsPolicy.UrlOf(stack.Domain);
        return plan.Add("served/policy", ChangeAction.Wait, "HTTPS", url.ToString(), "senders must be served mode none before its id is published",
            new Operation.ConfirmServed(url, Encoding.UTF8.GetBytes(policy.Served), "PolicyNotServed"),
            dependsOn: [uploaded, invalidated], after: $"policy {policy.Id}");
    }

    // CloudFront cannot read what is stored under the key that AWS manages for S3: mode none would not reach anybody.
    private static Step? UseReadableKey(PlanBuilder plan, ObservedStack observed)
        => observed.AssetBucket?.Settings.Encryption != BucketSettings.ManagedKey ? null : plan.Add(
            "asset-bucket/Encryption", ChangeAction.Update, BucketSettingText.Title(BucketSetting.Encryption), observed.AssetBucketName,
            "CloudFront cannot read files that are encrypted with the key aws/s3",
            new Operation.PutSetting(observed.AssetBucketName, BucketSetting.Encryption, new BucketSettings { Encryption = "AES256" }),
            dependsOn: [], BucketSettings.ManagedKey, "AES256");
}
