using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Pester;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>
/// Every example of every help page, in PowerShell, on a sandbox in which example.com is deployed: a page's in order, and on another sandbox from the last to
/// the first, since readers begin with any.
/// </summary>
public sealed partial class HelpExampleTests(HelpExampleTests.Session session) : IClassFixture<HelpExampleTests.Session>
{
    private static readonly IReadOnlyDictionary<string, string[]> Pages = Directory.GetFiles(Path.Combine(SourceTree.Root, "docs", "en-US"), "*-*.md")
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f), ExamplesOf, StringComparer.Ordinal);

    private const string Backwards = " backwards";

    /// <summary>Page, number and text of every example.</summary>
    public static TheoryData<string, int, string> Examples() =>
        [.. Pages.SelectMany(p => p.Value.Select((code, i) => new TheoryDataRow<string, int, string>(p.Key, i + 1, code)))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_runs_as_it_is_written(string page, int number, string code) => HasNoErrors(session.Errors[page][number - 1], code);

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_runs_before_those_above_it_too(string page, int number, string code) => HasNoErrors(session.Errors[page + Backwards][^number], code);

    private static void HasNoErrors(string[] errors, string code) => Assert.True(errors.Length == 0, $"{code}\n{string.Join('\n', errors)}");

    private static string[] ExamplesOf(string file) => [.. Example().Matches(File.ReadAllText(file)).Select(m => m.Groups["code"].Value)];

    [GeneratedRegex("```powershell\r?\n(?<code>.*?)\r?\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Example();

    /// <summary>One PowerShell for all pages; a sandbox and a folder for each.</summary>
    public sealed class Session : IAsyncLifetime
    {
        private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

        /// <summary>For each page the errors of each example.</summary>
        public IReadOnlyDictionary<string, string[][]> Errors { get; private set; } = new Dictionary<string, string[][]>(StringComparer.Ordinal);

        public async ValueTask InitializeAsync()
        {
            var sandboxes = new List<SandboxServer>();
            var pages = Path.Combine(folder, "pages.json");
            try
            {
                var work = Pages.Concat(Pages.Select(p => KeyValuePair.Create(p.Key + Backwards, p.Value.Reverse().ToArray())))
                    .Select(p => new { Name = p.Key, Folder = Path.Combine(folder, p.Key), Sandbox = Path.Combine(folder, p.Key, "sandbox.json"), Examples = p.Value })
                    .ToArray();
                foreach (var page in work)
                {
                    sandboxes.Add(await StartAsync(Directory.CreateDirectory(page.Folder).FullName));
                }

                await File.WriteAllTextAsync(pages, JsonSerializer.Serialize(work));
                var script = Path.Combine(SourceTree.Root, "tests", "EmailSecurity.Tests", "Engine", "HelpExamples.ps1");
                Errors = await Pwsh.ResultOfAsync<Dictionary<string, string[][]>>(script, saysYes: false, "-PagesPath", pages, "-PesterPath",
                    PesterRun.ManifestOf(PesterRun.Versions[0]));
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

        // With the files that the examples name. The certificate need not be a good one: a check has something to say, not an error.
        private static async Task<SandboxServer> StartAsync(string place)
        {
            var logo = Path.Combine(SourceTree.Root, "assets", "logo.svg");
            Directory.CreateDirectory(Path.Combine(place, "assets"));
            File.Copy(logo, Path.Combine(place, "assets", "logo.svg"));
            File.Copy(logo, Path.Combine(place, "logo.svg"));
            Directory.CreateDirectory(Path.Combine(place, "reports"));
            await File.WriteAllTextAsync(Path.Combine(place, "reports", "one.json"), TlsReports.Deviations.Plain);
            var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
            File.Copy(sandbox.TrustedRoot, Path.Combine(place, "mark.pem"));
            foreach (var zone in (string[])["example.com", "example.net"])
            {
                sandbox.PutHostedZone(zone, [new(zone, "MX", 300, ["10 mx1.example.com."]), new("_dmarc." + zone, "TXT", 300, ["\"v=DMARC1; p=reject\""])]);
            }

            await ReportBucket.MakeAsync(sandbox);
            await File.WriteAllTextAsync(Path.Combine(place, "sandbox.json"), ServeVerb.ReadyLine(sandbox));
            return sandbox;
        }
    }
}
