using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Many domains through one pipeline, with AWS as slow as it is and Route 53's limits as they are.</summary>
public sealed class ManyDomainsPipelineTests
{
    [Fact]
    public async Task Fifty_domains_take_hardly_longer_than_one_and_draw_no_throttling()
    {
        var domains = Enumerable.Range(0, 50).Select(i => $"d{i}.example").ToArray();
        using var time = new VirtualTime();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Time = time }, TestContext.Current.CancellationToken);
        AddZones(sandbox, time, [.. domains, "one.example"]);
        await using var session = EngineSession.Open(sandbox, time);

        var one = await TakesAsync(session, time, "one.example");
        var fifty = await TakesAsync(session, time, domains);

        Assert.True(fifty <= one * 1.25, $"One domain takes {one}, fifty take {fifty}.");
        Assert.DoesNotContain(sandbox.GetCalls(), c => c.Error is "Throttling" or "ThrottlingException" or "SlowDown" or "PriorRequestNotComplete");
    }

    // An origin access control serves 100 distributions, and a page of a listing holds 100 at most.
    [Fact]
    public async Task A_hundred_and_fifty_stacks_live_on_one_account_and_are_listed_in_few_calls()
    {
        const int Count = 150;
        var domains = Enumerable.Range(0, Count).Select(i => $"d{i}.example").ToArray();
        using var time = new VirtualTime();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Time = time }, TestContext.Current.CancellationToken);
        AddZones(sandbox, time, domains);
        sandbox.SetLatency("none", 1);
        await using var session = EngineSession.Open(sandbox, time);
        await TakesAsync(session, time, domains);
        Assert.Equal(2, sandbox.GetCalls().Count(c => c is { Operation: "CreateOriginAccessControl", Error: null }));

        sandbox.ClearCalls();
        using (time.RunEngine())
        {
            var listed = (await session.InvokeAsync("Get-EmailSecurityStack", TestContext.Current.CancellationToken)).ShouldSucceed().Of<EmailSecurityStack>();
            Assert.Equal(domains.Order(StringComparer.Ordinal), listed.Where(s => s.Status == StackStatus.Deployed).Select(s => s.Domain).Order(StringComparer.Ordinal));
        }

        // What is listed once for all is not listed for each.
        var calls = sandbox.GetCalls();
        Assert.DoesNotContain(calls, c => c.Error is "Throttling" or "ThrottlingException");
        Assert.All(
            calls.Where(c => c.Operation is "ListDistributions" or "ListCertificates" or "ListHostedZones").GroupBy(c => c.Operation),
            g => Assert.True(g.Count() <= 4, $"{g.Key}: {g.Count()} calls for {Count} stacks."));
    }

    private static async Task<TimeSpan> TakesAsync(EngineSession session, VirtualTime time, params string[] domains)
    {
        var start = time.GetUtcNow();
        using (time.RunEngine())
        {
            var result = await session.InvokeAsync("$domains | New-EmailSecurityStack -ReportUri tls@example.com | Publish-EmailSecurityStack", TestContext.Current.CancellationToken, ("domains", domains));
            Assert.Equal(domains.Order(StringComparer.Ordinal), result.ShouldSucceed().Of<EmailSecurityStack>().Where(s => s.Status == StackStatus.Deployed).Select(s => s.Domain).Order(StringComparer.Ordinal));
        }

        return time.GetUtcNow() - start;
    }

    private static void AddZones(SandboxServer sandbox, VirtualTime time, string[] domains)
    {
        foreach (var domain in domains)
        {
            sandbox.PutHostedZone(domain, [new(domain, "MX", 300, [$"10 mx1.{domain}."]), new("_dmarc." + domain, "TXT", 300, ["\"v=DMARC1; p=reject\""])]);
        }

        sandbox.SetLatency("real", 1);
        time.Advance(TimeSpan.FromMinutes(1));
        sandbox.ClearCalls();
    }
}
