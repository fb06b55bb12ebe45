namespace EmailSecurity.Sandbox.Contracts;

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

    /// <summary>
    /// Lets time pass while a request is held. A clock that counts what is under way (an <see cref="IProgress{T}"/> of int: it stands still for
    /// a call and jumps over waits) is told that meanwhile only time passes.
    /// </summary>
    public async Task DelayAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var delay = Task.Delay(length, time, cancellationToken); // first, or the clock could jump past it
        if (time is IProgress<int> counts)
        {
            // Told by the end of the delay itself: until a thread comes to go on with the request, the clock could jump to its client's time limit.
            var goesOn = delay.ContinueWith(
                static (_, counts) => ((IProgress<int>)counts!).Report(1),
                counts,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            counts.Report(-1);
            await goesOn;
        }

        await delay;
    }
}
