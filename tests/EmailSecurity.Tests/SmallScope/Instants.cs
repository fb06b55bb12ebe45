using System.Globalization;
using System.Text;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>
/// The times of a state, told apart by what can matter. Every span that module, AWS and the events count in is a number of quarter days, give or take what
/// steps and waits take: minutes. So a time is the nearest quarter day from now, and its place in the order of what is left: two times a span apart are
/// compared by the first, and where that is equal by the second.
/// </summary>
internal sealed class Instants(DateTimeOffset now)
{
    private const long Quarter = 21600;
    private const long Old = -100 * 4;
    private static readonly TimeSpan Tested = TimeSpan.FromDays(7);

    // No sender holds a policy for longer than 30 days in the small world, and no event but the passing of a year skips more.
    private const long Far = 60 * 4;

    // What is over for longer than the day by which the module stretches a mark's time is over for good.
    private const long Over = -2 * 4;

    // Senders hold what was replaced for a year and a day at most: what is near to that is told apart.
    private const long NearYear = -300 * 4;
    private const long Year = -367 * 4;
    private readonly List<(long Quarters, long? Left)> all = [];

    /// <summary>A policy was put in the place of another, or begun to be served: it is old once the other is forgotten, and its testing time is enough.</summary>
    /// <param name="time">When.</param>
    /// <param name="maxAge">The max_age of the other, in seconds.</param>
    public void Replaced(DateTimeOffset time, long maxAge)
    {
        var quarters = Quarters(time);
        var isOld = now - time >= Tested && quarters <= (maxAge > 0 ? Over - (maxAge / Quarter) - 1 : 0);
        if (!isOld || (quarters < NearYear && quarters > Year))
        {
            Add(time);
        }
        else
        {
            all.Add((quarters <= Year ? Year : Old, null));
        }
    }

    /// <summary>Something is so until then.</summary>
    public void Until(DateTimeOffset? time)
    {
        if (time is not { } t || Quarters(t) <= Over)
        {
            all.Add((Over, null));
        }
        else
        {
            Add(t);
        }
    }

    /// <summary>A certificate ends then: far off, it lasts until a year passes, and is then renewed or over.</summary>
    public void Ends(DateTimeOffset? time)
    {
        if (time is { } t && Quarters(t) > Far)
        {
            all.Add((Far, null));
        }
        else
        {
            Until(time);
        }
    }

    /// <summary>Writes them.</summary>
    public void Append(StringBuilder text)
    {
        SortedSet<long> points = [0, .. all.Where(t => t.Left is not null).Select(t => t.Left!.Value)];
        long[] sorted = [.. points];
        text.Append(CultureInfo.InvariantCulture, $"now {Array.BinarySearch(sorted, 0L)}");
        foreach (var (quarters, left) in all)
        {
            text.Append(CultureInfo.InvariantCulture, $" {quarters}").Append(left is { } l ? Invariant($":{Array.BinarySearch(sorted, l)}") : "");
        }
    }

    private long Quarters(DateTimeOffset time) => (long)Math.Round((time - now).TotalSeconds / Quarter, MidpointRounding.AwayFromZero);

    private void Add(DateTimeOffset time) => all.Add((Quarters(time), (long)(time - now).TotalSeconds - (Quarters(time) * Quarter)));
}
