using System.Management.Automation;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

public class HelpTests
{
    public static TheoryData<string> Cmdlets()
    {
        var names = new TheoryData<string>();
        var session = EngineSession.Open();
        foreach (var name in session.Invoke("(Get-Command -Module EmailSecurity).Name").Objects)
        {
            names.Add(name.ToString());
        }

        session.Runspace.Dispose();
        return names;
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public async Task Every_cmdlet_has_synopsis_description_parameters_and_examples(string name)
    {
        await using var session = EngineSession.Open();

        var help = session.Invoke("Get-Help $n -Full", ("n", name)).ShouldSucceed().Objects[0];

        // Without a page, Get-Help makes do with the syntax.
        Assert.DoesNotContain("[<CommonParameters>]", Text(help, "Synopsis"), StringComparison.Ordinal);
        Assert.NotEmpty(Text(help, "Synopsis"));
        Assert.NotEmpty(Many(help, "description"));
        Assert.NotEmpty(Many(help, "syntax", "syntaxItem"));
        Assert.NotEmpty(Many(help, "examples", "example"));
        Assert.Empty(Many(help, "parameters", "parameter").Where(p => Many(p, "description").All(d => Text(d, "Text").Length == 0)).Select(p => Text(p, "name")));
    }

    [Theory]
    [InlineData("about_EmailSecurity")]
    [InlineData("about_EmailSecurity_Credentials")]
    [InlineData("about_EmailSecurity_Reports")]
    [InlineData("about_EmailSecurity_Sandbox")]
    public async Task About_topics_are_found(string name)
    {
        await using var session = EngineSession.Open();

        var text = session.Invoke("Get-Help $n", ("n", name)).ShouldSucceed();

        Assert.Contains(name, Assert.Single(text.Objects).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_page_has_a_cmdlet_name_and_three_examples_with_code()
    {
        var folder = Path.Combine(SourceTree.Root, "docs", "en-US");
        foreach (var page in Directory.GetFiles(folder, "*-*.md"))
        {
            var text = File.ReadAllText(page);
            Assert.StartsWith($"# {Path.GetFileNameWithoutExtension(page)}\n", text, StringComparison.Ordinal);
            Assert.True(text.Split("```powershell").Length >= 4, $"{page} has fewer than three examples.");
        }
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
}
