using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>What version history, marks, edge and DNS together show of the policies that senders may hold. Pure.</summary>
/// <remarks>What none of them shows is taken at its worst: a deleted bucket is no proof that nothing was served.</remarks>
internal sealed class PolicyEvidence
{
    /// <summary>What a mark's time is stretched by where no version history bears it out: it was written some time before the policy changed.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    /// <summary>
    /// How long at most a run takes from its look until nobody is served the predecessor's policy anymore: a certificate alone can take 72 hours.
    /// </summary>
    public static readonly TimeSpan TakeOver = TimeSpan.FromDays(4);

    // Marks are written by the clock of this machine, versions by that of S3.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    // RFC 8461 section 3.2 with erratum 7282: no sender keeps a policy for longer.
    private const long WorstMaxAge = MtaStsPolicy.MaxMaxAge;
    private readonly ObservedStack observed;

    public PolicyEvidence(ObservedStack observed) => this.observed = observed;

    /// <summary>When the last sender forgets the last policy that asked for anything, at the latest (RFC 8461 section 8.3).</summary>
    /// <value>The least time there is where no sender can hold one.</value>
    public DateTimeOffset HeldUntil => Until(Slack, mode => mode != MtaStsMode.None);

    /// <summary>
    /// When the last sender forgets the last enforce policy, at the latest. Under mode testing senders deliver whatever they find (RFC 8461 section 5), so
    /// until then, and no longer, a stack that is gone can cost mail.
    /// </summary>
    public DateTimeOffset EnforcedUntil => Until(Slack, mode => mode == MtaStsMode.Enforce, isOfMode: true);

    /// <summary>
    /// When the last sender forgets an enforce policy that the version history no longer shows; null where it shows them all, or was not asked for.
    /// </summary>
    public DateTimeOffset? UnknownEnforcedUntil
    {
        get
        {
            var shown = observed.CachedPolicies.Where(c => c.Policy.Mode == MtaStsMode.Enforce).Select(c => c.Until)
                .DefaultIfEmpty(DateTimeOffset.MinValue).Max();
            var isLost = observed.AssetVersions.Count == 0 || observed.CachedPolicies.Count > 0;
            // A mark's time that a replaced policy of the history explains is that policy's, and of its mode, unless others are known to be gone.
            var told = IsHistoryWhole == false ? shown : Later(shown, (observed.ReplacedHeldUntil ?? DateTimeOffset.MinValue) + ClockTolerance);
            return isLost && EnforcedUntil is var until && until > observed.ObservedAt && until - Slack > told ? until : null;
        }
    }

    /// <summary>The newest mark that says anything: the distribution's is written first.</summary>
    public PolicyMark? Newest => observed.DistributionMark is { IsNothing: false } dist ? dist
        : observed.ServingMark ?? observed.LogMark ?? observed.DistributionMark ?? observed.AssetMark;

    /// <summary>
    /// True where the version history shows every policy that the stack has served, false where some are gone; null where no mark says how many there were.
    /// </summary>
    /// <remarks>The newest may be marked and not yet be served. No sender holds what was replaced more than a year ago (RFC 8461 section 3.2).</remarks>
    public bool? IsHistoryWhole => Newest is { IsNothing: false, Count: { } count } mark
        ? Changes >= count - (observed.CurrentPolicy?.Id == mark.Id ? 0 : 1)
            || Versions.Any(v => Held(v.LastModified, WorstMaxAge) <= observed.ObservedAt)
        : null;

    private IEnumerable<ObjectVersion> Versions => observed.AssetVersions.Where(v => v is { Key: StackNames.PolicyKey, IsDeleteMarker: false });

    // What was put again, as it was, is no other policy.
    private int Changes => Versions.OrderByDescending(v => v.LastModified).ThenByDescending(v => v.IsLatest)
        .Aggregate((Count: 0, ETag: ""), (seen, v) => (seen.Count + (v.ETag == seen.ETag ? 0 : 1), v.ETag)).Count;

    // Without a distribution of ours it is another provider's.
    private MtaStsPolicy? Edge => observed.Distribution is null ? null : observed.EdgePolicy;

    private IEnumerable<PolicyMark> Marks
        => new[] { observed.DistributionMark, observed.ServingMark, observed.LogMark, observed.AssetMark }.OfType<PolicyMark>();

    private IEnumerable<PolicyMark> Unsuperseded => new[]
    {
        observed.DistributionMark,
        IsSuperseded(observed.ServingMark, isCopy: false) ? null : observed.ServingMark,
        IsSuperseded(observed.LogMark, isCopy: false) ? null : observed.LogMark,
        IsSuperseded(observed.AssetMark, isCopy: true) ? null : observed.AssetMark,
    }.OfType<PolicyMark>();

    /// <summary>
    /// True where the last policy served is known to be one of mode none, DNS names no other of ours, and no mark is left that says that one is still served:
    /// its time would never come.
    /// </summary>
    public bool IsRetired => Newest is { IsNothing: false, Mode: MtaStsMode.None } mark
        && Unsuperseded.All(m => m.IsNothing || m.Mode == MtaStsMode.None)
        && observed.CurrentPolicy is null or { Mode: MtaStsMode.None }
        && (StackPlanner.PublishedPolicyId(observed) is not { } id
            || id == (observed.CurrentPolicy?.Id ?? mark.Id)
            || !StackOwnership.IsPolicyRecordOurs(observed));

    /// <summary>The mark to write before this policy is served: the time only grows.</summary>
    public PolicyMark MarkOf(MtaStsPolicy policy)
    {
        var until = Until(TimeSpan.Zero, mode => mode != MtaStsMode.None);
        if (Newest is { } mark && mark.Id == policy.Id)
        {
            // Marked before; what is served instead of it, it will replace only now.
            DateTimeOffset? instead = (observed.CurrentPolicy ?? Edge) is { Mode: not MtaStsMode.None } other && other.Id != policy.Id
                ? Held(observed.ObservedAt, other.MaxAge)
                : null;
            until = Marks.Select(m => m.HeldUntil).Append(instead).Max() ?? DateTimeOffset.MinValue;
        }

        until = Later(until, PredecessorHeldUntil);

        return PolicyMark.Of(policy, until > DateTimeOffset.MinValue ? until : null, CountWith(policy));
    }

    private int? CountWith(MtaStsPolicy policy) => Newest is { IsNothing: false } mark ? mark.Count + (mark.Id == policy.Id ? 0 : 1) : IsNothing ? 1 : null;

    // Somebody else's policy that DNS announces is served until this one takes its place; one that could not be fetched is taken at its worst.
    private DateTimeOffset PredecessorHeldUntil => !HasPolicyRecord || !StackOwnership.IsServedElsewhere(observed)
        || observed.PredecessorPolicy is { Mode: MtaStsMode.None } ? DateTimeOffset.MinValue
        : Held(observed.ObservedAt + (observed.Certificates.Any(c => c.Status == CertificateStatus.Issued) ? Slack : TakeOver),
            observed.PredecessorPolicy?.MaxAge ?? WorstMaxAge);

    // For the modes that count; which modes a mark's time is about, only the history tells, and of it what was replaced: the newest policy came after.
    private DateTimeOffset Until(TimeSpan slack, Predicate<MtaStsMode> counts, bool isOfMode = false)
    {
        if (IsNothing || WasNeverVisible)
        {
            return DateTimeOffset.MinValue;
        }

        var now = observed.ObservedAt;
        MtaStsPolicy?[] served = [observed.CurrentPolicy, Edge, observed.PolicyHistory.Count == 0 ? observed.AnnouncedPolicy : null];
        var shown = Shown(mode => mode != MtaStsMode.None);
        var history = Shown(counts);
        var replaced = observed.PolicyHistory.Where(p => p.Mode != MtaStsMode.None).Max(p => p.HeldUntil) ?? DateTimeOffset.MinValue;
        var told = isOfMode ? replaced : shown;
        if (!Marks.Any())
        {
            // Nothing shows what was served in addition to the versions that are left. Where the newest is the one that DNS announces, it was before that.
            var isNewest = observed.CurrentPolicy is { } current && current.Id == StackPlanner.PublishedPolicyId(observed) && observed.PolicyHistory.Count > 0;
            return Later(history, Held(isNewest ? observed.PolicyHistory.Max(p => p.From) : now, WorstMaxAge));
        }

        var until = history;
        foreach (var mark in Unsuperseded.Where(m => counts(m.Mode)))
        {
            until = Later(until, Held(now, mark.MaxAge));
        }

        foreach (var mark in Marks)
        {
            // Where the history confirms the mark, it shows the moment to the second; no policy can be held for longer than a year from now.
            // Where some of it is gone, what explains the time may be another policy than the one of this mode.
            var isCut = isOfMode && IsHistoryWhole == false;
            if (mark.HeldUntil is { } held && (told < held || isCut))
            {
                var isShown = held - told < ClockTolerance && !isCut;
                until = isShown && history < told ? until : Later(until, Earlier(held, Held(now, WorstMaxAge)) + (isShown ? TimeSpan.Zero : slack));
            }
        }

        return until;

        DateTimeOffset Shown(Predicate<MtaStsMode> wanted) => observed.PolicyHistory.Where(p => wanted(p.Mode)).Select(p => p.HeldUntil ?? Held(now, p.MaxAge))
            .Concat(served.OfType<MtaStsPolicy>().Where(p => wanted(p.Mode)).Select(p => Held(now, p.MaxAge)))
            .DefaultIfEmpty(DateTimeOffset.MinValue).Max();
    }

    // Nothing of the stack is there, or its marks say that there was no policy, and no other evidence speaks against it.
    private bool IsNothing => observed.PolicyHistory.Count == 0 && observed.CurrentPolicy is null && Edge is null
        && (Marks.Any() ? Marks.All(m => m.IsNothing) && !HasPolicyRecord : !HasResources(observed));

    /// <summary>True after a first publish that ended before there was a distribution: until its certificate is issued there can be none.</summary>
    public bool WasNeverVisible => observed.Distribution is null && Marks.All(m => m.IsNothing || m.IsFirst) && !HasPolicyRecord && !HasAlias
        && observed.PolicyHistory.Count <= 1 && observed.Certificates.Count > 0
        && observed.Certificates.All(c => c is { NotAfter: null, InUseBy.Count: 0 } && WasNeverIssued(c.Status));

    /// <summary>
    /// True where senders find nothing of the stack and nothing could serve them: a first publish ended before it made more than buckets, or others deleted the
    /// rest. There is nothing to withdraw then.
    /// </summary>
    public bool IsNothingVisible => observed.Distribution is null && !HasPolicyRecord && !HasAlias;

    private static bool WasNeverIssued(CertificateStatus status)
        => status is CertificateStatus.PendingValidation or CertificateStatus.Failed or CertificateStatus.ValidationTimedOut;

    /// <summary>True where anything of the stack is in AWS.</summary>
    public static bool HasResources(ObservedStack observed)
        => observed.Distribution is not null || observed.AssetBucket is not null || observed.LogBucket is not null
            || observed.Certificates.Any(c => StackNames.IsOwner(observed.Domain, c.Tags));

    private bool HasPolicyRecord => StackPlanner.PublishedPolicyId(observed) is not null;

    private bool HasAlias => observed.RecordSetsAt(MtaStsPolicy.HostOf(observed.Domain)).Any()
        || (observed.Answers.TryGetValue((MtaStsPolicy.HostOf(observed.Domain), DnsRecordType.CNAME), out var answer) && answer.Records.Count > 0);

    // The log bucket's marks come after the distribution's: one that the distribution's has counted in is not served any more, unless DNS still
    // announces it: then the run that wrote the distribution's died before it served the other. The asset bucket's is a copy of the newest, made when
    // that bucket was lost.
    private bool IsSuperseded(PolicyMark? mark, bool isCopy) => mark is not null
        && observed.DistributionMark is { IsNothing: false } newer && newer.Id != mark.Id && mark.Id != StackPlanner.PublishedPolicyId(observed)
        && (isCopy || (newer.HeldUntil is { } held && held >= (mark.HeldUntil ?? DateTimeOffset.MinValue)));

    private static DateTimeOffset Held(DateTimeOffset servedUntil, long maxAge) => servedUntil.AddSeconds(ServedPolicy.EdgeSeconds + maxAge);

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
