using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Marks;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A logo with a mark certificate of the sandbox: published, then judged from outside.</summary>
public sealed class MarkRehearsalTests
{
    private static readonly string Logo = Path.Combine(SourceTree.Root, "assets", "logo.svg");

    [Theory]
    [InlineData(MarkKind.Vmc)]
    [InlineData(MarkKind.Cmc)]
    public async Task A_mark_certificate_of_the_sandbox_is_published_by_default_with_the_sandbox_variable(MarkKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;
        try
        {
            await using var sandbox = await StartAsync(folder, kind);
            var (code, lines) = await ScriptProcess.RunScriptAsync(
                $$"""
                $ErrorActionPreference = 'Stop'
                $stack = Publish-BimiAssets example.com -LogoPath '{{Logo}}' -MarkCertificatePath '{{folder}}/mark.pem'
                "published $($stack.Status)"
                foreach ($result in @(Test-Bimi example.com) + @((Test-EmailSecurity example.com).Where({ $_.Mechanism -eq 'Bimi' }))) {
                    "valid $($result.IsValid)"
                    $result.Findings.Where({ $_.Severity -eq 'Error' -or $_.Code -eq 'MarkCertificateAbsent' }).ForEach({ "found $($_.Code)" })
                }
                "offline $((Test-MarkCertificate '{{folder}}/mark.pem' -LogoPath '{{Logo}}' -Domain example.com).IsValid)"
                """,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["EMAILSECURITY_SANDBOX"] = Path.Combine(folder, "sandbox.json") });
            Assert.True(code == 0, string.Join('\n', lines));
            var told = lines.Where(l => l.Split(' ')[0] is "published" or "valid" or "found" or "offline");
            Assert.Equal(["published Deployed", "valid True", "valid True", "offline True"], told);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Without_the_variable_MarkRoot_decides()
    {
        var folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;
        try
        {
            await using var sandbox = await StartAsync(folder, MarkKind.Vmc);
            await using var session = EngineSession.Open(sandbox);
            const string Publish = "Publish-BimiAssets example.com -LogoPath $l -MarkCertificatePath $m";
            var refused = session.Invoke(Publish, ("l", Logo), ("m", folder + "/mark.pem"));
            Assert.Contains("mark root", refused.Errors.Single().Exception.Message, StringComparison.Ordinal);
            session.Invoke(Publish + " -MarkRoot $r", ("l", Logo), ("m", folder + "/mark.pem"), ("r", sandbox.MarkRoot)).ShouldSucceed();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<SandboxServer> StartAsync(string folder, MarkKind kind)
    {
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        FirstZone.Put(sandbox);
        var pem = sandbox.Marks.Issue(new MarkRequest { Domain = FirstZone.Domain, Kind = kind, Logo = await File.ReadAllBytesAsync(Logo) });
        await File.WriteAllTextAsync(Path.Combine(folder, "mark.pem"), pem);
        await File.WriteAllTextAsync(Path.Combine(folder, "sandbox.json"), ServeVerb.ReadyLine(sandbox));
        return sandbox;
    }
}
