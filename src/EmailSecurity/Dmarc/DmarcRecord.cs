using System.Globalization;
using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Dmarc;

/// <summary>
/// The DMARC policy record at <c>_dmarc.domain</c>: the tags of RFC 9989 section 4.7, and those of RFC 7489 that it made historic (pct, ri, rf),
/// which receivers of before still read.
/// </summary>
public sealed record DmarcRecord
{
    internal const string Mechanism = "Dmarc";
    internal const string Version = "DMARC1";

    /// <summary>The label in front of the domain: <c>_dmarc</c>.</summary>
    public const string Label = "_dmarc";

    internal DmarcRecord()
    {
    }

    /// <summary>The p tag as receivers apply it: none where it is missing or not valid, or where sp or np is not valid (RFC 9989 section 4.10.1).</summary>
    public DmarcPolicy Policy { get; init; }

    /// <summary>The sp tag; null where it is not there.</summary>
    public DmarcPolicy? SubdomainPolicy { get; init; }

    /// <summary>The np tag; null where it is not there.</summary>
    public DmarcPolicy? NonexistentSubdomainPolicy { get; init; }

    /// <summary>What applies to existing subdomains: sp, or p without it.</summary>
    public DmarcPolicy EffectiveSubdomainPolicy => SubdomainPolicy ?? Policy;

    /// <summary>What applies to subdomains that do not exist: np, or sp, or p.</summary>
    public DmarcPolicy EffectiveNonexistentSubdomainPolicy => NonexistentSubdomainPolicy ?? SubdomainPolicy ?? Policy;

    /// <summary>The adkim tag.</summary>
    public DmarcAlignment DkimAlignment { get; init; }

    /// <summary>The aspf tag.</summary>
    public DmarcAlignment SpfAlignment { get; init; }

    /// <summary>The pct tag of RFC 7489, 0 to 100; null where it is not there, which means 100. RFC 9989 has no such tag.</summary>
    public int? Percent { get; init; }

    /// <summary>The t tag: the policy is being tested and is not to be applied.</summary>
    public bool IsTesting { get; init; }

    /// <summary>The psd tag.</summary>
    public DmarcPsd Psd { get; init; }

    /// <summary>The rua tag: where aggregate reports go. A size limit of RFC 7489 (<c>!10m</c>) is kept as written.</summary>
    public IReadOnlyList<string> AggregateReportUris { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>The ruf tag: where failure reports go.</summary>
    public IReadOnlyList<string> FailureReportUris { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>The fo tag: <c>0</c>, <c>1</c>, <c>d</c>, <c>s</c>; empty where it is not there, which means <c>0</c>.</summary>
    public IReadOnlyList<string> FailureOptions { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>The rf tag of RFC 7489: report formats; empty where it is not there.</summary>
    public IReadOnlyList<string> ReportFormats { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>The ri tag of RFC 7489: seconds between aggregate reports; null where it is not there.</summary>
    public long? ReportInterval { get; init; }

    /// <summary>Checks one record value (its strings joined). Never throws on content.</summary>
    /// <param name="value">The value, without quotes.</param>
    /// <param name="domain">The domain it is for; empty for none.</param>
    public static TestResult Check(string value, string domain = "")
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(domain);
        var findings = new FindingBag(VersionedRecords.Location(Label, domain));
        var record = DmarcRecordReader.Read(value, findings);
        return TestResult.From(Mechanism, findings.Items, record, domain);
    }

    /// <summary>Picks the one record among the TXT values at <c>_dmarc.domain</c> and checks it; more than one is none (RFC 9989 section 4.10). Absent where
    /// none of them is one.</summary>
    /// <param name="txtValues">One element a TXT record, its strings joined.</param>
    /// <param name="domain">The domain.</param>
    public static TestResult Select(IEnumerable<string> txtValues, string domain)
    {
        ArgumentNullException.ThrowIfNull(txtValues);
        ArgumentNullException.ThrowIfNull(domain);
        var findings = new FindingBag(VersionedRecords.Location(Label, domain));
        var choice = TagList.Choose(txtValues, Version, caseSensitiveName: false, DmarcRules.Record, "receivers discard them all", findings);
        return choice.Check(Mechanism, domain, findings, DmarcRecordReader.Read);
    }

    /// <summary>The record value, tags in the order v, p, sp, np, t, psd, adkim, aspf, pct, rua, ruf, fo, rf, ri, defaults left out except p.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("v=").Append(Version).Append("; p=").Append(Word(Policy));
        if (SubdomainPolicy is { } sp)
        {
            text.Append("; sp=").Append(Word(sp));
        }

        if (NonexistentSubdomainPolicy is { } np)
        {
            text.Append("; np=").Append(Word(np));
        }

        if (IsTesting)
        {
            text.Append("; t=y");
        }

        if (Psd != DmarcPsd.Unknown)
        {
            text.Append("; psd=").Append(Psd == DmarcPsd.Yes ? 'y' : 'n');
        }

        if (DkimAlignment == DmarcAlignment.Strict)
        {
            text.Append("; adkim=s");
        }

        if (SpfAlignment == DmarcAlignment.Strict)
        {
            text.Append("; aspf=s");
        }

        if (Percent is { } percent)
        {
            text.Append("; pct=").Append(percent.ToString(CultureInfo.InvariantCulture));
        }

        AppendList(text, "rua", ',', AggregateReportUris);
        AppendList(text, "ruf", ',', FailureReportUris);
        AppendList(text, "fo", ':', FailureOptions);
        AppendList(text, "rf", ':', ReportFormats);
        if (ReportInterval is { } interval)
        {
            text.Append("; ri=").Append(interval.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(DmarcRecord? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Policy, SubdomainPolicy, NonexistentSubdomainPolicy, IsTesting, Percent);

    internal static string Word(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => "reject",
        DmarcPolicy.Quarantine => "quarantine",
        _ => "none",
    };

    private static void AppendList(StringBuilder text, string tag, char separator, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            text.Append("; ").Append(tag).Append('=').AppendJoin(separator, values);
        }
    }
}
