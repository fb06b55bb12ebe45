using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Sees to it that senders notice a policy that comes back. Pure.</summary>
/// <remarks>
/// A sender keeps, with the policy, the id that DNS had when it fetched it, and fetches again only where the id differs (RFC 8461 section 3.3). A new policy is
/// served before its id is published (section 8.1), so some senders hold it under the id of the one before. Were that one published again under its old id,
/// they would keep the other, an enforce policy perhaps, until its max_age is over. So a policy that came before another is spelled differently, in a way that
/// means the same: that gives it an id which nobody holds.
/// </remarks>
internal static class FreshPolicy
{
    /// <summary>The policy, spelled so that no sender has its id with another text.</summary>
    /// <param name="wanted">What the policy says.</param>
    /// <param name="observed">The current state.</param>
    public static MtaStsPolicy Of(MtaStsPolicy wanted, ObservedStack observed)
    {
        var published = StackPlanner.PublishedPolicyId(observed);
        var versions = Versions(observed);
        var spellings = Enumerable.Range(0, versions.Count + 1).Select(wanted.Respelled);

        // What is served and announced stays as it is.
        var current = observed.CurrentPolicy;
        var kept = current is null || current.Id != published || !IsSame(current, wanted) ? null : spellings.FirstOrDefault(p => p.Id == published);
        return kept ?? spellings.FirstOrDefault(p => !IsTaken(p, published, versions, observed)) ?? wanted.Respelled(versions.Count + 1);
    }

    // True where some sender may have the policy's id with another text.
    private static bool IsTaken(MtaStsPolicy policy, string? published, IReadOnlyList<ObjectVersion> versions, ObservedStack observed)
    {
        var instead = observed.CurrentPolicy?.Id ?? new PolicyEvidence(observed).Newest switch { { IsNothing: false } mark => mark.Id, _ => null };
        if (policy.Id == published && instead is not null && instead != policy.Id)
        {
            return true;
        }

        // Under SSE-KMS an ETag is no MD5, and earlier versions are not recognized.
        var etag = StackPlanner.Md5(Encoding.UTF8.GetBytes(policy.Served));
        var other = false;
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].ETag == etag)
            {
                if (other)
                {
                    return true;
                }
            }
            else
            {
                // No sender holds what was replaced more than a year ago (RFC 8461 section 3.2).
                other |= i == 0 || versions[i - 1].LastModified.AddSeconds(ServedPolicy.EdgeSeconds + MtaStsPolicy.MaxMaxAge) > observed.ObservedAt;
            }
        }

        return false;
    }

    private static List<ObjectVersion> Versions(ObservedStack observed) =>
    [
        .. observed.AssetVersions.Where(v => v is { Key: StackNames.PolicyKey, IsDeleteMarker: false })
            .OrderByDescending(v => v.LastModified).ThenByDescending(v => v.IsLatest),
    ];

    private static bool IsSame(MtaStsPolicy left, MtaStsPolicy right)
        => left.Mode == right.Mode && left.MaxAge == right.MaxAge && left.MxHosts.SequenceEqual(right.MxHosts, StringComparer.OrdinalIgnoreCase);
}
