using System.Text.RegularExpressions;
using EmailSecurity.Live;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Live;

/// <summary>docs/findings.md names every code that a live command can give, and no other.</summary>
public sealed partial class FindingsPageTests
{
    private static readonly string Root = Path.GetDirectoryName(ModuleLocator.Find())!;

    [Fact]
    public void Every_code_is_explained_and_none_that_does_not_exist()
    {
        var documented = Documented();
        var existing = Existing();
        Assert.Equal("", string.Join(' ', existing.Except(documented).Order(StringComparer.Ordinal)));
        Assert.Equal("", string.Join(' ', documented.Except(existing).Order(StringComparer.Ordinal)));
        Assert.True(existing.Count > 200, $"{existing.Count}");
    }

    // The first two sections have a table of names and a table of endings each; the other tables have whole codes.
    private static HashSet<string> Documented()
    {
        var sections = File.ReadAllText(Path.Combine(Root, "docs", "findings.md")).Split("\n## ")[1..];
        HashSet<string> codes = new(StringComparer.Ordinal);
        foreach (var section in sections)
        {
            string[][] tables = [.. Table().Matches(section).Select(t => Code().Matches(t.Value).Select(c => c.Groups["code"].Value).ToArray())];
            codes.UnionWith(section.Contains("| ending |", StringComparison.Ordinal) ? tables[0].SelectMany(name => tables[1].Select(ending => name + ending)) : tables.SelectMany(t => t));
        }

        return codes;
    }

    // From the source: what can be said must not depend on a world that a test happens to build.
    private static HashSet<string> Existing()
    {
        var live = Source("Live", "*.cs");
        string[] lookUps = [.. Enum.GetValues<DnsStatus>().Select(s => LiveFindings.Dns("", "", DnsRecordType.TXT, new DnsAnswer { Status = s }, "", "", "")?.Code).OfType<string>()];
        string[] fetches = [.. Enum.GetValues<FetchOutcome>().SelectMany(o => Enumerable.Range(100, o == FetchOutcome.Response ? 500 : 1).Select(s => new FetchResult { Outcome = o, StatusCode = s }))
            .Select(r => LiveFindings.Fetch("", new Uri("https://a.example/"), r, "", "", "")?.Code).OfType<string>().Distinct()];
        HashSet<string> codes = new(StringComparer.Ordinal);
        foreach (Match call in Call().Matches(live))
        {
            codes.UnionWith((call.Groups["kind"].Value switch { "Dns" => lookUps, "Fetch" => fetches, _ => ["CertificateExpiresSoon"] }).Select(ending => call.Groups["name"].Value + ending));
        }

        codes.UnionWith(Literal().Matches(live).Select(m => m.Groups["code"].Value));
        var records = Source("MtaSts", "*.cs") + Source("TlsRpt", "*.cs") + Source("Dmarc", "*.cs") + Source("Bimi", "BimiRecord.cs") + Source("Bimi", "BimiEligibility.cs");
        codes.UnionWith(Literal().Matches(records).Select(m => m.Groups["code"].Value));
        foreach (var (file, names) in new[] { ("VersionedRecords.cs", new[] { "MtaStsRecord", "TlsRptRecord" }), ("TagList.cs", ["DmarcRecord", "BimiRecord"]) })
        {
            codes.UnionWith(Ending().Matches(Source("Dns", file)).SelectMany(m => names.Select(name => name + m.Groups["ending"].Value)));
        }

        return codes;
    }

    private static string Source(string folder, string files) => string.Join('\n', Directory.GetFiles(Path.Combine(Root, "src", "EmailSecurity", folder), files).Select(File.ReadAllText));

    [GeneratedRegex(@"^\|(?:-+\|)+\n(?:\|.*\n?)+", RegexOptions.Multiline, 1000)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\| `(?<code>\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"LiveFindings\.(?<kind>Dns|Fetch|Expiry)\(""(?<name>\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();

    // Code = "X", findings.Error("X", Info("X", => ("MxX", code = sawPolicy ? "X" : "Y", TryReadUri(tag, "X"
    [GeneratedRegex(@"(?<=Code = |(Error|Warning|Information|Info)\(|code = \w+ \? (""\w+"" : )?|TryReadUri\(tag, |=> \((?=""Mx))""(?<code>[A-Z][a-z]\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"code \+ ""(?<ending>\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ending();
}
