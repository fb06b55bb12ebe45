using System.Diagnostics;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>README's PowerShell, as written, in a real pwsh in the project folder, on a sandbox as <c>serve</c> starts it.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = Path.GetDirectoryName(ModuleLocator.Find())!;
    private static readonly string[] Blocks = [.. Block().Matches(File.ReadAllText(Path.Combine(Root, "README.md"))).Select(m => m.Groups["code"].Value)];

    [Fact]
    public async Task The_lines_for_Route_53_work_as_written()
    {
        var story = Blocks.Where(b => !b.Contains("-DnsHost External", StringComparison.Ordinal)).ToArray();
        Assert.True(story.Length >= 5, "README's blocks of PowerShell were not found.");
        Assert.SkipWhen(
            story.Any(b => b.Contains("-LogoPath logo.svg", StringComparison.Ordinal)),
            "README names a logo.svg that does not lie in the project folder; assets/logo.svg does.");
        var output = await RunAsync(story);
        Assert.Contains("Deployed", output, StringComparison.Ordinal);
        Assert.Contains("Removing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lines_for_another_DNS_host_work_as_written()
    {
        var story = Blocks.Where(b => b.StartsWith("Import-Module", StringComparison.Ordinal)).Select(b => b.Split('\n')[0])
            .Concat(Blocks.Where(b => b.Contains("-DnsHost External", StringComparison.Ordinal)));
        var output = await RunAsync([.. story]);
        Assert.Contains("WaitingForDns", output, StringComparison.Ordinal);
        Assert.Contains("acm-validations.aws", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string[] blocks)
    {
        var folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;
        try
        {
            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
            FirstZone.Put(sandbox);
            await File.WriteAllTextAsync(Path.Combine(folder, "sandbox.json"), ServeVerb.ReadyLine(sandbox));
            await File.WriteAllTextAsync(Path.Combine(folder, "domains.txt"), FirstZone.Domain);
            var script = Path.Combine(folder, "readme.ps1");
            // The list of domains is the reader's own.
            var text = string.Join('\n', blocks).Replace("Get-Content domains.txt", $"Get-Content '{folder}/domains.txt'", StringComparison.Ordinal);
            await File.WriteAllTextAsync(script, "$ErrorActionPreference = 'Stop'\n" + text + "\n'the end'\n");
            var (code, output) = await PwshAsync(script, Path.Combine(folder, "sandbox.json"));
            Assert.SkipWhen(code is null, "pwsh is not on this machine.");
            Assert.True(code == 0 && output.TrimEnd().EndsWith("the end", StringComparison.Ordinal), output);
            return output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Who reads README says yes to what is asked.
    private static async Task<(int? Code, string Output)> PwshAsync(string script, string sandbox)
    {
        var start = new ProcessStartInfo("pwsh", ["-NoProfile", "-File", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Root,
        };
        start.Environment["EMAILSECURITY_SANDBOX"] = sandbox;
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.StandardInput.WriteAsync(string.Concat(Enumerable.Repeat("y\n", 200)));
            process.StandardInput.Close();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await error + await output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, "");
        }
    }

    [GeneratedRegex("```powershell\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Block();
}
