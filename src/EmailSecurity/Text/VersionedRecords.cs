using EmailSecurity.Findings;

namespace EmailSecurity.Text;

/// <summary>
/// What RFC 8461 section 3.1 and RFC 8460 section 3 say in the same words for their two records: the version field, extension fields,
/// and which of several TXT records counts.
/// </summary>
internal static class VersionedRecords
{
    /// <summary>The record chosen among several.</summary>
    /// <param name="Value">The one that counts; null where none does.</param>
    /// <param name="IsAbsent">True where nothing there even looks like such a record.</param>
    internal readonly record struct Choice(string? Value, bool IsAbsent)
    {
        /// <summary>The result of the check: absent, or what reading the chosen record finds.</summary>
        /// <param name="mechanism">The mechanism.</param>
        /// <param name="domain">The domain.</param>
        /// <param name="findings">The findings so far; takes those of the reading.</param>
        /// <param name="read">Reads a record; null where it is broken.</param>
        public TestResult Check<T>(string mechanism, string domain, FindingBag findings, Func<string, FindingBag, T?> read)
            where T : class
        {
            var record = Value is null ? null : read(Value, findings);
            return IsAbsent
                ? new TestResult { Mechanism = mechanism, Domain = domain, Status = TestStatus.Absent, Findings = findings.Items }
                : TestResult.From(mechanism, findings.Items, record, domain);
        }
    }

    internal static string? Location(string label, string domain) => domain.Length == 0 ? null : $"{label}.{domain}";

    /// <summary>
    /// "If multiple TXT records are returned, records that do not begin with 'v=...;' are discarded. If the number of resulting records is not one, ..."
    /// </summary>
    internal static Choice Choose(IEnumerable<string> txtValues, string version, VersionedRecordRules rules, string consequence, FindingBag findings)
    {
        // The rule is for several records; a lone one is held against the grammar only, which allows white space before the semicolon.
        string? only = null, candidate = null, nearMiss = null;
        var (count, candidates) = (0, 0);
        foreach (var value in txtValues)
        {
            if (value is null)
            {
                continue;
            }

            count++;
            only = value;
            if (value.StartsWith(version, StringComparison.Ordinal) && value.Length > version.Length && value[version.Length] == ';')
            {
                candidates++;
                candidate ??= value;
            }
            else if (IsNearMiss(value, version))
            {
                nearMiss ??= value;
            }
        }
        if (candidates > 1)
        {
            findings.Report(rules.Multiple, $"There are {candidates} records that begin with '{version};'. When there is more than one, {consequence}.");
            return new Choice(null, false);
        }
        if (candidates == 1)
        {
            if (nearMiss is not null)
            {
                findings.Report(rules.DiscardedBeside,
                    $"Another TXT record is ignored, because it does not begin with '{version};': '{RecordText.Show(nearMiss)}'.");
            }

            return new Choice(candidate, false);
        }
        if (count == 1 && nearMiss is not null)
        {
            return new Choice(only, false);
        }

        if (nearMiss is not null)
        {
            findings.Report(rules.Discarded,
                $"Among several TXT records, '{RecordText.Show(nearMiss)}' is discarded, because it does not begin with '{version};'.",
                fix: $"Begin the record with exactly '{version};'.");
            return new Choice(null, false);
        }
        findings.Report(rules.Absent,
            count == 0 ? "There is no TXT record." : Invariant($"None of the {count} TXT records begins with '{version};'."),
            fix: $"Publish a TXT record that begins with '{version};'.");
        return new Choice(null, true);
    }

    /// <summary>True where the first field is the version exactly; otherwise says why not. White space before its semicolon is pointed out.</summary>
    internal static bool ReadVersion(string value, string version, VersionedRecordRules rules, FindingBag findings)
    {
        if (value.Length > RecordText.MaxRecordLength)
        {
            findings.Report(rules.TooLong, $"The record has {value.Length} characters, more than a TXT record can contain.");
            return false;
        }
        var fields = new FieldReader(value);
        fields.MoveNext();
        var first = fields.Current;
        if (!first.Text.SequenceEqual(version))
        {
            findings.Report(rules.VersionInvalid,
                $"The record begins with '{RecordText.Show(first.Text)}', not with '{version}'.", 1, 1,
                fix: $"Begin the record with exactly '{version};' (case matters, nothing before it).");
            return false;
        }
        if (!first.IsLast && value[version.Length] != ';')
        {
            findings.Report(rules.VersionSpacing,
                $"There is white space between '{version}' and its semicolon; if there is another TXT record, senders discard this one.", 1, version.Length + 1,
                fix: $"Begin the record with exactly '{version};'.");
        }

        return true;
    }

    /// <summary>Splits name=value; false, with a finding, where the field is empty or has no "=".</summary>
    internal static bool SplitField(RecordField field, VersionedRecordRules rules, FindingBag findings, out ReadOnlySpan<char> name,
        out ReadOnlySpan<char> value)
    {
        name = value = [];
        if (field.Text.Length == 0)
        {
            findings.Report(rules.FieldEmpty, 1, field.Column);
            return false;
        }
        if (field.HasTrailingWsp)
        {
            findings.Report(rules.TrailingSpace, 1, field.Column + field.Text.Length);
        }

        var equals = field.Text.IndexOf('=');
        if (equals < 0)
        {
            findings.Report(rules.FieldMalformed, $"'{RecordText.Show(field.Text)}' is not name=value.", 1, field.Column);
            return false;
        }
        name = field.Text[..equals];
        value = field.Text[(equals + 1)..];
        return true;
    }

    /// <summary>Holds an extension field against its grammar; unknown fields are ignored, but a field that breaks the grammar breaks the record.</summary>
    internal static bool CheckExtension(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int column, VersionedRecordRules rules, FindingBag findings)
    {
        if (!RecordText.IsExtensionName(name))
        {
            findings.Report(rules.FieldNameInvalid, $"'{RecordText.Show(name)}' is not a valid field name.", 1, column);
            return false;
        }
        if (!RecordText.IsExtensionValue(value))
        {
            findings.Report(rules.FieldValueInvalid,
                $"The value of '{name}' is " +
                    $"{(value.Length == 0 ? "empty" : $"'{RecordText.Show(value)}', which has a space, '=' or a character outside printable ASCII")}.", 1,
                column + name.Length + 1);
            return false;
        }
        return true;
    }

    private static bool IsNearMiss(string value, string version)
    {
        // "v=STSv1 ;", "V=STSv1;", " v=STSv1;", "v=STSv10;", "\"v=STSv1;": somebody meant this record.
        var text = value.AsSpan().TrimStart(" \t\"");
        return text.StartsWith(version.AsSpan(0, version.Length - 1), StringComparison.OrdinalIgnoreCase);
    }
}
