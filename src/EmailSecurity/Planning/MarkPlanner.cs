using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the marks that remember which policies senders may hold.</summary>
/// <remarks>The distribution is marked before a policy is uploaded, the log bucket before its id is published.</remarks>
internal sealed class MarkPlanner(PlanBuilder plan, ObservedStack observed, PolicyMark mark)
{
    /// <summary>Step that marks the distribution.</summary>
    public const string DistributionStep = "distribution/served";

    /// <summary>Step that marks the log bucket.</summary>
    public const string LogBucketStep = "log-bucket/served";

    /// <summary>The mark that must be there before the policy of this plan is.</summary>
    public PolicyMark Mark => mark;

    /// <summary>Marks a distribution that is there; a new one is created with its mark.</summary>
    public void BeforeServing()
    {
        if (observed.Distribution is { } dist && observed.DistributionMark != mark)
        {
            var tags = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                [StackNames.OwnerTag] = observed.Domain,
                [StackNames.ServedTag] = mark.ToString(),
            };
            plan.Add(
                DistributionStep, ChangeAction.Update, "CloudFront distribution tags", dist.Id,
                "remembers which policies senders may hold, before this one is served",
                new Operation.TagDistribution(dist.Arn, tags), ["distribution/owner"],
                observed.DistributionMark?.ToString() ?? "", mark.ToString(), group: StackPlanner.PolicyGroup);
        }
    }

    /// <summary>Marks a log bucket that is there; a new one is created with its mark.</summary>
    /// <param name="tags">The tags that the bucket should have beside its own.</param>
    /// <param name="dependsOn">Steps before it.</param>
    public void BeforeAnnouncing(IReadOnlyDictionary<string, string> tags, IReadOnlyList<string> dependsOn)
    {
        if (observed.LogBucket is { } bucket && observed.LogMark != mark)
        {
            var merged = new SortedDictionary<string, string>(bucket.Settings.Tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
            foreach (var (key, value) in tags)
            {
                merged[key] = value;
            }

            merged[StackNames.ServedTag] = mark.ToString();
            plan.Add(
                LogBucketStep, ChangeAction.Update, "S3 bucket tags", bucket.Name, "remembers which policies senders may hold, should the distribution be lost",
                new Operation.PutSetting(bucket.Name, BucketSetting.Tags, new BucketSettings { Tags = merged }), ["log-bucket/Tags", .. dependsOn],
                observed.LogMark?.ToString() ?? "", mark.ToString(), group: StackPlanner.PolicyGroup);
        }
    }
}
