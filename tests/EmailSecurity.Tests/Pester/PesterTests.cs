using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;
using EmailSecurity.Tests.Engine;

namespace EmailSecurity.Tests.Pester;

/// <summary>
/// The files of tests/Pester, written for Pester, run as the Pester subset in the bare engine; and by Pester itself where pwsh with Pester is on the PATH.
/// One case for each file and It; a file runs once, when its first case asks for it, with a sandbox of its own.
/// </summary>
public sealed class PesterTests(PesterTests.Runs runs) : IClassFixture<PesterTests.Runs>
{
    private static readonly string Root = Path.GetDirectoryName(ModuleLocator.Find())!;
    private static readonly string Folder = Path.Combine(Root, "tests", "Pester");
    private static readonly string Runner = Path.Combine(AppContext.BaseDirectory, "Pester", "PesterSubset.ps1");

    /// <summary>File and name of every It.</summary>
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Folder, "*.Tests.ps1").Order(StringComparer.Ordinal))
        {
            var session = EngineSession.OpenBare();
            foreach (var found in session.Invoke("& $Runner -Path $File -DiscoverOnly", ("Runner", Runner), ("File", file)).ShouldSucceed().Objects)
            {
                cases.Add(Path.GetFileName(file), (string)found.Properties["Name"].Value);
            }

            session.Runspace.Dispose();
        }

        return cases;
    }

    [Theory(DisplayName = "Pester subset in the bare engine")]
    [MemberData(nameof(Cases))]
    public async Task Subset(string file, string name)
    {
        var outcome = (await runs.OfAsync(file)).FirstOrDefault(o => o.Name == name);
        Assert.True(outcome is not null, $"{name} did not run.");
        Assert.SkipWhen(outcome.Result == "Skipped", "Skipped by the test file.");
        Assert.True(outcome.Result == "Passed", outcome.Message);
    }

    [Fact]
    public async Task Pester_itself_agrees_where_it_is_installed()
    {
        var version = await RunAsync("pwsh", "-NoProfile -NonInteractive -Command \"(Get-Module -ListAvailable Pester | Sort-Object Version -Descending)[0].Version.ToString()\"");
        Assert.SkipUnless(version is { ExitCode: 0 }, "pwsh with Pester is not on the PATH.");

        var run = await RunAsync("pwsh", $"-NoProfile -NonInteractive -Command \"Invoke-Pester -Path '{Folder}' -CI\"");

        Assert.True(run is { ExitCode: 0 }, run?.Output);
    }

    private static async Task<(int ExitCode, string Output)?> RunAsync(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root })!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + await error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>What became of one It.</summary>
    public sealed record Outcome(string Name, string Result, string Message);

    /// <summary>The runs of the files, each at most once.</summary>
    public sealed class Runs
    {
        private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<Outcome>>>> files = new(StringComparer.Ordinal);

        public Task<IReadOnlyList<Outcome>> OfAsync(string file) => files.GetOrAdd(file, f => new(() => RunFileAsync(f))).Value;

        private static async Task<IReadOnlyList<Outcome>> RunFileAsync(string file)
        {
            // In this process, where it costs a tenth of a second; under Pester the file starts one for itself.
            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
            await using var session = EngineSession.OpenBare();
            var result = await session.InvokeAsync("& $Runner -Path $File", CancellationToken.None, ("Runner", Runner), ("File", Path.Combine(Folder, file)), ("EmailSecuritySandboxLine", ServeVerb.ReadyLine(sandbox)));
            if (result.Terminated)
            {
                Assert.Fail($"{file}: {string.Join(Environment.NewLine, result.Errors.Select(ScriptHost.Describe))}");
            }

            return [.. result.Objects.Select(o => new Outcome(Text(o, "Name"), Text(o, "Result"), Text(o, "Message")))];
        }

        private static string Text(PSObject o, string name) => o.Properties[name]?.Value?.ToString() ?? "";
    }
}
