using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Engine;

public class RehearsalTests
{
    [Fact]
    public async Task Rehearse_tells_the_whole_story_and_every_step_is_seen_from_outside()
    {
        var (code, lines) = await ScriptProcess.RunAsync(["rehearse"]);

        Assert.True(code == 0, string.Join('\n', lines));
        Assert.DoesNotContain(lines, l => l.Contains("[FAILED]", StringComparison.Ordinal));
        Assert.Matches("^All [0-9]+ checks from outside passed.$", lines[^1]);
    }

    [Fact]
    public async Task What_is_not_there_is_not_verified()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        sandbox.PutHostedZone("example.com", [new("example.com", "MX", 300, ["10 mx1.example.com."])]);
        using var view = new OutsideView(sandbox.NameServer, sandbox.ConnectTo, sandbox.ConnectToHttp, sandbox.TrustedRoot);
        var rehearsal = new Rehearsal(sandbox, view, "example.com", [1, 2, 3], [4, 5, 6], TestContext.Current.CancellationToken) { Patience = TimeSpan.FromSeconds(1) };

        var lines = await rehearsal.VerifyAsync("deployed");

        Assert.True(rehearsal.Failed >= 5, string.Join('\n', lines));
        // Nothing answers on plain HTTP either, as it should be.
        Assert.Equal(rehearsal.Failed, lines.Count(l => l.StartsWith("  [FAILED]", StringComparison.Ordinal)));
        await rehearsal.VerifyAsync("no such step");
        Assert.Equal(lines.Length + 1, rehearsal.Failed + rehearsal.Passed);
    }
}
