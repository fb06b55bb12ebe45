using Amazon.Route53;
using Amazon.Route53.Model;
using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Many domains side by side in one session, at AWS's own latencies: as fast as one, within Route 53's limits.</summary>
public sealed class ManyDomainsTests
{
    private const int Count = 50;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_domains_take_little_longer_than_one_and_no_call_is_throttled()
    {
        await using var lab = await StackLab.StartAsync();
        var start = lab.Time.GetUtcNow();
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);
        var one = lab.Time.GetUtcNow() - start;
        var domains = Enumerable.Range(1, Count).Select(i => $"d{i}.example").ToArray();
        foreach (var domain in domains)
        {
            await CreateZoneAsync(lab, domain);
        }

        lab.Time.Advance(TimeSpan.FromMinutes(1));
        lab.Sandbox.ClearCalls();
        start = lab.Time.GetUtcNow();
        using (lab.Time.Run())
        {
            using var services = lab.Connect();
            var deployment = new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time));
            var results = await Task.WhenAll(domains.Select(d => deployment.PublishAsync(
                StackWish.For(d) with { ReportUri = ["mailto:tls@example.com"], MaxAge = 86400 },
                StackParts.All,
                new PublishOptions(),
                new WaitOptions(),
                new StackLab.YesHost(),
                Token)));
            Assert.All(results, r => Assert.Empty(r.Errors));
            Assert.All(results, r => Assert.Equal(StackStatus.Deployed, r.Stack!.Status));
        }

        var all = lab.Time.GetUtcNow() - start;
        var calls = lab.Sandbox.GetCalls();
        Assert.Empty(calls.Where(c => c.Error == "Throttling").Select(c => c.Operation));
        Assert.True(all <= one * 1.25, $"one {one}, {Count} {all}; {string.Join(", ", calls.GroupBy(c => c.Operation).Select(g => $"{g.Key} {g.Count()}"))}");
    }

    private static async Task CreateZoneAsync(StackLab lab, string domain)
    {
        var id = await lab.CreateZoneAsync(domain);
        using (lab.LetTimePass())
        {
            await lab.Route53.ChangeResourceRecordSetsAsync(
                new ChangeResourceRecordSetsRequest
                {
                    HostedZoneId = id,
                    ChangeBatch = new ChangeBatch
                    {
                        Changes =
                        [
                            new Amazon.Route53.Model.Change
                            {
                                Action = Amazon.Route53.ChangeAction.UPSERT,
                                ResourceRecordSet = new ResourceRecordSet
                                {
                                    Name = domain, Type = RRType.MX, TTL = 300, ResourceRecords = [new ResourceRecord { Value = "10 mx1.example.com." }],
                                },
                            },
                        ],
                    },
                },
                Token);
        }

        lab.Time.Advance(TimeSpan.FromSeconds(2));
    }
}
