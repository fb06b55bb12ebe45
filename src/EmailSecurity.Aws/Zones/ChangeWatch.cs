using System.Collections.Concurrent;

namespace EmailSecurity.Aws.Zones;

/// <summary>
/// Which changes are waited for, and when each was looked at last. Many stacks wait for as many changes at a time, and each look is a request of
/// the account's few: the looks of all of them together are kept to a part of the budget, and a change is never looked at more often than makes sense.
/// </summary>
internal sealed class ChangeWatch(TimeProvider time)
{
    // Of eight requests a second, four: the other half moves the stacks on.
    private const double LooksPerSecond = 4;
    private const int MaxRemembered = 4096;

    // Route 53 takes 30 to 60 seconds to be in sync: a look every two seconds overshoots that by little.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (long First, long Last)> looks = new(StringComparer.Ordinal);

    /// <summary>True where it is time to look; the look is then counted as made.</summary>
    public bool IsDue(string changeId)
    {
        var now = time.GetTimestamp();
        if (looks.Count > MaxRemembered)
        {
            looks.Clear();
        }

        if (!looks.TryGetValue(changeId, out var seen))
        {
            return looks.TryAdd(changeId, (now, now));
        }

        var waited = time.GetElapsedTime(seen.First, now);
        var others = looks.Values.Count(l => time.GetElapsedTime(l.Last, now) < Forgotten);
        var share = TimeSpan.FromSeconds((others - 1) / LooksPerSecond);
        var pause = waited < Steady ? waited / 2 : Steady;
        return time.GetElapsedTime(seen.Last, now) >= (pause > share ? pause : share) && looks.TryUpdate(changeId, (seen.First, now), seen);
    }

    /// <summary>The change is in sync, or unknown: nobody waits for it any more.</summary>
    public void Done(string changeId) => looks.TryRemove(changeId, out _);
}
