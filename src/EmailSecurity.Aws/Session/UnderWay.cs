namespace EmailSecurity.Aws;

/// <summary>
/// Tells the clock when calls are under way, where it wants to know: a clock that is an <see cref="IProgress{T}"/> of int gets +1 at the beginning and -1 at
/// the end. A clock that jumps over waits must stand still meanwhile. The machine's clock wants to know nothing.
/// </summary>
internal static class UnderWay
{
    /// <summary>A call began, or goes on after a wait.</summary>
    public static void Began(TimeProvider time) => (time as IProgress<int>)?.Report(1);

    /// <summary>A call ended, or waits before its next attempt.</summary>
    public static void Ended(TimeProvider time) => (time as IProgress<int>)?.Report(-1);

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
