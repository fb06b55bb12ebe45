using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Stacks;

/// <summary>What the values at a name amount to, held against the record that should be there.</summary>
/// <param name="Status">Published, Missing or Different.</param>
/// <param name="Observed">The values that count, for people; those of others at the same name are left out.</param>
/// <param name="Note">Why they differ, and what to change; empty where there is nothing to say.</param>
internal sealed record RecordComparison(DnsRecordStatus Status, string Observed, string Note = "");

/// <summary>
/// Compares records as those who read them do: by what they mean, not by how they are spelled. RFC 8461 section 3.1, RFC 8460 section 3 and
/// BIMI section 8.2 say which of several TXT records counts; RFC 1035 section 2.3.3 that names have no case.
/// </summary>
internal static class RecordMeaning
{
    /// <summary>Compares the values of the record's type at its name, each with its strings joined and without quotes.</summary>
    public static RecordComparison Compare(DnsRecordState record, IReadOnlyCollection<string> values)
    {
        var compared = Read(record, values);
        if (compared.Status == DnsRecordStatus.Published || record.Type != "TXT" || !values.Any(v => v.Contains('"', StringComparison.Ordinal)))
        {
            return compared;
        }

        // A form that adds quotes of its own was given the quotes of a zone file.
        return Read(record, [.. values.Select(v => v.Replace("\"", "", StringComparison.Ordinal))]).Status == DnsRecordStatus.Published
            ? new RecordComparison(DnsRecordStatus.Different, Join(values), "The value has quotation marks in it. Enter it without quotation marks.")
            : compared;
    }

    /// <summary>True where two names are the same: any case, with or without the final dot (RFC 1035 section 2.3.3).</summary>
    public static bool SameName(string one, string other) => string.Equals(one.TrimEnd('.'), other.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    /// <summary>True where two URIs are equivalent: case of scheme and host, percent-encoding, default port (RFC 3986 section 6.2.2).</summary>
    public static bool SameUri(string one, string other) => string.Equals(UriKey(one), UriKey(other), StringComparison.Ordinal);

    private static RecordComparison Read(DnsRecordState record, IReadOnlyCollection<string> values) => record switch
    {
        { Type: "TXT" } when record.Value.StartsWith("v=STSv1", StringComparison.Ordinal) => PolicyId(record, values),
        { Type: "TXT" } when record.Value.StartsWith("v=TLSRPTv1", StringComparison.Ordinal) => ReportAddresses(record, values),
        { Type: "TXT" } when record.Value.StartsWith("v=BIMI1", StringComparison.Ordinal) => Assertion(record, values),
        { Type: "TXT" } => Exact(values, v => v == record.Value),
        _ => Target(record, values),
    };

    private static RecordComparison PolicyId(DnsRecordState record, IReadOnlyCollection<string> values)
    {
        var result = MtaStsRecord.Select(values, record.Domain);
        var same = result.Value is MtaStsRecord there && MtaStsRecord.Check(record.Value).Value is MtaStsRecord wanted && there.Id == wanted.Id;
        return Judge(result, same, "MtaStsRecordIdRepeated", values, "v=STS", "The id differs.");
    }

    private static RecordComparison ReportAddresses(DnsRecordState record, IReadOnlyCollection<string> values)
    {
        var result = TlsRptRecord.Select(values, record.Domain);
        var same = result.Value is TlsRptRecord there && TlsRptRecord.Check(record.Value).Value is TlsRptRecord wanted
            && there.ReportUris.Select(UriKey).ToHashSet(StringComparer.Ordinal).SetEquals(wanted.ReportUris.Select(UriKey));
        return Judge(result, same, "TlsRptRecordRuaRepeated", values, "v=TLSRPT", "The report addresses differ.");
    }

    // Where the logo and its certificate are. The avatar preference and local-part selectors are the domain owner's, and are not published from here.
    private static RecordComparison Assertion(DnsRecordState record, IReadOnlyCollection<string> values)
    {
        var result = BimiRecord.Select(values, record.Domain);
        var same = result.Value is BimiRecord there && BimiRecord.Check(record.Value).Value is BimiRecord wanted
            && SameUri(there.Logo, wanted.Logo) && SameUri(there.Certificate, wanted.Certificate);
        return Judge(result, same, "", values, "v=BIMI", "It names another logo or mark certificate.");
    }

    private static RecordComparison Judge(
        TestResult result, bool isSame, string ambiguous, IReadOnlyCollection<string> values, string version, string difference)
    {
        if (result.Status == TestStatus.Absent)
        {
            return new RecordComparison(DnsRecordStatus.Missing, "");
        }

        // Where a field is repeated, a reader may use either: it is only the same for some of them.
        var fault = result.Findings.FirstOrDefault(f => f.Severity == FindingSeverity.Error || f.Code == ambiguous);
        string[] ours = [.. values.Where(v => IsLike(v, version))];
        return isSame && fault is null
            ? new RecordComparison(DnsRecordStatus.Published, Join(ours))
            : new RecordComparison(DnsRecordStatus.Different, Join(ours), fault is null ? difference : $"{fault.Message} {fault.Fix}".TrimEnd());
    }

    private static RecordComparison Target(DnsRecordState record, IReadOnlyCollection<string> values)
    {
        var compared = Exact([.. values.Select(v => v.TrimEnd('.'))], v => SameName(v, record.Value));
        if (compared.Status != DnsRecordStatus.Different || values.Count != 1 || record.Value.Length == 0)
        {
            return compared;
        }

        // A target without its final dot is relative to the zone in a zone file (RFC 1035 section 5.1).
        var target = record.Value.TrimEnd('.');
        return compared.Observed.StartsWith(target + ".", StringComparison.OrdinalIgnoreCase)
            && record.Name.EndsWith(compared.Observed[target.Length..], StringComparison.OrdinalIgnoreCase)
            ? compared with { Note = $"The DNS host appended the zone's name to the target. Enter the target with a final dot: {target}." }
            : compared;
    }

    private static RecordComparison Exact(IReadOnlyCollection<string> values, Func<string, bool> isSame)
        => new(values.Count == 0 ? DnsRecordStatus.Missing
            : values.Count == 1 && isSame(values.First()) ? DnsRecordStatus.Published
            : DnsRecordStatus.Different, Join(values));

    private static bool IsLike(string value, string version)
    {
        var text = value.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal).TrimStart('"');
        return text.StartsWith(version, StringComparison.OrdinalIgnoreCase);
    }

    private static string Join(IEnumerable<string> values) => string.Join(" | ", values);

    private static bool SameUri(Uri? one, Uri? other)
        => one is null || other is null ? one is null && other is null : SameUri(one.AbsoluteUri, other.AbsoluteUri);

    private static string UriKey(string uri)
    {
        var text = Percent(uri.Trim());
        if (UriText.HasScheme(text, "mailto"))
        {
            // RFC 6068: the domain has no case; the part before it may.
            var end = text.IndexOfAny(['?', '#']) is var q and >= 0 ? q : text.Length;
            var at = text.LastIndexOf('@', end - 1);
            return at < 0 ? "mailto" + text[6..] : $"mailto{text[6..at]}{text[at..end].ToLowerInvariant()}{text[end..]}";
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var parsed) ? parsed.AbsoluteUri : text;
    }

    // RFC 3986 sections 6.2.2.1 and 6.2.2.2: hex digits in upper case, unreserved characters not encoded.
    private static string Percent(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                var octet = (char)Convert.ToInt32(text.Substring(i + 1, 2), 16);
                var isUnreserved = char.IsAsciiLetterOrDigit(octet) || octet is '-' or '.' or '_' or '~';
                builder.Append(isUnreserved ? octet.ToString() : text.Substring(i, 3).ToUpperInvariant());
                i += 2;
            }
            else
            {
                builder.Append(text[i]);
            }
        }

        return builder.ToString();
    }
}
