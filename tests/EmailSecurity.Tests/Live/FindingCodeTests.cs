using EmailSecurity.Findings;
using EmailSecurity.Tests.Support;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>Every failure has a name, and every name a world in which the commands, or the live checks with the real resolver, fetcher and probe, find it.</summary>
public sealed class FindingCodeTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    private const string TooLong = "The data of one TXT record have at most 65,535 octets, the lengths of its strings among them (RFC 1035 section 3.2.1).";
    private const string Discarded = "At its name a record of another version is discarded; the code belongs to a text that is given to Test-EmailSecurityRecord.";
    private const string Unquoted = "There are no quotes in DNS; the code belongs to a text that is given to Test-EmailSecurityRecord.";
    private const string NotFetched = "A file of that size is not fetched: MarkCertificateTooLarge.";
    private const string Converted = "It is about a conversion, which ConvertTo-BimiLogo makes; nothing live is converted.";
    private const string Posted = "A receiver takes reports by POST: any answer to a GET shows that it is there.";

    /// <summary>Codes that no live check can give, each with the reason.</summary>
    private static IEnumerable<(string Code, string Reason)> NeverLive() =>
    [
        .. ((string[])["MtaSts", "TlsRpt", "Dmarc", "Bimi"]).Select(m => (m + "RecordTooLong", TooLong)),
        .. ((string[])["Dmarc", "Bimi"]).Select(m => (m + "RecordVersionInvalid", Discarded)),
        .. RuleTables.All.Where(r => r.Table.Name == "LogoRepairRules").Select(r => (r.Rule.Code, Converted)),
        .. RuleTables.All.Where(r => r.Table.Name == "TlsReportRules").Select(r => (r.Rule.Code, "a report of a sender is read from a file")),
        .. RuleTables.All.Where(r => r.Table.Name is "TlsReportTrendRules" or "ReadinessRules").Select(r => (r.Rule.Code, "reports and the stack's history say it, no live world")),
        ("PemTooLarge", NotFetched),
        ("TxtQuoteUnbalanced", Unquoted),
        ("TxtStringTooLong", Unquoted),
        .. ((string[])["Redirect", "NotFound", "Forbidden", "ServerError", "HttpStatus", "TooLarge"]).Select(e => ("ReportReceiver" + e, Posted)),
    ];

    public static TheoryData<int, string> Worlds()
    {
        TheoryData<int, string> data = [];
        for (var i = 0; i < BrokenWorld.All.Count; i++)
        {
            data.Add(i, BrokenWorld.All[i].Code);
        }

        return data;
    }

    [Fact]
    public void Every_code_has_a_world_or_a_reason_to_have_none()
    {
        HashSet<string> shown = [.. BrokenWorld.All.Select(w => w.Code), .. DnsFindingTests.Codes, .. FetchFindingTests.Codes, .. SmtpFindingTests.Codes, .. MarkCertificateLiveTests.Codes,
            .. PrivateNetworkTests.Codes, .. EndToEnd.CachedPolicyTests.Codes];
        HashSet<string> excused = [.. NeverLive().Select(e => e.Code)];
        Assert.All(NeverLive(), e => Assert.NotEqual("", e.Reason));
        Assert.True(RuleTables.Codes.Count > 300);
        Assert.Equal([], RuleTables.Codes.Except(shown).Except(excused));
        // What is shown or excused exists, and not both.
        Assert.Equal([], shown.Concat(excused).Except(RuleTables.Codes));
        Assert.Equal([], shown.Intersect(excused));
    }

    [Theory, MemberData(nameof(Worlds))]
    public void Each_world_has_its_code(int index, string code)
    {
        var broken = BrokenWorld.All[index];
        Assert.Equal(code, broken.Code);
        var domain = broken.Build(world);
        var run = world.Engine.Invoke(broken.Command, ("d", domain));
        Assert.Empty(run.Errors);
        var results = run.Objects.Select(o => (TestResult)o.BaseObject).ToArray();
        Assert.All(results, r => Assert.Equal(domain, r.Domain));
        var result = Assert.Single(results, r => r.Findings.Any(f => f.Code == code));
        Assert.All(result.Findings.Where(f => f.Code == code), f => Whole(f, broken.Severity));
        Assert.Contains(result.Status, broken.Severity switch { FindingSeverity.Error => [TestStatus.Fail], FindingSeverity.Warning => [TestStatus.Warning, TestStatus.Fail], _ => Enum.GetValues<TestStatus>() });
        // Worst first, after the mode of a policy: whatever else is found means something only with it.
        var mode = result.Findings.Where(f => f.Code is "PolicyModeEnforce" or "PolicyModeTesting" or "PolicyModeNone").ToArray();
        Assert.Equal(result.Value is MtaSts.MtaStsPolicy ? 1 : 0, mode.Length);
        Assert.Equal(mode, result.Findings.Take(mode.Length));
        var rest = result.Findings.Skip(mode.Length).Select(f => f.Severity).ToArray();
        Assert.Equal(rest.OrderDescending(), rest);
    }

    private static void Whole(Finding finding, FindingSeverity severity) => LiveWorld.Has(new TestResult { Mechanism = "", Status = TestStatus.Pass, Findings = [finding] }, finding.Code, severity);
}
