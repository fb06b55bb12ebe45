using System.Security.Authentication;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

/// <summary>Systems whose TLS can do less: what cannot be seen from there is said so, and never blamed on the server.</summary>
public class TlsPlatformTests
{
    private static readonly TestAuthority Root = new();

    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A name of each test's own: sessions are the process's.
    private readonly string host = $"{Guid.NewGuid():n}.example";

    [Theory]
    [InlineData(17763, false, false)] // Windows 10 1809, Windows Server 2019
    [InlineData(19045, false, false)] // Windows 10 22H2
    [InlineData(20348, true, false)] // Windows Server 2022
    [InlineData(22000, true, true)] // Windows 11
    [InlineData(26100, true, true)] // Windows Server 2025
    public void Windows_is_known_by_its_build(int build, bool hasTls13, bool canDisable) =>
        Assert.Equal(new TlsPlatform(hasTls13, canDisable, FetchesRoots: true), TlsPlatform.Windows(build));

    [Fact]
    public void Other_systems_are_known_by_their_library()
    {
        Assert.Equal(new TlsPlatform(false, true), TlsPlatform.MacOS(usesNetworkFramework: false));
        Assert.Equal(new TlsPlatform(true, true), TlsPlatform.MacOS(usesNetworkFramework: true));
        Assert.Equal(new TlsPlatform(false, true), TlsPlatform.OpenSsl(0x100020b0));
        Assert.Equal(new TlsPlatform(true, true), TlsPlatform.OpenSsl(0x10101000));
        Assert.Equal(new TlsPlatform(true, true), TlsPlatform.OpenSsl(0x30000130));
    }

    // In TLS 1.3 a ticket comes after the handshake, and may come too late for the next connection.
    private const SslProtocols TicketInTime = SslProtocols.Tls12;

    [Theory]
    [InlineData(0, FetchOutcome.Response, 1), InlineData(2, FetchOutcome.Response, 3), InlineData(3, FetchOutcome.CertificateNotJudged, 3)]
    public async Task Https_on_windows_that_resumes_unasked_is_tried_a_third_time(int resumed, FetchOutcome outcome, int connections)
    {
        await using var server = TestTcpServer.Https(Root.Issue([host]), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", TicketInTime);
        // Leaves a session, unless other connections push it out of the cache: then the next try does.
        var (result, windows, before, tries) = (await FetchAsync(server, new OldWindows(1)), new OldWindows(resumed), server.Connections, 0);
        do
        {
            (windows, before) = (new OldWindows(resumed), server.Connections);
            result = await FetchAsync(server, windows);
        }
        while (server.Connections - before != connections && ++tries < 20);
        Assert.True(outcome == result.Outcome, $"{result.Outcome}: {result.Detail}");
        Assert.Equal(connections, server.Connections - before);
        Assert.Equal(outcome == FetchOutcome.Response ? [host] : [], result.CertificateNames);
        // It was never asked for.
        Assert.Equal(Enumerable.Repeat(false, connections), windows.Asked);
    }

    [Theory]
    [InlineData(0, SmtpOutcome.Secure, 1), InlineData(2, SmtpOutcome.Secure, 3), InlineData(3, SmtpOutcome.CertificateNotJudged, 3)]
    public async Task Smtp_on_windows_that_resumes_unasked_is_tried_a_third_time(int resumed, SmtpOutcome outcome, int connections)
    {
        await using var server = TestMailServer.Start(Root.Issue([host]), protocols: TicketInTime);
        // Leaves a session, unless other connections push it out of the cache: then the next try does.
        var (result, windows, before, tries) = (await ProbeAsync(server, new OldWindows(1)), new OldWindows(resumed), server.Connections, 0);
        do
        {
            (windows, before) = (new OldWindows(resumed), server.Connections);
            result = await ProbeAsync(server, windows);
        }
        while (server.Connections - before != connections && ++tries < 20);
        Assert.True(outcome == result.Outcome, $"{result.Outcome}: {result.Detail}");
        Assert.Equal(connections, server.Connections - before);
        Assert.Equal(outcome == SmtpOutcome.Secure ? [host] : [], result.CertificateNames);
        Assert.Equal(Enumerable.Repeat(false, connections), windows.Asked);
    }

    [Fact]
    public async Task Elsewhere_the_first_fetch_may_resume_and_spares_work()
    {
        await using var server = TestTcpServer.Https(Root.Issue([host]), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var linux = new RecordingPlatform(true, true);
        await FetchAsync(server, linux);
        Assert.Equal([true], linux.Asked);
    }

    [Fact]
    public async Task A_server_of_tls_1_3_alone_is_said_where_there_is_none()
    {
        TestTls.Need(SslProtocols.Tls13);
        var without = new TlsPlatform(HasTls13: false, CanDisableResumption: true);
        var certificate = Root.Issue([host]);
        await using var web = TestTcpServer.Https(certificate, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SslProtocols.Tls13);
        var fetched = await FetchAsync(web, without);
        Assert.Equal(FetchOutcome.Tls13Only, fetched.Outcome);
        Assert.Contains("accepts TLS 1.3 only, and this computer does not have TLS 1.3", fetched.Detail, StringComparison.Ordinal);
        await using var mail = TestMailServer.Start(certificate, protocols: SslProtocols.Tls13);
        var probed = await ProbeAsync(mail, without);
        Assert.Equal(SmtpOutcome.Tls13Only, probed.Outcome);
        Assert.Contains("accepts TLS 1.3 only, and this computer does not have TLS 1.3", probed.Detail, StringComparison.Ordinal);

        // The same servers, seen from a computer that has it.
        var with = new TlsPlatform(HasTls13: true, CanDisableResumption: true);
        Assert.Equal((FetchOutcome.Response, "1.3"), ((await FetchAsync(web, with)).Outcome, (await FetchAsync(web, with)).TlsVersion));
        Assert.Equal(SmtpOutcome.Secure, (await ProbeAsync(mail, with)).Outcome);
    }

    [Theory]
    [InlineData(true, 70), InlineData(false, 40)]
    public async Task Another_refusal_is_the_servers_own(bool hasTls13, byte alert)
    {
        await using var server = new TestTcpServer(async (socket, token) =>
        {
            var buffer = new byte[4096];
            await socket.ReceiveAsync(buffer, token);
            await socket.SendAsync((byte[])[0x15, 3, 3, 0, 2, 2, alert], token);
            while (await socket.ReceiveAsync(buffer, token) > 0)
            {
                // the client's last words
            }
        });
        Assert.Equal(FetchOutcome.TlsHandshakeFailed, (await FetchAsync(server, new TlsPlatform(hasTls13, true))).Outcome);
    }

    private async Task<FetchResult> FetchAsync(TestTcpServer server, TlsPlatform platform)
    {
        using var fetcher = new HttpsFetcher(null, Root.AsRoots(), server.Address, TimeProvider.System) { Platform = platform };
        return await fetcher.FetchAsync(new FetchRequest(new Uri($"https://{host}/"), 100, Patient), Token);
    }

    private Task<SmtpProbeResult> ProbeAsync(TestTcpServer server, TlsPlatform platform) =>
        new SmtpProbe(null, Root.AsRoots(), server.Address, TimeProvider.System) { Platform = platform }.ProbeAsync(host, 25, Patient, Token);
}
