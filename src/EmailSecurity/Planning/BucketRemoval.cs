using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The steps that make buckets again which somebody deleted; null where none is needed.</summary>
internal sealed record RestoredBuckets(Step? Assets, Step? Logs)
{
    /// <summary>Both are there.</summary>
    public static RestoredBuckets None { get; } = new(null, null);
}

/// <summary>Plans the end of a stack's buckets.</summary>
/// <param name="plan">The plan.</param>
/// <param name="observed">The current state.</param>
/// <param name="options">What the caller asks for.</param>
/// <param name="rest">Take everything else down.</param>
internal sealed class BucketRemoval(PlanBuilder plan, ObservedStack observed, RemovalOptions options, IReadOnlyList<Step?> rest)
{
    /// <summary>Plans both buckets, the log bucket last: its mark says most, and the asset bucket sends its access logs there.</summary>
    public void Delete(RestoredBuckets restored)
    {
        var (assets, logging) = observed.AssetBucket is not null || restored.Assets is not null ? DeleteAssets() : (null, null);
        if (observed.LogBucket is not null || restored.Logs is not null)
        {
            DeleteLogs(assets, logging);
        }
    }

    private (Step? Deleted, Step? Logging) DeleteAssets()
    {
        var name = observed.AssetBucketName;
        string[] keys = [.. observed.AssetVersions.Select(v => v.Key)];
        var others = options.RemoveForeignObject ? null : OtherObjects.Of(keys.Where(k => !StackNames.IsAssetKey(k)));
        var keepsImages = options.KeepAdopted && keys.Any(IsImage);
        var stays = others is not null || keepsImages;
        var logging = !stays || observed.LogBucket is null || options.KeepLogs ? null : plan.Add(
            "asset-bucket/AccessLogging", ChangeAction.Update, "S3 access logging", name, "the bucket stays, and its log bucket is removed",
            new Operation.PutSetting(name, BucketSetting.AccessLogging, new BucketSettings()), dependsOn: [.. rest], after: "off");
        Func<string, bool>? isOwn = !options.RemoveForeignObject ? StackNames.IsAssetKey : keepsImages ? _ => true : null;
        var operation = new Operation.DeleteBucket(name, keepsImages ? key => isOwn!(key) && !IsImage(key) : isOwn);
        var deleted = keepsImages && others is null
            ? plan.Add("asset-bucket", ChangeAction.Delete, "S3 objects", name,
                "those of this stack; the bucket stays, with the earlier values of adopted records",
                operation with { MayStay = true }, dependsOn: [.. rest, logging])
            : DeleteBucket("asset-bucket", others, keys.Any(StackNames.IsAssetKey), "with every version of every object", operation,
                dependsOn: [.. rest, logging]);
        if (stays)
        {
            Close("asset-bucket", observed.AssetBucket, dependsOn: [.. rest, deleted]);
        }

        return (deleted, logging);
    }

    private static bool IsImage(string key) => key.StartsWith(StackNames.AdoptedPrefix, StringComparison.Ordinal);

    private void DeleteLogs(Step? assets, Step? logging)
    {
        var name = observed.LogBucketName;
        if (options.KeepLogs && observed.LogBucket is not null)
        {
            plan.Warnings.Add($"The logs stay in bucket {name}, as asked; delete it yourself when you no longer need them.");
            Close("log-bucket", observed.LogBucket, dependsOn: [.. rest, assets]);
            return;
        }

        var others = options.RemoveForeignObject ? null : observed.OtherLogObjects;
        var deleted = DeleteBucket("log-bucket", others, hasOwn: true, "with all logs",
            new Operation.DeleteBucket(name, options.RemoveForeignObject ? null : StackNames.IsLogKey), dependsOn: [assets, logging, .. rest]);
        if (others is not null)
        {
            Close("log-bucket", observed.LogBucket, dependsOn: [.. rest, assets, deleted]);
        }
    }

    // A bucket that outlives the stack claims no record any more, and its memory brings no policy back: the removal was the user's word.
    private void Close(string id, ObservedBucket? bucket, IReadOnlyList<Step?> dependsOn)
    {
        if (bucket is null || (PolicyMark.Read(bucket.Settings.Tags) is { IsNothing: true } && !bucket.Settings.Tags.ContainsKey(StackNames.ServingTag)))
        {
            return;
        }

        var nothing = PolicyMark.Nothing with { IsRemoval = true };
        var marked = StackPlanner.WithTag(bucket.Settings.Tags, StackNames.ServedTag, nothing.ToString());
        var tags = StackPlanner.WithTag(marked, StackNames.PartsTag, "").Where(t => t.Key != StackNames.ServingTag).ToDictionary(StringComparer.Ordinal);
        plan.Add($"{id}/closed", ChangeAction.Update, "S3 bucket tags", bucket.Name, "the bucket stays, and the stack is removed",
            new Operation.PutSetting(bucket.Name, BucketSetting.Tags, new BucketSettings { Tags = tags }), dependsOn,
            after: $"{StackNames.ServedTag}={nothing}");
    }

    // What others put there is not deleted by the way; the bucket stays with it, and that is an error that names it.
    private Step? DeleteBucket(string id, OtherObjects? others, bool hasOwn, string reason, Operation.DeleteBucket operation, IReadOnlyList<Step?> dependsOn)
    {
        if (others is null)
        {
            return plan.Add(id, ChangeAction.Delete, "S3 bucket", operation.Name, reason, operation, dependsOn);
        }

        plan.Refused.Add(operation.Left(others));
        return !hasOwn ? null : plan.Add(id, ChangeAction.Delete, "S3 objects", operation.Name,
            "those of this stack; the bucket stays, with the objects of others", operation with { MayStay = true }, dependsOn);
    }
}
