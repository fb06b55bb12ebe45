using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Text;

/// <summary>The rules that RFC 8461 section 3.1 and RFC 8460 section 3 have in common: see <see cref="VersionedRecords"/>.</summary>
/// <param name="prefix">What the codes begin with.</param>
/// <param name="standard">The standard.</param>
/// <param name="section">Its section.</param>
internal sealed class VersionedRecordRules(string prefix, string standard, string section)
{
    /// <summary>No record begins with the version.</summary>
    public Rule Absent { get; } = new(prefix + "Absent", Information, standard, section);

    /// <summary>More than one does.</summary>
    public Rule Multiple { get; } = new(prefix + "Multiple", Error, standard, section, "Keep exactly one.");

    /// <summary>One that was meant as such a record is discarded, and none is left.</summary>
    public Rule Discarded { get; } = new(prefix + "Discarded", Error, standard, section);

    /// <summary>One that was meant as such a record is discarded beside one that counts.</summary>
    public Rule DiscardedBeside { get; } = new(prefix + "Discarded", Warning, standard, section, "Remove it.");

    /// <summary>Longer than a TXT record.</summary>
    public Rule TooLong { get; } = new(prefix + "TooLong", Error, standard, section, "Shorten it.");

    /// <summary>Begins with something else than the version.</summary>
    public Rule VersionInvalid { get; } = new(prefix + "VersionInvalid", Error, standard, section);

    /// <summary>White space after the version.</summary>
    public Rule VersionSpacing { get; } = new(prefix + "VersionSpacing", Warning, standard, section);

    /// <summary>Nothing between two semicolons.</summary>
    public Rule FieldEmpty { get; } = new(prefix + "FieldEmpty", Error, standard, section, "Remove one semicolon.",
        "The record has two semicolons with nothing between them.");

    /// <summary>White space at the end.</summary>
    public Rule TrailingSpace { get; } = new(prefix + "TrailingSpace", Error, standard, section,
        "Remove the white space at the end, or close the record with a semicolon.", "The record ends with white space that no semicolon follows.");

    /// <summary>Not name=value.</summary>
    public Rule FieldMalformed { get; } = new(prefix + "FieldMalformed", Error, standard, section,
        "Write each field as name=value, fields separated by semicolons.");

    /// <summary>A field name that the grammar does not have.</summary>
    public Rule FieldNameInvalid { get; } = new(prefix + "FieldNameInvalid", Error, standard, section,
        "Field names are 1 to 32 letters, digits, '_', '-' and '.', beginning with a letter or digit.");

    /// <summary>A field value that the grammar does not have.</summary>
    public Rule FieldValueInvalid { get; } = new(prefix + "FieldValueInvalid", Error, standard, section,
        "Enter a value of printable ASCII without spaces and '='.");
}
