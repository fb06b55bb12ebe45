using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>README's PowerShell, as written, in a real pwsh in the project folder, on a sandbox as <c>serve</c> starts it.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Blocks = [.. Block().Matches(File.ReadAllText(Path.Combine(Pwsh.Root, "README.md"))).Select(m => m.Groups["code"].Value)];

    [Fact]
    public async Task The_lines_for_Route_53_work_as_written()
    {
        var story = Blocks.Where(b => !b.Contains("-DnsHost External", StringComparison.Ordinal)).ToArray();
        Assert.True(story.Length >= 5, "README's blocks of PowerShell were not found.");
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
            var sandboxVariable = new Dictionary<string, string>(StringComparer.Ordinal) { ["EMAILSECURITY_SANDBOX"] = Path.Combine(folder, "sandbox.json") };
            var (code, output) = await Pwsh.RunFileSayingYesAsync(script, sandboxVariable);
            Assert.True(code == 0 && output.TrimEnd().EndsWith("the end", StringComparison.Ordinal), output);
            return output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("```powershell\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Block();
}
