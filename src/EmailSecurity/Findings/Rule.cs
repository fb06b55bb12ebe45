namespace EmailSecurity.Findings;

/// <summary>One rule of a standard. Every rule stands once, in the rule table of its standard: a static class whose name ends in <c>Rules</c>.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Severity">How much a breach matters; where that depends on the context, the check says so: <c>rule with { Severity = ... }</c>.</param>
/// <param name="Standard">The standard.</param>
/// <param name="Section">Its section; empty where it has none.</param>
/// <param name="Fix">What to do; empty where there is nothing to do, or where it depends on what was found.</param>
/// <param name="Message">What was found, where the words are always the same; empty where they depend on what was found.</param>
/// <param name="InSchema">True where a schema that the standard publishes refuses it too; false where prose goes beyond the schema.</param>
internal sealed record Rule(string Code, FindingSeverity Severity, string Standard, string Section, string Fix = "", string Message = "",
    bool InSchema = false)
{
    /// <summary>The finding that this rule is broken, in its own words.</summary>
    /// <param name="location">Where: a DNS name, a URL, a file, an element; null where it is the whole.</param>
    /// <param name="fix">What to do; null for the rule's own words.</param>
    public Finding FoundAt(string? location, string? fix = null) => Found(Message, location, fix);

    /// <summary>The finding that this rule is broken.</summary>
    /// <param name="message">What was found.</param>
    /// <param name="location">Where: a DNS name, a URL, a file, an element; null where it is the whole.</param>
    /// <param name="fix">What to do; null for the rule's own words.</param>
    /// <param name="line">Line in the text, from 1.</param>
    /// <param name="column">Column in the line, from 1.</param>
    public Finding Found(string message, string? location, string? fix = null, int? line = null, int? column = null) => new()
    {
        Code = Code,
        Severity = Severity,
        Standard = Standard,
        Section = Section,
        Message = message,
        Fix = fix ?? Fix,
        Location = location,
        Line = line,
        Column = column,
    };
}
