using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.MtaSts;

/// <summary>The TXT record at <c>_mta-sts.domain</c> (RFC 8461 section 3.1).</summary>
/// <param name="Id">1 to 32 alphanumerics; a new one tells senders to fetch the policy again.</param>
/// <exception cref="EmailSecurityException">InvalidPolicyId.</exception>
public sealed record MtaStsRecord(string Id)
{
    private const string Mechanism = "MtaSts";
    private const string Version = "v=STSv1";

    /// <summary>The label in front of the domain: <c>_mta-sts</c>.</summary>
    public const string Label = "_mta-sts";

    /// <summary>Its name: <c>_mta-sts.domain</c>.</summary>
    /// <param name="domain">The domain.</param>
    public static string NameOf(string domain) => $"{Label}.{domain}";

    /// <summary>1 to 32 alphanumerics; a new one tells senders to fetch the policy again.</summary>
    public string Id { get; } = IsId(Id) ? Id : throw new EmailSecurityException("InvalidPolicyId", ErrorKind.InvalidArgument,
        $"'{RecordText.Show(Id ?? "")}' is not a valid policy id: 1 to 32 letters and digits (RFC 8461 section 3.1).", "Use the policy's own Id.");

    /// <summary>Extension fields, in order.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Extensions { get; init; } = [];

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

    /// <summary>Picks the one record among the TXT values at <c>_mta-sts.domain</c> and checks it (RFC 8461 section 3.1). Absent where none of them is
    /// one.</summary>
    /// <param name="txtValues">One element a TXT record, its strings joined.</param>
    /// <param name="domain">The domain.</param>
    public static TestResult Select(IEnumerable<string> txtValues, string domain)
    {
        ArgumentNullException.ThrowIfNull(txtValues);
        ArgumentNullException.ThrowIfNull(domain);
        var findings = new FindingBag(VersionedRecords.Location(Label, domain));
        var choice = VersionedRecords.Choose(txtValues, Version, MtaStsRules.Record, "senders assume there is no MTA-STS policy", findings);
        return choice.Check(Mechanism, domain, findings, Read);
    }

    /// <summary>The record value: <c>v=STSv1; id=...;</c>.</summary>
    public override string ToString()
    {
        if (Extensions.Count == 0)
        {
            return $"{Version}; id={Id};";
        }

        var builder = new StringBuilder(Version).Append("; id=").Append(Id).Append(';');
        foreach (var (name, value) in Extensions)
        {
            builder.Append(' ').Append(name).Append('=').Append(value).Append(';');
        }

        return builder.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(MtaStsRecord? other) => other is not null && Id == other.Id && Extensions.SequenceEqual(other.Extensions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Extensions.Count);

    private static bool IsId(string? id) => id is not null && IsId(id.AsSpan());

    // RFC 8461 section 3.1: sts-id = %s"id=" 1*32(ALPHA / DIGIT).
    private static bool IsId(ReadOnlySpan<char> id)
    {
        foreach (var c in id)
        {
            if (!RecordText.IsAlphanumeric(c))
            {
                return false;
            }
        }
        return id.Length is >= 1 and <= 32;
    }

    // sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]
    private static MtaStsRecord? Read(string value, FindingBag findings)
    {
        if (!VersionedRecords.ReadVersion(value, Version, MtaStsRules.Record, findings))
        {
            return null;
        }

        string? id = null;
        var sawId = false;
        List<KeyValuePair<string, string>>? extensions = null;
        var fields = new FieldReader(value);
        fields.MoveNext();
        while (!findings.IsClosed && fields.MoveNext())
        {
            var field = fields.Current;
            if (!VersionedRecords.SplitField(field, MtaStsRules.Record, findings, out var name, out var text))
            {
                continue;
            }

            if (name is "id")
            {
                if (sawId)
                {
                    // A second one is an sts-id again, or an extension field of that name: what is neither breaks the record.
                    if (!IsId(text) && !RecordText.IsExtensionValue(text))
                    {
                        findings.Report(MtaStsRules.RecordIdInvalid,
                            $"The record has a second id, '{RecordText.Show(text)}', which is neither an id nor an extension field.", 1, field.Column + 3);
                    }
                    else
                    {
                        findings.Report(MtaStsRules.RecordIdRepeated, 1, field.Column);
                    }

                    continue;
                }
                sawId = true;
                if (IsId(text))
                {
                    id = text.ToString();
                }
                else
                {
                    findings.Report(MtaStsRules.RecordIdInvalid,
                        $"The id is '{RecordText.Show(text)}', not 1 to 32 letters and digits.", 1, field.Column + 3,
                        fix: "Use letters and digits only, for example a time stamp such as 20260101T000000.");
                }
            }
            else if (VersionedRecords.CheckExtension(name, text, field.Column, MtaStsRules.Record, findings))
            {
                if (name.Equals("id", StringComparison.OrdinalIgnoreCase))
                {
                    findings.Report(MtaStsRules.RecordFieldCase, $"'{name}' is not 'id': names are case-sensitive, so senders ignore it.", 1, field.Column);
                }

                (extensions ??= []).Add(new(name.ToString(), text.ToString()));
            }
        }
        if (!sawId)
        {
            findings.Report(MtaStsRules.RecordIdMissing);
        }

        return id is null ? null : new MtaStsRecord(id) { Extensions = (IReadOnlyList<KeyValuePair<string, string>>?)extensions ?? [] };
    }
}
