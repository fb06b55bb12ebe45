namespace EmailSecurity.Planning;

/// <summary>Waits for a condition by asking: at once, then at growing intervals that stay a small share of the time already waited, so that a wait is overshot by a few percent whether it takes a second or ten minutes.</summary>
internal static class Polling
{
    private const double Share = 0.025;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(10);

    /// <summary>True where the condition came true, false where the time was up first.</summary>
    /// <param name="condition">Asked at least once.</param>
    /// <param name="limit">How long to go on; zero for one look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the wait at once.</param>
    public static async Task<bool> UntilAsync(Func<CancellationToken, Task<bool>> condition, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var early = First;
        while (true)
        {
            if (await condition(cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            var elapsed = time.GetElapsedTime(start);
            if (elapsed >= limit)
            {
                return false;
            }

            var steady = TimeSpan.FromTicks(Math.Clamp((long)(elapsed.Ticks * Share), Floor.Ticks, Ceiling.Ticks));
            var delay = early < steady ? early : steady;
            early *= 1.5;
            if (delay > limit - elapsed)
            {
                delay = limit - elapsed;
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
