using EmailSecurity.Findings;

namespace EmailSecurity.Text;

/// <summary>
/// The tag=value lists of DKIM (RFC 6376 section 3.2), which DMARC and BIMI records are. White space around names, "=" and values is
/// ignored; a name given twice makes the whole list invalid.
/// </summary>
internal static class TagList
{
    /// <summary>
    /// Walks the tags. The version has been looked at already: the first tag is skipped.
    /// Reports empty and malformed tags and repeats; hands each good tag to the caller through <paramref name="tags"/>.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="rules">The standard's rules.</param>
    /// <param name="caseSensitiveNames">False to read names in any case.</param>
    /// <param name="tags">Takes the tags, in order.</param>
    /// <param name="findings">Takes the findings.</param>
    internal static void Read(string record, TagListRules rules, bool caseSensitiveNames, List<Tag> tags, FindingBag findings)
    {
        var fields = new FieldReader(record);
        fields.MoveNext();
        while (!findings.IsClosed && fields.MoveNext())
        {
            var field = fields.Current;
            if (field.Text.Length == 0)
            {
                findings.Report(rules.TagEmpty, $"The record has two semicolons with nothing between them.{rules.Ignored}", 1, field.Column);
                continue;
            }
            var equals = field.Text.IndexOf('=');
            var name = RecordText.TrimWspEnd(equals < 0 ? field.Text : field.Text[..equals]);
            if (equals < 0 || !IsTagName(name))
            {
                findings.Report(rules.TagMalformed, $"'{RecordText.Show(field.Text)}' is not a tag=value pair.{rules.Ignored}", 1, field.Column);
                continue;
            }
            var value = RecordText.TrimWspStart(field.Text[(equals + 1)..]);
            var column = field.Column + field.Text.Length - value.Length;
            if (value.ContainsAnyExceptInRange(' ', '~') && HasUnprintable(value))
            {
                findings.Report(rules.TagValueInvalid,
                    $"The value of '{RecordText.Show(name)}' has characters outside printable ASCII: '{RecordText.Show(value)}'.{rules.Ignored}", 1, column);
                continue;
            }
            var tag = new Tag(caseSensitiveNames ? name.ToString() : name.ToString().ToLowerInvariant(), value.ToString(), column);
            var repeated = tag.Name == "v";
            foreach (var other in tags)
            {
                repeated |= other.Name == tag.Name;
            }

            if (repeated)
            {
                findings.Report(rules.TagRepeated,
                    $"Tag '{tag.Name}' appears twice, which makes the whole record invalid (RFC 6376 section 3.2).", 1, field.Column,
                    fix: $"Keep one '{tag.Name}'.");
            }
            else if (tags.Count < 256)
            {
                tags.Add(tag);
            }
        }
    }

    /// <summary>
    /// True where the first tag is <c>v</c> with exactly this value; the name's case as given by <paramref name="caseSensitiveName"/>, white space around
    /// "=" allowed.
    /// </summary>
    internal static bool StartsWithVersion(ReadOnlySpan<char> record, string version, bool caseSensitiveName)
    {
        var end = record.IndexOf(';');
        var first = end < 0 ? record : record[..end];
        if (first.Length == 0 || !(first[0] == 'v' || (first[0] == 'V' && !caseSensitiveName)))
        {
            return false;
        }

        var rest = RecordText.TrimWspStart(first[1..]);
        return rest.Length > 0 && rest[0] == '=' && RecordText.TrimWsp(rest[1..]).SequenceEqual(version);
    }

    /// <summary>True where somebody seems to have meant such a record: a "v" tag whose value begins like the version, in any case, perhaps after a space or
    /// a quote.</summary>
    internal static bool LooksLike(ReadOnlySpan<char> record, string version)
    {
        var text = record.TrimStart(" \t\"");
        if (text.Length == 0 || text[0] is not ('v' or 'V'))
        {
            return false;
        }

        text = RecordText.TrimWspStart(text[1..]);
        return text.Length > 0 && text[0] == '=' && RecordText.TrimWspStart(text[1..])
            .StartsWith(version.AsSpan(0, version.Length - 1), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Discards what is not such a record; more than one left means none (RFC 9989 section 4.10, BIMI section 8.2).</summary>
    internal static VersionedRecords.Choice Choose(IEnumerable<string> txtValues, string version, bool caseSensitiveName, TagListRules rules,
        string consequence, FindingBag findings)
    {
        string? candidate = null, nearMiss = null;
        var (count, candidates) = (0, 0);
        foreach (var value in txtValues)
        {
            if (value is null)
            {
                continue;
            }

            count++;
            if (StartsWithVersion(value, version, caseSensitiveName))
            {
                candidates++;
                candidate ??= value;
            }
            else if (LooksLike(value, version))
            {
                nearMiss ??= value;
            }
        }
        if (candidates > 1)
        {
            findings.Report(rules.Multiple, $"There are {candidates} records that begin with 'v={version}'. When there is more than one, {consequence}.");
            return new(null, false);
        }
        if (nearMiss is not null && candidates == 1)
        {
            findings.Report(rules.DiscardedBeside,
                $"Another TXT record is ignored, because it does not begin with 'v={version};': '{RecordText.Show(nearMiss)}'.");
        }
        else if (nearMiss is not null)
        {
            findings.Report(rules.Discarded, $"'{RecordText.Show(nearMiss)}' is discarded, because it does not begin with 'v={version};'.",
                fix: $"Begin the record with exactly 'v={version};' (case matters, nothing before it).");
        }
        else if (candidates == 0)
        {
            findings.Report(rules.Absent, count == 0 ? "There is no TXT record." : Invariant($"None of the {count} TXT records begins with 'v={version};'."),
                fix: $"Publish a TXT record that begins with 'v={version};'.");
        }

        return new(candidate, candidates == 0 && nearMiss is null);
    }

    private static bool HasUnprintable(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (c is not '\t' and (< ' ' or > '~'))
            {
                return true;
            }
        }
        return false;
    }

    // RFC 6376 section 3.2: tag-name = ALPHA *ALNUMPUNC.
    private static bool IsTagName(ReadOnlySpan<char> name)
    {
        if (name.Length == 0 || !char.IsAsciiLetter(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>One tag of a record.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, outer white space taken off.</param>
/// <param name="Column">Column of the value, from 1.</param>
internal readonly record struct Tag(string Name, string Value, int Column);
