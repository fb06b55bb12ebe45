using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

/// <summary>
/// Carries over what others wrote into a bucket's settings after they were observed. S3 replaces tags, policy and lifecycle as a whole and takes no condition:
/// between the look of a plan and its write there can be the minutes that a certificate takes. Pure.
/// </summary>
internal static class SettingRebase
{
    /// <summary>True for a setting in which others can have something of their own beside ours.</summary>
    public static bool IsShared(BucketSetting setting) => setting is BucketSetting.Tags or BucketSetting.Policy or BucketSetting.Lifecycle;

    /// <summary>What to write.</summary>
    /// <param name="setting">A shared setting.</param>
    /// <param name="desired">What was planned.</param>
    /// <param name="seen">What was there when it was planned.</param>
    /// <param name="now">What is there now.</param>
    public static BucketSettings Onto(BucketSetting setting, BucketSettings desired, BucketSettings seen, BucketSettings now) => setting switch
    {
        BucketSetting.Tags => desired with { Tags = Tags(desired.Tags, seen.Tags, now.Tags) },
        BucketSetting.Policy => desired with { Policy = BucketPolicies.Beside(desired.Policy!, now.Policy) },
        BucketSetting.Lifecycle => desired with { Lifecycle = Lifecycle(desired.Lifecycle!, seen.Lifecycle ?? [], now.Lifecycle ?? []) },
        _ => desired,
    };

    // Only what the plan changes is changed.
    private static SortedDictionary<string, string> Tags(
        IReadOnlyDictionary<string, string> desired, IReadOnlyDictionary<string, string> seen, IReadOnlyDictionary<string, string> now)
    {
        var tags = new SortedDictionary<string, string>(now.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var key in seen.Keys.Where(k => !desired.ContainsKey(k)))
        {
            tags.Remove(key);
        }

        foreach (var (key, value) in desired)
        {
            // A mark that this plan does not change may be the newer one of a run beside it.
            var isOurs = key.StartsWith(StackNames.TagPrefix, StringComparison.Ordinal) && !StackNames.IsMarkTag(key);
            if (isOurs || !seen.TryGetValue(key, out var before) || before != value)
            {
                tags[key] = value;
            }
        }

        return tags;
    }

    private static List<LifecycleRule> Lifecycle(
        IReadOnlyList<LifecycleRule> desired, IReadOnlyList<LifecycleRule> seen, IReadOnlyList<LifecycleRule> now)
    {
        var isAssets = desired.Any(r => r.Id == LifecyclePlanner.AssetRule);
        var added = now.Where(n => seen.All(s => s.Id != n.Id) && desired.All(d => d.Id != n.Id) && !(isAssets && LifecyclePlanner.TouchesServed(n)));
        return [.. desired, .. added.Select(LifecyclePlanner.Kept)];
    }
}
