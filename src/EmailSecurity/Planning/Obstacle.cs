using EmailSecurity.MtaSts;
using EmailSecurity.Ports;

namespace EmailSecurity.Planning;

/// <summary>Something that this stack did not create and that is in its way.</summary>
/// <param name="ErrorId">Id of the error that it is without -Adopt.</param>
/// <param name="Target">Its name.</param>
/// <param name="What">What it is, and what it holds.</param>
/// <param name="Fix">The way out.</param>
/// <param name="CanAdopt">False for what is not taken over with -Adopt either.</param>
internal sealed record Obstacle(string ErrorId, string Target, string What, string Fix, bool CanAdopt = true)
{
    // One error names them all: who runs into one after the other cannot judge whether to take over.
    private static readonly string[] Order = ["ForeignRecord", "DistributionNotOurs", "BucketNotOurs"];

    private const string Unchanged = " Nothing was changed.";

    /// <summary>The error that names everything that is in the way.</summary>
    /// <param name="domain">The stack's domain.</param>
    /// <param name="obstacles">At least one.</param>
    public static EmailSecurityException Error(string domain, IReadOnlyList<Obstacle> obstacles)
    {
        Obstacle[] all = [.. obstacles.DistinctBy(o => o.What, StringComparer.Ordinal)];
        if (all.Length == 1)
        {
            var look = all[0].CanAdopt ? $" To see first what -Adopt would change, run: Get-EmailSecurityPlan {domain} -Adopt" : "";
            return new EmailSecurityException(all[0].ErrorId, ErrorKind.Exists, all[0].What + Unchanged, all[0].Fix + look)
            { Target = all[0].Target };
        }

        var first = all.OrderBy(o => Array.IndexOf(Order, o.ErrorId)).First();
        var list = string.Join(" ", all.Select((o, i) => Invariant($"({i + 1}) {o.What}")));
        var fixes = string.Join(" ", all.Where(o => !o.CanAdopt).Select(o => $"{o.Target}: {o.Fix}"));
        var adopt = all.Any(o => o.CanAdopt)
            ? "To take over what this stack did not create, run the same command again with -Adopt; earlier values of records are saved. "
                + $"To see first what that would change, run: Get-EmailSecurityPlan {domain} -Adopt"
            : "";
        return new EmailSecurityException(first.ErrorId, ErrorKind.Exists,
            Invariant($"{all.Length} things are in the way of {domain}: {list}{Unchanged}"),
            fixes.Length == 0 ? adopt : $"First settle: {fixes} {adopt}".TrimEnd())
        { Target = domain };
    }

    /// <summary>A policy in one clause.</summary>
    public static string Describe(MtaStsPolicy policy)
    {
        var mx = policy.MxHosts.Count > 0 ? $", mx {string.Join(", ", policy.MxHosts)}" : "";
        return Invariant($"mode {policy.Mode.ToString().ToLowerInvariant()}, max_age {policy.MaxAge}{mx}");
    }

    /// <summary>A distribution of somebody else's, with what it reads.</summary>
    public static string Describe(ObservedDistribution holder)
    {
        var identity = holder.HasOriginAccessIdentity ? ", read with an origin access identity" : "";
        var state = holder.Settings.Enabled ? "" : ", disabled";
        return $"CloudFront distribution {holder.Id} (origin {holder.Settings.OriginDomainName}{holder.Settings.OriginPath}{identity}{state})";
    }
}
