namespace EmailSecurity.Applying;

/// <summary>
/// Waits for a condition by asking: at once, then at growing intervals that stay a small share of the time already waited, so that a wait is overshot by a
/// few percent whether it takes a second or three days.
/// </summary>
internal static class Polling
{
    private const double Growth = 1.5;
    private const double Share = 0.025;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Floor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Ceiling = TimeSpan.FromMinutes(1);

    /// <summary>True where the condition came true, false where the time was up first.</summary>
    /// <param name="condition">Asked at least once, and once more when the time is up.</param>
    /// <param name="limit">How long to keep asking; zero for one look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFailedLook">Receives the error of a look that failed in a way that passes (<see cref="IsPassing"/>); the wait continues.</param>
    /// <param name="cancellationToken">Stops the wait at once.</param>
    /// <exception cref="EmailSecurityException">A look failed in a way that waiting does not cure.</exception>
    public static async Task<bool> UntilAsync(
        Func<CancellationToken, Task<bool>> condition, TimeSpan limit, TimeProvider time,
        Action<EmailSecurityException> onFailedLook, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var early = First;
        while (true)
        {
            try
            {
                if (await condition(cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }
            }
            catch (EmailSecurityException e) when (IsPassing(e))
            {
                onFailedLook(e);
            }

            var elapsed = time.GetElapsedTime(start);
            if (elapsed >= limit)
            {
                return false;
            }

            var delay = Delay(elapsed, early);
            early = early < Ceiling ? early * Growth : Ceiling;
            await Task.Delay(delay < limit - elapsed ? delay : limit - elapsed, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>True for a failed look that says nothing about what is waited for: throttling, no answer, an outage, an answer that is not AWS's.</summary>
    public static bool IsPassing(EmailSecurityException error)
        => error.Kind is ErrorKind.Unavailable or ErrorKind.Timeout || error.ErrorId is "Throttled" or "AwsUnexpectedResponse";

    /// <summary>The pause after a look: quick at first, then a share of the time already waited.</summary>
    internal static TimeSpan Delay(TimeSpan elapsed, TimeSpan early)
    {
        var steady = elapsed.TotalMinutes >= Ceiling.TotalMinutes / Share ? Ceiling : elapsed * Share;
        steady = steady < Floor ? Floor : steady;
        return early < steady ? early : steady;
    }
}
