using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

/// <summary>Every way in which a stranger's web server can send more than anybody asked for, and where it ends: long before the time limit.</summary>
public class StrangerBoundsTests
{
    private const string Host = "mta-sts.example.com";
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private const int MaxBody = 64 * 1024;

    private static readonly TestAuthority Root = new();

    // Far beyond what a fetch needs: one that this ends has not seen its limit.
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What the server says once and then without end, and how the fetch ends.</summary>
    private static readonly Dictionary<string, (string First, string Again, FetchOutcome Outcome, string Detail)> Responses = new(StringComparer.Ordinal)
    {
        ["an endless status line"] = ("HTTP/1.1 200 ", "a", FetchOutcome.ProtocolError, "64 KB"),
        ["an endless header line"] = (Ok + "X: ", "a", FetchOutcome.ProtocolError, "64 KB"),
        ["an endless header name"] = (Ok, "a", FetchOutcome.ProtocolError, "64 KB"),
        ["endless headers"] = (Ok, "X: y\r\n", FetchOutcome.ProtocolError, "64 KB"),
        ["endless folded headers"] = (Ok + "X: y\r\n", " z\r\n", FetchOutcome.ProtocolError, "64 KB"),
        ["endless interim responses"] = ("", "HTTP/1.1 100 Continue\r\n\r\n", FetchOutcome.ProtocolError, ""),
        ["endless empty lines"] = ("", "\r\n", FetchOutcome.ProtocolError, ""),
        ["an endless body"] = (Ok + "\r\n", "a", FetchOutcome.TooLarge, "larger than 65536 bytes"),
        ["endless chunks"] = (Ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", FetchOutcome.TooLarge, "larger than 65536 bytes"),
        ["an endless chunk"] = (Ok + "Transfer-Encoding: chunked\r\n\r\n7FFFFFFF\r\n", "a", FetchOutcome.TooLarge, "larger than 65536 bytes"),
        ["a chunk length without end"] = (Ok + "Transfer-Encoding: chunked\r\n\r\n", "0", FetchOutcome.ProtocolError, ""),
        ["a chunk extension without end"] = (Ok + "Transfer-Encoding: chunked\r\n\r\n1;", "x", FetchOutcome.ProtocolError, ""),
        ["endless trailers"] = (Ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n", FetchOutcome.ProtocolError, ""),
        ["a length that lies upwards"] = (Ok + "Content-Length: 9223372036854775807\r\n\r\n", "a", FetchOutcome.TooLarge, "larger than 65536 bytes"),
        ["a redirect with an endless body"] =
            ("HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.example/\r\n\r\n", "a", FetchOutcome.TooLarge, "larger than 65536 bytes"),
        ["an error page without end"] = ("HTTP/1.1 500 Oops\r\n\r\n", "a", FetchOutcome.TooLarge, "larger than 65536 bytes"),
    };

    public static TheoryData<string> EveryResponse() => [.. Responses.Keys];

    [Theory, MemberData(nameof(EveryResponse))]
    public async Task A_response_without_end_ends(string what)
    {
        var (first, again, outcome, detail) = Responses[what];
        await using var server = TestTcpServer.Tls(Root.Issue([Host]), async (ssl, token) =>
        {
            await TestTcpServer.ReadHeadAsync(ssl, token);
            await TestMailServer.FloodAsync(ssl, first, again, token);
        });
        var result = await FetchAsync(server);
        Assert.True(outcome == result.Outcome, $"{result.Outcome}: {result.Detail}");
        Assert.Contains(detail, result.Detail, StringComparison.Ordinal);
        Assert.InRange(result.Detail.Length, 1, 2000);
    }

    /// <summary>What is no response at all: raw bytes below TLS, once and then without end.</summary>
    private static readonly Dictionary<string, (string First, string Again)> Handshakes = new(StringComparer.Ordinal)
    {
        ["a server hello of 16 MB"] = ("", "160303400002FFFFFF" + new string('0', 2 * 0x3FFC)),
        ["endless changes of cipher"] = ("", "140303000101"),
        ["endless warnings"] = ("", "15030300020100"),
        ["endless empty records"] = ("", "1603030000"),
        ["hello requests without end"] = ("", "160303000400000000"),
        ["records longer than records can be"] = ("", "160303FFFF" + new string('0', 2 * 0xFFFF)),
        ["zeros"] = ("", "00000000"),
    };

    public static TheoryData<string> EveryHandshake() => [.. Handshakes.Keys];

    [Theory, MemberData(nameof(EveryHandshake))]
    public async Task A_handshake_without_end_ends(string what)
    {
        var (first, again) = (Convert.FromHexString(Handshakes[what].First), Convert.FromHexString(Handshakes[what].Again));
        await using var web = new TestTcpServer(async (socket, token) =>
        {
            await using var stream = new System.Net.Sockets.NetworkStream(socket);
            await TestMailServer.FloodAsync(stream, Encoding.Latin1.GetString(first), Encoding.Latin1.GetString(again), token);
        });
        var fetched = await FetchAsync(web);
        Assert.Contains(fetched.Outcome, (FetchOutcome[])[FetchOutcome.TlsHandshakeFailed, FetchOutcome.ConnectionReset]);
        await using var mail = TestMailServer.Start(Root.Issue([Host]), async (command, stream, token) =>
        {
            if (command != "STARTTLS")
            {
                return false;
            }

            await TestMailServer.SayAsync(stream, "220 go", token);
            await stream.ReadExactlyAsync(new byte[5], token);
            return await TestMailServer.FloodAsync(stream, Encoding.Latin1.GetString(first), Encoding.Latin1.GetString(again), token);
        });
        var probed = await ProbeAsync(mail);
        Assert.Contains(probed.Outcome, (SmtpOutcome[])[SmtpOutcome.TlsHandshakeFailed, SmtpOutcome.ProtocolError]);
        Assert.DoesNotContain("in time", probed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_a_megabyte_is_not_taken()
    {
        var certificate = Fat(1024 * 1024);
        await using var web = TestTcpServer.Https(certificate, Ok + "Content-Length: 0\r\n\r\n");
        Assert.Equal(FetchOutcome.TlsHandshakeFailed, (await FetchAsync(web)).Outcome);
        await using var mail = TestMailServer.Start(certificate);
        Assert.Equal(SmtpOutcome.TlsHandshakeFailed, (await ProbeAsync(mail)).Outcome);
    }

    [Fact]
    public async Task A_stream_gives_no_more_than_is_allowed()
    {
        await using var stream = new BoundedStream(new MemoryStream(new byte[10_000]));
        stream.Allow(4096, "in the TLS handshake");
        var buffer = new byte[1024];
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(1024, await stream.ReadAsync(buffer, Token));
        }

        var error = await Assert.ThrowsAsync<LimitException>(async () => _ = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, Token));
        Assert.Equal("the server sent more than 4 KB in the TLS handshake.", error.Message);
        stream.Allow(1024, "after it");
        Assert.Equal(1024, await stream.ReadAsync(buffer, Token));
        Assert.Throws<LimitException>(() => stream.ReadAtLeast(buffer, 1, throwOnEndOfStream: false));
    }

    [Fact]
    public async Task What_is_kept_of_headers_and_certificates_is_short()
    {
        var names = Enumerable.Range(0, 500).Select(i => $"n{i}.example.com").Append(Host).ToArray();
        var location = "https://x.example/" + new string('a', 60_000);
        await using var server = TestTcpServer.Https(Root.Issue(names), $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        var result = await FetchAsync(server);
        // The last of the names was found to match all the same.
        Assert.Equal((FetchOutcome.Response, 302), (result.Outcome, result.StatusCode));
        Assert.InRange(result.CertificateNames.Count, 1, 20);
        Assert.InRange(result.RedirectLocation.Length, 100, 2000);
    }

    [Fact]
    public async Task A_compressed_body_is_never_unpacked()
    {
        var zeros = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(zeros, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[50 * 1024 * 1024], Token);
        }

        var bomb = Encoding.Latin1.GetString(zeros.ToArray());
        await using var server = TestTcpServer.Https(Root.Issue([Host]), $"{Ok}Content-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n{bomb}");
        var result = await FetchAsync(server);
        Assert.Equal((FetchOutcome.Response, "gzip", bomb.Length), (result.Outcome, result.ContentEncoding, result.Body.Length));
    }

    private static async Task<FetchResult> FetchAsync(TestTcpServer server)
    {
        using var fetcher = new HttpsFetcher(null, Root.AsRoots(), server.Address, TimeProvider.System);
        return await fetcher.FetchAsync(new FetchRequest(new Uri($"https://{Host}/"), MaxBody, Patient), Token);
    }

    private static Task<SmtpProbeResult> ProbeAsync(TestTcpServer server) =>
        new SmtpProbe(null, Root.AsRoots(), server.Address, TimeProvider.System).ProbeAsync(Host, 25, Patient, Token);

    private static X509Certificate2 Fat(int octets)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fat", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.99999.1", new byte[octets], critical: false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }
}
