using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>What a user wants a domain to have: the settings of a stack, and nothing that was observed.</summary>
/// <remarks>What nobody asked for keeps its deployed value; a new domain gets the default.</remarks>
public sealed record StackWish
{
    private readonly DnsHost? askedDnsHost;
    private readonly string? askedBimiSubdomain;
    private readonly string? askedBimiSelector;
    private readonly int? askedLogRetentionDays;
    private readonly string? askedBucketSuffix;

    private StackWish(string domain) => Domain = domain;

    /// <summary>A wish for a domain that asks for nothing yet.</summary>
    /// <param name="domain">Any spelling of the domain; kept as A-labels in lower case.</param>
    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    public static StackWish For(string domain) => new(MailDomain.Normalize(domain));

    /// <summary>The domain, ASCII (A-labels), lower case, without a final dot.</summary>
    public string Domain { get; }

    /// <summary>Who hosts the domain's DNS.</summary>
    public DnsHost DnsHost { get => askedDnsHost ?? DnsHost.Route53; init => askedDnsHost = value; }

    /// <summary>ARN of the user's own certificate; empty where the stack requests one.</summary>
    public string CertificateArn { get; init; } = "";

    /// <summary>Label of the BIMI host below the domain.</summary>
    public string BimiSubdomain { get => askedBimiSubdomain ?? EmailSecurityStack.DefaultBimiSubdomain; init => askedBimiSubdomain = value; }

    /// <summary>BIMI selector.</summary>
    public string BimiSelector { get => askedBimiSelector ?? EmailSecurityStack.DefaultBimiSelector; init => askedBimiSelector = value; }

    /// <summary>Days that access logs are kept.</summary>
    public int LogRetentionDays { get => askedLogRetentionDays ?? EmailSecurityStack.DefaultLogRetentionDays; init => askedLogRetentionDays = value; }

    /// <summary>
    /// The suffix of the buckets' names, needed where another AWS account has the usual names: 1 to 12 lower-case letters and digits; empty for nothing. The
    /// deployed one is found by the distribution.
    /// </summary>
    public string BucketSuffix { get => askedBucketSuffix ?? ""; init => askedBucketSuffix = value; }

    /// <summary>
    /// The hosted zone to use where the account has several of one name and DNS does not show which of them is delegated; empty for the delegated one.
    /// </summary>
    public string HostedZoneId { get; init; } = "";

    /// <summary>Tags for every resource, in addition to the stack's own.</summary>
    public IReadOnlyDictionary<string, string> Tag { get; init => field = Joined.Table(value); }
        = Joined.Table(new SortedDictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Where TLS reports go (RFC 8460 section 3): mailto: and https: URIs; empty for no TLS-RPT part.</summary>
    public IReadOnlyList<string> ReportUri { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>
    /// The whole MTA-STS policy; null where it is made from <see cref="Mode"/>, <see cref="MxHost"/> and <see cref="MaxAge"/> or kept as deployed.
    /// </summary>
    public MtaStsPolicy? Policy { get; init; }

    /// <summary>Policy mode; null for testing on a new domain and the deployed mode on another.</summary>
    public MtaStsMode? Mode { get; init; }

    /// <summary>mx patterns; empty for the live MX records on a new domain and the deployed patterns on another.</summary>
    public IReadOnlyList<string> MxHost { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>max_age in seconds; null for a week on a new domain and the deployed one on another.</summary>
    public long? MaxAge { get; init; }

    /// <summary>The BIMI logo; null for no BIMI part.</summary>
    public StackAsset? Logo { get; init; }

    /// <summary>The mark certificate (VMC or CMC); null for a self-asserted logo.</summary>
    public StackAsset? MarkCertificate { get; init; }

    /// <summary>True where somebody chose <see cref="DnsHost"/>.</summary>
    public bool IsDnsHostAsked => askedDnsHost is not null;

    /// <summary>True where somebody chose <see cref="BimiSubdomain"/>.</summary>
    public bool IsBimiSubdomainAsked => askedBimiSubdomain is not null;

    /// <summary>True where somebody chose <see cref="BimiSelector"/>.</summary>
    public bool IsBimiSelectorAsked => askedBimiSelector is not null;

    /// <summary>True where somebody chose <see cref="LogRetentionDays"/>.</summary>
    public bool IsLogRetentionAsked => askedLogRetentionDays is not null;

    /// <summary>True where somebody chose <see cref="BucketSuffix"/>.</summary>
    public bool IsBucketSuffixAsked => askedBucketSuffix is not null;

    /// <inheritdoc/>
    public override string ToString() => Domain;
}
