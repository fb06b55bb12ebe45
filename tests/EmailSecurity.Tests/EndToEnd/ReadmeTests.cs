using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Pester;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>README, the guides and their like: every block of PowerShell as it is written, in a real pwsh, each document on a sandbox of its own.</summary>
public sealed partial class ReadmeTests(ReadmeTests.Session session) : IClassFixture<ReadmeTests.Session>
{
    // How a document says that a block is not for a sandbox; the reason follows.
    private const string NotHere = "# Not on the sandbox: ";

    private const string Publish = "New-EmailSecurityStack example.com -ReportUri tls-reports@example.com | Publish-EmailSecurityStack -ErrorAction Stop";
    private const string Enforce = "; Publish-MtaStsPolicy example.com -Mode Enforce -Force -ErrorAction Stop";

    // A domain of the list has no hosted zone until the reader has read the error.
    private const string OneFails = "$stacks = @($stacks; New-EmailSecurityStack example.org -MxHost mx1.example.org); "
        + "$null = $stacks | Publish-EmailSecurityStack -ErrorVariable failed -ErrorAction SilentlyContinue; Add-HostedZone example.org; $Error.Clear()";

    // The reader has waited for a week; the sandbox has no week.
    private const string AsAfterAWeek = "$PSDefaultParameterValues['Publish-MtaStsPolicy:MinimumTestingDays'] = 0";

    // Lines of the console that need no look at the tree.
    private static readonly string[] Known = ["dotnet build", "dotnet test", "dotnet tool restore", "dotnet pwsh", IconPackages.Command];

    private static readonly string[] Names =
    [
        "README.md", "CONTRIBUTING.md", "docs/comparison.md", "docs/errors.md", "docs/first-ten-minutes.md",
        .. Directory.GetFiles(Path.Combine(SourceTree.Root, "docs", "guides"), "*.md").Select(f => "docs/guides/" + Path.GetFileName(f))
            .Order(StringComparer.Ordinal),
    ];

    // What readers have done before they come to a block, by its number; 0 is the state in which a guide finds its reader.
    private static readonly Dictionary<(string Document, int Block), string> Before = new()
    {
        [("docs/guides/bimi.md", 0)] = Publish + "; Save-MarkCertificate",
        [("docs/guides/dns-elsewhere.md", 4)] = "Publish-MissingRecord $stack",
        [("docs/guides/dns-elsewhere.md", 5)] = "Publish-MissingRecord $stack; $stack | Publish-EmailSecurityStack; Publish-MissingRecord $stack",
        [("docs/guides/many-domains.md", 0)] = "Add-HostedZone example.net",
        [("docs/guides/many-domains.md", 3)] = OneFails,
        [("docs/guides/moving-mail-servers.md", 0)] = Publish,
        [("docs/guides/removing.md", 0)] = Publish + Enforce,
        [("docs/guides/reports.md", 0)] = Publish,
        [("docs/guides/scheduled-checks.md", 0)] = Publish,
        [("docs/guides/scheduled-checks.md", 3)] = $"Import-Module '{PesterRun.ManifestOf(PesterRun.Versions[0])}'",
        [("docs/guides/testing-to-enforce.md", 0)] = Publish,
        [("docs/guides/testing-to-enforce.md", 3)] = AsAfterAWeek,
    };

    private static readonly Dictionary<string, string[]> Blocks = Names.ToDictionary(n => n, n => BlocksOf(n, "powershell"), StringComparer.Ordinal);

    /// <summary>Document, number and text of every block of PowerShell.</summary>
    public static TheoryData<string, int, string> Lines() =>
        [.. Blocks.SelectMany(d => d.Value.Select((code, i) => new TheoryDataRow<string, int, string>(d.Key, i, code)))];

    /// <summary>Every document.</summary>
    public static TheoryData<string> Documents() => [.. Names];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_block_works_as_it_is_written(string document, int number, string code)
    {
        // The page about errors shows one.
        var shown = document == "docs/errors.md" ? "StackNotFound" : "no id";
        var errors = session.Results[document][number].Errors.Where(e => !e.Contains("[" + shown, StringComparison.Ordinal)).ToArray();
        Assert.True(errors.Length == 0, $"{code}\n{string.Join('\n', errors)}");
    }

    // The document, the block, and what it must show.
    [Theory]
    [InlineData("README.md", 0, "Deployed")]
    [InlineData("README.md", 1, "example.com")]
    [InlineData("docs/errors.md", 0, "StackNotFound")]
    [InlineData("docs/guides/bimi.md", 4, "Deployed")]
    [InlineData("docs/guides/bimi.md", 6, "Gmail")]
    [InlineData("docs/guides/dns-elsewhere.md", 0, "WaitingForDns")]
    [InlineData("docs/guides/dns-elsewhere.md", 1, "acm-validations.aws")]
    [InlineData("docs/guides/dns-elsewhere.md", 4, "WaitingForDns")]
    [InlineData("docs/guides/dns-elsewhere.md", 5, "Deployed")]
    [InlineData("docs/guides/first-domain.md", 4, "Deployed")]
    [InlineData("docs/guides/first-domain.md", 5, "Published")]
    [InlineData("docs/guides/many-domains.md", 0, "mx1.example.net, mx2.example.net")]
    [InlineData("docs/guides/many-domains.md", 2, "Deployed")]
    [InlineData("docs/guides/many-domains.md", 3, "HostedZoneNotFound")]
    [InlineData("docs/guides/many-domains.md", 4, "example.org")]
    [InlineData("docs/guides/many-domains.md", 6, "example.net Testing   True")]
    [InlineData("docs/guides/moving-mail-servers.md", 1, "Testing")]
    [InlineData("docs/guides/removing.md", 1, "Removing")]
    [InlineData("docs/guides/testing-to-enforce.md", 0, " sessions on ")]
    [InlineData("docs/guides/testing-to-enforce.md", 3, "Enforce")]
    [InlineData("docs/guides/testing-to-enforce.md", 7, "Enforce")]
    [InlineData("docs/guides/tls-reports.md", 0, "Deployed")]
    [InlineData("docs/guides/tls-reports.md", 2, "example.com")]
    public void A_block_shows_what_its_document_says(string document, int number, string shown) =>
        Assert.Contains(shown, session.Results[document][number].Output, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_of_the_console_exists(string document)
    {
        var lines = BlocksOf(document, "console").SelectMany(b => b.Split('\n'));
        foreach (var line in lines)
        {
            var run = Run().Match(line);
            Assert.True(Known.Contains(line) || run.Success, line);
            Assert.True(!run.Success || Directory.Exists(Path.Combine(SourceTree.Root, run.Groups["project"].Value)), line);
        }
    }

    [Fact]
    public void The_readme_begins_with_its_two_commands()
    {
        var blocks = BlocksOf("README.md", "console");
        Assert.Equal(["dotnet run --project src/EmailSecurity.Sandbox -- rehearse", "dotnet test"], blocks.Take(2));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(SourceTree.Root, document))!;
        var prose = Block().Replace(File.ReadAllText(Path.Combine(SourceTree.Root, document)), "");
        var targets = Link().Matches(prose).Select(m => m.Groups["target"].Value);
        Assert.All(targets, t => Assert.True(File.Exists(Path.Combine(folder, t)), t));
    }

    private static string[] BlocksOf(string document, string language) =>
    [
        .. Block().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, document)))
            .Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["code"].Value),
    ];

    [GeneratedRegex("```(?<language>[a-z]+)\r?\n(?<code>.*?)\r?\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Block();

    [GeneratedRegex(
        @"^dotnet run --project (?<project>[^ ]+) -- (rehearse|serve --output sandbox.json|--filter-class .+)$|^(?<project>\.ci/)(run|check-tree)$",
        RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Run();

    [GeneratedRegex(@"\]\((?!https?:)(?<target>[^)#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Link();

    /// <summary>What a block printed, and its errors.</summary>
    public sealed record BlockResult(string Output, string[] Errors);

    /// <summary>One PowerShell for all documents, before somebody who says yes; a sandbox for each.</summary>
    public sealed class Session : IAsyncLifetime
    {
        private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

        /// <summary>For each document the result of each block.</summary>
        public IReadOnlyDictionary<string, BlockResult[]> Results { get; private set; } = new Dictionary<string, BlockResult[]>(StringComparer.Ordinal);

        public async ValueTask InitializeAsync()
        {
            var sandboxes = new List<SandboxServer>();
            var documents = Path.Combine(folder, "documents.json");
            try
            {
                var work = new List<object>();
                foreach (var (name, blocks) in Blocks)
                {
                    var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
                    sandboxes.Add(sandbox);
                    FirstZone.Put(sandbox);
                    await ReportBucket.MakeAsync(sandbox);
                    var file = Path.Combine(folder, Path.GetRandomFileName());
                    await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(sandbox));
                    var texts = blocks.Select((text, i) =>
                        new { Text = text, Runs = !text.StartsWith(NotHere, StringComparison.Ordinal), Before = Before.GetValueOrDefault((name, i), "") });
                    work.Add(new { Name = name, Sandbox = file, Blocks = texts });
                }

                await File.WriteAllTextAsync(documents, JsonSerializer.Serialize(work));
                var script = Path.Combine(SourceTree.Root, "tests", "EmailSecurity.Tests", "EndToEnd", "Documents.ps1");
                Results = await Pwsh.ResultOfAsync<Dictionary<string, BlockResult[]>>(
                    script, saysYes: true, "-Folder", ProjectFolder(), "-DocumentsPath", documents);
            }
            finally
            {
                foreach (var sandbox in sandboxes)
                {
                    await sandbox.DisposeAsync();
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        // The project folder after the build, with what a reader brings: blocks may write there.
        private string ProjectFolder()
        {
            var project = Directory.CreateDirectory(Path.Combine(folder, "project")).FullName;
            string[] folders = ["module", "en-US", "assets", "verification"];
            var files = folders.SelectMany(d => Directory.GetFiles(Path.Combine(SourceTree.Root, d), "*", SearchOption.AllDirectories))
                .Concat(Directory.GetFiles(SourceTree.Root, "EmailSecurity.*"));
            foreach (var file in files)
            {
                var copy = Path.Combine(project, Path.GetRelativePath(SourceTree.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            File.WriteAllText(Path.Combine(project, "domains.txt"), FirstZone.Domain);
            Directory.CreateDirectory(Path.Combine(project, "reports"));
            File.WriteAllText(Path.Combine(project, "reports", "one.json"), TlsReports.Deviations.Clean);
            return project;
        }
    }
}
