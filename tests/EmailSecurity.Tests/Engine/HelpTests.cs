using System.Management.Automation;
using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>The help, as Get-Help shows it: of every cmdlet, and every topic.</summary>
public partial class HelpTests
{
    private static readonly string Sources = Path.Combine(SourceTree.Root, "docs", "en-US");

    public static TheoryData<string> Cmdlets() => [.. CmdletTable.All.Select(c => c.Name)];

    public static TheoryData<string> Topics() => [.. Directory.GetFiles(Sources, "about_*.md").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public async Task Every_cmdlet_has_synopsis_description_parameters_examples_permissions_and_links(string name)
    {
        await using var session = EngineSession.Open();

        var help = session.Invoke("Get-Help $n -Full", ("n", name)).ShouldSucceed().Objects[0];

        // Without a page, Get-Help makes do with the syntax.
        Assert.DoesNotContain("[<CommonParameters>]", Text(help, "Synopsis"), StringComparison.Ordinal);
        Assert.NotEmpty(Text(help, "Synopsis"));
        Assert.NotEmpty(Many(help, "description"));
        Assert.NotEmpty(Many(help, "syntax", "syntaxItem"));
        Assert.True(Many(help, "examples", "example").Count() >= 3);
        Assert.All(Many(help, "examples", "example"), e => Assert.Contains(Many(e, "remarks"), p => Text(p, "Text").Length > 0));
        Assert.Empty(Many(help, "parameters", "parameter").Where(p => Many(p, "description").All(d => Text(d, "Text").Length == 0)).Select(p => Text(p, "name")));
        var notes = Many(help, "alertSet", "alert").Select(p => Text(p, "Text")).ToArray();
        Assert.Equal("AWS permissions", notes[0]);
        Assert.True(notes.Length > 1);
        Assert.NotEmpty(Many(help, "relatedLinks", "navigationLink"));
    }

    // What a cmdlet needs is measured (PermissionTests) and stands in docs/permissions.md. Its page says the same.
    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_names_the_actions_that_its_command_needs(string name)
    {
        var measured = Measured().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "permissions.md")))
            .Where(m => m.Groups["commands"].Value.Split(", ").Contains(name)).Select(m => m.Groups["action"].Value).Order(StringComparer.Ordinal).ToArray();
        var section = Section(name, "Permissions");
        var named = ActionLine().Matches(section)
            .SelectMany(m => m.Groups["actions"].Value.Split(", ").Select(a => $"{m.Groups["service"].Value}:{a}")).Order(StringComparer.Ordinal);

        Assert.Equal(measured, named);
        Assert.Equal(measured.Length == 0, section.StartsWith("It needs no AWS permissions", StringComparison.Ordinal));
        Assert.Equal(CmdletTable.Has(CmdletTable.All.Single(c => c.Name == name), "AccessKey"), measured.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public async Task About_topics_are_found_fit_a_window_and_are_named_by_the_overview(string name)
    {
        await using var session = EngineSession.Open();

        var text = Assert.Single(session.Invoke("Get-Help $n", ("n", name)).ShouldSucceed().Objects).ToString();

        Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.All(text.ReplaceLineEndings("\n").Split('\n').Where(l => !l.StartsWith("        ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(name, (string[])["about_EmailSecurity", .. Section("about_EmailSecurity", "See also").Split('\n')]);
    }

    [Fact]
    public void Every_page_has_a_cmdlet_name_and_three_examples_with_code_and_links_to_pages()
    {
        foreach (var page in Directory.GetFiles(Sources, "*-*.md"))
        {
            var (name, text) = (Path.GetFileNameWithoutExtension(page), File.ReadAllText(page));
            Assert.StartsWith($"# {name}\n", text, StringComparison.Ordinal);
            Assert.True(text.Split("```powershell").Length >= 4, $"{page} has fewer than three examples.");
            var links = Section(name, "Links").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.All(links, l => Assert.Matches(@"^\[(\w+(-\w+)?)\]\(\1\.md\)$", l));
            Assert.All(links, l => Assert.True(File.Exists(Path.Combine(Sources, l.Split(['[', ']'])[1] + ".md")), $"{name}: {l}"));
            Assert.DoesNotContain($"[{name}]", links);
        }
    }

    [Fact]
    public void The_overview_names_every_guide()
    {
        var named = GuideLine().Matches(Section("about_EmailSecurity", "Long description")).Select(m => m.Groups["file"].Value);
        var guides = Directory.GetFiles(Path.Combine(SourceTree.Root, "docs", "guides"), "*.md").Select(f => Path.GetFileName(f)!);

        Assert.Equal(guides.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static string Section(string page, string title)
    {
        var text = File.ReadAllText(Path.Combine(Sources, page + ".md")).ReplaceLineEndings("\n");
        return Assert.Single(text.Split("\n## "), s => s.StartsWith(title + "\n", StringComparison.Ordinal))[(title.Length + 1)..].Trim();
    }

    private static string Text(PSObject item, string property) => item.Properties[property]?.Value?.ToString()?.Trim() ?? "";

    private static IEnumerable<PSObject> Many(PSObject item, params string[] path)
    {
        object? value = item;
        foreach (var name in path)
        {
            value = value is null ? null : PSObject.AsPSObject(value).Properties[name]?.Value;
        }

        return (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            null => [],
            object[] many => many.Select(PSObject.AsPSObject),
            _ => [PSObject.AsPSObject(value!)],
        };
    }

    [GeneratedRegex(@"^\| `(?<action>\w+:\w+)` \| [\w, -]+ \| (?<commands>[^|]+) \|\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Measured();

    [GeneratedRegex(@"^- (?<service>\w+): (?<actions>[\w, ]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ActionLine();

    [GeneratedRegex(@"^- docs/guides/(?<file>[a-z-]+\.md): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex GuideLine();
}
