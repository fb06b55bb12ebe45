using System.Collections.Concurrent;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

/// <summary>What only AWS could name, handed from step to step of one run.</summary>
internal sealed class RunState(ObservedStack observed)
{
    private volatile ObservedCertificate? certificate;
    private volatile ObservedDistribution? distribution = observed.Distribution;
    private volatile string certificateArn = "";
    private volatile string originAccessControlId = observed.OriginAccessControlId ?? "";
    private volatile string invalidationId = "";

    /// <summary>The account that is changed.</summary>
    public string AccountId => observed.Caller.AccountId;

    /// <summary>The settings of a bucket as the plan saw them; null for one that is made by this run.</summary>
    public BucketSettings? Seen(string bucket)
        => bucket == observed.AssetBucket?.Name ? observed.AssetBucket.Settings : bucket == observed.LogBucket?.Name ? observed.LogBucket.Settings : null;

    public ObservedCertificate? Certificate { get => certificate; set => certificate = value; }

    public ObservedDistribution? Distribution { get => distribution; set => distribution = value; }

    /// <summary>ARN of the stack's distribution as it was when the run began; null where there was none.</summary>
    public string? OwnDistributionArn { get; } = observed.Distribution?.Arn;

    public string CertificateArn { get => certificateArn; set => certificateArn = value; }

    public string OriginAccessControlId { get => originAccessControlId; set => originAccessControlId = value; }

    public string InvalidationId { get => invalidationId; set => invalidationId = value; }

    /// <summary>The steps that the user declined, and those that fall with them; settled before the first write.</summary>
    public IReadOnlyList<Change> Declined { get; set; } = [];

    /// <summary>Route 53 change ids by step id.</summary>
    public ConcurrentDictionary<string, string> RecordChanges { get; } = new(StringComparer.Ordinal);

    /// <summary>Objects put, with their version ids.</summary>
    public ConcurrentQueue<(string Bucket, BucketObject Item, string VersionId)> PutObjects { get; } = new();

    public ObservedDistribution RequireDistribution()
        => Distribution ?? throw new InvalidOperationException("A step needs the distribution before it was made.");
}
