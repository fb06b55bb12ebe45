using System.Text.Json;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>Reports and messages as senders wrote them, where they are present.</summary>
public class ReportsOfTheFieldTests
{
    private static readonly string Folder = Path.Combine(Support.SourceTree.Root, "..", "shared", "vectors", "tls-rpt");

    [Fact]
    public void Every_report_of_the_field_is_read_in_full_and_judged_by_section_4_4()
    {
        var index = Path.Combine(Folder, "wild", "index.json");
        Assert.SkipUnless(File.Exists(index), "../shared/vectors/tls-rpt is not here");
        using var cases = JsonDocument.Parse(File.ReadAllText(index));
        List<string> wrong = [];
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            Compare(item, wrong);
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("google.com_smtp_tls_report.eml")]
    [InlineData("mail.ru.json")]
    [InlineData("rfc8460.json")]
    [InlineData("smtp_tls.json")]
    public void Other_projects_samples_are_read(string file)
    {
        var path = Path.Combine(Folder, file);
        Assert.SkipUnless(File.Exists(path), "../shared/vectors/tls-rpt is not here");
        var gathered = Gathered.Of(File.ReadAllBytes(path), path);
        Assert.Empty(gathered.Refused);
        Assert.NotEmpty(gathered.Reports);
    }

    private static void Compare(JsonElement item, List<string> wrong)
    {
        var file = item.GetProperty("file").GetString()!;
        var gathered = Gathered.Of(File.ReadAllBytes(Path.Combine(Folder, "wild", file)), file);
        Differ(wrong, file, "refused", "", string.Join(" ", gathered.Refused));
        Differ(wrong, file, "reports", item.GetProperty("reports").GetInt32(), gathered.Reports.Count);
        Differ(wrong, file, "organisations", Texts(item, "organizationNames"), string.Join(",", gathered.Reports.Select(r => r.OrganizationName)));
        Differ(wrong, file, "successes", item.GetProperty("successfulSessions").GetInt64(), gathered.Reports.Sum(r => r.TotalSuccessfulSessionCount));
        Differ(wrong, file, "failures", item.GetProperty("failedSessions").GetInt64(), gathered.Reports.Sum(r => r.TotalFailureSessionCount));
        Differ(wrong, file, "failures in details", item.GetProperty("failedSessionsInDetails").GetInt64(),
            gathered.Reports.SelectMany(r => r.Policies).SelectMany(p => p.FailureDetails).Sum(f => f.FailedSessionCount));
        Differ(wrong, file, "domains", Texts(item, "policyDomains"),
            string.Join(",", gathered.Reports.SelectMany(r => r.Policies).Select(p => p.PolicyDomain).Where(d => d.Length > 0).Distinct().Order(StringComparer.Ordinal)));
        var odd = string.Join("; ", gathered.Reports.SelectMany(r => r.Findings).Where(f => f.Severity > Findings.FindingSeverity.Information));
        Differ(wrong, file, $"meets section 4.4 ({odd})", item.GetProperty("meets44").GetBoolean(), gathered.Reports.TrueForAll(r => r.IsValid));
    }

    private static string Texts(JsonElement item, string name) =>
        string.Join(",", item.GetProperty(name).EnumerateArray().Select(t => t.GetString()).Order(StringComparer.Ordinal));

    private static void Differ<T>(List<string> wrong, string file, string what, T expected, T actual)
    {
        if (!Equals(expected, actual))
        {
            wrong.Add($"{file}: {what}: {actual} instead of {expected}");
        }
    }
}
