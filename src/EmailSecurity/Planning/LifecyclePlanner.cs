using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Lifecycle rules: ours next to those of others, none of ours deleting sooner than the present ones, none of others touching what we serve.</summary>
internal static class LifecyclePlanner
{
    /// <summary>Rule of the log bucket.</summary>
    public const string LogRule = "expire-logs";

    /// <summary>Rule of the asset bucket.</summary>
    public const string AssetRule = "expire-noncurrent";

    private static readonly string[] ServedPrefixes = [StackNames.PolicyKey, StackNames.BimiPrefix, StackNames.AdoptedPrefix];

    /// <summary>Days that logs are kept: those asked for, else the deployed ones, else the default.</summary>
    public static int LogRetentionDays(StackWish stack, ObservedStack observed) => stack.IsLogRetentionAsked ? stack.LogRetentionDays
        : observed.LogBucket?.Settings.Lifecycle?.FirstOrDefault(r => r.Id == LogRule)?.ExpirationDays ?? stack.LogRetentionDays;

    /// <summary>
    /// The log bucket's rules: logs are kept as long as asked, and where nobody asks, as long as now. Rules of others stay: no mail depends on logs.
    /// </summary>
    /// <param name="wanted">Our rule.</param>
    /// <param name="isAsked">True where the days were asked for.</param>
    /// <param name="now">The rules there; null where not read.</param>
    public static IReadOnlyList<LifecycleRule> Logs(LifecycleRule wanted, bool isAsked, IReadOnlyList<LifecycleRule>? now)
    {
        var own = now?.FirstOrDefault(r => r.Id == wanted.Id);
        var kept = (now ?? []).Where(r => r.Id != wanted.Id).Select(Kept);
        if (own is null)
        {
            return [wanted, .. kept];
        }

        if (!isAsked)
        {
            // As it is: somebody asked for it once, by a command or by hand.
            return [own.HasMore || !own.IsEnabled ? Kept(own) : SettingOrder.Lifecycle.NotWeaker(wanted, own) with { ExpirationDays = own.ExpirationDays },
                .. kept];
        }

        return [SettingOrder.Lifecycle.NotWeaker(wanted, own) with { ExpirationDays = wanted.ExpirationDays }, .. kept];
    }

    /// <summary>The asset bucket's rules. A rule of others that deletes or archives what is served, or the history of it, gives way.</summary>
    /// <param name="wanted">Our rule.</param>
    /// <param name="now">The rules there; null where not read.</param>
    public static IReadOnlyList<LifecycleRule> Assets(LifecycleRule wanted, IReadOnlyList<LifecycleRule>? now)
    {
        var own = now?.FirstOrDefault(r => r.Id == wanted.Id);
        var kept = (now ?? []).Where(r => r.Id != wanted.Id && !TouchesServed(r)).Select(Kept);
        return [own is null ? wanted : own.IsEnabled ? SettingOrder.Lifecycle.NotWeaker(wanted, own) : Kept(own), .. kept];
    }

    /// <summary>True where the rules say what is wanted: kept ones are as they are, by definition.</summary>
    public static bool Same(IReadOnlyList<LifecycleRule> wanted, IReadOnlyList<LifecycleRule> now)
        => wanted.Count == now.Count && wanted.All(w => now.Any(n => w.IsKept ? n.Id == w.Id : n == w));

    /// <summary>A rule of others, to be left as it is.</summary>
    public static LifecycleRule Kept(LifecycleRule rule) => rule with { IsKept = true };

    /// <summary>True for a rule that deletes or archives what is served, or the history of it.</summary>
    public static bool TouchesServed(LifecycleRule rule) => rule.IsEnabled
        && (rule.ExpirationDays is not null || rule.NoncurrentDays is not null || rule.HasMore)
        && ServedPrefixes.Any(p => p.StartsWith(rule.Prefix, StringComparison.Ordinal) || rule.Prefix.StartsWith(p, StringComparison.Ordinal));
}
