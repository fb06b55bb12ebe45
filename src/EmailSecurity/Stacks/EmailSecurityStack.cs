namespace EmailSecurity.Stacks;

/// <summary>What a domain should have.</summary>
public sealed record EmailSecurityStack
{
    /// <summary>The domain, as ASCII A-labels.</summary>
    public required string Domain { get; init; }
}
