using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Text;

/// <summary>The rules that DMARC and BIMI records have in common: see <see cref="TagList"/>.</summary>
/// <param name="prefix">What the codes begin with.</param>
/// <param name="standard">The standard.</param>
/// <param name="choice">Its section about which of several records counts.</param>
/// <param name="tags">Its section about the tags.</param>
/// <param name="isBrokenIgnored">True where the standard has receivers ignore a malformed tag (RFC 9989 section 4.7); false where it makes the list
/// invalid.</param>
internal sealed class TagListRules(string prefix, string standard, string choice, string tags, bool isBrokenIgnored)
{
    /// <summary>What the message of a malformed tag ends with.</summary>
    public string Ignored { get; } = isBrokenIgnored ? " Receivers ignore it." : "";

    /// <summary>No record begins with the version.</summary>
    public Rule Absent { get; } = new(prefix + "Absent", Information, standard, choice);

    /// <summary>More than one does.</summary>
    public Rule Multiple { get; } = new(prefix + "Multiple", Error, standard, choice, "Keep exactly one.");

    /// <summary>One that was meant as such a record is discarded, and none is left.</summary>
    public Rule Discarded { get; } = new(prefix + "Discarded", Error, standard, choice);

    /// <summary>One that was meant as such a record is discarded beside one that counts.</summary>
    public Rule DiscardedBeside { get; } = new(prefix + "Discarded", Warning, standard, choice, "Remove it.");

    /// <summary>Nothing between two semicolons.</summary>
    public Rule TagEmpty { get; } = new(prefix + "TagEmpty", isBrokenIgnored ? Warning : Error, standard, tags, "Remove one semicolon.");

    /// <summary>Not tag=value.</summary>
    public Rule TagMalformed { get; } = new(prefix + "TagMalformed", isBrokenIgnored ? Warning : Error, standard, tags,
        "Write each tag as name=value, tags separated by semicolons.");

    /// <summary>A value outside printable ASCII.</summary>
    public Rule TagValueInvalid { get; } = new(prefix + "TagValueInvalid", isBrokenIgnored ? Warning : Error, standard, tags,
        "Use printable ASCII only (A-labels for domain names, %XX in URIs).");

    /// <summary>A tag twice (RFC 6376 section 3.2).</summary>
    public Rule TagRepeated { get; } = new(prefix + "TagRepeated", Error, standard, tags);
}
