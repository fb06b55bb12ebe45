using EmailSecurity.Findings;

namespace EmailSecurity.Planning;

/// <summary>One thing that was checked for the move to mode enforce.</summary>
/// <param name="Rule">Which, and how much it matters: an error stops the move.</param>
/// <param name="Words">What was found, as a part of a sentence.</param>
internal sealed record ReadinessPoint(Rule Rule, string Words)
{
    /// <summary>The subject of the sentence, where the words have none.</summary>
    public string Subject { get; init; } = "";

    /// <summary>True where the words begin with a name, which stays as it is.</summary>
    public bool BeginsWithName { get; init; }

    /// <summary>What to do; null for nothing.</summary>
    public string? Fix { get; init; }

    /// <summary>Where; null for the domain.</summary>
    public string? Location { get; init; }

    /// <summary>The finding of another check that says it; null where none does.</summary>
    public Finding? Told { get; init; }

    /// <summary>The same as a finding.</summary>
    public Finding ToFinding(string domain) => Told ?? Rule.Found(Sentence(Subject.Length > 0 ? $"{Subject} {Words}" : Words), Location ?? domain, Fix);

    private string Sentence(string words) => BeginsWithName ? $"{words}." : $"{char.ToUpperInvariant(words[0])}{words[1..]}.";
}
