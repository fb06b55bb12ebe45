using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

public class SmtpProbeTests
{
    private const string Host = "mx1.example.com";

    private static readonly TestAuthority Root = new();

    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<SmtpProbeResult> ProbeAsync(TestTcpServer server)
    {
        await using (server)
        {
            return await new SmtpProbe(null, Root.AsRoots(), server.Address, TimeProvider.System).ProbeAsync(Host + ".", 25, Patient, Token);
        }
    }

    /// <summary>A mail server: greeting, EHLO, STARTTLS with the certificate (none: not offered), QUIT; every command is noted.</summary>
    private static TestTcpServer MailServer(X509Certificate2? certificate, List<string>? commands = null, string greeting = "220 mx1.example.com ESMTP", bool startTlsFails = false) => new(async (socket, token) =>
    {
        Stream stream = new NetworkStream(socket);
        await SayAsync(greeting);
        while (await LineAsync() is { } line)
        {
            commands?.Add(line.Split(' ')[0]);
            switch (line.Split(' ')[0])
            {
                case "EHLO":
                    await SayAsync("250-mx1.example.com\r\n250-SIZE 1000\r\n" + (certificate is null || stream is SslStream ? "250 HELP" : "250 STARTTLS"));
                    break;
                case "STARTTLS" when startTlsFails:
                    await SayAsync("220 Go ahead");
                    await TestTcpServer.RefuseHandshakeAsync(stream, token);
                    return;
                case "STARTTLS":
                    await SayAsync("220 Go ahead");
                    var ssl = new SslStream(stream);
                    await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
                    stream = ssl;
                    break;
                case "QUIT":
                    await SayAsync("221 Bye");
                    return;
                default:
                    await SayAsync("502 no");
                    break;
            }
        }

        Task SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), token).AsTask();

        async Task<string?> LineAsync()
        {
            var line = new StringBuilder();
            var one = new byte[1];
            while (await stream.ReadAsync(one, token) == 1)
            {
                if (one[0] == '\n')
                {
                    return line.ToString().TrimEnd('\r');
                }

                line.Append((char)one[0]);
            }
            return null;
        }
    });

    [Fact]
    public async Task A_good_server_is_secure_and_left_with_quit()
    {
        List<string> commands = [];
        var certificate = Root.Issue([Host]);
        var result = await ProbeAsync(MailServer(certificate, commands));
        Assert.Equal((SmtpOutcome.Secure, Host, ""), (result.Outcome, result.Host, result.Detail));
        Assert.Equal((TestTls.Newest, new DateTimeOffset(certificate.NotAfter.ToUniversalTime())), (result.TlsVersion, result.CertificateNotAfter));
        Assert.Equal([Host], result.CertificateNames);
        Assert.Equal(["EHLO", "STARTTLS", "EHLO", "QUIT"], commands);
    }

    [Fact]
    public async Task Certificates_are_told_apart()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var (certificate, outcome) in ((X509Certificate2, SmtpOutcome)[])
        [
            (Root.Issue(["*.example.com"]), SmtpOutcome.Secure),
            (TestAuthority.SelfSigned(Host), SmtpOutcome.CertificateUntrusted),
            (Root.Issue([Host], now.AddDays(-9), now.AddDays(-2)), SmtpOutcome.CertificateExpired),
            (Root.Issue(["mx2.example.com"]), SmtpOutcome.CertificateNameMismatch),
            (Root.Issue([], commonName: Host), SmtpOutcome.CertificateNameMismatch),
        ])
        {
            var result = await ProbeAsync(MailServer(certificate));
            Assert.True(outcome == result.Outcome, $"{result.Outcome}: {result.Detail}");
            Assert.Equal(TestTls.Newest, result.TlsVersion);
        }
    }

    [Fact]
    public async Task Starttls_that_is_not_offered_is_said() =>
        Assert.Equal(SmtpOutcome.StartTlsNotOffered, (await ProbeAsync(MailServer(null))).Outcome);

    [Fact]
    public async Task A_handshake_that_fails_is_said() =>
        Assert.Equal(SmtpOutcome.TlsHandshakeFailed, (await ProbeAsync(MailServer(Root.Issue([Host]), startTlsFails: true))).Outcome);

    [Theory]
    [InlineData("554 no mail from here"), InlineData("421 busy")]
    public async Task A_server_that_refuses_at_the_door_refuses(string greeting)
    {
        var result = await ProbeAsync(MailServer(null, greeting: greeting));
        Assert.Equal(SmtpOutcome.Refused, result.Outcome);
        Assert.Contains(greeting[..3], result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_reset_silent_and_foreign_are_told_apart()
    {
        using var closed = ClosedPort.Tcp();
        var probe = new SmtpProbe(null, null, closed.Address, TimeProvider.System);
        Assert.Equal(SmtpOutcome.Refused, (await probe.ProbeAsync(Host, 25, Patient, Token)).Outcome);

        var reset = await ProbeAsync(new TestTcpServer((socket, _) => { socket.LingerState = new LingerOption(true, 0); socket.Close(); return Task.CompletedTask; }));
        Assert.Equal(SmtpOutcome.ProtocolError, reset.Outcome);

        await using var silent = new TestTcpServer((_, token) => Task.Delay(Timeout.Infinite, token));
        probe = new SmtpProbe(null, null, silent.Address, TimeProvider.System);
        var outcome = SmtpOutcome.Blocked;
        // A machine so busy that it has not even connected in the time gets more of it.
        for (var time = TimeSpan.FromSeconds(0.5); outcome == SmtpOutcome.Blocked && time < Patient; time *= 2)
        {
            outcome = (await probe.ProbeAsync(Host, 25, time, Token)).Outcome;
        }

        Assert.Equal(SmtpOutcome.ProtocolError, outcome);

        Assert.Equal(SmtpOutcome.ProtocolError, (await ProbeAsync(MailServer(null, greeting: "HTTP/1.1 400 Bad Request"))).Outcome);
    }

    [Fact]
    public async Task A_port_that_swallows_packets_is_blocked()
    {
        using var blocked = await BlockedPort.OpenAsync(Token);
        var result = await new SmtpProbe(null, null, blocked.Address, TimeProvider.System).ProbeAsync(Host, 25, TimeSpan.FromSeconds(0.5), Token);
        Assert.Equal(SmtpOutcome.Blocked, result.Outcome);
    }

    [Fact]
    public async Task A_host_without_address_is_said()
    {
        var resolver = new StubResolver((_, _) => new DnsAnswer { Status = DnsStatus.NxDomain });
        Assert.Equal(SmtpOutcome.NameNotResolved, (await new SmtpProbe(resolver, null, null, TimeProvider.System).ProbeAsync(Host, 25, Patient, Token)).Outcome);
    }

    [Fact]
    public async Task Cancellation_throws()
    {
        await using var server = new TestTcpServer((_, token) => Task.Delay(Timeout.Infinite, token));
        using var stop = new CancellationTokenSource();
        var probe = new SmtpProbe(null, null, server.Address, TimeProvider.System).ProbeAsync(Host, 25, Patient, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
    }
}
