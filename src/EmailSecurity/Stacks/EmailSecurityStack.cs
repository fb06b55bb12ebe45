using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Stacks;

/// <summary>A domain's stack: what somebody wants (<see cref="Wish"/>) and what was seen of it (<see cref="State"/>).</summary>
/// <remarks>
/// The flat properties show what is deployed; before a command has read that, they show what is asked for. Nothing that was only observed is a wish.
/// It has no public constructor, so that PowerShell does not convert other objects into one on its own.
/// </remarks>
public sealed record EmailSecurityStack
{
    private EmailSecurityStack(StackWish wish) => Wish = wish;

    /// <summary>Default days that logs are kept.</summary>
    public const int DefaultLogRetentionDays = 90;

    /// <summary>Default label of the BIMI host below the domain.</summary>
    public const string DefaultBimiSubdomain = BimiRecord.DefaultFilesLabel;

    /// <summary>Default BIMI selector.</summary>
    public const string DefaultBimiSelector = Bimi.BimiSelector.Default;

    /// <summary>A stack with default settings.</summary>
    /// <param name="domain">Any spelling of the domain; kept as A-labels in lower case.</param>
    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    public static EmailSecurityStack For(string domain) => new(StackWish.For(domain));

    /// <summary>The stack that a wish describes; AWS was not asked.</summary>
    public static EmailSecurityStack FromStackWish(StackWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        return new(wish);
    }

    /// <summary>The stack that a wish describes; AWS was not asked.</summary>
    public static implicit operator EmailSecurityStack(StackWish wish) => FromStackWish(wish);

    /// <summary>The domain, ASCII (A-labels), lower case, without a final dot.</summary>
    public string Domain => Wish.Domain;

    /// <summary>Where it stands.</summary>
    public StackStatus Status => State.Status;

    /// <summary>What somebody wants: only this is what a publish changes.</summary>
    internal StackWish Wish { get; init; }

    /// <summary>What commands saw in AWS and DNS.</summary>
    internal StackState State { get; init; } = StackState.Unknown;

    // ---- Settings: as deployed, or, before anybody looked, as wished ----

    /// <summary>Who hosts the domain's DNS.</summary>
    public DnsHost DnsHost => State.DnsHost ?? Wish.DnsHost;
    /// <summary>
    /// ARN of the certificate in use; before there is one the user's own, which <see cref="StackWish.CertificateArn"/> has alone. Empty for none.
    /// </summary>
    public string CertificateArn => State.CertificateArn.Length > 0 ? State.CertificateArn : Wish.CertificateArn;
    /// <summary>Label of the BIMI host below the domain.</summary>
    public string BimiSubdomain => State.BimiSubdomain ?? Wish.BimiSubdomain;
    /// <summary>BIMI selector.</summary>
    public string BimiSelector => State.BimiSelector ?? Wish.BimiSelector;
    /// <summary>Days that access logs are kept.</summary>
    public int LogRetentionDays => State.LogRetentionDays ?? Wish.LogRetentionDays;
    /// <summary>Tags of every resource, in addition to the stack's own.</summary>
    public IReadOnlyDictionary<string, string> Tag => State.Tag ?? Wish.Tag;
    /// <summary>Where TLS reports go (RFC 8460 section 3): mailto: and https: URIs; empty for none.</summary>
    public IReadOnlyList<string> ReportUri => State.ReportUri ?? Wish.ReportUri;
    /// <summary>The MTA-STS policy as deployed, else as given; null where there is neither.</summary>
    public MtaStsPolicy? Policy => State.Policy ?? Wish.Policy;
    /// <summary>Policy mode; null where nothing is deployed and none is wished.</summary>
    public MtaStsMode? Mode => Policy?.Mode ?? Wish.Mode;
    /// <summary>mx patterns; empty where nothing is deployed and none are wished.</summary>
    public IReadOnlyList<string> MxHost => Policy?.MxHosts ?? Wish.MxHost;
    /// <summary>max_age in seconds; null where nothing is deployed and none is wished.</summary>
    public long? MaxAge => Policy?.MaxAge ?? Wish.MaxAge;
    /// <summary>The BIMI logo to publish; null for none. What is served is at <see cref="LogoUrl"/>.</summary>
    public StackAsset? Logo => Wish.Logo;
    /// <summary>The mark certificate (VMC or CMC) to publish; null for none. What is served is at <see cref="MarkCertificateUrl"/>.</summary>
    public StackAsset? MarkCertificate => Wish.MarkCertificate;

    // ---- Only observed ----

    /// <summary>AWS account; empty before AWS was asked.</summary>
    public string AccountId => State.AccountId;
    /// <summary>Region of the buckets. Not named Region, so that a stack on the pipeline does not bind to -Region.</summary>
    public string BucketRegion => State.BucketRegion;
    /// <summary>Bucket of policy, logo and mark certificate.</summary>
    public string AssetBucket => State.AssetBucket;
    /// <summary>Bucket of the access logs.</summary>
    public string LogBucket => State.LogBucket;
    /// <summary>CloudFront distribution id.</summary>
    public string DistributionId => State.DistributionId;
    /// <summary>Its own name, <c>d111111abcdef8.cloudfront.net</c>.</summary>
    public string DistributionDomainName => State.DistributionDomainName;
    /// <summary>Certificate status in ACM's words; empty before there is one.</summary>
    public string CertificateStatus => State.CertificateStatus;
    /// <summary>When the certificate expires; ACM renews it before, as long as its validation records stay.</summary>
    public DateTimeOffset? CertificateNotAfter => State.CertificateNotAfter;
    /// <summary>Route 53 hosted zone as found, else as wished; empty for external DNS.</summary>
    public string HostedZoneId => State.HostedZoneId.Length > 0 ? State.HostedZoneId : Wish.HostedZoneId;
    /// <summary>Id in the published <c>_mta-sts</c> record; empty for none.</summary>
    public string PolicyId => State.PolicyId;
    /// <summary>When the move to mode enforce was checked, and why it was made where a check failed; empty in other modes.</summary>
    public string EnforceReason => State.EnforceReason;
    /// <summary>Policies served so far, newest first, and until when senders may hold each; read by Get- and Remove-EmailSecurityStack.</summary>
    public IReadOnlyList<ServedPolicy> PolicyHistory => State.PolicyHistory;
    /// <inheritdoc cref="StackState.AdoptedRecords"/>
    public IReadOnlyList<string> AdoptedRecords => State.AdoptedRecords;
    /// <summary>Where senders fetch the policy.</summary>
    public string PolicyUrl => State.PolicyUrl;
    /// <summary>Where the logo is served; empty without a BIMI part.</summary>
    public string LogoUrl => State.LogoUrl;
    /// <summary>Where the mark certificate is served; empty without one.</summary>
    public string MarkCertificateUrl => State.MarkCertificateUrl;
    /// <summary>How far the removal is, and when it is due; null where none is in progress.</summary>
    public StackRemoval? Removal => State.Removal;
    /// <summary>How far the removal is; null where none is in progress.</summary>
    public RemovalPhase? RemovalPhase => State.Removal?.Phase;
    /// <summary>What the stack waits for, in words; empty for nothing.</summary>
    public string WaitingFor => State.WaitingFor;
    /// <summary>When that is over at the latest, where it is known.</summary>
    public DateTimeOffset? WaitingUntil => State.WaitingUntil;
    /// <summary>Every record that the stack needs, and whether it is in DNS.</summary>
    public IReadOnlyList<DnsRecordState> Records => State.Records;

    /// <summary>The wish, with what finds the deployed stack again (DNS host, selector) where nobody chose it.</summary>
    public StackWish WishForDeployment() => Wish with
    {
        DnsHost = Wish.IsDnsHostAsked ? Wish.DnsHost : DnsHost,
        BimiSelector = Wish.IsBimiSelectorAsked ? Wish.BimiSelector : BimiSelector,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Domain} ({Status})";
}
