using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsRpt;

/// <summary>The TXT record at <c>_smtp._tls.domain</c> (RFC 8460 section 3).</summary>
public sealed record TlsRptRecord
{
    private const string Mechanism = "TlsRpt";
    internal const string Version = "v=TLSRPTv1";

    /// <summary>The labels in front of the domain: <c>_smtp._tls</c>.</summary>
    public const string Label = "_smtp._tls";

    /// <summary>Its name: <c>_smtp._tls.domain</c>.</summary>
    /// <param name="domain">The domain.</param>
    public static string NameOf(string domain) => $"{Label}.{domain}";

    internal TlsRptRecord(IReadOnlyList<string> reportUris, IReadOnlyList<KeyValuePair<string, string>> extensions)
    {
        ReportUris = Joined.List(reportUris);
        Extensions = extensions;
    }

    /// <summary>Where reports go, in order: <c>mailto:</c> and <c>https:</c> URIs.</summary>
    public IReadOnlyList<string> ReportUris { get; }

    /// <summary>Extension fields, in order.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Extensions { get; }

    /// <summary>Writes a record. An address without a scheme means <c>mailto:</c>; <c>,</c> <c>!</c> and <c>;</c> are percent-encoded (RFC 8460 section 3);
    /// repeats are dropped.</summary>
    /// <param name="reportUris">Addresses, <c>mailto:</c> or <c>https:</c> URIs; at least one.</param>
    /// <exception cref="EmailSecurityException">InvalidReportUri, ReportUriMissing, TlsRptRecordTooLong.</exception>
    public static TlsRptRecord Create(IEnumerable<string> reportUris)
    {
        ArgumentNullException.ThrowIfNull(reportUris);
        var uris = new List<string>();
        foreach (var uri in reportUris)
        {
            var written = ReportUri.Normalize(uri);
            if (!uris.Contains(written, StringComparer.Ordinal))
            {
                uris.Add(written);
            }
        }
        if (uris.Count == 0)
        {
            throw new EmailSecurityException("ReportUriMissing", ErrorKind.InvalidArgument,
                "A TLS-RPT record needs at least one address for reports (RFC 8460 section 3).", "Use an address such as tls-reports@example.com.");
        }
        var record = new TlsRptRecord(uris, []);
        if (record.ToString().Length is > RecordText.MaxWrittenLength and var length)
        {
            throw new EmailSecurityException("TlsRptRecordTooLong", ErrorKind.LimitsExceeded,
                Invariant($"The record would have {length} characters; Route 53 accepts {RecordText.MaxWrittenLength} in one TXT record."),
                    "Use fewer or shorter addresses.");
        }
        return record;
    }

    /// <summary>Checks one record value (its strings joined). Never throws on content.</summary>
    /// <param name="value">The value, without quotes.</param>
    /// <param name="domain">The domain it is for; empty for none.</param>
    public static TestResult Check(string value, string domain = "")
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(domain);
        var findings = new FindingBag(VersionedRecords.Location(Label, domain));
        var record = TlsRptRecordReader.Read(value, findings);
        return TestResult.From(Mechanism, findings.Items, record, domain);
    }

    /// <summary>Picks the one record among the TXT values at <c>_smtp._tls.domain</c> and checks it (RFC 8460 section 3). Absent where none of them is
    /// one.</summary>
    /// <param name="txtValues">One element a TXT record, its strings joined.</param>
    /// <param name="domain">The domain.</param>
    public static TestResult Select(IEnumerable<string> txtValues, string domain)
    {
        ArgumentNullException.ThrowIfNull(txtValues);
        ArgumentNullException.ThrowIfNull(domain);
        var findings = new FindingBag(VersionedRecords.Location(Label, domain));
        var choice = VersionedRecords.Choose(txtValues, Version, TlsRptRules.Record, "senders assume that the domain does not accept reports", findings);
        return choice.Check(Mechanism, domain, findings, TlsRptRecordReader.Read);
    }

    /// <summary>The record value: <c>v=TLSRPTv1; rua=mailto:a@example.com,https://...</c>.</summary>
    public override string ToString()
    {
        var builder = new StringBuilder(Version).Append("; rua=").AppendJoin(',', ReportUris);
        foreach (var (name, value) in Extensions)
        {
            builder.Append("; ").Append(name).Append('=').Append(value);
        }

        return builder.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(TlsRptRecord? other) => other is not null
        && ReportUris.SequenceEqual(other.ReportUris, StringComparer.Ordinal) && Extensions.SequenceEqual(other.Extensions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ReportUris.Count, ReportUris.Count > 0 ? ReportUris[0] : "");
}
