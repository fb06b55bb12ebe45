namespace EmailSecurity.Stacks;

/// <summary>How far the removal of a stack is (RFC 8461 section 8.3).</summary>
public enum RemovalPhase : long
{
    /// <summary>The policy of mode none is not announced yet: a removal that was interrupted.</summary>
    Withdrawing,

    /// <summary>
    /// Mode none is announced, and senders may have an earlier policy cached until <see cref="StackRemoval.DueAt"/>. Everything stays online.
    /// </summary>
    Waiting,

    /// <summary>No sender has an earlier policy cached: the next run takes the stack down.</summary>
    Due,

    /// <summary>Records or resources are being deleted: the next run goes on with that.</summary>
    TakingDown,
}

/// <summary>The removal of a stack, as AWS and DNS show it.</summary>
/// <param name="Phase">How far it is.</param>
/// <param name="DueAt">From when the stack can be taken down without risk; null where no sender can have a policy cached.</param>
public sealed record StackRemoval(RemovalPhase Phase, DateTimeOffset? DueAt)
{
    /// <inheritdoc/>
    public override string ToString() => Phase switch
    {
        RemovalPhase.Withdrawing => "the policy is being withdrawn",
        RemovalPhase.Waiting => $"senders may have the old policy cached until {DueAt:u}",
        RemovalPhase.Due => "no sender has the old policy cached anymore",
        _ => "it is being taken down",
    };
}
