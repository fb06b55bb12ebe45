using System.Globalization;
using System.Text.RegularExpressions;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>The guide to costs: its table is what its formula gives, and its formula counts what the module does.</summary>
public sealed partial class CostTests
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "guides", "costs.md")).ReplaceLineEndings("\n");

    [Theory]
    [InlineData("one", 1)]
    [InlineData("many", 100)]
    public async Task The_table_is_what_the_formula_gives(string column, int domains)
    {
        await using var session = EngineSession.Open();
        var rows = Row().Matches(Guide).Select(m => (Item: m.Groups["item"].Value, Dollars: decimal.Parse(m.Groups[column].Value, CultureInfo.InvariantCulture)));

        var given = session.Invoke(Formula().Match(Guide).Groups["code"].Value + "\nMeasure-MonthlyCost -Domain $n", ("n", domains)).ShouldSucceed().Objects
            .Select(o => (Item: (string)o.Properties["Item"].Value, Dollars: (decimal)(double)o.Properties["Dollars"].Value)).ToArray();

        Assert.Equal(8, given.Length);
        Assert.Equal(given, rows);
    }

    // What the formula counts for a plan, and what a publish creates: as the sandbox counts it.
    [Fact]
    public async Task The_guide_counts_what_the_module_creates_and_calls()
    {
        await using var session = await EngineSession.StartAsync();
        await DomainZones.AddAsync(session.Sandbox!, "example.com");
        var made = session.Invoke("New-EmailSecurityStack example.com -ReportUri tls@example.com -LogoPath $logo | Publish-EmailSecurityStack; Get-EmailSecurityDnsRecord example.com",
            ("logo", Path.Combine(SourceTree.Root, "assets", "logo.svg"))).ShouldSucceed();
        var records = made.Of<DnsRecordState>().GroupBy(r => r.Type.ToString(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        Assert.Equal(2, records["A"]);
        Assert.Equal(2, records["AAAA"]);
        Assert.Equal(3, records["TXT"]);
        Assert.Equal(2, records["CNAME"]);
        var calls = session.Sandbox!.GetCalls();
        Assert.Equal(2, calls.Count(c => c.Operation == "CreateBucket"));
        Assert.Equal(1, calls.Count(c => c.Operation.StartsWith("CreateDistribution", StringComparison.Ordinal)));
        Assert.Equal(1, calls.Count(c => c.Operation == "RequestCertificate"));

        session.Sandbox.ClearCalls();
        session.Invoke("Get-EmailSecurityPlan example.com").ShouldSucceed();
        var plan = session.Sandbox.GetCalls().Where(c => c.Service == "s3").ToArray();
        Assert.InRange(plan.Count(c => !c.Operation.StartsWith("List", StringComparison.Ordinal)), 10, 17);
        Assert.Equal(1, plan.Count(c => c.Operation.StartsWith("List", StringComparison.Ordinal)));
    }

    [GeneratedRegex("```powershell\n(?<code>function Measure-MonthlyCost.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Formula();

    [GeneratedRegex(@"^\| (?<item>[A-Za-z0-9 ]+) \| (?<one>[0-9]+\.[0-9]{2}) \| (?<many>[0-9]+\.[0-9]{2}) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Row();
}
