using EmailSecurity.Planning;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Engine;

/// <summary>What -Verbose and -Debug tell: each AWS call, each look from outside and each change, once; nothing secret.</summary>
public sealed class VerboseTests
{
    [Fact]
    public async Task Each_call_and_each_change_is_told_once()
    {
        await using var session = await StartAsync();
        var planned = session.Invoke("New-EmailSecurityStack example.com -ReportUri tls@example.com | Get-EmailSecurityPlan").ShouldSucceed().Of<Change>();
        var before = session.Sandbox!.GetCalls().Count;
        var result = session.Invoke("New-EmailSecurityStack example.com -ReportUri tls@example.com | Publish-EmailSecurityStack -Verbose").ShouldSucceed();

        LoggedCall[] made = [.. session.Sandbox.GetCalls().Skip(before)];
        var told = result.Verbose.Where(v => v.StartsWith("AWS ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(made.Length, told.Length);
        Assert.All(told, t => Assert.Matches(@"^AWS .+: HTTP \d{3}.*, \d+ ms.*, request ID \S+$", t));
        Assert.Contains(result.Verbose, v => v.StartsWith("DNS MX example.com: 2 records, ", StringComparison.Ordinal));
        Assert.Contains(result.Verbose, v => v.StartsWith("HTTPS GET https://mta-sts.example.com/.well-known/mta-sts.txt at ", StringComparison.Ordinal) && v.Contains(": HTTP 200, ", StringComparison.Ordinal));
        foreach (var change in planned.Where(c => c.IsWrite))
        {
            var sentence = $"Performing the operation \"{change.Description.Replace('"', '\'')}\" on target \"{change.Target}\".";
            Assert.Single(result.Verbose, v => v == sentence);
            Assert.DoesNotContain(result.Verbose, v => v.StartsWith(change.Target + ": ", StringComparison.Ordinal) && v.Contains(change.Reason, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(session.Sandbox.SecretKey, string.Join('\n', result.Verbose), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Publish-EmailSecurityStack example.com -Verbose -Confirm:$false")]
    [InlineData("Publish-EmailSecurityStack example.com -Verbose -Force")]
    [InlineData("Publish-EmailSecurityStack example.com -Verbose -Confirm")] // answered yes
    [InlineData("$VerbosePreference = 'Continue'; Publish-EmailSecurityStack example.com")]
    public async Task A_change_is_told_once_whoever_agrees_to_it(string command)
    {
        await using var session = await StartAsync();
        Enumerable.Repeat(0, 60).ToList().ForEach(session.Answers.Enqueue);
        var told = session.Invoke(command).ShouldSucceed().Verbose.Where(v => v.StartsWith("Performing the operation", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(told);
        Assert.Distinct(told);
    }

    [Fact]
    public async Task Quotation_marks_are_not_nested()
    {
        await using var session = await StartAsync();
        var shown = session.Invoke("Publish-EmailSecurityStack example.com -WhatIf").ShouldSucceed().WhatIf;
        Assert.Contains(shown, w => w.Contains("'v=STSv1; ", StringComparison.Ordinal));
        Assert.All(shown, w => Assert.Equal(4, w.Count(c => c == '"')));
    }

    [Fact]
    public async Task Debug_shows_each_attempt_and_each_answer()
    {
        await using var session = await StartAsync();
        var lines = session.Invoke("Get-EmailSecurityStack example.com -Debug 5>&1 -ErrorAction Ignore | ForEach-Object { \"$_\" }; Test-MtaSts example.com -Debug 5>&1 | ForEach-Object { \"$_\" }")
            .Of<string>();
        Assert.Contains(lines, l => l.StartsWith($"POST {session.Sandbox!.EndpointUrl}", StringComparison.Ordinal) && l.Contains("HTTP 200", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("DNS MX example.com: 2 records; 10 mx1.example.com", StringComparison.Ordinal));
        Assert.DoesNotContain(session.Sandbox!.SecretKey, string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_told_to_who_does_not_ask()
    {
        await using var session = await StartAsync();
        Assert.Empty(session.Invoke("Publish-EmailSecurityStack example.com").ShouldSucceed().Verbose);
    }

    [Fact]
    public async Task A_removal_that_waits_says_so_with_WhatIf()
    {
        await using var session = await StartAsync();
        session.Invoke("Publish-EmailSecurityStack example.com; Remove-EmailSecurityStack example.com -Confirm:$false").ShouldSucceed();
        var shown = session.Invoke("Remove-EmailSecurityStack example.com -WhatIf").ShouldSucceed().WhatIf;
        Assert.Contains("Wait for cached copies of the old policy to expire", Assert.Single(shown), StringComparison.Ordinal);
    }

    private static async Task<EngineSession> StartAsync()
    {
        var session = await EngineSession.StartAsync();
        FirstZone.Put(session.Sandbox!);
        return session;
    }
}
