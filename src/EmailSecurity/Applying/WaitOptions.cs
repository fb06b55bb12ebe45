namespace EmailSecurity.Applying;

/// <summary>How long a run waits.</summary>
public sealed record WaitOptions
{
    /// <summary>Look once at each wait and leave the rest to the next run.</summary>
    public bool NoWait { get; init; }

    /// <summary>Cap on the whole run's waits; null for the defaults (AWS is waited for, an external DNS host is looked at once).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Steps under way at once.</summary>
    public int MaxConcurrency { get; init; } = 8;
}
