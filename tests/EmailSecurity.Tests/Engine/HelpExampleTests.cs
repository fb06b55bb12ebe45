using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Engine;

/// <summary>Every example of every help page, run in order on a sandbox in which example.com is deployed.</summary>
public sealed partial class HelpExampleTests : IDisposable
{
    private static readonly string Root = Path.GetDirectoryName(ModuleLocator.Find())!;
    private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

    public static TheoryData<string> Pages() => [.. Directory.GetFiles(Path.Combine(Root, "docs", "en-US"), "*-*.md").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Examples_run(string name)
    {
        // The files that the examples name. The certificate need not be a good one: a check has something to say, not an error.
        var logo = Path.Combine(Root, "assets", "logo.svg");
        Directory.CreateDirectory(Path.Combine(folder, "assets"));
        File.Copy(logo, Path.Combine(folder, "assets", "logo.svg"));
        File.Copy(logo, Path.Combine(folder, "logo.svg"));
        await using var session = await EngineSession.StartAsync();
        File.Copy(session.Sandbox!.TrustedRoot, Path.Combine(folder, "mark.pem"));
        foreach (var zone in (string[])["example.com", "example.net"])
        {
            session.Sandbox.PutHostedZone(zone, [new(zone, "MX", 300, ["10 mx1.example.com."]), new("_dmarc." + zone, "TXT", 300, ["\"v=DMARC1; p=reject\""])]);
        }

        session.Invoke("$ExecutionContext.SessionState.Path.SetLocation($f); New-EmailSecurityStack example.com -ReportUri tls-reports@example.com | Publish-EmailSecurityStack", ("f", folder)).ShouldSucceed();

        foreach (Match example in Example().Matches(await File.ReadAllTextAsync(Path.Combine(Root, "docs", "en-US", name + ".md"), TestContext.Current.CancellationToken)))
        {
            session.Invoke(example.Groups["code"].Value).ShouldSucceed();
        }
    }

    [GeneratedRegex("```powershell\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Example();
}
