namespace EmailSecurity.Tests.Engine;

public class EngineSessionTests
{
    [Fact]
    public async Task Objects_errors_warnings_and_host_lines_come_apart()
    {
        await using var session = EngineSession.Open();

        var result = session.Invoke("1..3; $d; Get-Command NoSuchThing", ("d", "example.com"));

        Assert.Equal(["1", "2", "3", "example.com"], result.Objects.Select(o => o.ToString()));
        Assert.Equal("CommandNotFoundException", result.ShouldFail("CommandNotFoundException").FullyQualifiedErrorId.Split(',')[0]);
        Assert.False(result.Terminated);
        Assert.True(session.Invoke("throw 'no'").Terminated);
    }

    [Fact]
    public async Task What_if_and_prompts_reach_the_host()
    {
        await using var session = EngineSession.Open();
        session.Invoke("function global:Set-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact='High')] param() if ($PSCmdlet.ShouldProcess('it', 'Set')) { 'set' } }");

        Assert.Equal(["What if: Performing the operation \"Set\" on target \"it\"."], session.Invoke("Set-It -WhatIf").WhatIf);
        session.Answers.Enqueue(2);
        Assert.Empty(session.Invoke("Set-It").Objects);
        session.Answers.Enqueue(0);
        var yes = session.Invoke("Set-It");
        Assert.Single(yes.Objects);
        Assert.Contains("Performing the operation \"Set\" on target \"it\".", Assert.Single(yes.Prompts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rendering_uses_views()
    {
        await using var session = EngineSession.Open();
        var result = new Findings.TestResult { Domain = "example.com", Mechanism = "MtaSts", Status = Findings.TestStatus.Absent };

        var text = session.Render("$r", ("r", result));

        Assert.Contains("Mechanism", text, StringComparison.Ordinal);
        Assert.Contains("example.com", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_pipeline_says_so()
    {
        await using var session = EngineSession.Open();
        using var stop = new CancellationTokenSource();
        var running = session.InvokeAsync("while ($true) { }", stop.Token);
        await stop.CancelAsync();

        Assert.True((await running).Stopped);
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("'done'", 0)]
    [InlineData("throw 'broken'", 1)]
    [InlineData("if ($args[0] -eq 'a b') { exit 7 }", 7)]
    [InlineData("param($Word) if ((@{ Word = $Word } | ConvertTo-Json | ConvertFrom-Json).Word -eq 'a b') { Get-Command New-MtaStsPolicy; exit 8 }", 8)]
    public async Task A_script_decides_its_exit_code(string text, int expected)
    {
        var script = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".ps1");
        await File.WriteAllTextAsync(script, text, TestContext.Current.CancellationToken);
        try
        {
            var (code, lines) = await ScriptProcess.RunAsync(["run", script, "a b"]);

            Assert.True(code == expected, string.Join('\n', lines));
        }
        finally
        {
            File.Delete(script);
        }
    }
}
