using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSecurity.Net;
using EmailSecurity.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmailSecurity.Tests.Net;

public class HttpsFetcherTests
{
    private const string Host = "mta-sts.example.com";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello";

    private static readonly TestAuthority Root = new();
    private static readonly X509Certificate2 Good = Root.Issue([Host]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static HttpsFetcher Fetcher(string? connectTo, IResolver? resolver = null, TimeProvider? time = null, X509Certificate2Collection? roots = null) =>
        new(resolver, roots ?? Root.AsRoots(), connectTo, time ?? TimeProvider.System, allowPrivate: true);

    private static FetchRequest Request(int maxBytes = 64 * 1024, double seconds = 120, string url = "https://" + Host + "/.well-known/mta-sts.txt") => new(new Uri(url), maxBytes, TimeSpan.FromSeconds(seconds));

    private static async Task<FetchResult> FetchAsync(TestTcpServer server, FetchRequest? request = null, TimeProvider? time = null, X509Certificate2Collection? roots = null)
    {
        await using (server)
        {
            using var fetcher = Fetcher(server.Address, time: time, roots: roots);
            return await fetcher.FetchAsync(request ?? Request(), Token);
        }
    }

    private static string Text(FetchResult result) => Encoding.UTF8.GetString(result.Body.Span);

    [Fact]
    public async Task A_response_is_read_whole_with_the_certificates_facts()
    {
        string? seen = null;
        var result = await FetchAsync(TestTcpServer.Https(Good, Ok, seen: s => seen = s));
        Assert.Equal((FetchOutcome.Response, 200, "text/plain; charset=utf-8", "hello", ""), (result.Outcome, result.StatusCode, result.ContentType, Text(result), result.Detail));
        Assert.Equal(["mta-sts.example.com"], result.CertificateNames);
        Assert.Equal(new DateTimeOffset(Good.NotAfter.ToUniversalTime()), result.CertificateNotAfter);
        Assert.Equal(TestTls.Newest, result.TlsVersion);
        Assert.StartsWith(Host + "\nGET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: " + Host + "\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Accept-Encoding", seen, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(301), InlineData(302), InlineData(307), InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        var requests = new ConcurrentQueue<string>();
        var server = TestTcpServer.Https(Good, $"HTTP/1.1 {status} Moved\r\nLocation: https://elsewhere.example/x y\r\nContent-Length: 0\r\n\r\n", seen: requests.Enqueue);
        var result = await FetchAsync(server);
        Assert.Equal((FetchOutcome.Response, status, "https://elsewhere.example/x y"), (result.Outcome, result.StatusCode, result.RedirectLocation));
        Assert.Single(requests);
    }

    [Fact]
    public async Task A_compressed_body_is_left_as_it_is()
    {
        var result = await FetchAsync(TestTcpServer.Https(Good, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8bx"));
        Assert.Equal(("gzip", 3), (result.ContentEncoding, result.Body.Length));
    }

    [Fact]
    public async Task Every_fetch_has_a_connection_of_its_own_that_ends_with_it()
    {
        var requests = new ConcurrentQueue<string>();
        await using var server = TestTcpServer.Https(Root.Issue([Host]), Ok, seen: requests.Enqueue); // no session of another test's server is good for this one
        using var fetcher = Fetcher(server.Address);
        var first = await fetcher.FetchAsync(Request(), Token);
        var second = await fetcher.FetchAsync(Request(url: "https://" + Host + "/logo.svg"), Token);
        Assert.Equal(2, server.Connections);
        Assert.All(requests, r => Assert.Contains("\r\nConnection: close\r\n", r, StringComparison.Ordinal));
        await server.EndedAsync(2, Token);
        Assert.Equal((first.CertificateNotAfter, TestTls.Newest), (second.CertificateNotAfter, second.TlsVersion));
        Assert.Equal(first.CertificateNames, second.CertificateNames);
    }

    [Fact]
    public async Task A_server_of_HTTP_2_and_1_1_is_asked_over_1_1()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => { l.Protocols = HttpProtocols.Http1AndHttp2; l.UseHttps(Good); }));
        await using var app = builder.Build();
        app.Run(c => c.Response.WriteAsync(c.Request.Protocol + " " + c.Request.Host));
        await app.StartAsync(Token);
        using var fetcher = Fetcher("127.0.0.1:" + new Uri(app.Urls.Single()).Port);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fetcher.FetchAsync(Request(), Token)));
        Assert.All(results, r => Assert.Equal((FetchOutcome.Response, "HTTP/1.1 " + Host, TestTls.Newest, Host), (r.Outcome, Text(r), r.TlsVersion, r.CertificateNames.Single())));
    }

    [Fact]
    public async Task Tls_1_2_is_good_enough()
    {
        var result = await FetchAsync(TestTcpServer.Https(Good, Ok, SslProtocols.Tls12));
        Assert.Equal((FetchOutcome.Response, "1.2"), (result.Outcome, result.TlsVersion));
    }

    public static TheoryData<string, FetchOutcome> Certificates => new()
    {
        { "good", FetchOutcome.Response },
        { "wildcard", FetchOutcome.Response },
        { "upper case", FetchOutcome.Response },
        { "by an intermediate that is sent", FetchOutcome.Response },
        { "self-signed", FetchOutcome.CertificateUntrusted },
        { "of another root", FetchOutcome.CertificateUntrusted },
        { "by an intermediate that is not sent", FetchOutcome.CertificateUntrusted },
        { "for clients", FetchOutcome.CertificateUntrusted },
        { "self-signed for another name", FetchOutcome.CertificateUntrusted },
        { "expired", FetchOutcome.CertificateExpired },
        { "not yet valid", FetchOutcome.CertificateExpired },
        { "expired for another name", FetchOutcome.CertificateExpired },
        { "for another name", FetchOutcome.CertificateNameMismatch },
        { "common name only", FetchOutcome.CertificateNameMismatch },
        { "wildcard for two labels", FetchOutcome.CertificateNameMismatch },
        { "wildcard of the name itself", FetchOutcome.CertificateNameMismatch },
        { "partial wildcard", FetchOutcome.CertificateNameMismatch },
    };

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task Certificates_are_told_apart(string which, FetchOutcome outcome)
    {
        var intermediate = new TestAuthority("Intermediate", Root);
        var now = DateTimeOffset.UtcNow;
        var (certificate, sent) = which switch
        {
            "wildcard" => (Root.Issue(["x.example", "*.example.com"]), null),
            "upper case" => (Root.Issue(["MTA-STS.EXAMPLE.COM"]), null),
            "by an intermediate that is sent" => (intermediate.Issue([Host]), new X509Certificate2Collection(intermediate.Certificate)),
            "by an intermediate that is not sent" => (intermediate.Issue([Host]), null),
            "self-signed" => (TestAuthority.SelfSigned(Host), null),
            "of another root" => (new TestAuthority("Other").Issue([Host]), null),
            "for clients" => (Root.Issue([Host], extendedKeyUsage: "1.3.6.1.5.5.7.3.2"), null),
            "self-signed for another name" => (TestAuthority.SelfSigned("localhost"), null),
            "expired" => (Root.Issue([Host], now.AddDays(-9), now.AddDays(-2)), null),
            "not yet valid" => (Root.Issue([Host], now.AddDays(2), now.AddDays(9)), null),
            "expired for another name" => (Root.Issue(["x.example"], now.AddDays(-9), now.AddDays(-2)), null),
            "for another name" => (Root.Issue(["www.example.com", "example.com"]), null),
            "common name only" => (Root.Issue([], commonName: Host), null),
            "wildcard for two labels" => (Root.Issue(["*.com"]), null),
            "wildcard of the name itself" => (Root.Issue(["*.mta-sts.example.com"]), null),
            "partial wildcard" => (Root.Issue(["mta-*.example.com"]), (X509Certificate2Collection?)null),
            _ => (Good, null),
        };
        var result = await FetchAsync(TestTcpServer.Https(certificate, Ok, intermediates: sent));
        Assert.True(outcome == result.Outcome, $"{result.Outcome}: {result.Detail}");
        Assert.Equal(new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), result.CertificateNotAfter);
        Assert.Equal(outcome == FetchOutcome.Response, result.Detail.Length == 0);
    }

    [Fact]
    public async Task An_ip_address_is_no_dns_id()
    {
        var result = await FetchAsync(TestTcpServer.Https(Root.Issue([], ipAddresses: ["127.0.0.1"]), Ok), Request(url: "https://127.0.0.1/"));
        Assert.Equal(FetchOutcome.CertificateNameMismatch, result.Outcome);
    }

    [Fact]
    public async Task Validity_is_judged_by_the_clock_given()
    {
        var later = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(60));
        var result = await FetchAsync(TestTcpServer.Https(Good, Ok), time: later);
        Assert.Equal(FetchOutcome.CertificateExpired, result.Outcome);
        Assert.Contains("expired on", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_extra_roots_only_the_systems_count()
    {
        var result = await FetchAsync(TestTcpServer.Https(Good, Ok), roots: []);
        Assert.Equal(FetchOutcome.CertificateUntrusted, result.Outcome);
    }

    [Fact]
    public async Task A_plain_text_answer_and_an_alert_fail_the_handshake()
    {
        foreach (var answer in (byte[][])[Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"), [0x15, 3, 3, 0, 2, 2, 40]])
        {
            var result = await FetchAsync(new TestTcpServer(async (socket, token) =>
            {
                await socket.ReceiveAsync(new byte[4096], token);
                await socket.SendAsync(answer, token);
                socket.Shutdown(SocketShutdown.Send);
                await socket.ReceiveAsync(new byte[4096], token);
            }));
            Assert.Equal(FetchOutcome.TlsHandshakeFailed, result.Outcome);
            Assert.Equal((0, null, ""), (result.StatusCode, result.CertificateNotAfter, result.TlsVersion));
        }
    }

    [Fact]
    public async Task A_reset_is_a_reset_in_the_handshake_and_after()
    {
        static async Task ResetAsync(Socket socket, CancellationToken token)
        {
            await socket.ReceiveAsync(new byte[1], token);
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        Assert.Equal(FetchOutcome.ConnectionReset, (await FetchAsync(new TestTcpServer(ResetAsync))).Outcome);
        Assert.Equal(FetchOutcome.ConnectionReset, (await FetchAsync(TestTcpServer.Https(Good, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf"))).Outcome);
        Assert.Equal(FetchOutcome.ConnectionReset, (await FetchAsync(TestTcpServer.Tls(Good, (ssl, token) => TestTcpServer.ReadHeadAsync(ssl, token)))).Outcome);
    }

    [Theory]
    [InlineData("NOT HTTP AT ALL\r\n\r\nConnection: close")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: five\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\nConnection: close\r\n\r\n")]
    public async Task What_is_not_http_is_a_protocol_error(string response) =>
        Assert.Equal(FetchOutcome.ProtocolError, (await FetchAsync(TestTcpServer.Https(Good, response))).Outcome);

    [Fact]
    public async Task Headers_are_bounded() =>
        Assert.Equal(FetchOutcome.ProtocolError, (await FetchAsync(TestTcpServer.Https(Good, "HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000) + "\r\nConnection: close\r\n\r\n"))).Outcome);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nhello world")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nhello world")]
    public async Task The_body_is_capped(string response)
    {
        var over = await FetchAsync(TestTcpServer.Https(Good, response), Request(maxBytes: 10));
        Assert.Equal((FetchOutcome.TooLarge, 200, "text/plain", 0), (over.Outcome, over.StatusCode, over.ContentType, over.Body.Length));
        var exact = await FetchAsync(TestTcpServer.Https(Good, response), Request(maxBytes: 11));
        Assert.Equal((FetchOutcome.Response, "hello world"), (exact.Outcome, Text(exact)));
    }

    [Fact]
    public async Task A_body_without_end_is_capped_too()
    {
        var result = await FetchAsync(TestTcpServer.Tls(Good, async (ssl, token) =>
        {
            await TestTcpServer.ReadHeadAsync(ssl, token);
            await ssl.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                await ssl.WriteAsync(new byte[4096], token);
            }
        }));
        Assert.Equal(FetchOutcome.TooLarge, result.Outcome);
    }

    [Fact]
    public async Task The_whole_is_bounded_in_time_wherever_it_stands_still()
    {
        static Task StandStill(CancellationToken token) => Task.Delay(Timeout.Infinite, token);
        TestTcpServer[] servers =
        [
            new(async (_, token) => await StandStill(token)),
            TestTcpServer.Tls(Good, async (_, token) => await StandStill(token)),
            TestTcpServer.Tls(Good, async (ssl, token) =>
            {
                await ssl.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"u8.ToArray(), token);
                await StandStill(token);
            }),
        ];
        foreach (var server in servers)
        {
            Assert.Equal(FetchOutcome.Timeout, (await FetchAsync(server, Request(seconds: 0.5))).Outcome);
        }
    }

    [Fact]
    public async Task A_closed_port_refuses()
    {
        using var closed = ClosedPort.Tcp();
        using var fetcher = Fetcher(closed.Address);
        Assert.Equal(FetchOutcome.ConnectionRefused, (await fetcher.FetchAsync(Request(), Token)).Outcome);
    }

    [Theory]
    [InlineData(DnsStatus.NxDomain, FetchOutcome.NameNotResolved)]
    [InlineData(DnsStatus.NoError, FetchOutcome.NameNotResolved)]
    [InlineData(DnsStatus.ServFail, FetchOutcome.DnsFailure)]
    [InlineData(DnsStatus.Timeout, FetchOutcome.DnsFailure)]
    [InlineData(DnsStatus.Refused, FetchOutcome.DnsFailure)]
    public async Task Dns_says_why_there_is_no_address(DnsStatus status, FetchOutcome outcome)
    {
        using var fetcher = Fetcher(null, new StubResolver((_, _) => new DnsAnswer { Status = status, Detail = "told" }));
        Assert.Equal(outcome, (await fetcher.FetchAsync(Request(), Token)).Outcome);
    }

    [Fact]
    public async Task Names_are_looked_up_through_the_resolver_and_the_next_address_is_tried()
    {
        await using var server = TestTcpServer.Https(Good, Ok);
        using var fetcher = Fetcher(null, new StubResolver((name, type) => (name, type) switch
        {
            (Host, DnsRecordType.AAAA) => StubResolver.Answer(name, type, "::1"), // nothing listens there
            (Host, DnsRecordType.A) => StubResolver.Answer(name, type, "127.0.0.1"),
            _ => new DnsAnswer { Status = DnsStatus.NxDomain },
        }));
        Assert.Equal(FetchOutcome.Response, (await fetcher.FetchAsync(Request(url: $"https://{Host}:{server.Port}/"), Token)).Outcome);
    }

    [Fact]
    public async Task Connect_host_changes_where_it_connects_and_nothing_else()
    {
        string? seen = null;
        await using var edge = TestTcpServer.Https(Good, Ok, seen: s => seen = s);
        await using var elsewhere = TestTcpServer.Https(Good, Ok.Replace("hello", "other", StringComparison.Ordinal));
        using var fetcher = Fetcher(null, new StubResolver((name, type) => type != DnsRecordType.A ? new DnsAnswer { Status = DnsStatus.NoError }
            : name == "d1.cloudfront.net" ? StubResolver.Answer(name, type, "127.0.0.1") : new DnsAnswer { Status = DnsStatus.NxDomain }));
        var request = Request(url: $"https://{Host}:{edge.Port}/");
        Assert.Equal("hello", Text(await fetcher.FetchAsync(request with { ConnectHost = "d1.cloudfront.net" }, Token)));
        Assert.StartsWith(Host + "\n", seen, StringComparison.Ordinal);
        // The connection made there does not serve a request that goes to the name's own place.
        Assert.Equal(FetchOutcome.NameNotResolved, (await fetcher.FetchAsync(request, Token)).Outcome);
    }

    [Fact]
    public async Task Cancellation_throws()
    {
        await using var server = new TestTcpServer((_, token) => Task.Delay(Timeout.Infinite, token));
        using var fetcher = Fetcher(server.Address);
        using var stop = new CancellationTokenSource();
        var fetch = fetcher.FetchAsync(Request(), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    [Fact]
    public async Task Plain_http_is_refused_and_so_is_a_place_that_is_none()
    {
        using var fetcher = Fetcher(null);
        Assert.Equal("UrlNotHttps", (await Assert.ThrowsAsync<EmailSecurityException>(() => fetcher.FetchAsync(Request(url: "http://example.com/"), Token))).ErrorId);
        Assert.Equal("InvalidConnectTo", Assert.Throws<EmailSecurityException>(() => Fetcher("127.0.0.1")).ErrorId);
    }

    [Theory]
    [InlineData("mail.example.com", "mail.example.com", true)]
    [InlineData("MAIL.example.com", "mail.EXAMPLE.com", true)]
    [InlineData("mail.example.com.", "mail.example.com", true)]
    [InlineData("*.example.com", "mail.example.com", true)]
    [InlineData("*.example.com", "a.mail.example.com", false)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", ".example.com", false)]
    [InlineData("m*.example.com", "mail.example.com", false)]
    [InlineData("*mail.example.com", "xmail.example.com", false)]
    [InlineData("mail.*.com", "mail.example.com", false)]
    [InlineData("*.*.com", "mail.example.com", false)]
    [InlineData("*", "localhost", false)]
    [InlineData("*.", "localhost", false)]
    [InlineData("", "", false)]
    [InlineData("example.com", "mail.example.com", false)]
    public void A_dns_id_matches_by_rfc_9525(string dnsId, string host, bool matches) => Assert.Equal(matches, CertificateNames.Matches(dnsId, host));
}

/// <summary>A resolver that answers as the test says.</summary>
public sealed class StubResolver(Func<string, DnsRecordType, DnsAnswer> answer) : IResolver
{
    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => Task.FromResult(answer(name, type));

    public static DnsAnswer Answer(string name, DnsRecordType type, params string[] values) =>
        new() { Status = DnsStatus.NoError, Records = [.. values.Select(v => new DnsRecord(name, type, 60, v))] };
}
