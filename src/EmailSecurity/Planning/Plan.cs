using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>What must be done to get from what is to what should be, in an order that is safe.</summary>
/// <param name="Domain">The stack's domain.</param>
/// <param name="Changes">Steps; each comes after those it depends on. Same input, same plan.</param>
public sealed record Plan(string Domain, IReadOnlyList<Change> Changes)
{
    /// <summary>What the user should know, in words; nothing is stopped by it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Settings of others that do no harm and stay, each in a sentence.</summary>
    public IReadOnlyList<string> Information { get; init; } = [];
    /// <summary>What the user should know once all is done: what is left of a predecessor.</summary>
    public IReadOnlyList<string> ClosingWarnings { get; init; } = [];

    /// <summary>Parts that were asked for and are left out, with the reason; the rest of the plan is unaffected.</summary>
    public IReadOnlyList<EmailSecurityException> Refused { get; init; } = [];

    /// <summary>The parts that <see cref="Refused"/> leaves out.</summary>
    public StackParts RefusedParts { get; init; }

    /// <summary>What a publish decided, and the steps that carry it out, for the report.</summary>
    internal PublishDecision Decision { get; init; } = PublishDecision.None;

    /// <summary>True where nothing is to be written or waited for.</summary>
    public bool IsEmpty => Changes.Count == 0;
}
