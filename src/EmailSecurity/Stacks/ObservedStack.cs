using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>A policy that was served, and between when: what senders may still hold.</summary>
/// <param name="Mode">Its mode.</param>
/// <param name="MaxAge">Seconds that a sender may keep it.</param>
/// <param name="Id">Its id.</param>
/// <param name="From">When it was put.</param>
/// <param name="Until">When its successor was put; null for the current one.</param>
public sealed record ServedPolicy(MtaStsMode Mode, long MaxAge, string Id, DateTimeOffset From, DateTimeOffset? Until)
{
    /// <summary>Seconds that an edge location may serve a policy after its successor was put: the policy's cache lifetime there.</summary>
    public const int EdgeSeconds = 10;

    /// <summary>
    /// When the last sender that fetched it has forgotten it (RFC 8461 section 3.2: max_age); null for the current one, which is still being fetched.
    /// </summary>
    /// <remarks>An edge location may have served it for some seconds after its successor was put.</remarks>
    public DateTimeOffset? HeldUntil => Until?.AddSeconds(EdgeSeconds + MaxAge);

    /// <summary>Its mx patterns.</summary>
    internal IReadOnlyList<string> MxHosts { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <inheritdoc/>
    public override string ToString()
        => $"{Id} (mode {Mode.ToString().ToLowerInvariant()}) {(HeldUntil is { } end ? $"cached until {end:u} at the latest" : "served now")}";
}

/// <summary>What AWS and DNS say of a stack now. What was not looked at is empty or null.</summary>
public sealed record ObservedStack
{
    /// <summary>The domain.</summary>
    public required string Domain { get; init; }
    /// <summary>Who asks.</summary>
    public required CallerIdentity Caller { get; init; }
    /// <summary>The form of the buckets' names, whether they are there or not.</summary>
    public BucketForm BucketForm { get; init; } = BucketForm.Shared();
    /// <summary>Name of the asset bucket, whether it is there or not.</summary>
    public string AssetBucketName => StackNames.AssetBucket(Domain, Caller.AccountId, BucketForm);
    /// <summary>Name of the log bucket, whether it is there or not.</summary>
    public string LogBucketName => StackNames.LogBucket(Domain, Caller.AccountId, BucketForm);
    /// <summary>Region of the buckets.</summary>
    public required string Region { get; init; }
    /// <summary>When it was observed, by AWS's clock.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
    /// <summary>How far AWS's clock is ahead of this machine's.</summary>
    public TimeSpan ClockOffset { get; init; }
    /// <summary>Public hosted zones that matter.</summary>
    public IReadOnlyList<HostedZoneInfo> Zones { get; init; } = [];
    /// <summary>Record sets at and below the domain, by zone id.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<RecordSet>> RecordSets { get; init; }
        = new Dictionary<string, IReadOnlyList<RecordSet>>(StringComparer.Ordinal);
    /// <summary>Log bucket.</summary>
    public ObservedBucket? LogBucket { get; init; }
    /// <summary>Asset bucket.</summary>
    public ObservedBucket? AssetBucket { get; init; }
    /// <summary>Versions in the asset bucket.</summary>
    public IReadOnlyList<ObjectVersion> AssetVersions { get; init; } = [];
    /// <summary>What the served objects are served with, by key; only read for a publish.</summary>
    public IReadOnlyDictionary<string, ObjectMetadata> Metadata { get; init; } = new Dictionary<string, ObjectMetadata>(StringComparer.Ordinal);
    /// <summary>What others put into the log bucket; only read for a removal.</summary>
    public OtherObjects? OtherLogObjects { get; init; }
    /// <summary>The settings that were read, and so are compared.</summary>
    public IReadOnlySet<BucketSetting> AssetSettingsRead { get; init; } = new HashSet<BucketSetting>();
    /// <summary>The settings that were read, and so are compared.</summary>
    public IReadOnlySet<BucketSetting> LogSettingsRead { get; init; } = new HashSet<BucketSetting>();
    /// <summary>The shared origin access control; null for none or not looked for (a distribution names its own).</summary>
    public string? OriginAccessControlId { get; init; }
    /// <summary>The settings of the distribution's origin access control; null for none or not read.</summary>
    public OriginAccessControlSettings? OriginAccessControl { get; init; }
    /// <summary>Other distributions of the account that have one of the stack's hosts as an alias: a predecessor's.</summary>
    public IReadOnlyList<ObservedDistribution> AliasHolders { get; init; } = [];
    /// <summary>The stack's distribution: it has the stack's tag, or reads its asset bucket.</summary>
    public ObservedDistribution? Distribution { get; init; }
    /// <summary>Certificates: tagged ours, the distribution's, the user's.</summary>
    public IReadOnlyList<ObservedCertificate> Certificates { get; init; } = [];
    /// <summary>What DNS shows of the validation records of the distribution's certificate; looked at for a plan, and where its renewal is overdue.</summary>
    public IReadOnlyList<ValidationLook> Validations { get; init; } = [];
    /// <summary>Names whose validation records are this stack's to delete; only read for a removal.</summary>
    public IReadOnlySet<string> ValidatedNames { get; init; } = new HashSet<string>(StringComparer.Ordinal);
    /// <summary>Those of <see cref="ValidatedNames"/> that other certificates of the account have too; only read for a removal.</summary>
    public IReadOnlySet<string> NamesOnOtherCertificates { get; init; } = new HashSet<string>(StringComparer.Ordinal);
    /// <summary>The policy in the bucket; null for none or not read.</summary>
    public MtaStsPolicy? CurrentPolicy { get; init; }
    /// <summary>What records were before they were adopted; only read for a removal.</summary>
    internal IReadOnlyList<BeforeImage> BeforeImages { get; init; } = [];
    /// <summary>Policies served so far; only read for a removal.</summary>
    public IReadOnlyList<ServedPolicy> PolicyHistory { get; init; } = [];
    /// <summary>The policy whose id is in DNS, where the bucket's versions hold it; null for none or not looked for.</summary>
    public MtaStsPolicy? AnnouncedPolicy { get; init; }
    /// <summary>The last policy of another mode than none, where the bucket's versions hold it; null for none or not looked for.</summary>
    public MtaStsPolicy? WithdrawnPolicy { get; init; }
    /// <summary>The policy that senders are served, fetched as they do; null for none, or where the bucket shows it and nobody fetched.</summary>
    public MtaStsPolicy? EdgePolicy { get; init; }
    /// <summary>
    /// The policy that somebody else serves under the policy host, fetched as senders do; only read for a publish. Null for none, or where it could not be
    /// fetched.
    /// </summary>
    public MtaStsPolicy? PredecessorPolicy { get; init; }
    /// <summary>The policies that senders may have cached; only read for a publish that changes the mail servers, or where DNS has changed them.</summary>
    public IReadOnlyList<CachedPolicy> CachedPolicies { get; init; } = [];
    /// <summary>Until when senders may have the replaced ones of <see cref="CachedPolicies"/> cached, mode none aside; null for none.</summary>
    public DateTimeOffset? ReplacedHeldUntil { get; init; }
    /// <summary>
    /// Since when policies in mode testing (or enforce) have been served without a break, by the bucket's versions; null for never, or where the move to
    /// enforce is not asked for.
    /// </summary>
    public DateTimeOffset? TestingSince { get; init; }
    /// <summary>When a removal ended that; null where it goes on.</summary>
    public DateTimeOffset? TestingUntil { get; init; }
    /// <summary>What the distribution's tag remembers: written before a policy is served. Null for none.</summary>
    public PolicyMark? DistributionMark => Distribution is { } dist ? PolicyMark.Read(dist.Tags) : null;
    /// <summary>What the log bucket's tag remembers: written before a policy is announced. Null for none.</summary>
    public PolicyMark? LogMark => LogBucket is { } bucket ? PolicyMark.Read(bucket.Settings.Tags) : null;
    /// <summary>What the log bucket remembers of an enforce policy from before it was served. Null for none.</summary>
    public PolicyMark? ServingMark => LogBucket is { } bucket ? PolicyMark.Read(bucket.Settings.Tags, StackNames.ServingTag) : null;
    /// <summary>What the asset bucket's tag remembers: only where it outlived its stack. Null for none.</summary>
    public PolicyMark? AssetMark => AssetBucket is { } bucket ? PolicyMark.Read(bucket.Settings.Tags) : null;
    /// <summary>Live MX records; null where not looked up.</summary>
    public DnsAnswer? Mx { get; init; }
    /// <summary>The hosts of the live MX records, as senders read them; empty where there are none, or nobody knows.</summary>
    internal IReadOnlyList<string> MxHosts => MailServers.From(Domain, Mx?.ValuesIfAnswered) is { IsImplicit: false } servers ? servers.Hosts : [];
    /// <summary>DNS answers for the stack's records at an external DNS host, by name and type.</summary>
    public IReadOnlyDictionary<(string Name, DnsRecordType Type), DnsAnswer> Answers { get; init; } = new Dictionary<(string, DnsRecordType), DnsAnswer>();
    /// <summary>How the stack's hosts point to the distribution, by host; looked at where DNS is hosted elsewhere and there is a distribution.</summary>
    public IReadOnlyDictionary<string, HostView> Hosts { get; init; } = new Dictionary<string, HostView>(StringComparer.Ordinal);
    /// <summary>NS record sets that DNS shows between the zone's apex and what was read of the zone.</summary>
    public IReadOnlyList<RecordSet> DelegationsInDns { get; init; } = [];
    /// <summary>
    /// What the checks find outside AWS that a publish should report: CAA, mail servers, report addresses, the BIMI files; only looked at for a publish.
    /// </summary>
    public OutsideView Outside { get; init; } = OutsideView.Nothing;
    /// <summary>Why BIMI must wait (DMARC); null where nothing prevents it or BIMI is not asked for.</summary>
    public EmailSecurityException? BimiGate { get; init; }

    /// <summary>The zone of a name: the longest suffix.</summary>
    public HostedZoneInfo? ZoneOf(string name) => ZoneOf(Zones, name);

    /// <summary>The zone of a name: the longest suffix.</summary>
    internal static HostedZoneInfo? ZoneOf(IEnumerable<HostedZoneInfo> zones, string name) => zones
        .Where(z => name == z.Name || name.EndsWith("." + z.Name, StringComparison.Ordinal))
        .MaxBy(z => z.Name.Length);

    /// <summary>The record sets at a name in its zone.</summary>
    public IEnumerable<RecordSet> RecordSetsAt(string name)
        => ZoneOf(name) is { } zone && RecordSets.TryGetValue(zone.Id, out var sets) ? sets.Where(s => s.Name == name) : [];

    /// <summary>True where the distribution's certificate is no longer valid: then CloudFront changes nothing of it.</summary>
    internal bool HasLostCertificate => Distribution is { } dist
        && Certificates.Any(c => c.Arn == dist.Settings.CertificateArn && c.Status is not CertificateStatus.Issued);

    /// <summary>Each TXT string of a name, as DNS or its hosted zone has it; those of others among them.</summary>
    internal IEnumerable<string> TextsAt(string name) => Answers.TryGetValue((name, DnsRecordType.TXT), out var answer) ? answer.Records.Select(r => r.Value)
        : RecordSetsAt(name).Where(s => s.Type == "TXT").SelectMany(s => s.Values).Select(TxtStrings.Unquote);

    /// <summary>The record sets that lead a host somewhere.</summary>
    internal IEnumerable<RecordSet> HostSetsAt(string host) => RecordSetsAt(host).Where(s => s.Type is "A" or "AAAA" or "CNAME");
}
