using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the marks that remember which policies senders may hold.</summary>
/// <remarks>The distribution is marked before a policy is uploaded, the log bucket before its id is published.</remarks>
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

    /// <summary>Marks a log bucket that is there; a new one is created with its mark.</summary>
    /// <param name="tags">The tags that the bucket should have in addition to its own.</param>
    /// <param name="logTags">Puts those tags.</param>
    /// <param name="served">Sees that the policy is served.</param>
    public Step? BeforeAnnouncing(IReadOnlyDictionary<string, string> tags, Step? logTags, Step? served)
    {
        if (observed.LogBucket is not { } bucket || observed.LogMark == mark)
        {
            return null;
        }

        var merged = new SortedDictionary<string, string>(bucket.Settings.Tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            merged[key] = value;
        }

        merged[StackNames.ServedTag] = mark.ToString();
        return plan.Add("log-bucket/served", ChangeAction.Update, "S3 bucket tags", bucket.Name,
            "records which policies senders may have cached, in case the distribution is lost",
            new Operation.PutSetting(bucket.Name, BucketSetting.Tags, new BucketSettings { Tags = merged }), dependsOn: [logTags, served],
            observed.LogMark?.InWords ?? "", mark.InWords, group: StackPlanner.PolicyGroup);
    }
}
