using System.Text.Json;
using EmailSecurity.Findings;
using EmailSecurity.Reports;
using EmailSecurity.Tests.Support;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Reports;

/// <summary>The SARIF log, held to what SARIF 2.1.0 requires of each object and to what code-scanning services read.</summary>
public sealed class SarifReportTests
{
    private static JsonElement Run(IEnumerable<object> items)
    {
        var log = JsonDocument.Parse(ReportSamples.Write(ReportFormat.Sarif, items)).RootElement;
        Assert.Equal("2.1.0", log.GetProperty("version").GetString());
        return Assert.Single(log.GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public void Every_object_has_what_the_standard_requires()
    {
        var run = Run(ReportSamples.World());
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("EmailSecurity", driver.GetProperty("name").GetString());
        var rules = driver.GetProperty("rules").EnumerateArray().ToArray();
        Assert.All(rules, rule =>
        {
            Assert.False(string.IsNullOrEmpty(rule.GetProperty("id").GetString()));
            Assert.EndsWith(".", rule.GetProperty("shortDescription").GetProperty("text").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(rule.GetProperty("fullDescription").GetProperty("text").GetString()!);
            Assert.NotEmpty(rule.GetProperty("help").GetProperty("text").GetString()!);
            Assert.Contains(rule.GetProperty("defaultConfiguration").GetProperty("level").GetString(), (string[])["error", "warning", "note"]);
            Assert.StartsWith("https://", rule.TryGetProperty("helpUri", out var uri) ? uri.GetString() : "https://", StringComparison.Ordinal);
        });
        Assert.Equal(rules.Length, rules.Select(r => r.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count());
        var results = run.GetProperty("results").EnumerateArray().ToArray();
        Assert.All(results, result =>
        {
            var (level, kind) = (result.GetProperty("level").GetString(), result.GetProperty("kind").GetString());
            // Section 3.27.10: what is not a failure has the level none.
            Assert.Equal(kind != "fail", level == "none");
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
            Assert.EndsWith(".example", Place(result), StringComparison.Ordinal);
        });
        Assert.Equal(["harbor.example", "brass.example", "lantern.example", "paperboat.example", "violet.example"], results.Select(Place).Distinct(StringComparer.Ordinal));
        Assert.Contains(results, r => r.GetProperty("ruleId").GetString() == "StackDrift");
    }

    [Fact]
    public void A_fingerprint_stays_while_the_message_changes_and_is_another_for_another_domain_or_place()
    {
        string Print(string domain, string message, string? location, string code = "MxNotCovered") => Run([TestResult.From("MtaSts",
            [ReportSamples.Found(code, FindingSeverity.Error, message, location: location)], null, domain)]).GetProperty("results")[0]
            .GetProperty("partialFingerprints").GetProperty("emailSecurity/v1").GetString()!;

        var first = Print("a.example", "ends in 9 days", "mx.a.example");
        Assert.Equal(first, Print("a.example", "ends in 8 days", "mx.a.example"));
        Assert.Equal(4, new[] { first, Print("b.example", "ends in 9 days", "mx.a.example"), Print("a.example", "ends in 9 days", "mx2.a.example"),
            Print("a.example", "ends in 9 days", "mx.a.example", "MxRefused") }.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_code_of_the_rule_tables_is_a_rule_with_its_own_help()
    {
        Assert.Equal(RuleTables.Codes, RuleCatalog.Codes.Order(StringComparer.Ordinal));
        var results = RuleTables.Codes.Select(code => TestResult.From("MtaSts", [ReportSamples.Found(code)], null, "a.example"));
        var rules = Run(results).GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().ToArray();
        Assert.Equal(RuleTables.Codes.Count, rules.Length);
        Assert.All(rules, r => Assert.Contains(RuleCatalog.Find(r.GetProperty("id").GetString()!)!.Fix, r.GetProperty("help").GetProperty("text").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PolicyMaxAgeTooLarge", "Policy max age too large"), InlineData("MtaStsRecordIdInvalid", "Mta sts record id invalid")]
    [InlineData("SvgSizeOver32K", "Svg size over32 k"), InlineData("MxTls13Only", "Mx tls13 only"), InlineData("X", "X"), InlineData("", "")]
    public void A_code_reads_as_words(string code, string words) => Assert.Equal(words, ReportWords.OfCode(code));

    private static string Place(JsonElement result) =>
        result.GetProperty("locations")[0].GetProperty("logicalLocations")[0].GetProperty("name").GetString()!;
}
