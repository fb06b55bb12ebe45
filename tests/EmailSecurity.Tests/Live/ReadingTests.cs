using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Tests.EndToEnd;
using EmailSecurity.Tests.Engine;

namespace EmailSecurity.Tests.Live;

/// <summary>What a person at the prompt reads: what matters first, and nothing twice.</summary>
public sealed class ReadingTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    [Fact]
    public async Task The_default_view_names_the_worst_finding_and_counts_those_that_want_mending()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        var broken = world.Put();
        world.Site(broken, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { Status = 301, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = "https://example.com/" } });
        Assert.Matches($@"{broken} +MtaSts +Fail +PolicyRedirect: The policy cannot be used: it answers", session.Render("Test-MtaSts $d", ("d", broken)));

        var two = world.Put();
        world.PolicyText(two, LiveWorld.Policy.Replace("mx1.@", "other.@", StringComparison.Ordinal).Replace("604800", "60", StringComparison.Ordinal));
        Assert.Matches($@"{two} +MtaSts +Fail +\(\+1\) MxNotCovered: No mx pattern", session.Render("Test-MtaSts $d", ("d", two)));

        var unprotected = world.Put();
        world.PolicyText(unprotected, "version: STSv1\nmode: none\nmax_age: 86400\n");
        Assert.Matches($@"{unprotected} +MtaSts +Warning +PolicyModeNone: Mode none", session.Render("Test-MtaSts $d", ("d", unprotected)));

        var good = world.Put();
        Assert.Matches($@"{good} +MtaSts +Pass +Mode enforce: senders", session.Render("Test-MtaSts $d", ("d", good)));
    }

    [Fact]
    public async Task An_error_says_the_way_out_once()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        var shown = session.Render("Test-MtaSts 'no such name'").Replace("\n", " ", StringComparison.Ordinal);
        Assert.Equal(2, shown.Split("Use a name such as").Length);
        var record = session.Invoke("Test-MtaSts 'no such name'").ShouldFail("InvalidDomainName");
        Assert.DoesNotContain("Use a name", record.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.StartsWith("Use a name", record.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.EndsWith(record.ErrorDetails.RecommendedAction, record.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_tells_until_when_each_policy_may_be_held()
    {
        await using var lab = await StackLab.StartAsync();
        await using var session = EngineSession.Open(lab.Sandbox, lab.Time);
        using var run = lab.Time.RunEngine();
        session.Invoke("New-MtaStsPolicy example.com -MaxAge 86400 | Publish-MtaStsPolicy; New-MtaStsPolicy example.com -Mode Enforce | Publish-MtaStsPolicy -Force").ShouldSucceed();
        var shown = session.Render("(Get-EmailSecurityStack example.com).PolicyHistory");
        Assert.Matches(@"Mode +From +Until +HeldUntil +Id", shown);
        Assert.Matches(@"Enforce +\d{4}-\d\d-\d\d \S+Z +\(served now\) +\(\+ \d+ s\) +\w{16,32}", shown);
        Assert.Matches(@"Testing +\d{4}-\d\d-\d\d \S+Z +\d{4}-\d\d-\d\d \S+Z +\d{4}-\d\d-\d\d \S+Z +\w{16,32}", shown);
    }
}
