using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>The page about the first ten minutes: its session runs again, in a real pwsh on a sandbox, and shows what the page shows.</summary>
public sealed partial class TranscriptTests
{
    private static readonly string Page = Path.Combine(SourceTree.Root, "docs", "first-ten-minutes.md");

    [Fact]
    public async Task The_session_shows_what_the_page_shows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The page shows a session on Linux or macOS: paths and files of credentials differ on Windows.");
        var folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;
        try
        {
            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
            FirstZone.Put(sandbox);
            var ready = Path.Combine(folder, "sandbox.json");
            await File.WriteAllTextAsync(ready, ServeVerb.ReadyLine(sandbox), TestContext.Current.CancellationToken);

            var shown = await Pwsh.ResultOfAsync<string>(Path.Combine(SourceTree.Root, "tools", "Update-Transcript.ps1"), saysYes: false,
                "-Path", Page, "-SandboxPath", ready);

            Assert.Equal(File.ReadAllText(Page).ReplaceLineEndings("\n"), shown);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_page_has_the_mistakes_that_it_counts_and_fits_a_window()
    {
        var text = File.ReadAllText(Page).ReplaceLineEndings("\n");
        var numbers = Mistake().Matches(text).Select(m => m.Groups["number"].Value).ToArray();
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)), numbers);
        Assert.True(numbers.Length >= 8);
        Assert.All(Session().Matches(text).SelectMany(m => m.Value.Split('\n')), line => Assert.InRange(line.Length, 0, 80));
        Assert.DoesNotContain("\u001B", text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\*\*Mistake (?<number>[0-9]+): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Mistake();

    [GeneratedRegex("^```text\n.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline, 60_000)]
    private static partial Regex Session();
}
