using System.Globalization;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Lengths of time as people read them.</summary>
internal static class Duration
{
    /// <summary>A running clock: <c>4:05</c>, <c>1:02:03</c>, <c>2d 01:02:03</c>.</summary>
    public static string Clock(TimeSpan length) => length switch
    {
        { Days: > 0 } => length.ToString("d'd 'hh\\:mm\\:ss", CultureInfo.InvariantCulture),
        { Hours: > 0 } => length.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture),
        _ => length.ToString("m\\:ss", CultureInfo.InvariantCulture),
    };

    /// <summary>In the largest unit that it fills: <c>30 minutes</c>, <c>1 day</c>.</summary>
    public static string Words(TimeSpan length)
    {
        var (count, unit) = length switch
        {
            { TotalDays: >= 1 } => (length.TotalDays, "day"),
            { TotalHours: >= 1 } => (length.TotalHours, "hour"),
            { TotalMinutes: >= 1 } => (length.TotalMinutes, "minute"),
            _ => (length.TotalSeconds, "second"),
        };
        return Count.Of((long)count, unit);
    }
}
