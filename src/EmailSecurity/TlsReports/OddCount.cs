using System.Globalization;

namespace EmailSecurity.TlsReports;

/// <summary>Counts that are not a whole number of 64 bits from 0.</summary>
internal static class OddCount
{
    /// <summary>What such a count is taken for.</summary>
    /// <param name="text">The number as written.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="name">The field.</param>
    /// <param name="bag">Takes the finding.</param>
    public static long Read(string text, string location, string name, TlsReportFindings bag)
    {
        if (text.Length > 0 && text.AsSpan().TrimStart('0') is { Length: > 18 } digits && digits.IndexOfAnyExceptInRange('0', '9') < 0)
        {
            bag.Report(TlsReportRules.CountTooLarge, $"{name} is {TlsReportValues.Short(text)}; this module counts to {long.MaxValue}.", location: location);
            return long.MaxValue;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            bag.Report(TlsReportRules.CountInvalid, $"{name} is '{TlsReportValues.Short(text)}', which is no number; it counts as 0.", location: location);
            return 0;
        }

        if (number < 0)
        {
            bag.Report(TlsReportRules.CountNegative, $"{name} is {TlsReportValues.Short(text)}, less than nothing; it counts as 0.", location: location);
            return 0;
        }

        if (number >= long.MaxValue)
        {
            bag.Report(TlsReportRules.CountTooLarge, $"{name} is {TlsReportValues.Short(text)}; this module counts to {long.MaxValue}.", location: location);
            return long.MaxValue;
        }

        var whole = (long)number;
        if (whole != number)
        {
            bag.Report(TlsReportRules.CountInvalid, $"{name} is {TlsReportValues.Short(text)}, which is no whole number; it counts as {whole}.",
                location: location);
        }

        return whole;
    }
}
