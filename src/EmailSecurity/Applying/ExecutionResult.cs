using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

/// <summary>A step that could not be ended now, through nobody's fault.</summary>
/// <param name="Change">The step.</param>
/// <param name="Reason">What it waits for, in words.</param>
/// <param name="Until">When that is over at the latest; null where nobody knows.</param>
/// <param name="Records">Records to publish at an external DNS host before it can continue.</param>
public sealed record PendingChange(Change Change, string Reason, DateTimeOffset? Until, IReadOnlyList<DnsRecordState> Records);

/// <summary>A step that failed.</summary>
public sealed record FailedChange(Change Change, EmailSecurityException Error);

/// <summary>How a run ended.</summary>
public sealed record ExecutionResult
{
    /// <summary>Steps done.</summary>
    public required IReadOnlyList<Change> Applied { get; init; }
    /// <summary>Steps that failed.</summary>
    public IReadOnlyList<FailedChange> Failed { get; init; } = [];
    /// <summary>Steps that wait.</summary>
    public IReadOnlyList<PendingChange> Pending { get; init; } = [];
    /// <summary>Steps that were declined, or that depend on one that was not done.</summary>
    public IReadOnlyList<Change> Skipped { get; init; } = [];
    /// <summary>True where nothing was done because only the plan was asked for.</summary>
    public bool IsWhatIf { get; init; }
    /// <summary>The certificate as last seen.</summary>
    public ObservedCertificate? Certificate { get; init; }
    /// <summary>The distribution as last seen.</summary>
    public ObservedDistribution? Distribution { get; init; }
    /// <summary>The objects put: bucket, object and version id.</summary>
    public IReadOnlyList<(string Bucket, BucketObject Item, string VersionId)> PutObjects { get; init; } = [];
    /// <summary>True where every step is done.</summary>
    public bool IsComplete => !IsWhatIf && Failed.Count == 0 && Pending.Count == 0 && Skipped.Count == 0;
}
