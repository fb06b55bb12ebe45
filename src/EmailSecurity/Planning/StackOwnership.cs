using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Tells what is the stack's, by any of the marks that it left: one can be lost. A tag that names another stack settles the matter.</summary>
public static class StackOwnership
{
    /// <summary>The distribution: by its tag; without one, by its origin, where another resource of the stack still has its tag.</summary>
    public static bool IsDistributionOurs(ObservedStack observed) => observed.Distribution is { } dist && (dist.Tags.ContainsKey(StackNames.OwnerTag)
        ? StackNames.IsOwner(observed.Domain, dist.Tags)
        : ReadsAssetBucket(observed, dist) && HasTaggedBeside(observed));

    /// <summary>The asset bucket: by its tag; without one, because the stack's distribution reads it.</summary>
    public static bool IsAssetBucketOurs(ObservedStack observed) => observed.AssetBucket is { } bucket && (bucket.Settings.Tags.ContainsKey(StackNames.OwnerTag)
        ? HasTag(observed, bucket)
        : observed.Distribution is { } dist && ReadsAssetBucket(observed, dist) && IsDistributionOurs(observed));

    /// <summary>The parts whose records are ours, by the tags of either bucket or of the distribution.</summary>
    public static StackParts Parts(ObservedStack observed)
    {
        IReadOnlyDictionary<string, string>?[] tags = [observed.AssetBucket?.Settings.Tags, observed.LogBucket?.Settings.Tags, observed.Distribution?.Tags];
        return tags.Where(t => t is not null && StackNames.IsOwner(observed.Domain, t) && t.ContainsKey(StackNames.PartsTag))
            .Aggregate(StackParts.None, (parts, t) => parts | Parse(t![StackNames.PartsTag]));
    }

    /// <summary>The value of the tag that lists the parts.</summary>
    public static string Text(StackParts parts) => string.Join(' ', new[]
    {
        parts.HasFlag(StackParts.MtaSts) ? "mta-sts" : "",
        parts.HasFlag(StackParts.TlsRpt) ? "tls-rpt" : "",
        parts.HasFlag(StackParts.Bimi) ? "bimi" : "",
    }.Where(w => w.Length > 0));

    /// <summary>
    /// True where the <c>_mta-sts</c> record is about a policy of ours: we know its id, or the policy host points to us, or to what was ours.
    /// </summary>
    /// <remarks>Another provider's record, after a move there, is neither.</remarks>
    public static bool IsPolicyRecordOurs(ObservedStack observed)
        => (Planning.StackPlanner.PublishedPolicyId(observed) is { } id && IsKnownId(observed, id))
            || LeadsToUs(observed, MtaStsPolicy.HostOf(observed.Domain))
            || LeadsToWhatIsLost(observed, MtaStsPolicy.HostOf(observed.Domain));

    // A distribution that is gone leaves aliases behind: where there was one, and nobody else has the name, they are ours, and so is the record.
    private static bool LeadsToWhatIsLost(ObservedStack observed, string host)
        => IsDistributionLost(observed) && Parts(observed).HasFlag(StackParts.MtaSts) && AliasMovePlanner.HolderOf(observed, host) is null
            && observed.HostSetsAt(host).ToArray() is { Length: > 0 } sets && sets.All(s => s.AliasZoneId == StackNames.CloudFrontZoneId);

    /// <summary>
    /// True where the stack had a distribution that is gone: the asset bucket's policy names it or, without that bucket, a certificate was issued for it and
    /// DNS announces no policy of others; and nobody else serves one.
    /// </summary>
    /// <remarks>A publish that was stopped before it made one has tags already, and the names still lead to another provider's.</remarks>
    internal static bool IsDistributionLost(ObservedStack observed)
        => observed is { Distribution: null, PredecessorPolicy: null } && (observed.AssetBucket is { } assets
        ? assets.Settings.Policy?.Contains(":distribution/", StringComparison.Ordinal) == true
        : observed.Certificates.Any(c => StackNames.IsOwner(observed.Domain, c.Tags) && (c.NotAfter is not null || c.Status == CertificateStatus.Issued))
            && (Planning.StackPlanner.PublishedPolicyId(observed) is not { } id || IsKnownId(observed, id)));

    /// <summary>True where the name points to our distribution.</summary>
    public static bool LeadsToUs(ObservedStack observed, string host)
    {
        return observed.Distribution is { } dist && IsDistributionOurs(observed)
            && TargetsOf(observed, host).Any(t => string.Equals(t.TrimEnd('.'), dist.DomainName, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// True where somebody else serves the policy host: an alias of another distribution of the account, or records that lead elsewhere, and DNS announces no
    /// policy of ours.
    /// </summary>
    public static bool IsServedElsewhere(ObservedStack observed)
    {
        var host = MtaStsPolicy.HostOf(observed.Domain);
        return !IsPolicyRecordOurs(observed) && (AliasMovePlanner.HolderOf(observed, host) is not null || LeadsElsewhere(observed, host));
    }

    /// <summary>True where senders are known to be served somebody else's policy, under an id of theirs.</summary>
    public static bool IsTakenOver(ObservedStack observed)
        => observed.PredecessorPolicy is not null && Planning.StackPlanner.PublishedPolicyId(observed) is not null && IsServedElsewhere(observed);

    /// <summary>True where a record leads the name somewhere else than to our distribution.</summary>
    public static bool LeadsElsewhere(ObservedStack observed, string host)
    {
        var own = observed.Distribution is { } dist && IsDistributionOurs(observed) ? dist.DomainName : null;
        return TargetsOf(observed, host).Any(t => !string.Equals(t.TrimEnd('.'), own, StringComparison.OrdinalIgnoreCase));
    }

    // What a name is an alias of, and its addresses.
    private static IEnumerable<string> TargetsOf(ObservedStack observed, string host)
        => TargetsInZone(observed, host)
            .Concat(observed.Answers.TryGetValue((host, DnsRecordType.CNAME), out var answer) ? answer.Records.Select(r => r.Value) : []);

    private static IEnumerable<string> TargetsInZone(ObservedStack observed, string host)
        => observed.HostSetsAt(host).SelectMany(s => s.AliasTarget is { } alias ? [alias] : s.Values);

    /// <summary>Where senders that follow the name are led instead of to the distribution, some of them or all; null where nobody is led elsewhere.</summary>
    internal static string? TargetElsewhere(ObservedStack observed, string host) => observed.Hosts.TryGetValue(host, out var view)
        ? view.Route == HostRoute.Elsewhere ? view.Observed : null
        : TargetsInZone(observed, host)
            .FirstOrDefault(t => !string.Equals(t.TrimEnd('.'), observed.Distribution?.DomainName, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for the id of a policy that this stack served, or was about to.</summary>
    public static bool IsKnownId(ObservedStack observed, string id)
        => id == observed.CurrentPolicy?.Id || id == observed.AnnouncedPolicy?.Id || (id == observed.EdgePolicy?.Id && IsDistributionOurs(observed))
            || id == observed.DistributionMark?.Id || id == observed.LogMark?.Id || id == observed.ServingMark?.Id
            || observed.PolicyHistory.Any(p => p.Id == id);

    private static bool HasTaggedBeside(ObservedStack observed)
        => HasTag(observed, observed.AssetBucket) || HasTag(observed, observed.LogBucket)
            || observed.Certificates.Any(c => StackNames.IsOwner(observed.Domain, c.Tags));

    private static bool HasTag(ObservedStack observed, ObservedBucket? bucket)
        => bucket is not null && StackNames.IsOwner(observed.Domain, bucket.Settings.Tags);

    private static bool ReadsAssetBucket(ObservedStack observed, ObservedDistribution dist)
    {
        var bucket = observed.AssetBucketName;
        return dist.Settings.OriginDomainName.StartsWith(bucket + ".s3.", StringComparison.OrdinalIgnoreCase);
    }

    private static StackParts Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (words.Contains("mta-sts") ? StackParts.MtaSts : StackParts.None)
            | (words.Contains("tls-rpt") ? StackParts.TlsRpt : StackParts.None)
            | (words.Contains("bimi") ? StackParts.Bimi : StackParts.None);
    }
}
