namespace EmailSecurity.Aws.Session;

/// <summary>
/// A token bucket whose callers are served in the order they came. A caller takes its tokens at once, perhaps of those to come,
/// and learns how long to wait before it may use them: nobody who comes later can overtake it.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="capacity">Most tokens that it holds; it begins full.</param>
/// <param name="perSecond">Tokens that come each second.</param>
internal sealed class RequestBudget(TimeProvider time, double capacity, double perSecond)
{
    private readonly object gate = new();
    private double used;
    private long last = time.GetTimestamp();

    /// <summary>Takes tokens; returns how long to wait before they may be used.</summary>
    public TimeSpan Take(double count)
    {
        lock (gate)
        {
            Refill();
            used += count;
            return used <= capacity ? TimeSpan.Zero : TimeSpan.FromTicks((long)Math.Ceiling((used - capacity) / perSecond * TimeSpan.TicksPerSecond));
        }
    }

    /// <summary>Gives tokens back that were not used.</summary>
    public void Return(double count)
    {
        lock (gate)
        {
            Refill();
            used = Math.Max(0, used - count);
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        used = Math.Max(0, used - (Math.Max(0, time.GetElapsedTime(last, now).TotalSeconds) * perSecond));
        last = now;
    }
}
