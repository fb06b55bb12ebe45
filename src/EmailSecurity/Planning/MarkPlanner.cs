using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the marks that remember which policies senders may hold.</summary>
/// <remarks>
/// The distribution is marked before a policy is uploaded, and for an enforce policy the log bucket too: whichever of them is left shows what was served. The
/// log bucket's other mark is of the policy that was announced last, and is written before an id is published.
/// </remarks>
internal sealed class MarkPlanner(PlanBuilder plan, ObservedStack observed, PolicyMark mark, Promotion? promotion)
{
    /// <summary>Marks a distribution that is there; a new one is created with its mark.</summary>
    /// <param name="owner">Tags the distribution as the stack's.</param>
    public Step? BeforeServing(Step? owner)
    {
        if (observed.Distribution is not { } dist || observed.DistributionMark == mark)
        {
            return null;
        }

        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [StackNames.OwnerTag] = observed.Domain,
            [StackNames.ServedTag] = mark.ToString(),
        };
        if (promotion is not null)
        {
            tags[StackNames.EnforceTag] = promotion.Tag;
        }

        return plan.Add("distribution/served", ChangeAction.Update, "CloudFront distribution tags", dist.Id,
            "records which policies senders may have cached, before this one is served", new Operation.TagDistribution(dist.Arn, tags), dependsOn: [owner],
            observed.DistributionMark?.InWords ?? "", mark.InWords, group: StackPlanner.PolicyGroup);
    }

    /// <summary>
    /// Marks a log bucket that is there before an enforce policy is uploaded, unless its marks say as much already; a new one is created with its mark. Under
    /// the other modes senders deliver whatever they hold (RFC 8461 section 5), and a demotion waits for nothing that it does not need.
    /// </summary>
    /// <param name="tags">The tags that the bucket should have in addition to its own.</param>
    /// <param name="logTags">Puts those tags.</param>
    /// <param name="marked">Marks the distribution: its mark is the newest of all.</param>
    public Step? InLogsBeforeServing(IReadOnlyDictionary<string, string> tags, Step? logTags, Step? marked)
    {
        var isTold = new[] { observed.LogMark, observed.ServingMark }.Any(m => m is { Mode: MtaStsMode.Enforce } told && told.MaxAge >= mark.MaxAge);
        return observed.LogBucket is not { } bucket || mark.Mode != MtaStsMode.Enforce || isTold ? null
            : Put(bucket, "log-bucket/serving", "records which policies senders may have cached, in case the distribution is lost",
                tags, [StackNames.ServingTag], dependsOn: [logTags, marked], observed.ServingMark);
    }

    /// <summary>Marks a log bucket that is there before the policy is announced; a new one is created with its mark.</summary>
    /// <param name="tags">The tags that the bucket should have in addition to its own.</param>
    /// <param name="before">Put those tags and the mark of what is about to be served, and see that the policy is served.</param>
    public Step? BeforeAnnouncing(IReadOnlyDictionary<string, string> tags, IReadOnlyList<Step?> before)
    {
        var isServing = observed.ServingMark is null || observed.ServingMark == mark;
        return observed.LogBucket is not { } bucket || (observed.LogMark == mark && isServing) ? null
            : Put(bucket, "log-bucket/served", "records the policy whose id is published next, in case the distribution is lost",
                tags, observed.ServingMark is null && mark.Mode != MtaStsMode.Enforce ? [StackNames.ServedTag] : [StackNames.ServingTag, StackNames.ServedTag],
                before, observed.LogMark);
    }

    private Step Put(ObservedBucket bucket, string id, string reason, IReadOnlyDictionary<string, string> tags, IEnumerable<string> markTags,
        IReadOnlyList<Step?> dependsOn, PolicyMark? now)
    {
        var all = StackPlanner.WithTags(bucket.Settings.Tags, tags.Concat(markTags.Select(t => KeyValuePair.Create(t, mark.ToString()))));
        return plan.Add(id, ChangeAction.Update, "S3 bucket tags", bucket.Name, reason,
            new Operation.PutSetting(bucket.Name, BucketSetting.Tags, new BucketSettings { Tags = all }), dependsOn,
            now?.InWords ?? "", mark.InWords, group: StackPlanner.PolicyGroup);
    }
}
