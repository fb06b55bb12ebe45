using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The steps that mark a stack as being removed; null where none is needed.</summary>
/// <param name="Distribution">Marks the distribution.</param>
/// <param name="Logs">Marks the log bucket, which outlives the distribution.</param>
internal sealed record RemovalMarks(Step? Distribution, Step? Logs)
{
    /// <summary>
    /// Marks what is not marked yet: a removal that withdrew the policy has done so, one with -Force, or of a policy that was in mode none already, has not.
    /// What the marks remember of served policies stays; where there is no mark, none is made up.
    /// </summary>
    public static RemovalMarks Plan(PlanBuilder plan, ObservedStack observed) => new(PlanDistribution(plan, observed), PlanLogs(plan, observed));

    private static Step? PlanDistribution(PlanBuilder plan, ObservedStack observed)
    {
        if (observed is not { Distribution: { } dist, DistributionMark: { IsRemoval: false } mark })
        {
            return null;
        }

        var removal = mark with { IsRemoval = true };
        return plan.Add("distribution/removing", ChangeAction.Update, "CloudFront distribution tags", dist.Id, "marks the stack as being removed",
            new Operation.TagDistribution(dist.Arn, new Dictionary<string, string>(StringComparer.Ordinal) { [StackNames.ServedTag] = removal.ToString() }),
            dependsOn: [], mark.InWords, removal.InWords);
    }

    private static Step? PlanLogs(PlanBuilder plan, ObservedStack observed)
    {
        var isClosed = observed.LogBucket?.Settings.Tags.GetValueOrDefault(StackNames.PartsTag) is { Length: 0 }; // it outlived an earlier stack

        // Once the distribution is gone, nothing else supersedes a mark of what was never announced.
        var newest = observed.DistributionMark is { IsNothing: false } dist ? dist : observed.ServingMark;
        (string Tag, PolicyMark? Is, PolicyMark? Wanted)[] marks =
        [
            (StackNames.ServedTag, observed.LogMark, observed.LogMark),
            (StackNames.ServingTag, observed.ServingMark, observed.ServingMark is null ? null : newest),
        ];
        var changed = marks.Where(m => m.Wanted is { } wanted && wanted with { IsRemoval = true } != m.Is).ToArray();
        if (isClosed || observed.LogBucket is not { } bucket || changed.Length == 0)
        {
            return null;
        }

        var (mark, removal) = (changed[0].Is!, changed[0].Wanted! with { IsRemoval = true });
        var tags = StackPlanner.WithTags(bucket.Settings.Tags,
            changed.Select(m => KeyValuePair.Create(m.Tag, (m.Wanted! with { IsRemoval = true }).ToString())));
        return plan.Add("log-bucket/removing", ChangeAction.Update, "S3 bucket tags", bucket.Name, "marks the stack as being removed",
            new Operation.PutSetting(bucket.Name, BucketSetting.Tags, new BucketSettings { Tags = tags }), dependsOn: [], mark.InWords, removal.InWords);
    }
}
