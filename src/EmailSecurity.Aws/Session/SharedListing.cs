namespace EmailSecurity.Aws.Session;

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
    private Task<T>? kept;
    private int keepers;

    /// <summary>The result of a listing that begins now or later. A cancelled caller leaves it to the others.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (keepers > 0)
            {
                kept = kept is null or { IsFaulted: true } or { IsCanceled: true } ? list() : kept;
                return kept.WaitAsync(cancellationToken);
            }

            if (running is null || running.IsCompleted)
            {
                running = list();
                return running.WaitAsync(cancellationToken);
            }

            next ??= AfterAsync(running);
            return next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>True while one listing answers everybody.</summary>
    public bool IsKept
    {
        get
        {
            lock (gate)
            {
                return keepers > 0;
            }
        }
    }

    /// <summary>Until it is disposed, one listing answers everybody: for a command that reads many things as of its beginning.</summary>
    public IDisposable Keep()
    {
        lock (gate)
        {
            keepers++;
        }

        return new Keeper(this);
    }

    private void Release()
    {
        lock (gate)
        {
            if (--keepers == 0)
            {
                kept = null;
            }
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

    private sealed class Keeper(SharedListing<T> listing) : IDisposable
    {
        private SharedListing<T>? left = listing;

        public void Dispose() => Interlocked.Exchange(ref left, null)?.Release();
    }
}
