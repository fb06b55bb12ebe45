using System.Globalization;
using System.Text.RegularExpressions;
using EmailSecurity.Findings;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Reports;

/// <summary>The words of a report, the same in every format.</summary>
internal static partial class ReportWords
{
    /// <summary>What the overview calls a stack.</summary>
    public const string Stack = "Stack";

    /// <summary>What the overview calls a plan.</summary>
    public const string Plan = "Plan";

    /// <summary>A mechanism as people write it.</summary>
    public static string Mechanism(string mechanism) => mechanism switch
    {
        "MtaSts" => "MTA-STS",
        "TlsRpt" => "TLS-RPT",
        "Dmarc" => "DMARC",
        "Bimi" => "BIMI",
        ReportedSessions.Mechanism => "TLS reports",
        "MtaStsReadiness" => "Ready for enforce",
        "MtaStsPolicy" => "MTA-STS policy",
        "BimiLogo" => "BIMI logo",
        "MarkCertificate" => "Mark certificate",
        _ => VisibleText.Of(mechanism),
    };

    /// <summary>Where a mechanism is shown.</summary>
    public static ReportSection SectionOf(string mechanism) => mechanism switch
    {
        "MtaSts" => ReportSection.MtaSts,
        "TlsRpt" => ReportSection.TlsRpt,
        ReportedSessions.Mechanism => ReportSection.TlsReports,
        "Dmarc" => ReportSection.Dmarc,
        "Bimi" => ReportSection.Bimi,
        Stack => ReportSection.Stack,
        Plan => ReportSection.Plan,
        _ => ReportSection.Other,
    };

    /// <summary>The verdict that a stack's status amounts to.</summary>
    public static TestStatus StatusOf(StackStatus status) => status switch
    {
        StackStatus.Deployed => TestStatus.Pass,
        StackStatus.Absent or StackStatus.Described => TestStatus.Absent,
        _ => TestStatus.Warning,
    };

    /// <summary>A stack's status in words.</summary>
    public static string Of(StackStatus status) => status switch
    {
        StackStatus.InProgress => "In progress",
        StackStatus.WaitingForDns => "Waiting for DNS",
        _ => status.ToString(),
    };

    /// <summary>A day in UTC.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A point in time, in UTC.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>Whole days: <c>1 day</c>.</summary>
    public static string Days(TimeSpan span) => Count.Of((int)Math.Clamp(Math.Floor(span.TotalDays), 0, 1_000_000), "day");

    /// <summary>A code as words: <c>PolicyMaxAgeTooLarge</c> is <c>Policy max age too large</c>.</summary>
    public static string OfCode(string code)
    {
        var words = WordStart().Replace(VisibleText.Of(code), m => " " + (m.Length > 1 ? m.Value : m.Value.ToLowerInvariant())).Trim();
        return words.Length == 0 ? "" : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A standard and its section: <c>RFC 8461 section 3.2</c>.</summary>
    public static string Rule(string standard, string section) => section.Length > 0 ? $"{standard} section {section}" : standard;

    /// <summary>Where a standard can be read; null for one without a page of its own.</summary>
    public static string? Link(string standard, string section)
    {
        if (RfcNumber().Match(standard) is { Success: true } rfc)
        {
            var anchor = SectionNumber().IsMatch(section) ? "#section-" + section : "";
            return $"https://www.rfc-editor.org/rfc/rfc{rfc.Groups["number"].Value}{anchor}";
        }

        return standard switch
        {
            "BIMI" => "https://datatracker.ietf.org/doc/html/draft-brand-indicators-for-message-identification",
            "SVG Tiny 1.2" => "https://www.w3.org/TR/SVGTiny12/",
            "XML 1.0" => "https://www.w3.org/TR/xml/",
            _ => Draft().IsMatch(standard) ? "https://datatracker.ietf.org/doc/html/" + standard : null,
        };
    }

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]+(?![a-z])|(?<=.)[A-Z](?=[a-z])", RegexOptions.None, 1000)]
    private static partial Regex WordStart();

    [GeneratedRegex(@"\ARFC (?<number>[0-9]{1,5})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RfcNumber();

    [GeneratedRegex(@"\A[0-9]{1,2}(\.[0-9]{1,2}){0,4}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SectionNumber();

    [GeneratedRegex(@"\Adraft-[a-z0-9-]{1,80}\z", RegexOptions.None, 1000)]
    private static partial Regex Draft();
}
