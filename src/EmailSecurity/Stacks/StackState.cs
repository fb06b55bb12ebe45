using EmailSecurity.Findings;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Stacks;

/// <summary>What commands saw of a stack in AWS and DNS. Null where nobody looked; empty where there is none.</summary>
public sealed record StackState
{
    /// <summary>Nobody looked yet.</summary>
    public static StackState Unknown { get; } = new();

    /// <summary>Where the stack stands.</summary>
    public StackStatus Status { get; init; }
    /// <summary>Who hosts the domain's DNS.</summary>
    public DnsHost? DnsHost { get; init; }
    /// <summary>Label of the deployed BIMI host.</summary>
    public string? BimiSubdomain { get; init; }
    /// <summary>Selector of the published assertion record.</summary>
    public string? BimiSelector { get; init; }
    /// <summary>Days that the log bucket keeps logs.</summary>
    public int? LogRetentionDays { get; init; }
    /// <summary>Tags of the resources, without the stack's own.</summary>
    public IReadOnlyDictionary<string, string>? Tag { get; init => field = value is null ? null : Joined.Table(value); }
    /// <summary>Where the published record sends TLS reports.</summary>
    public IReadOnlyList<string>? ReportUri { get; init => field = value is null ? null : Joined.List(value); }
    /// <summary>The deployed policy.</summary>
    public MtaStsPolicy? Policy { get; init; }
    /// <summary>ARN of the certificate in use.</summary>
    public string CertificateArn { get; init; } = "";
    /// <summary>Certificate status in ACM's words.</summary>
    public string CertificateStatus { get; init; } = "";
    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset? CertificateNotAfter { get; init; }
    /// <summary>AWS account.</summary>
    public string AccountId { get; init; } = "";
    /// <summary>Region of the buckets.</summary>
    public string BucketRegion { get; init; } = "";
    /// <summary>Bucket of policy, logo and mark certificate.</summary>
    public string AssetBucket { get; init; } = "";
    /// <summary>Bucket of the access logs.</summary>
    public string LogBucket { get; init; } = "";
    /// <summary>CloudFront distribution id.</summary>
    public string DistributionId { get; init; } = "";
    /// <summary>The distribution's own domain name.</summary>
    public string DistributionDomainName { get; init; } = "";
    /// <summary>Route 53 hosted zone.</summary>
    public string HostedZoneId { get; init; } = "";
    /// <summary>Id in the published <c>_mta-sts</c> record.</summary>
    public string PolicyId { get; init; } = "";
    /// <summary>When the move to mode enforce was checked, and why it was made where a check failed; empty in other modes.</summary>
    public string EnforceReason { get; init; } = "";
    /// <summary>Policies served so far, newest first.</summary>
    public IReadOnlyList<ServedPolicy> PolicyHistory { get; init => field = Joined.List(value); } = Joined.List<ServedPolicy>([]);
    /// <summary>Records of others that this stack adopted, as they were before, each as a zone file has it.</summary>
    public IReadOnlyList<string> AdoptedRecords { get; init => field = Joined.List(value); } = Joined.List<string>([]);
    /// <summary>Where senders fetch the policy.</summary>
    public string PolicyUrl { get; init; } = "";
    /// <summary>Where the logo is served.</summary>
    public string LogoUrl { get; init; } = "";
    /// <summary>Where the mark certificate is served.</summary>
    public string MarkCertificateUrl { get; init; } = "";
    /// <summary>How far the removal is; null where none is in progress.</summary>
    public StackRemoval? Removal { get; init; }
    /// <summary>What the stack waits for, in words.</summary>
    public string WaitingFor { get; init => field = VisibleText.Of(value); } = "";
    /// <summary>When that is over at the latest.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }
    /// <summary>Every record that the stack needs, and whether it is in DNS.</summary>
    public IReadOnlyList<DnsRecordState> Records { get; init => field = Joined.List(value); } = Joined.List<DnsRecordState>([]);

    /// <inheritdoc/>
    public override string ToString() => Status.ToString();
}
