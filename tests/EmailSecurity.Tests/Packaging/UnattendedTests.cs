using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Pester;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Packaging;

/// <summary>The container's and the action's commands, run on a sandbox: the same scripts with the same arguments, in folders that stand for theirs.</summary>
[Collection(typeof(PackageCollection))]
public sealed class UnattendedTests(PackageFixture package, UnattendedTests.Session session) : IClassFixture<UnattendedTests.Session>
{
    private static readonly string[] Results = ["findings.sarif", "junit.xml", "nunit.xml", "report.html", "summary.md"];

    [Fact]
    public async Task The_container_checks_the_domains_of_its_arguments_and_leaves_its_results()
    {
        var container = (await session.OfAsync(package)).GetProperty("Container");
        Assert.True(Number(container, "ExitCode") == 0, Text(container, "Output"));
        Assert.Contains("Email security of example.com", Text(container, "Output"), StringComparison.Ordinal);
        Assert.Equal(Results, Strings(container, "Files"));
        var junit = XDocument.Load(Path.Combine(Session.Folder(package), "results", "junit.xml")).Root!;
        var nunit = XDocument.Load(Path.Combine(Session.Folder(package), "results", "nunit.xml")).Root!;
        Assert.InRange(junit.Descendants("testcase").Count(), 8, 100);
        Assert.Equal(junit.Descendants("testcase").Count(), nunit.Descendants("test-case").Count());
    }

    [Fact]
    public async Task The_container_changes_nothing_of_its_modules_and_leaves_no_temporary_file()
    {
        var result = await session.OfAsync(package);
        Assert.Equal(0, Number(result.GetProperty("Container"), "ExitCode"));
        Assert.True(result.GetProperty("ModulesAreUntouched").GetBoolean());
        Assert.Equal(Results, Strings(result.GetProperty("Container"), "Files"));
    }

    [Fact]
    public async Task The_action_installs_both_modules_and_checks_what_is_expected()
    {
        var run = (await session.OfAsync(package)).GetProperty("Action good");
        var steps = run.GetProperty("Steps").EnumerateArray().ToArray();
        Assert.All(steps, s => Assert.True(Number(s, "ExitCode") == 0, Text(s, "Output")));
        Assert.Equal(ActionDefinition.Steps.Count, steps.Length);
        Assert.Contains("has policy mode Testing", Text(steps[^1], "Output"), StringComparison.Ordinal);
        Assert.Equal(Results, Strings(steps[^1], "Files"));
        Assert.Contains("example.com", Text(run, "Summary"), StringComparison.Ordinal);
        var set = Strings(run, "Set").Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        Assert.Equal(ActionDefinition.Outputs.Select(o => o.Name).Order(StringComparer.Ordinal), set.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("0", set["failed"]);
        Assert.True(File.Exists(Path.Combine(set["folder"], "junit.xml")));
    }

    [Fact]
    public async Task The_action_fails_with_the_number_of_failed_tests_and_still_leaves_its_results()
    {
        var run = (await session.OfAsync(package)).GetProperty("Action failing");
        var check = run.GetProperty("Steps").EnumerateArray().Last();
        Assert.NotEqual(0, Number(check, "ExitCode"));
        Assert.Contains("MTA-STS is expected of absent.example.com", Text(check, "Output"), StringComparison.Ordinal);
        Assert.Equal(Results, Strings(check, "Files"));
        var junit = XDocument.Load(Path.Combine(Session.Folder(package), "run failing", "email-security", "junit.xml")).Root!;
        Assert.InRange(junit.Descendants("failure").Count(), 1, 254);
        Assert.Contains(Invariant($"failed={junit.Descendants("failure").Count()}"), Strings(run, "Set"));
    }

    [Fact]
    public async Task Who_calls_the_script_the_wrong_way_is_told_what_to_write()
    {
        var mistakes = Strings(await session.OfAsync(package), "Mistakes");
        string[] expected =
        [
            "255 No domain is given\\. Name domains as arguments, or a file that lists them: -DomainFile \\./domains\\.txt$",
            "255 There is no file .*none\\.txt\\. Name a file with one domain a line\\.$",
            "255 -Expect is not valid JSON: ", "255 -Expect is neither JSON nor a file: .*none\\.json$", "255 The tests could not run: see above\\.$",
        ];
        Assert.Equal(expected.Length, mistakes.Length);
        Assert.All(expected.Zip(mistakes), p => Assert.Matches(p.First, p.Second));
    }

    [Fact]
    public async Task Every_command_and_parameter_that_the_definitions_name_exists()
    {
        var commands = Strings(await session.OfAsync(package), "Commands");
        Assert.All(commands, c => Assert.StartsWith("known: ", c, StringComparison.Ordinal));
        string[] some =
        [
            "known: Save-PSResource Name Version Repository TrustRepository Path", "known: Install-PSResource Name Version Repository TrustRepository Scope",
            "known: Get-EmailSecurityVerification", "known: Invoke-EmailSecurityVerification.ps1 Domain Expect OutputFolder", "known: Invoke-EmailSecurityVerification.ps1 OutputFolder",
        ];
        Assert.All(some, s => Assert.Contains(s, commands));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string[] Strings(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    /// <summary>One PowerShell and one sandbox for all of it, started when the first test asks.</summary>
    public sealed class Session
    {
        private const string Gallery = "PSGallery";
        private const string Modules = "/usr/local/share/powershell/Modules";
        private readonly Lock gate = new();
        private Task<JsonElement>? result;

        /// <summary>The folder of all that runs.</summary>
        public static string Folder(PackageFixture package) => Path.Combine(package.Folder, "unattended");

        /// <summary>What became of it.</summary>
        public Task<JsonElement> OfAsync(PackageFixture package)
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has one place for a user's repositories and modules, and these tests leave it alone.");
            lock (gate)
            {
                return result ??= StartAsync(package);
            }
        }

        private static async Task<JsonElement> StartAsync(PackageFixture package)
        {
            var folder = Directory.CreateDirectory(Folder(package)).FullName;
            var image = Path.Combine(folder, "image");
            var results = Directory.CreateDirectory(Path.Combine(folder, "results")).FullName;
            string Place(string text) => text.Replace(Modules, image + Modules, StringComparison.Ordinal).Replace("/results", results, StringComparison.Ordinal);
            Build(package.Module, image);

            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
            FirstZone.Put(sandbox);
            var (ready, plan) = (Path.Combine(folder, "sandbox.json"), Path.Combine(folder, "plan.json"));
            await File.WriteAllTextAsync(ready, ServeVerb.ReadyLine(sandbox));
            var entry = ContainerDefinition.Exec(ContainerDefinition.Instructions[^1].Text)[1..];
            await File.WriteAllTextAsync(plan, JsonSerializer.Serialize(new
            {
                Save = Place(SaveCommand()).Replace(Gallery, "Local", StringComparison.Ordinal),
                PesterVersion = ContainerDefinition.Values("ARG")["PESTER_VERSION"],
                Modules = image + Modules,
                Results = results,
                Environment = ContainerDefinition.Values("ENV").ToDictionary(e => e.Key, e => e.Key == "HOME" ? image + e.Value : Place(e.Value)),
                Entry = entry.Select(Place),
                Runs = (object[])[Run("good", "example.com", """{ "Mode": "Testing", "ReportUri": "tls-reports@example.com" }"""), Run("failing", "example.com, absent.example.com", "")],
                Scripts = (string[])[SaveCommand(), .. ActionDefinition.Steps.Select(s => s.Run!), "& $script " + string.Join(' ', entry.SkipWhile(a => !a.EndsWith(".ps1", StringComparison.Ordinal)).Skip(1))],
            }));
            var script = Path.Combine(SourceTree.Root, "tests", "EmailSecurity.Tests", "Packaging", "Unattended.ps1");
            return await PrivatePwsh.ResultOfAsync(script, folder,
                "-Module", package.Module, "-PesterPath", PesterRun.ManifestOf(PesterRun.Versions[0]), "-SandboxPath", ready, "-PlanPath", plan, "-Folder", folder);
        }

        // The PowerShell that the image runs while it is built.
        private static string SaveCommand() =>
            ContainerDefinition.Instructions.Where(i => i.Keyword == "RUN").Select(i => ContainerDefinition.Exec(i.Text)).Single(e => e[0] == "pwsh")[^1];

        // The steps with the inputs in their places, as the service puts them.
        private static object Run(string name, string domains, string expect)
        {
            var inputs = ActionDefinition.Inputs.ToDictionary(i => i.Name, i => i.Default ?? "", StringComparer.Ordinal);
            (inputs["domains"], inputs["expect"], inputs["repository"]) = (domains, expect, "Local");
            return new
            {
                Name = name,
                Steps = ActionDefinition.Steps.Select(s => new
                {
                    s.Run,
                    Environment = s.Environment.ToDictionary(e => e.Key, e => Regex.Replace(e.Value, @"\$\{\{ inputs\.([a-z-]+) \}\}", m => inputs[m.Groups[1].Value])),
                }),
            };
        }

        // What COPY does: a folder's content to the place, files into it. And the folders that the image makes.
        private static void Build(string module, string image)
        {
            var made = ContainerDefinition.Instructions.Where(i => i.Keyword == "RUN").Select(i => ContainerDefinition.Exec(i.Text)).Where(e => e[0] == "install");
            foreach (var folder in made.SelectMany(e => e.Where(a => a.StartsWith('/'))))
            {
                Directory.CreateDirectory(image + folder);
            }

            foreach (var (sources, destination) in ContainerDefinition.Copies())
            {
                foreach (var source in sources.Select(s => Path.Combine(module, s)))
                {
                    foreach (var file in Directory.Exists(source) ? Directory.GetFiles(source, "*", SearchOption.AllDirectories) : [source])
                    {
                        var copy = image + destination + (file == source ? Path.GetFileName(file) : "/" + Path.GetRelativePath(source, file));
                        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                        File.Copy(file, copy);
                    }
                }
            }
        }
    }
}
