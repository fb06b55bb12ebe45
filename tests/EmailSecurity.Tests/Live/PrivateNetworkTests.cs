using System.Net;
using System.Net.Sockets;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Net;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Engine;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>A stranger's DNS cannot lead a look into this computer or the network around it: nothing is sent there, and a finding says so.</summary>
public sealed class PrivateNetworkTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    public static IEnumerable<string> Codes => ((string[])["Policy", "Logo", "MarkCertificate", "ReportReceiver", "Mx"]).Select(w => w + "AddressNotGlobal");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mta-sts", "PolicyAddressNotGlobal"), InlineData("logo", "LogoAddressNotGlobal"), InlineData("mark", "MarkCertificateAddressNotGlobal")]
    [InlineData("reports", "ReportReceiverAddressNotGlobal"), InlineData("mx1", "MxAddressNotGlobal")]
    public async Task Every_look_refuses_such_an_address_and_says_so(string label, string code)
    {
        using var trap = new Trap();
        var domain = world.Put(($"{label}.@", "A", ["127.0.0.1"]), ($"{label}.@", "AAAA", ["::ffff:a00:1"]));
        using var session = world.Connect(label == "mx1" ? world.Sandbox.ConnectTo : null, allowPrivateNetwork: false);
        var checks = world.Checks(new LiveOptions { CheckReceivers = true, ProbeSmtp = true, SmtpPort = trap.Port, FetchTimeout = TimeSpan.FromSeconds(20) }, session);

        var results = await checks.TestAllAsync(domain, Token);

        var finding = Assert.Single(results.SelectMany(r => r.Findings), f => f.Code == code);
        Assert.NotEqual(FindingSeverity.Information, finding.Severity);
        Assert.Contains("127.0.0.1 (loopback, RFC 1122)", finding.Message, StringComparison.Ordinal);
        Assert.Contains("-AllowPrivateNetwork", finding.Fix, StringComparison.Ordinal);
        Assert.False(trap.WasTouched);
    }

    [Theory]
    [InlineData("127.0.0.1"), InlineData("169.254.169.254"), InlineData("fd00::1"), InlineData("::ffff:10.0.0.1"), InlineData("[::1]")]
    public async Task An_address_in_a_URL_is_no_way_around(string host)
    {
        using var fetcher = new HttpsFetcher(null, null, null, TimeProvider.System);
        var literal = host.Contains(':') && host[0] != '[' ? $"[{host}]" : host;

        var result = await fetcher.FetchAsync(new FetchRequest(new Uri($"https://{literal}/"), 1024, TimeSpan.FromSeconds(20)), Token);

        Assert.Equal(FetchOutcome.AddressNotGlobal, result.Outcome);
    }

    [Fact]
    public async Task What_the_user_names_is_connected_to()
    {
        using var trap = new Trap();
        using var fetcher = new HttpsFetcher(null, null, $"127.0.0.1:{trap.Port}", TimeProvider.System);

        var result = await fetcher.FetchAsync(new FetchRequest(new Uri("https://10.0.0.1/"), 1024, TimeSpan.FromSeconds(20)), Token);

        Assert.NotEqual(FetchOutcome.AddressNotGlobal, result.Outcome);
        await trap.Touched.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public void Of_several_addresses_the_reachable_ones_are_tried_and_the_others_never()
    {
        IPAddress[] mixed = [.. ((string[])["10.0.0.1", "192.31.196.1", "::1", "2620:4f:8000::1", "64:ff9b::7f00:1"]).Select(IPAddress.Parse)];

        Assert.Equal(["192.31.196.1", "2620:4f:8000::1"], Connector.Reachable(mixed).Select(a => a.ToString()));
        Assert.Equal(ConnectFault.NotGlobal, Assert.Throws<ConnectException>(() => Connector.Reachable([mixed[0], mixed[2]])).Fault);
    }

    [Fact]
    public async Task Addresses_that_are_not_tried_take_no_place_from_one_that_is()
    {
        var answers = new Answers([.. Enumerable.Range(1, 40).Select(i => Invariant($"10.0.0.{i}")), "192.31.196.1"], []);

        Task<IPAddress[]> Tried(bool allowPrivate, bool isNamed) =>
            new Connector(answers, allowPrivate, TimeProvider.System).AddressesAsync("host.example", isNamed, Token);

        Assert.Equal("192.31.196.1", Assert.Single(await Tried(allowPrivate: false, isNamed: false)).ToString());
        Assert.Equal(8, (await Tried(allowPrivate: true, isNamed: false)).Length);
        Assert.Equal(8, (await Tried(allowPrivate: false, isNamed: true)).Length);
    }

    [Fact]
    public async Task A_refusal_names_no_more_addresses_than_people_read()
    {
        var answers = new Answers([.. Enumerable.Range(0, 250).Select(i => Invariant($"10.0.0.{i}"))], []);

        var connector = new Connector(answers, false, TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<ConnectException>(() => connector.AddressesAsync("host.example", false, Token));

        Assert.Equal(8, refusal.Message.Split("private use, RFC 1918").Length - 1);
        Assert.EndsWith(", ...", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_IPv6_address_is_waited_for_where_no_IPv4_address_may_be_tried()
    {
        var late = new TaskCompletionSource();
        var answers = new Answers(["10.0.0.1"], ["2620:4f:8000::1"]) { Six = late.Task };

        var addresses = new Connector(answers, false, new NoPatience()).AddressesAsync("host.example", false, Token);
        late.SetResult();

        Assert.Equal("2620:4f:8000::1", Assert.Single(await addresses).ToString());
    }

    [Fact]
    public async Task What_one_object_of_a_pipeline_allows_is_not_allowed_to_the_next()
    {
        await using var engine = EngineSession.Open(world.Sandbox);
        string[] domains = [.. Enumerable.Range(0, 4).Select(_ => world.Put(("mta-sts.@", "A", ["127.0.0.1"])))];

        var results = engine.Invoke("""
            '*:AllowPrivateNetwork', '*:ConnectTo' | ForEach-Object { $PSDefaultParameterValues.Remove($_) }
            $rows = @(foreach ($d in $domains[0..2]) { [pscustomobject]@{ Domain = $d; AllowPrivateNetwork = $d -eq $domains[1] } })
            $rows + [pscustomobject]@{ Domain = $domains[3] } | Test-MtaSts
            """, ("domains", domains)).ShouldSucceed().Of<TestResult>();

        Assert.Equal(
            domains.Where(d => d != domains[1]).Order(StringComparer.Ordinal),
            results.Where(r => r.Findings.Any(f => f.Code == "PolicyAddressNotGlobal")).Select(r => r.Domain).Order(StringComparer.Ordinal));
    }

    /// <summary>DNS that knows one host.</summary>
    private sealed class Answers(string[] fours, string[] sixes) : IResolver
    {
        public Task Six { get; init; } = Task.CompletedTask;

        public async Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        {
            await (type == DnsRecordType.AAAA ? Six : Task.CompletedTask);
            var values = type == DnsRecordType.AAAA ? sixes : fours;
            return new DnsAnswer { Status = DnsStatus.NoError, Records = [.. values.Select(a => new DnsRecord(name, type, 60, a))] };
        }
    }

    /// <summary>Every wait is over at once.</summary>
    private sealed class NoPatience : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A port on the loopback address that knows whether anybody came.</summary>
    private sealed class Trap : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task<Socket> visit;

        public Trap()
        {
            listener.Start();
            visit = EndAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public Task Touched => visit;

        public bool WasTouched => visit.IsCompletedSuccessfully || listener.Pending();

        public void Dispose() => listener.Dispose();

        private async Task<Socket> EndAsync()
        {
            var socket = await listener.AcceptSocketAsync();
            socket.Dispose();
            return socket;
        }
    }
}
