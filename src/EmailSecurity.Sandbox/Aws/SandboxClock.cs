namespace EmailSecurity.Sandbox.Aws;

/// <summary>Time in the sandbox: how long AWS takes for things, by the latency profile in force.</summary>
public sealed class SandboxClock(TimeProvider time)
{
    private readonly Lock gate = new();
    private string profile = "none";
    private double scale = 1;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary><c>none</c> or <c>real</c>.</summary>
    public string Profile { get { lock (gate) { return profile; } } }

    /// <summary>Factor on the real waits.</summary>
    public double Scale { get { lock (gate) { return scale; } } }

    /// <summary>Sets the profile.</summary>
    public void Set(string newProfile, double newScale)
    {
        lock (gate)
        {
            profile = newProfile;
            scale = newScale;
        }
    }

    /// <summary>A real wait under the profile in force: zero for <c>none</c>, scaled for <c>real</c>.</summary>
    public TimeSpan Scaled(TimeSpan real)
    {
        lock (gate)
        {
            return profile == "real" ? real * scale : TimeSpan.Zero;
        }
    }
}
