using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Pester;

/// <summary>The recipes of the guide to scheduled checks, read from the guide and run: the line of cron, that of Task Scheduler, and the steps of the workflow.</summary>
public sealed partial class RecipeTests(RecipeTests.Session session) : IClassFixture<RecipeTests.Session>
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "guides", "scheduled-checks.md"));

    [Theory]
    [InlineData("cron"), InlineData("task"), InlineData("check")]
    public void A_check_of_a_domain_in_order_ends_with_0_and_leaves_its_files(string name)
    {
        var run = session.Results[name];
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(["findings.sarif", "report.html", "results.xml", "summary.md"], run.Files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("cron"), InlineData("task"), InlineData("check")]
    public void A_check_that_fails_ends_with_another_exit_code_and_leaves_its_files_too(string name)
    {
        var run = session.Results[name + " failing"];
        Assert.InRange(run.ExitCode, 1, 255);
        Assert.Contains("MTA-STS is expected of absent.example.com", run.Output, StringComparison.Ordinal);
        Assert.Equal(["findings.sarif", "report.html", "results.xml", "summary.md"], run.Files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_summary_of_the_run_gets_the_table_of_the_domains()
    {
        var run = session.Results["summary"];
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("step-summary.md", run.Files);
    }

    [Fact]
    public void The_workflow_reads_only_and_keeps_what_the_script_writes()
    {
        var workflow = Workflow().Match(Guide).Groups["text"].Value;
        Assert.Contains("permissions:\n  contents: read\n", workflow.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("Install-PSResource EmailSecurity, Pester -TrustRepository", workflow, StringComparison.Ordinal);
        Assert.All(Regex.Matches(workflow, @"uses: (\S+)").Select(m => m.Groups[1].Value), use => Assert.Matches(@"^actions/[a-z-]+@v[0-9]+$", use));
        Assert.All((string[])["report.html", "results.xml", "findings.sarif"], f => Assert.Contains(f, workflow, StringComparison.Ordinal));
    }

    [GeneratedRegex("```yaml\r?\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Workflow();

    [GeneratedRegex("```powershell\r?\n(?<text>@'.*?)\r?\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Script();

    [GeneratedRegex(@"^0 6 \* \* \* cd /opt/email-security && (?<text>.+?)\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Cron();

    [GeneratedRegex("-Execute (?<program>pwsh) -Argument '(?<arguments>[^']+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex ScheduledTask();

    [GeneratedRegex(@"- name: (?<name>\w+)\r?\n(\s+if: .*\r?\n)?\s+run: (?<text>.+?)\r?\n", RegexOptions.ExplicitCapture)]
    private static partial Regex Steps();

    /// <summary>What became of a line.</summary>
    public sealed record LineResult(int ExitCode, string Output, string[] Files);

    /// <summary>One PowerShell and one sandbox for all lines.</summary>
    public sealed class Session : IAsyncLifetime
    {
        private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

        /// <summary>By the name of the line.</summary>
        public IReadOnlyDictionary<string, LineResult> Results { get; private set; } = new Dictionary<string, LineResult>(StringComparer.Ordinal);

        public async ValueTask InitializeAsync()
        {
            var modules = Path.Combine(folder, "modules");
            var project = Path.Combine(modules, "EmailSecurity");
            foreach (var part in (string[])["module", "en-US", "verification"])
            {
                Copy(Path.Combine(SourceTree.Root, part), Path.Combine(project, part));
            }

            foreach (var file in Directory.GetFiles(SourceTree.Root, "EmailSecurity.*"))
            {
                File.Copy(file, Path.Combine(project, Path.GetFileName(file)));
            }

            Copy(Path.GetDirectoryName(PesterRun.ManifestOf(PesterRun.Versions[0]))!, Path.Combine(modules, "Pester"));
            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
            FirstZone.Put(sandbox);
            var (ready, recipes) = (Path.Combine(folder, "sandbox.json"), Path.Combine(folder, "recipes.json"));
            await File.WriteAllTextAsync(ready, ServeVerb.ReadyLine(sandbox));
            await File.WriteAllTextAsync(recipes, JsonSerializer.Serialize(new { Script = Script().Match(Guide).Groups["text"].Value, Lines = Lines() }));
            var script = Path.Combine(SourceTree.Root, "tests", "EmailSecurity.Tests", "Pester", "Recipes.ps1");
            Results = await Pwsh.ResultOfAsync<Dictionary<string, LineResult>>(script, saysYes: false,
                "-Folder", project, "-ModulePath", modules, "-SandboxPath", ready, "-RecipesPath", recipes);
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        private static IEnumerable<object> Lines()
        {
            var steps = Steps().Matches(Guide).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["text"].Value, StringComparer.Ordinal);
            var task = ScheduledTask().Match(Guide);
            (string Name, string Text, bool IsStep)[] lines =
            [
                ("cron", Cron().Match(Guide).Groups["text"].Value, false), ("task", $"{task.Groups["program"].Value} {task.Groups["arguments"].Value}", false),
                ("check", steps["Check"], true),
            ];
            foreach (var (name, text, isStep) in lines)
            {
                yield return new { Name = name, Text = text, IsStep = isStep, Domains = (string[])[FirstZone.Domain], Keeps = false };
                yield return new { Name = name + " failing", Text = text, IsStep = isStep, Domains = (string[])[FirstZone.Domain, "absent.example.com"], Keeps = false };
            }

            yield return new { Name = "summary", Text = steps["Summary"], IsStep = true, Domains = (string[])[FirstZone.Domain], Keeps = true };
        }

        private static void Copy(string from, string to)
        {
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}
