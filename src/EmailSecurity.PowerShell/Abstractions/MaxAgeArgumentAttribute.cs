using System.Globalization;
using System.Management.Automation;
using EmailSecurity.MtaSts;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// A max_age: seconds, or a time span. <c>7d</c> is refused: PowerShell reads it as the decimal number 7, and whoever writes it means days.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MaxAgeArgumentAttribute : NotGivenIfEmptyAttribute
{
    // Beyond so many days no max_age is valid, so a decimal number beyond it is not one of days.
    private const long MostDays = MtaStsPolicy.MaxMaxAge / 86400;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = base.Transform(engineIntrinsics, inputData);
        return (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            TimeSpan span => Seconds(span),
            string text when text.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) => Seconds(span),
            string text when text.Trim() is [.. { Length: > 0 } number, 'd' or 'D']
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var days) => throw Days(days),
            decimal days and > 0 and <= MostDays when days == decimal.Truncate(days) => throw Days((long)days),
            _ => value,
        };
    }

    private static long Seconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerSecond;

    private static ArgumentTransformationMetadataException Days(long days) => new(
        Invariant($"PowerShell reads {days}d as the number {days}: that is a max_age of {days} s. ")
        + Invariant($"For days, use {days * 86400}, or the time span {days}.00:00:00."));
}
