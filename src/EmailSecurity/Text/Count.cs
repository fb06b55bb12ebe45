using System.Globalization;

namespace EmailSecurity.Text;

/// <summary>Numbers with their noun: <c>1 step</c>, <c>2 steps</c>.</summary>
internal static class Count
{
    /// <summary>The number and the noun, which takes an s for any number but one.</summary>
    /// <param name="number">How many.</param>
    /// <param name="noun">The noun in the singular, with an adjective before it where there is one: <c>dependent step</c>.</param>
    public static string Of(long number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>Whole days, rounded down.</summary>
    public static string Days(TimeSpan length) => Of((long)Math.Floor(length.TotalDays), "day");
}
