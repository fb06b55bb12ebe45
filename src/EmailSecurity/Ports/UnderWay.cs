namespace EmailSecurity.Ports;

/// <summary>
/// Reports to the clock when calls are under way, where it wants to know: a clock that is an <see cref="IProgress{T}"/> of int gets +1 at the beginning and
/// -1 at
/// the end. A clock that jumps over waits must stand still meanwhile. The machine's clock wants to know nothing.
/// </summary>
internal static class UnderWay
{
    /// <summary>A call began, or continues after a wait.</summary>
    public static void Began(TimeProvider time) => (time as IProgress<int>)?.Report(1);

    /// <summary>A call ended, or waits before its next attempt.</summary>
    public static void Ended(TimeProvider time) => (time as IProgress<int>)?.Report(-1);

    /// <summary>Lets a call wait: until <paramref name="wait"/> is over it is not under way.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="wait">A wait by this clock that has begun, or the clock could jump past it.</param>
    public static async Task WaitAsync(TimeProvider time, Task wait)
    {
        // Reported by the end of the wait itself: until a thread continues the call, the clock could jump to the call's own time limit.
        var goesOn = wait.ContinueWith(
            static (_, clock) => Began((TimeProvider)clock!), time, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Ended(time);
        await goesOn.ConfigureAwait(false);
        await wait.ConfigureAwait(false);
    }

    /// <summary>Runs a call.</summary>
    public static async Task<T> RunAsync<T>(TimeProvider time, Func<Task<T>> call)
    {
        Began(time);
        try
        {
            return await call().ConfigureAwait(false);
        }
        finally
        {
            Ended(time);
        }
    }
}
