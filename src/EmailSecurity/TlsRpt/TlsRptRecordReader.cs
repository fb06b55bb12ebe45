using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsRpt;

/// <summary>Reads the fields of a TLS-RPT record, and says what is wrong with them.</summary>
internal static class TlsRptRecordReader
{
    // tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]
    public static TlsRptRecord? Read(string value, FindingBag findings)
    {
        if (!VersionedRecords.ReadVersion(value, TlsRptRecord.Version, TlsRptRules.Record, findings))
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
