namespace EmailSecurity.Sandbox.Aws;

/// <summary>A request rate with room for bursts.</summary>
public sealed class TokenBucket(TimeProvider time, double perSecond, double burst)
{
    private readonly Lock gate = new();
    private double used;
    private DateTimeOffset last = time.GetUtcNow();

    /// <summary>Takes one request; false where the rate is exceeded.</summary>
    public bool TryTake()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            used = Math.Max(0, used - (Math.Max(0, (now - last).TotalSeconds) * perSecond));
            last = now;
            if (used + 1 > burst)
            {
                return false;
            }
            used++;
            return true;
        }
    }
}
