using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsRpt;

/// <summary>The TXT record at <c>_smtp._tls.domain</c> (RFC 8460 section 3).</summary>
public sealed record TlsRptRecord
{
    private const string Mechanism = "TlsRpt";
    private const string Version = "v=TLSRPTv1";

    /// <summary>The labels in front of the domain: <c>_smtp._tls</c>.</summary>
    public const string Label = "_smtp._tls";

    /// <summary>Its name: <c>_smtp._tls.domain</c>.</summary>
    /// <param name="domain">The domain.</param>
    public static string NameOf(string domain) => $"{Label}.{domain}";

    private TlsRptRecord(IReadOnlyList<string> reportUris, IReadOnlyList<KeyValuePair<string, string>> extensions)
    {
        ReportUris = reportUris;
        Extensions = extensions;
    }

    /// <summary>Where reports go, in order: <c>mailto:</c> and <c>https:</c> URIs.</summary>
    public IReadOnlyList<string> ReportUris { get; }

    /// <summary>Extension fields, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Extensions { get; }

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
        var record = Read(value, findings);
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
        return choice.Check(Mechanism, domain, findings, Read);
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

    // tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]
    private static TlsRptRecord? Read(string value, FindingBag findings)
    {
        if (!VersionedRecords.ReadVersion(value, Version, TlsRptRules.Record, findings))
        {
            return null;
        }

        var uris = new List<string>();
        var sawRua = false;
        List<KeyValuePair<string, string>>? extensions = null;
        var fields = new FieldReader(value);
        fields.MoveNext();
        while (!findings.IsClosed && fields.MoveNext())
        {
            var field = fields.Current;
            if (!VersionedRecords.SplitField(field, TlsRptRules.Record, findings, out var name, out var text))
            {
                continue;
            }

            if (name is "rua")
            {
                if (sawRua)
                {
                    findings.Report(TlsRptRules.RecordRuaRepeated, 1, field.Column);
                }

                sawRua = true;
                ReadUris(text, field.Column + 4, uris, findings);
            }
            else if (VersionedRecords.CheckExtension(name, text, field.Column, TlsRptRules.Record, findings))
            {
                if (name.Equals("rua", StringComparison.OrdinalIgnoreCase))
                {
                    findings.Report(TlsRptRules.RecordFieldCase, $"'{name}' is not 'rua': names are case-sensitive, so senders ignore it.", 1, field.Column);
                }

                (extensions ??= []).Add(new(name.ToString(), text.ToString()));
            }
        }
        if (!sawRua)
        {
            findings.Report(TlsRptRules.RecordRuaMissing);
        }
        else if (uris.Count == 0 && !findings.HasErrors)
        {
            findings.Report(TlsRptRules.RecordNoUsableUri);
        }

        return uris.Count == 0 ? null : new TlsRptRecord(uris, (IReadOnlyList<KeyValuePair<string, string>>?)extensions ?? []);
    }

    // tlsrpt-rua = %s"rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)
    private static void ReadUris(ReadOnlySpan<char> list, int column, List<string> uris, FindingBag findings)
    {
        var rest = list;
        for (var more = true; more && !findings.IsClosed;)
        {
            var comma = rest.IndexOf(',');
            more = comma >= 0;
            var raw = more ? rest[..comma] : rest;
            // White space belongs to the comma between two URIs, not to the front of the first one.
            var text = RecordText.TrimWspEnd(list.Length == rest.Length ? raw : RecordText.TrimWspStart(raw));
            var at = column + (list.Length - rest.Length) + (raw.Length - RecordText.TrimWspStart(raw).Length);
            ReadUri(text, at, uris, findings);
            if (more)
            {
                rest = rest[(comma + 1)..];
            }
        }
    }

    private static void ReadUri(ReadOnlySpan<char> text, int column, List<string> uris, FindingBag findings)
    {
        if (text.Length == 0)
        {
            findings.Report(TlsRptRules.RecordUriEmpty, 1, column);
            return;
        }
        // Commas, exclamation points and semicolons MUST be encoded; the first and last cannot be seen here, they end the URI.
        if (text.Contains('!'))
        {
            findings.Report(TlsRptRules.RecordUriNotEncoded,
                $"'{RecordText.Show(text)}' has an exclamation point, which must be written as %21 (size limits as in DMARC do not exist here).", 1, column);
            return;
        }
        var isMail = HasScheme(text, "mailto:");
        if (!isMail && !HasScheme(text, "https:"))
        {
            if (UriText.IsUri(text))
            {
                findings.Report(TlsRptRules.RecordUriScheme,
                    $"'{RecordText.Show(text)}' is neither mailto: nor https:, the two that senders know.", 1, column);
            }
            else
            {
                findings.Report(TlsRptRules.RecordUriInvalid,
                    $"'{RecordText.Show(text)}' is not a URI.", 1, column, fix: text.Contains('@')
                    ? "Write 'mailto:' in front of the address." : "Write 'mailto:' and an address, or an https: URI without spaces.");
            }

            return;
        }
        var problem = isMail ? UriProblem.OfMailto(text) : UriProblem.OfHttps(text);
        if (problem is { IsFatal: true })
        {
            findings.Report(TlsRptRules.RecordUriInvalid, $"'{RecordText.Show(text)}' {problem.Message}", 1, column, fix: problem.Fix);
            return;
        }
        if (problem is not null)
        {
            findings.Report(TlsRptRules.RecordUriDoubtful, $"'{RecordText.Show(text)}' {problem.Message}", 1, column, fix: problem.Fix);
        }
        else if (!isMail && UriText.OtherPort(text) is { } port)
        {
            findings.Report(TlsRptRules.RecordUriPort,
                Invariant($"'{RecordText.Show(text)}' names port {port}: senders are not required to send reports to any port except 443."), 1, column);
        }

        uris.Add(text.ToString());
    }

    private static bool HasScheme(ReadOnlySpan<char> text, ReadOnlySpan<char> scheme) => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
}
