using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

public class ServerHelloTapTests
{
    private const string RetryRandom = "CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C";
    private static readonly string AnyRandom = new('5', 64);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Extensions: supported_versions (43) says TLS 1.3, key_share (51), pre_shared_key (41).
    private const string V13 = "002b00020304", KeyShare = "0033000400170000", Psk = "002900020000";

    private static string Record(byte type, params string[] messages) => $"{type:x2}0303{string.Concat(messages).Length / 2:x4}{string.Concat(messages)}";

    private static string Message(byte type, string body) => $"{type:x2}{body.Length / 2:x6}{body}";

    private static string Hello(string random, params string[] extensions) => Message(2, $"0303{random}04aabbccdd130100{string.Concat(extensions).Length / 2:x4}{string.Concat(extensions)}");

    public static TheoryData<string, bool, string> Handshakes => new()
    {
        { "1.3 full", true, Record(22, Hello(AnyRandom, V13, KeyShare)) },
        { "1.3 resumed", false, Record(22, Hello(AnyRandom, V13, KeyShare, Psk)) },
        { "1.3 resumed, the key named first", false, Record(22, Hello(AnyRandom, Psk, V13)) },
        { "1.3 full after a retry", true, Record(22, Hello(RetryRandom, V13, KeyShare)) + Record(20, "01") + Record(22, Hello(AnyRandom, V13, KeyShare)) },
        { "1.3 resumed after a retry", false, Record(22, Hello(RetryRandom, V13, KeyShare)) + Record(20, "01") + Record(22, Hello(AnyRandom, V13, KeyShare, Psk)) },
        { "a retry alone", false, Record(22, Hello(RetryRandom, V13, KeyShare)) + Record(20, "01") },
        { "1.2 full", true, Record(22, Hello(AnyRandom)) + Record(22, Message(11, "000000")) },
        { "1.2 full, one record", true, Record(22, Hello(AnyRandom, "ff01000100"), Message(11, "000000"), Message(14, "")) },
        { "1.2 resumed by session id", false, Record(22, Hello(AnyRandom)) + Record(20, "01") + Record(22, "0b0000000000") },
        { "1.2 resumed by ticket", false, Record(22, Hello(AnyRandom), Message(4, "00000000")) + Record(20, "01") },
        { "1.2, nothing after the hello yet", false, Record(22, Hello(AnyRandom)) },
        { "a hello in two records", true, Record(22, Hello(AnyRandom, V13)[..20]) + Record(22, Hello(AnyRandom, V13)[20..]) },
        { "an alert", false, Record(21, "0228") },
        { "no TLS", false, Convert.ToHexString("HTTP/1.1 400 Bad Request\r\n"u8) + new string('0', 40000) },
        { "another message first", false, Record(22, Message(11, "000000")) },
        { "an extension longer than the hello", false, Record(22, Hello(AnyRandom, "002b0fff0304")) },
        { "a hello too short", false, Record(22, Message(2, "0303aa")) },
        { "nothing", false, "" },
    };

    [Theory]
    [MemberData(nameof(Handshakes))]
    public async Task The_first_bytes_tell_whether_a_certificate_is_shown(string what, bool isFull, string hex)
    {
        Assert.NotEmpty(what);
        var bytes = Convert.FromHexString(hex);
        foreach (var step in (int[])[1, 2, 7, 1000, 100_000])
        {
            await using var tap = new ServerHelloTap(new MemoryStream(bytes));
            var buffer = new byte[step];
            var passed = new List<byte>();
            for (int read; (read = await tap.ReadAsync(buffer, Token)) > 0;)
            {
                passed.AddRange(buffer[..read]);
            }

            Assert.Equal(bytes, passed);
            Assert.Equal(isFull, tap.IsFull);
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13)]
    public async Task A_session_resumed_is_known(SslProtocols version)
    {
        TestTls.Need(version);
        var root = new TestAuthority();
        var host = $"{Guid.NewGuid():n}.example"; // sessions are the process's: no other test has this one
        await using var server = Server(root.Issue([host]), version);
        Assert.True(await ConnectAsync(server, host, root, mayResume: true));
        Assert.False(await ConnectAsync(server, host, root, mayResume: true));
        Assert.True(await ConnectAsync(server, host, root, mayResume: false));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13)]
    public async Task A_fetch_never_judges_by_a_session_of_before(SslProtocols version)
    {
        TestTls.Need(version);
        var root = new TestAuthority();
        var host = $"{Guid.NewGuid():n}.example";
        var certificate = root.Issue([host]);
        await using var server = Server(certificate, version);
        Assert.True(await ConnectAsync(server, host, root, mayResume: true));
        Assert.Equal(1, server.Connections);

        // A new fetcher does not know the host: it is offered the session, and connects once more for a certificate.
        using var fetcher = new HttpsFetcher(null, root.AsRoots(), server.Address, TimeProvider.System);
        var result = await fetcher.FetchAsync(new FetchRequest(new Uri($"https://{host}/"), 100, TimeSpan.FromSeconds(30)), Token);
        Assert.Equal((FetchOutcome.Response, 200, host), (result.Outcome, result.StatusCode, result.CertificateNames.Single()));
        Assert.Equal(3, server.Connections);

        // It knows it now.
        await fetcher.FetchAsync(new FetchRequest(new Uri($"https://{host}/"), 100, TimeSpan.FromSeconds(30)), Token);
        Assert.Equal(4, server.Connections);
    }

    private static TestTcpServer Server(X509Certificate2 certificate, SslProtocols version) =>
        TestTcpServer.Https(certificate, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", version);

    private static async Task<bool> ConnectAsync(TestTcpServer server, string host, TestAuthority root, bool mayResume)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(System.Net.IPEndPoint.Parse(server.Address), Token);
        await using var tap = new ServerHelloTap(new NetworkStream(socket));
        await using var ssl = new SslStream(tap);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(root.AsRoots());
        await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, AllowTlsResume = mayResume, CertificateChainPolicy = policy, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 }, Token);
        await ssl.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Token);
        Assert.True(await ssl.ReadAsync(new byte[1000], Token) > 0); // the tickets of TLS 1.3 come with the answer
        return tap.IsFull;
    }
}
