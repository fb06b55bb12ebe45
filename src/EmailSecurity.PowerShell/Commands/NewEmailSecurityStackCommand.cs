using System.Collections;
using System.Management.Automation;
using EmailSecurity.MtaSts;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Describes what a domain should have. Calls nobody.</summary>
[Cmdlet(VerbsCommon.New, "EmailSecurityStack")]
[OutputType(typeof(EmailSecurityStack))]
public sealed class NewEmailSecurityStackCommand : EmailSecurityCmdlet
{
    /// <summary>The domains; all get the same settings.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "DomainName")]
    [ValidateNotNullOrEmpty]
    public string[] Domain { get; set; } = [];

    /// <summary>Where TLS reports go: addresses, mailto: or https: URIs. None means no TLS-RPT part.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ListCell(ListCellKind.Address)]
    public string[]? ReportUri { get; set; }

    /// <summary>Folder with logo.svg, a .pem mark certificate and .well-known/mta-sts.txt; what is not in it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? AssetPath { get; set; }

    /// <summary>The logo; takes precedence over the one in AssetPath.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? LogoPath { get; set; }

    /// <summary>The mark certificate (VMC or CMC) as PEM; takes precedence over the one in AssetPath.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? MarkCertificatePath { get; set; }

    /// <summary>The policy as a file, served exactly as it is; takes precedence over the one in AssetPath.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? PolicyPath { get; set; }

    /// <summary>Policy mode; testing on a new domain, the deployed one on another.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public MtaStsMode? Mode { get; set; }

    /// <summary>mx patterns of the policy; the live MX records on a new domain, the deployed ones on another.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ListCell(ListCellKind.Host)]
    public string[]? MxHost { get; set; }

    /// <summary>max_age of the policy in seconds; a week on a new domain.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [MaxAgeArgument]
    [ValidateNumber(0, MtaStsPolicy.MaxMaxAge)]
    public long? MaxAge { get; set; }

    /// <summary>Who hosts DNS: Route53, or External for records to be published by hand.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    [Alias("DnsHosting")]
    public DnsHost? DnsHost { get; set; }

    /// <summary>A certificate of your own in ACM, us-east-1, for both host names; without it the stack requests one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    [ValidateRule(@"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$", "the ARN of an ACM certificate in us-east-1")]
    public string? CertificateArn { get; set; }

    /// <summary>Label of the host of logo and mark certificate below the domain.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    [ValidateRule("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "a DNS label: letters, digits and inner hyphens, at most 63")]
    public string? BimiSubdomain { get; set; }

    /// <summary>BIMI selector.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    [ArgumentCompleter(typeof(SelectorCompleter))]
    public string? BimiSelector { get; set; }

    /// <summary>The suffix of the buckets' names, needed where another AWS account has the usual names.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    [ValidateRule("^[a-z0-9]{1,12}$", "a valid bucket name suffix (1 to 12 lowercase letters and digits)")]
    public string? BucketSuffix { get; set; }

    /// <summary>The hosted zone to use where the account has several of one name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    [ValidateRule("^(/hostedzone/)?[A-Z0-9]{1,32}$", "a valid hosted zone id (such as Z0123456789ABCDEFGHIJ)")]
    public string? HostedZoneId { get; set; }

    /// <summary>Days that access logs are kept.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    [ValidateNumber(1, 3653)]
    public int? LogRetentionDays { get; set; }

    /// <summary>Tags for every resource, in addition to the stack's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public Hashtable? Tag { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var domain in Domain)
        {
            await ForEachItemAsync(domain, ct => DescribeAsync(domain, ct), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DescribeAsync(string domain, CancellationToken ct)
    {
        var stack = StackWish.For(domain);
        var folder = AssetPath is null ? null : ResolveFile(AssetPath);
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new EmailSecurityException("AssetNotFound", ErrorKind.NotFound, $"There is no folder {folder}.", "Check -AssetPath.") { Target = folder };
        }

        var logo = LogoPath is not null ? ResolveFile(LogoPath) : InFolder(folder, "logo.svg");
        var mark = MarkCertificatePath is not null ? ResolveFile(MarkCertificatePath) : OnlyPem(folder);
        var policy = PolicyPath is not null ? ResolveFile(PolicyPath) : InFolder(folder, Path.Combine(".well-known", "mta-sts.txt"));
        var fromWishes = Mode is not null || MxHost is { Length: > 0 } || MaxAge is not null;
        if (PolicyPath is not null && fromWishes)
        {
            throw new EmailSecurityException("PolicyGivenTwice", ErrorKind.InvalidArgument,
                "Both a policy file and individual settings were specified.", "Use either -PolicyPath, or -Mode, -MxHost and -MaxAge.");
        }

        stack = BimiSelector is null ? stack : stack with { BimiSelector = Bimi.BimiSelector.Normalize(BimiSelector) };
        stack = DnsHost is { } host ? stack with { DnsHost = host } : stack;
        stack = BimiSubdomain is null ? stack : stack with { BimiSubdomain = BimiSubdomain };
        stack = BucketSuffix is null ? stack : stack with { BucketSuffix = BucketSuffix };
        stack = LogRetentionDays is { } days ? stack with { LogRetentionDays = days } : stack;
        EmailSecurityStack described = stack with
        {
            ReportUri = ReportUri is not { Length: > 0 } ? [] : TlsRptRecord.Create(ReportUri).ReportUris,
            Policy = policy is null || fromWishes ? null : await AssetFiles.ReadPolicyAsync(policy, stack.Domain, ct).ConfigureAwait(false),
            Mode = Mode,
            MxHost = [.. MxHost ?? []],
            MaxAge = MaxAge,
            Logo = logo is null ? null : await AssetFiles.ReadLogoAsync(logo, ct).ConfigureAwait(false),
            MarkCertificate = mark is null ? null : await AssetFiles.ReadMarkAsync(mark, ct).ConfigureAwait(false),
            HostedZoneId = HostedZoneId?[(HostedZoneId.LastIndexOf('/') + 1)..] ?? "",
            CertificateArn = CertificateArn ?? "",
            Tag = StackTags.Check(Tag?.Cast<DictionaryEntry>().Select(t => KeyValuePair.Create(t.Key.ToString() ?? "", t.Value?.ToString() ?? "")) ?? []),
        };
        WriteTogether(() =>
        {
            SessionMemory.Remember(described.Domain);
            WriteObject(described);
        });
    }

    private static string? InFolder(string? folder, string name) =>
        folder is not null && Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;

    private static string? OnlyPem(string? folder)
    {
        if (folder is null)
        {
            return null;
        }

        var found = Directory.GetFiles(folder, "*.pem");
        return found.Length <= 1 ? found.FirstOrDefault() : throw new EmailSecurityException("MarkCertificateAmbiguous", ErrorKind.Exists,
            $"{folder} has {found.Length} .pem files: {string.Join(", ", found.Select(Path.GetFileName).Order(StringComparer.Ordinal))}.",
            "Specify the mark certificate with -MarkCertificatePath.")
        { Target = folder };
    }
}
