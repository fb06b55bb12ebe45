namespace EmailSecurity.TlsReports;

/// <summary>Counts of sessions: whole numbers from 0, which end at the greatest of 64 bits instead of turning over.</summary>
internal static class SessionCount
{
    public static long Add(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    public static long Sum<T>(IReadOnlyList<T> items, Func<T, long> count)
    {
        var sum = 0L;
        for (var i = 0; i < items.Count; i++)
        {
            sum = Add(sum, count(items[i]));
        }

        return sum;
    }
}
