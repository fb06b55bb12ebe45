namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Says when progress is due: a few times a second, from any thread, and not at all for what takes a moment.</summary>
internal sealed class ProgressPace
{
    private const int Interval = 250; // milliseconds

    private long shownAt;

    /// <summary>True where progress was due at least once.</summary>
    public bool WasDue => Interlocked.Read(ref shownAt) > 0;

    /// <summary>True where progress is due now; then, not again for a while.</summary>
    public bool IsDue()
    {
        var (now, last) = (Environment.TickCount64, Interlocked.Read(ref shownAt));
        if (last == 0)
        {
            Interlocked.CompareExchange(ref shownAt, -now, 0); // the first quarter of a second shows nothing
            return false;
        }

        return now - Math.Abs(last) >= Interval && Interlocked.CompareExchange(ref shownAt, now, last) == last;
    }
}
