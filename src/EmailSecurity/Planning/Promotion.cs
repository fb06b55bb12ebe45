namespace EmailSecurity.Planning;

/// <summary>A move to mode enforce, and what was checked for it.</summary>
/// <param name="Passed">What was found in order.</param>
/// <param name="Failed">What was not, and was overridden.</param>
/// <param name="At">When it was checked.</param>
/// <param name="OverrideReason">Why what failed does not count; null where nothing failed.</param>
internal sealed record Promotion(IReadOnlyList<string> Passed, IReadOnlyList<string> Failed, DateTimeOffset At, string? OverrideReason)
{
    /// <summary>Everything that was checked.</summary>
    public IReadOnlyList<ReadinessPoint> Points { get; init; } = [];

    /// <summary>The value of the tag that keeps it: the day, and the reason where there is one.</summary>
    public string Tag => Invariant($"{At.UtcDateTime:yyyy-MM-dd} ") + (OverrideReason is { } reason ? $"overridden: {reason}" : "checked");

    /// <summary>What was checked, in one sentence.</summary>
    public override string ToString() =>
        "checked for mode enforce: "
            + string.Join("; ", Passed.Concat(Failed.Select(f => $"{(OverrideReason is null ? "not ready" : "overridden")}: {f}")).DefaultIfEmpty("nothing"));
}
