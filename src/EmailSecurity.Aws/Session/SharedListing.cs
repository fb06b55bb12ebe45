namespace EmailSecurity.Aws;

/// <summary>
/// A listing that callers at the same time share: each gets the result of a listing that began after it asked, so that nobody is
/// answered from memory; callers that come while one is under way share the next.
/// </summary>
/// <param name="list">Makes the listing. It is not any caller's alone, so it is bounded by the limits of its calls, not by a caller's token.</param>
internal sealed class SharedListing<T>(Func<Task<T>> list)
{
    private readonly object gate = new();
    private Task<T>? running;
    private Task<T>? next;

    /// <summary>The result of a listing that begins now or later. A cancelled caller leaves it to the others.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (running is null || running.IsCompleted)
            {
                running = list();
                return running.WaitAsync(cancellationToken);
            }

            next ??= AfterAsync(running);
            return next.WaitAsync(cancellationToken);
        }
    }

    private async Task<T> AfterAsync(Task<T> before)
    {
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> now;
        lock (gate)
        {
            // From here on whoever comes asks for a later one.
            now = running = list();
            next = null;
        }

        return await now.ConfigureAwait(false);
    }
}
