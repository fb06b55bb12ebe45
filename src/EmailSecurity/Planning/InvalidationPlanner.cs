using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans that edge locations drop what a publish replaces.</summary>
internal sealed class InvalidationPlanner(PlanBuilder plan, ObservedStack observed, MtaStsPolicy? policy)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    /// <summary>Plans the invalidation and the wait for it.</summary>
    /// <param name="replaced">Keys of the objects that are replaced.</param>
    /// <param name="policyObject">Puts the policy.</param>
    /// <param name="bimi">Put the logo's files.</param>
    /// <param name="readable">Let edge locations read the bucket: until they can, what they have is better than nothing.</param>
    public (Step? Invalidation, Step? Invalidated) Plan(IEnumerable<string> replaced, Step? policyObject, BimiObjects bimi, IEnumerable<Step?> readable)
    {
        string[] policies = policyObject is not null || IsUploadedOnly ? [StackNames.PolicyKey] : [];
        string[] keys = [.. replaced.Union(policies, StringComparer.Ordinal)];
        if (observed.Distribution is not { } dist || keys.Length == 0)
        {
            return (null, null);
        }

        var version = observed.AssetVersions.FirstOrDefault(v => v.Key == StackNames.PolicyKey && v.IsLatest)?.VersionId ?? "";
        string[] paths = [.. keys.Order(StringComparer.Ordinal).Select(k => "/" + k)];
        var reference = StackPlanner.Md5(Encoding.UTF8.GetBytes(string.Join(' ', paths) + policy?.Id + version));
        var invalidation = plan.Add("invalidation", ChangeAction.Create, "CloudFront invalidation", dist.Id,
            "edge locations must stop serving what was replaced", new Operation.Invalidate(paths, reference),
            dependsOn: [policyObject, bimi.Logo, bimi.MarkCertificate, .. readable], after: string.Join(" ", paths),
            group: keys.Contains(StackNames.PolicyKey) ? StackPlanner.PolicyGroup : "");
        var invalidated = plan.Add("invalidation-done", ChangeAction.Wait, "CloudFront invalidation", dist.Id, "it takes about half a minute",
            new Operation.WaitInvalidation(), dependsOn: [invalidation], after: "Completed");
        return (invalidation, invalidated);
    }

    // A policy whose id is not published yet may be in the bucket already, from a run that died between upload and invalidation: then
    // edge locations may still hold the one before it. They do not for long, so where DNS announces nothing only a recent upload counts.
    private bool IsUploadedOnly => policy is not null && (StackPlanner.PublishedPolicyId(observed) is { } id ? id != policy.Id
        : observed.AssetVersions.Any(v => v is { Key: StackNames.PolicyKey, IsLatest: true } && v.LastModified + Recent > observed.ObservedAt));
}
