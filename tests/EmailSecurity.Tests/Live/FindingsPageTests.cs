using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Live;

/// <summary>docs/findings.md names every code that a live command can give, and no other.</summary>
public sealed partial class FindingsPageTests
{
    private static readonly string Root = SourceTree.Root;

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

    // The logo's and the mark certificate's own codes are those of other commands.
    private static HashSet<string> Existing() =>
        [.. RuleTables.Codes.Except(MarkCertificateLiveTests.Codes).Where(c => c is not "PemTooLarge" && !c.StartsWith("Svg", StringComparison.Ordinal))];

    [GeneratedRegex(@"^\|(?:-+\|)+\n(?:\|.*\n?)+", RegexOptions.Multiline, 60_000)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\| `(?<code>\w+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Code();
}
