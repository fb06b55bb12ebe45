using System.Net;
using System.Net.NetworkInformation;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

/// <summary>Which of the system's DNS servers is asked, and what is said of those that stay silent.</summary>
public sealed class NameServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Servers_of_the_adapter_with_the_lowest_metric_come_first_and_placeholders_never()
    {
        DnsAdapter[] adapters =
        [
            new(true, true, 75, 75, [IPAddress.Parse("127.0.0.53")]),
            new(true, false, 50, 20, [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("fec0:0:0:ffff::1"), IPAddress.Parse("2001:db8::1")]),
            new(false, false, 1, 1, [IPAddress.Parse("192.0.2.9")]),
            new(true, false, 5, uint.MaxValue, [IPAddress.Parse("10.8.0.1"), IPAddress.Parse("192.0.2.1")]),
            new(true, false, uint.MaxValue, uint.MaxValue, [IPAddress.Parse("198.51.100.7")]),
        ];

        Assert.Equal(
            ["10.8.0.1:53", "192.0.2.1:53", "[2001:db8::1]:53", "198.51.100.7:53"],
            SystemNameServers.Order(adapters).Select(s => s.ToString()));
    }

    [Fact]
    public async Task A_dead_first_server_is_waited_for_once()
    {
        var missed = 0;
        await using var dead = new TestDnsServer(_ => { Interlocked.Increment(ref missed); return null; });
        await using var good = new TestDnsServer(q => q.Add(q.Name, 1, [192, 0, 2, 1]).Reply());
        using var resolver = Of(new ResolverOptions { Timeout = TimeSpan.FromSeconds(3), Retries = 5 }, dead.Address, good.Address);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(DnsStatus.NoError, (await resolver.QueryAsync($"a{i}.example", DnsRecordType.A, Token)).Status);
        }

        Assert.Equal(1, missed);
    }

    [Fact]
    public async Task A_server_that_dies_later_is_left_for_one_that_answers()
    {
        var isDead = false;
        await using var first = new TestDnsServer(q => isDead ? null : q.Add(q.Name, 1, [192, 0, 2, 1]).Reply());
        await using var second = new TestDnsServer(q => q.Add(q.Name, 1, [192, 0, 2, 2]).Reply());
        using var resolver = Of(new ResolverOptions { Timeout = TimeSpan.FromSeconds(3), Retries = 5 }, first.Address, second.Address);

        Assert.Equal("192.0.2.1", (await resolver.QueryAsync("a.example", DnsRecordType.A, Token)).Records[0].Value);
        isDead = true;
        Assert.Equal("192.0.2.2", (await resolver.QueryAsync("b.example", DnsRecordType.A, Token)).Records[0].Value);
        isDead = false;
        Assert.Equal("192.0.2.2", (await resolver.QueryAsync("c.example", DnsRecordType.A, Token)).Records[0].Value);
    }

    [Fact]
    public async Task A_timeout_names_the_servers_that_were_asked()
    {
        await using var one = new TestDnsServer(_ => null);
        await using var other = new TestDnsServer(_ => null);
        using var resolver = Of(new ResolverOptions { Timeout = TimeSpan.FromMilliseconds(200), Retries = 0 }, one.Address, other.Address);

        var answer = await resolver.QueryAsync("a.example", DnsRecordType.MX, Token);

        Assert.Equal((DnsStatus.Timeout, $"a.example MX: no answer in time from {one.Address} and {other.Address}."), (answer.Status, answer.Detail));
    }

    [Fact]
    public void An_adapter_that_goes_meanwhile_takes_no_other_with_it()
    {
        string[] adapters = ["192.0.2.1", "gone", "192.0.2.2"];

        var read = SystemNameServers.Readable(
            adapters,
            a => a == "gone" ? throw new NetworkInformationException(2) : new DnsAdapter(true, false, 1, 1, [IPAddress.Parse(a)]));

        Assert.Equal(["192.0.2.1:53", "192.0.2.2:53"], SystemNameServers.Order(read).Select(s => s.ToString()));
    }

    [Fact]
    public async Task Servers_that_cannot_be_read_are_said_with_the_way_out()
    {
        using var resolver = new DnsClientResolver(null, null, () => throw new NetworkInformationException(2));

        var answer = await resolver.QueryAsync("a.example", DnsRecordType.A, Token);

        Assert.Equal(DnsStatus.Unreachable, answer.Status);
        Assert.Contains("could not be read", answer.Detail, StringComparison.Ordinal);
        Assert.EndsWith("specify one with -NameServer.", answer.Detail, StringComparison.Ordinal);
    }

    private static DnsClientResolver Of(ResolverOptions options, params string[] servers) => new(null, options, () => [.. servers.Select(IPEndPoint.Parse)]);
}
