namespace EmailSecurity.Sandbox.Route53;

/// <summary>A token bucket: it holds a number of tokens at most and refills at a fixed rate. Not safe for calls at once: its owner locks.</summary>
public sealed class TokenBucket(TimeProvider time, double capacity, double perSecond)
{
    private double used;
    private DateTimeOffset last = time.GetUtcNow();

    /// <summary>Most tokens that it holds.</summary>
    public double Capacity => capacity;

    /// <summary>True where it holds that many tokens now.</summary>
    public bool Has(double tokens)
    {
        var now = time.GetUtcNow();
        used = Math.Max(0, used - (Math.Max(0, (now - last).TotalSeconds) * perSecond));
        last = now;
        return used + tokens <= capacity;
    }

    /// <summary>Takes tokens that it holds.</summary>
    public void Take(double tokens) => used += tokens;
}
