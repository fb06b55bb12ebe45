using System.Globalization;

namespace EmailSecurity.TlsReports;

/// <summary>Date-times of reports (RFC 3339 section 5.6), and what senders write in their place.</summary>
internal static class ReportTime
{
    /// <summary>More than this is no date-time.</summary>
    private const int MostCharacters = 64;

    /// <summary>Reports are younger than this: seconds since 1970, of the year 2010.</summary>
    private const long EarliestUnix = 1_262_304_000;

    /// <summary>Clocks differ, and days begin at other times elsewhere.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(1);

    /// <summary>True for a time that no report can tell of yet: anybody can send one, and the clock of a sender can be wrong.</summary>
    /// <param name="time">What a report says; null for nothing.</param>
    /// <param name="now">The time; null where any counts.</param>
    public static bool IsFuture(DateTimeOffset? time, DateTimeOffset? now) => time > now + Tolerance;

    /// <summary>Reads a date-time; one without a zone is taken as UTC.</summary>
    /// <param name="text">What the report says.</param>
    /// <param name="time">The time, in UTC.</param>
    /// <param name="isRfc3339">False where it is written in another way.</param>
    public static bool TryRead(string text, out DateTimeOffset time, out bool isRfc3339)
    {
        isRfc3339 = TryReadRfc3339(text, out time);
        if (isRfc3339)
        {
            return true;
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces
            | DateTimeStyles.NoCurrentDateDefault;
        if (text.Length <= MostCharacters
            && (DateTime.TryParse(WithoutZoneName(text), CultureInfo.InvariantCulture, Styles, out var read)
                || DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, Styles, out read)))
        {
            time = new DateTimeOffset(read, TimeSpan.Zero);
            return read.Year > 1; // a time of day is no date
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= EarliestUnix && TryOfUnix(seconds, out time);
    }

    // "2026-03-01 23:59:59 +0000 UTC", as Go writes times: the name says again what the offset says.
    private static ReadOnlySpan<char> WithoutZoneName(string text)
    {
        var zone = text.LastIndexOf(' ');
        return zone > 0 && text.AsSpan(zone + 1) is "UTC" or "GMT" or "(UTC)" or "(GMT)" && text[..zone].Contains("+00", StringComparison.Ordinal)
            ? text.AsSpan(0, zone) : text;
    }

    /// <summary>Seconds since 1970, or milliseconds where they would be beyond the year 5000.</summary>
    public static bool TryOfUnix(long number, out DateTimeOffset time)
    {
        const long MostSeconds = 95_617_584_000;
        var milliseconds = number > MostSeconds ? number : number * 1000;
        var isPossible = number >= 0 && milliseconds < MostSeconds * 1000;
        time = isPossible ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return isPossible;
    }

    // 2016-04-01T00:00:00Z, with a fraction of a second and an offset where there is one. A leap second (60) is the next second.
    private static bool TryReadRfc3339(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > MostCharacters || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't') || text[13] != ':' || text[16] != ':'
            || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var rest = text[19..];
        long ticks = 0;
        if (rest[0] == '.' && !Fraction(ref rest, out ticks))
        {
            return false;
        }

        if (!Offset(rest, out var offset))
        {
            return false;
        }

        var local = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks + (second * TimeSpan.TicksPerSecond) + ticks;
        var utc = local - offset.Ticks;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            number = (number * 10) + (c - '0');
        }

        return true;
    }

    private static bool Fraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        var scale = TimeSpan.TicksPerSecond;
        var at = 1;
        for (; at < rest.Length && char.IsAsciiDigit(rest[at]); at++)
        {
            scale /= 10;
            ticks += scale * (rest[at] - '0');
        }

        rest = rest[at..];
        return at > 1 && rest.Length > 0;
    }

    private static bool Offset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':' || !Number(text[1..3], out var hours) || !Number(text[4..6], out var minutes)
            || hours > 23 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }
}
