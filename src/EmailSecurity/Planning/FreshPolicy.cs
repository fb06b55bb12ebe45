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
/// means the same: that gives it an id which nobody holds. How many spellings there are bounds how often that can happen within a year.
/// </remarks>
internal sealed class FreshPolicy
{
    private readonly MtaStsPolicy usual;
    private readonly ObservedStack observed;
    private readonly string? published;
    private readonly PolicyMark? newest;
    private readonly List<ObjectVersion> versions;
    private readonly bool isHistoryKnown;

    private FreshPolicy(MtaStsPolicy wanted, ObservedStack observed)
    {
        usual = wanted;
        this.observed = observed;
        published = StackPlanner.PublishedPolicyId(observed);
        var evidence = new PolicyEvidence(observed);
        newest = evidence.Newest is { IsNothing: false } mark ? mark : null;
        versions =
        [
            .. observed.AssetVersions.Where(v => v is { Key: StackNames.PolicyKey, IsDeleteMarker: false })
                .OrderByDescending(v => v.LastModified).ThenByDescending(v => v.IsLatest),
        ];
        isHistoryKnown = (evidence.IsHistoryWhole ?? versions.Count > 1) && observed.CurrentPolicy?.Id == newest?.Id;
    }

    /// <summary>The policy, spelled so that no sender has its id with another text.</summary>
    /// <param name="wanted">What the policy says.</param>
    /// <param name="observed">The current state.</param>
    public static MtaStsPolicy Of(MtaStsPolicy wanted, ObservedStack observed) => new FreshPolicy(wanted, observed).Choose();

    /// <summary>True for the id of the policy in any spelling.</summary>
    public static bool IsIdOf(MtaStsPolicy policy, string? id) => id is not null && Spellings(policy).Any(p => p.Id == id);

    private static IEnumerable<MtaStsPolicy> Spellings(MtaStsPolicy policy) => Enumerable.Range(0, MtaStsPolicy.Spellings).Select(policy.Respelled);

    private MtaStsPolicy Choose()
    {
        // What is served and announced stays as it is; a run that died before it announced what it served is finished.
        if (observed.CurrentPolicy is { } current && usual.SpelledAs(current) is { } kept && (kept.Id == published || !IsTaken(kept)))
        {
            return kept;
        }

        return Candidates().FirstOrDefault(p => !IsTaken(p)) ?? usual;
    }

    // Where the history is lost, nobody knows which spellings were used: the first to try depends on the id that the newest mark names.
    // One that it names already was about to be served by a run that died.
    private IEnumerable<MtaStsPolicy> Candidates()
    {
        if (newest is not { IsFirst: false } || isHistoryKnown)
        {
            return Spellings(usual);
        }

        var begin = Convert.ToInt32(StackPlanner.Md5(Encoding.UTF8.GetBytes(newest.Id))[..4], 16);
        return Enumerable.Range(begin, MtaStsPolicy.Spellings).Select(i => usual.Respelled(i % MtaStsPolicy.Spellings))
            .OrderByDescending(p => p.Id == newest.Id);
    }

    // True where some sender may have the policy's id with another text.
    private bool IsTaken(MtaStsPolicy policy)
    {
        if (policy.Id == published && (observed.CurrentPolicy?.Id ?? newest?.Id) is { } instead && instead != policy.Id)
        {
            return true;
        }

        // The marks know of an earlier policy, and nothing that can be relied on shows which it was, since earlier versions are gone or somebody else put the
        // newest: it may have been this one in its usual spelling.
        return (!isHistoryKnown && newest is { IsFirst: false } && newest.Id != policy.Id && policy.Id == usual.Id) || IsBeforeAnother(policy);
    }

    // By the ETags. Under SSE-KMS an ETag is no MD5, and earlier versions are not recognized.
    private bool IsBeforeAnother(MtaStsPolicy policy)
    {
        var etag = StackPlanner.Md5(Encoding.UTF8.GetBytes(policy.Served));
        var other = false;
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].ETag != etag)
            {
                // No sender holds what was replaced more than a year ago (RFC 8461 section 3.2).
                other |= i == 0 || versions[i - 1].LastModified.AddSeconds(ServedPolicy.EdgeSeconds + MtaStsPolicy.MaxMaxAge) > observed.ObservedAt;
            }
            else if (other)
            {
                return true;
            }
        }

        return false;
    }
}
