using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Standards;

/// <summary>
/// A rule's code, severity, standard, section and fix stand once, in the rule table of its standard, and docs/standards.md is held to the tables.
/// </summary>
public sealed partial class RuleTableTests
{
    private static readonly string Root = SourceTree.Root;
    private static readonly string Core = Path.Combine(Root, "src", "EmailSecurity");

    [Fact]
    public void Every_rule_is_whole()
    {
        Assert.True(RuleTables.All.Count > 300, $"{RuleTables.All.Count}");
        Assert.All(RuleTables.All, r =>
        {
            Assert.Matches("^[A-Z][A-Za-z0-9]+$", r.Rule.Code);
            Assert.NotEqual("", r.Rule.Standard);
            Assert.True(Enum.IsDefined(r.Rule.Severity));
        });
    }

    // A policy is too large for a fetch and for the check of its text alike.
    [Fact]
    public void A_code_belongs_to_one_table() =>
        Assert.All(RuleTables.All.Where(r => r.Rule.Code != "PolicyTooLarge").GroupBy(r => r.Rule.Code),
            g => Assert.Single(g.Select(r => r.Table).Distinct()));

    [Fact]
    public void Findings_come_from_rules_and_rules_stand_in_tables()
    {
        Assert.All(SourceTree.Files("EmailSecurity").Where(f => !Path.GetFileName(f).EndsWith("Rules.cs", StringComparison.Ordinal)),
            f => Assert.DoesNotMatch(@"\bnew (Finding|Rule)\b", File.ReadAllText(f)));
    }

    [Fact]
    public void The_index_of_the_standards_has_every_code_at_its_section()
    {
        string[] expected =
        [
            .. RuleTables.All.GroupBy(r => (r.Rule.Standard, r.Rule.Section)).OrderBy(g => g.Key.Standard, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Section, StringComparer.Ordinal)
                .Select(g => $"| {g.Key.Standard} | {g.Key.Section} | {string.Join(", ", g.Select(r => $"`{r.Rule.Code}`").Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal))} |"),
        ];
        var written = Index().Matches(Standards()).Select(m => m.Value);
        Assert.Equal(string.Join('\n', expected), string.Join('\n', written));
    }

    [Fact]
    public void The_files_that_the_standards_name_exist()
    {
        string[] roots = [Core, Path.Combine(Root, "src"), Path.Combine(Root, "tests", "EmailSecurity.Tests")];
        var missing = SourceFile().Matches(Standards()).Select(m => m.Groups["file"].Value).Distinct(StringComparer.Ordinal).Where(file =>
            !roots.Any(r => File.Exists(Path.Combine(r, file)) || File.Exists(Path.Combine(r, "EmailSecurity." + file))));
        Assert.Equal("", string.Join(' ', missing));
    }

    private static string Standards() => File.ReadAllText(Path.Combine(Root, "docs", "standards.md")).ReplaceLineEndings("\n");

    [GeneratedRegex(@"^\| [^|]+ \| [^|]* \| `\w+`(?:, `\w+`)* \|$", RegexOptions.Multiline, 60_000)]
    private static partial Regex Index();

    [GeneratedRegex(@"`(?<file>\w+/[\w./]+\.cs)`", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex SourceFile();
}
