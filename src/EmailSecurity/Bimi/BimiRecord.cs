using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Bimi;

/// <summary>The BIMI assertion record at <c>selector._bimi.domain</c> (draft-brand-indicators-for-message-identification section 5.3).</summary>
public sealed record BimiRecord
{
    private const string Mechanism = "Bimi";
    internal const string Version = "BIMI1";

    /// <summary>The label that this module gives the host of logo and mark certificate, if nothing else is chosen.</summary>
    public const string DefaultFilesLabel = "bimi-assets";

    /// <summary>The record's name: <c>selector._bimi.domain</c>.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="selector">The selector.</param>
    public static string NameOf(string domain, string selector) => $"{selector}.{ParentOf(domain)}";

    /// <summary>The name below which the records of all selectors are: <c>_bimi.domain</c>.</summary>
    /// <param name="domain">The domain.</param>
    public static string ParentOf(string domain) => "_bimi." + domain;

    /// <summary>The host of logo and mark certificate.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="label">The label below the domain.</param>
    public static string FilesHostOf(string domain, string label) => $"{label}.{domain}";

    internal BimiRecord()
    {
    }

    /// <summary>The <c>l</c> tag: where the indicator is, an https URI; null where it is empty.</summary>
    public Uri? Logo { get; internal init; }

    /// <summary>The <c>a</c> tag: where the mark certificate is, an https URI; null where it is empty or not there.</summary>
    public Uri? Certificate { get; internal init; }

    /// <summary>The <c>avp</c> tag; null where it is not there, which means <see cref="Bimi.AvatarPreference.Brand"/>.</summary>
    public AvatarPreference? AvatarPreference { get; internal init; }

    /// <summary>The <c>lps</c> tag: prefixes of local parts that may act as selectors; empty for an empty tag (all may); null where it is not there (none
    /// may).</summary>
    public IReadOnlyList<string>? LocalPartSelectors { get; internal init => field = value is null ? null : Joined.List(value); }

    /// <summary>True for a record that declines to take part: <c>l</c> and <c>a</c> empty.</summary>
    public bool IsDeclination => Logo is null && Certificate is null;

    /// <summary>The record that declines to take part: <c>v=BIMI1; l=; a=;</c>.</summary>
    public static BimiRecord Declination { get; } = new();

    /// <summary>Writes a record.</summary>
    /// <param name="logo">The indicator, an absolute https URI.</param>
    /// <param name="certificate">The mark certificate, an absolute https URI; null for none.</param>
    /// <param name="avatarPreference">The avatar preference; null to leave the tag out.</param>
    /// <param name="localPartSelectors">Prefixes of local parts; null to leave the tag out.</param>
    /// <exception cref="EmailSecurityException">InvalidBimiUri, InvalidLocalPartSelector.</exception>
    public static BimiRecord Create(Uri logo, Uri? certificate = null, AvatarPreference? avatarPreference = null,
        IEnumerable<string>? localPartSelectors = null)
    {
        ArgumentNullException.ThrowIfNull(logo);
        var prefixes = localPartSelectors?.ToArray();
        foreach (var prefix in prefixes ?? [])
        {
            if (!IsLocalPartSelector(prefix))
            {
                throw new EmailSecurityException("InvalidLocalPartSelector", ErrorKind.InvalidArgument,
                    $"'{RecordText.Show(prefix ?? "")}' is not a valid local-part selector. Use 1 to 63 letters, digits and hyphens (BIMI section 5.5).",
                        "Use the beginning of local parts, such as news or offers-.")
                { Target = prefix };
            }
        }
        return new BimiRecord
        {
            Logo = Written(logo, "logo"),
            Certificate = certificate is null ? null : Written(certificate, "mark certificate"),
            AvatarPreference = avatarPreference,
            LocalPartSelectors = prefixes,
        };
    }

    /// <summary>Checks one record value (its strings joined). Never throws on content.</summary>
    /// <param name="value">The value, without quotes.</param>
    /// <param name="domain">The domain it is for; empty for none.</param>
    /// <param name="selector">The selector it is for.</param>
    public static TestResult Check(string value, string domain = "", string selector = BimiSelector.Default)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(domain);
        var findings = new FindingBag(Location(domain, selector));
        var record = BimiRecordReader.Read(value, findings);
        return TestResult.From(Mechanism, findings.Items, record, domain);
    }

    /// <summary>Picks the one record among the TXT values at <c>selector._bimi.domain</c> and checks it; more than one is none (section 8.2). Absent where
    /// none of them is one.</summary>
    /// <param name="txtValues">One element a TXT record, its strings joined.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="selector">The selector.</param>
    public static TestResult Select(IEnumerable<string> txtValues, string domain, string selector = BimiSelector.Default)
    {
        ArgumentNullException.ThrowIfNull(txtValues);
        ArgumentNullException.ThrowIfNull(domain);
        var findings = new FindingBag(Location(domain, selector));
        var choice = TagList.Choose(txtValues, Version, caseSensitiveName: true, BimiRules.Record, "receivers act as if there were no record", findings);
        return choice.Check(Mechanism, domain, findings, BimiRecordReader.Read);
    }

    /// <summary>The record value: <c>v=BIMI1; l=https://...; a=https://...;</c>.</summary>
    public override string ToString()
    {
        var builder = new StringBuilder("v=").Append(Version).Append("; l=").Append(Logo?.AbsoluteUri).Append("; a=").Append(Certificate?.AbsoluteUri)
            .Append(';');
        if (AvatarPreference is { } preference)
        {
            builder.Append(" avp=").Append(preference == Bimi.AvatarPreference.Personal ? "personal" : "brand").Append(';');
        }

        if (LocalPartSelectors is { } prefixes)
        {
            builder.Append(" lps=").AppendJoin(',', prefixes).Append(';');
        }

        return builder.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(BimiRecord? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Logo, Certificate);

    private static string? Location(string domain, string selector) => domain.Length == 0 ? null : NameOf(domain, selector);

    private static Uri Written(Uri uri, string what)
    {
        var text = uri.IsAbsoluteUri ? Encode(uri.AbsoluteUri) : "";
        if (UriProblem.OfHttps(text) is not null || !IsFullyQualified(UriText.HttpsHost(text)))
        {
            throw new EmailSecurityException("InvalidBimiUri", ErrorKind.InvalidArgument,
                $"'{RecordText.Show(uri.OriginalString)}' is not an https URI with a full host name, which the {what} of a BIMI record must be " +
                    $"(BIMI section 5.3).",
                "Use an https: URI.")
            { Target = uri.OriginalString };
        }
        return new Uri(text);
    }

    // Semicolons end the tag; commas within a URI MUST be encoded (section 5.3).
    private static string Encode(string uri) => uri.Replace(";", "%3B", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    internal static bool IsFullyQualified(ReadOnlySpan<char> host) => DomainName.IsHostName(host) && host.Contains('.');

    internal static bool IsLocalPartSelector(string? prefix)
    {
        if (prefix is null || prefix.Length is 0 or > 63)
        {
            return false;
        }

        foreach (var c in prefix)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }
        return true;
    }
}
