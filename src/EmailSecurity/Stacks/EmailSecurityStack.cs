using EmailSecurity.MtaSts;

namespace EmailSecurity.Stacks;

/// <summary>What a domain should have, and, after a command that asked AWS, what was observed of it.</summary>
/// <remarks>Made by <see cref="For"/>; it has no public constructor, so that PowerShell does not convert other objects into one by guessing.</remarks>
public sealed record EmailSecurityStack
{
    // Null where nobody asked: then what is deployed stays, and the default is for what is new.
    private readonly string? askedBimiSubdomain;
    private readonly int? askedLogRetentionDays;

    private EmailSecurityStack(string domain) => Domain = domain;

    /// <summary>Default days that logs are kept.</summary>
    public const int DefaultLogRetentionDays = 90;

    /// <summary>Default label of the BIMI host below the domain.</summary>
    public const string DefaultBimiSubdomain = "bimi-assets";

    /// <summary>Default BIMI selector.</summary>
    public const string DefaultBimiSelector = "default";

    /// <summary>A stack with default settings.</summary>
    /// <param name="domain">Any spelling of the domain; kept as A-labels in lower case.</param>
    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    public static EmailSecurityStack For(string domain) => new(Dns.DomainName.Normalize(domain));

    /// <summary>The domain, ASCII (A-labels), lower case, without a final dot.</summary>
    public string Domain { get; }

    /// <summary>Where it stands.</summary>
    public StackStatus Status { get; init; }

    // ---- What a user wants ----

    /// <summary>Who hosts the domain's DNS.</summary>
    public DnsHost DnsHost { get; init; }

    /// <summary>ARN of the certificate: the user's own if set by the user, else the one in use; empty before there is one.</summary>
    public string CertificateArn { get; init; } = "";

    /// <summary>Label of the BIMI host below the domain.</summary>
    public string BimiSubdomain { get => askedBimiSubdomain ?? DefaultBimiSubdomain; init => askedBimiSubdomain = value; }

    internal bool IsBimiSubdomainAsked => askedBimiSubdomain is not null;

    internal bool IsLogRetentionAsked => askedLogRetentionDays is not null;

    /// <summary>BIMI selector.</summary>
    public string BimiSelector { get; init; } = DefaultBimiSelector;

    /// <summary>Days that access logs are kept.</summary>
    public int LogRetentionDays { get => askedLogRetentionDays ?? DefaultLogRetentionDays; init => askedLogRetentionDays = value; }

    /// <summary>Tags for every resource, beside the stack's own.</summary>
    public IReadOnlyDictionary<string, string> Tag { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where TLS reports go (RFC 8460 section 3): mailto: and https: URIs; empty for no TLS-RPT part.</summary>
    public IReadOnlyList<string> ReportUri { get; init; } = [];

    /// <summary>The MTA-STS policy: as given, or as deployed; null where it is to be made from <see cref="Mode"/>, <see cref="MxHost"/> and <see cref="MaxAge"/> or kept as deployed.</summary>
    public MtaStsPolicy? Policy { get; init; }

    /// <summary>Wished policy mode; null for testing on a new domain and the deployed mode on another.</summary>
    public MtaStsMode? Mode { get; init; }

    /// <summary>Wished mx patterns; empty for the domain's live MX records on a new domain and the deployed ones on another.</summary>
    public IReadOnlyList<string> MxHost { get; init; } = [];

    /// <summary>Wished max_age in seconds; null for a week on a new domain and the deployed one on another.</summary>
    public long? MaxAge { get; init; }

    /// <summary>The BIMI logo; null for no BIMI part.</summary>
    public StackAsset? Logo { get; init; }

    /// <summary>The mark certificate (VMC or CMC); null for a self-asserted logo.</summary>
    public StackAsset? MarkCertificate { get; init; }

    // ---- What was observed ----

    /// <summary>AWS account; empty before AWS was asked.</summary>
    public string AccountId { get; init; } = "";
    /// <summary>Region of the buckets. Not named Region, so that a stack on the pipeline does not bind to -Region.</summary>
    public string BucketRegion { get; init; } = "";
    /// <summary>Bucket of policy, logo and mark certificate.</summary>
    public string AssetBucket { get; init; } = "";
    /// <summary>Bucket of the access logs.</summary>
    public string LogBucket { get; init; } = "";
    /// <summary>CloudFront distribution id.</summary>
    public string DistributionId { get; init; } = "";
    /// <summary>Its own name, <c>d111111abcdef8.cloudfront.net</c>.</summary>
    public string DistributionDomainName { get; init; } = "";
    /// <summary>Certificate status in ACM's words; empty before there is one.</summary>
    public string CertificateStatus { get; init; } = "";
    /// <summary>End of the certificate; ACM renews it before, as long as its validation records stay.</summary>
    public DateTimeOffset? CertificateNotAfter { get; init; }
    /// <summary>Route 53 hosted zone; empty for external DNS.</summary>
    public string HostedZoneId { get; init; } = "";
    /// <summary>Id in the published <c>_mta-sts</c> record; empty for none.</summary>
    public string PolicyId { get; init; } = "";
    /// <summary>Policies served so far, newest first, and until when senders may hold each; from the asset bucket's versions, read by Get- and Remove-EmailSecurityStack.</summary>
    public IReadOnlyList<ServedPolicy> PolicyHistory { get; init; } = [];
    /// <summary>Where senders fetch the policy.</summary>
    public string PolicyUrl { get; init; } = "";
    /// <summary>Where the logo is served; empty without a BIMI part.</summary>
    public string LogoUrl { get; init; } = "";
    /// <summary>Where the mark certificate is served; empty without one.</summary>
    public string MarkCertificateUrl { get; init; } = "";
    /// <summary>What the stack waits for, in words; empty for nothing.</summary>
    public string WaitingFor { get; init; } = "";
    /// <summary>When that is over at the latest, where it is known.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }
    /// <summary>Every record that the stack needs, and whether it is in DNS.</summary>
    public IReadOnlyList<DnsRecordState> Records { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Domain} ({Status})";
}
