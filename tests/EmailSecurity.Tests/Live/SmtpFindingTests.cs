using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Net;
using EmailSecurity.Tests.Net;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>Mail servers with one thing wrong each: errors where the policy is enforced, warnings where it is tested.</summary>
public sealed class SmtpFindingTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    private static readonly string[] Faults = ["MxStartTlsNotOffered", "MxTlsHandshakeFailed", "MxCertificateUntrusted", "MxCertificateExpired", "MxCertificateNameMismatch", "MxRefused", "MxReplyTooLong", "MxProtocolError"];

    public static IEnumerable<string> Codes => [.. Faults, "MxSecure", "MxCertificateExpiresSoon", "MxHostNotFound", "MxHostDnsFailure", "MxBlocked", "MxTls13Only", "MxCertificateNotJudged", "MxNotProbed"];

    public static TheoryData<string> EveryFault() => [.. Faults];

    [Theory, MemberData(nameof(EveryFault))]
    public async Task Each_fault_of_a_mail_server_has_its_code(string code)
    {
        foreach (var mode in (string[])["enforce", "testing"])
        {
            var domain = world.Put();
            world.PolicyText(domain, LiveWorld.Policy.Replace("enforce", mode, StringComparison.Ordinal));
            var host = $"mx1.{domain}";
            var now = DateTimeOffset.UtcNow;
            var certificate = code switch
            {
                "MxStartTlsNotOffered" => null,
                "MxCertificateUntrusted" => TestAuthority.SelfSigned(host),
                "MxCertificateExpired" => world.Root.Issue([host], now.AddDays(-9), now.AddDays(-2)),
                "MxCertificateNameMismatch" => world.Root.Issue(["other.example"]),
                _ => world.Root.Issue([host]),
            };
            await using var server = MailServer(certificate, code switch { "MxRefused" => "554 no mail from here", "MxReplyTooLong" => "220 " + new string('x', 600), "MxProtocolError" => "HTTP/1.1 400 Bad Request", _ => "220 mx ESMTP" }, breaks: code == "MxTlsHandshakeFailed");
            var result = await ProbeAsync(domain, server.Port);
            Assert.Equal(mode == "enforce" ? TestStatus.Fail : TestStatus.Warning, result.Status);
            Assert.Equal(host, LiveWorld.Has(result, code, mode == "enforce" ? FindingSeverity.Error : FindingSeverity.Warning).Location);
        }
    }

    [Fact]
    public async Task A_good_server_is_told_and_one_whose_certificate_ends_soon_warned_of()
    {
        var domain = world.Put();
        await using var good = MailServer(world.Root.Issue([$"mx1.{domain}"]));
        var result = await ProbeAsync(domain, good.Port);
        Assert.True(result.Status == TestStatus.Pass, string.Join("\n", result.Findings));
        LiveWorld.Has(result, "MxSecure", FindingSeverity.Information);

        await using var old = MailServer(world.Root.Issue([$"mx1.{domain}"], notAfter: DateTimeOffset.UtcNow.AddDays(3)));
        result = await ProbeAsync(domain, old.Port);
        Assert.Equal(TestStatus.Warning, result.Status);
        LiveWorld.Has(result, "MxCertificateExpiresSoon", FindingSeverity.Warning);
    }

    [Theory]
    [InlineData("", TestStatus.Absent, "MtaStsRecordAbsent"), InlineData("\"v=STSv1; id=no good\"", TestStatus.Fail, "MtaStsRecordIdInvalid"), InlineData("\"v=STSv1; id=a1;\"", TestStatus.Fail, "PolicyVersionUnknown")]
    public async Task Mail_servers_are_looked_at_before_there_is_a_policy(string record, TestStatus status, string code)
    {
        var domain = world.Put(("_mta-sts.@", "TXT", [record]));
        world.PolicyText(domain, LiveWorld.Policy.Replace("STSv1", "STSv2", StringComparison.Ordinal));
        await using var server = MailServer(null);
        var result = await ProbeAsync(domain, server.Port);
        Assert.Equal(status, result.Status);
        Assert.Contains(result.Findings, f => f.Code == code);
        Assert.Equal($"mx1.{domain}", LiveWorld.Has(result, "MxStartTlsNotOffered", FindingSeverity.Warning).Location);
        Assert.Equal(result.Findings.OrderByDescending(f => f.Severity).Select(f => f.Severity), result.Findings.Select(f => f.Severity));
    }

    [Fact]
    public async Task A_server_without_address_and_a_closed_port_are_told_apart()
    {
        using var closed = ClosedPort.Tcp();
        LiveWorld.Has(await ProbeAsync(world.Put(), closed.Port), "MxRefused", FindingSeverity.Error);
        LiveWorld.Has(await ProbeAsync(world.Put(("mx1.@", "A", [""])), closed.Port), "MxHostNotFound", FindingSeverity.Error);
        LiveWorld.Has(await ProbeAsync(world.Put(("mx1.@", "SERVFAIL", [])), closed.Port), "MxHostDnsFailure", FindingSeverity.Error);
    }

    [Fact]
    public async Task A_blocked_port_is_no_fault_of_the_server()
    {
        using var blocked = await BlockedPort.OpenAsync(TestContext.Current.CancellationToken);
        var result = await ProbeAsync(world.Put(), blocked.Port, seconds: 1);
        Assert.Equal(TestStatus.Warning, result.Status);
        Assert.Contains("port 25", LiveWorld.Has(result, "MxBlocked", FindingSeverity.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_this_computer_cannot_see_is_no_fault_of_the_server()
    {
        TestTls.Need(SslProtocols.Tls13);
        foreach (var (code, platform, protocols) in ((string, TlsPlatform, SslProtocols)[])
        [
            ("MxTls13Only", new TlsPlatform(HasTls13: false, CanDisableResumption: true), SslProtocols.Tls13),
            ("MxCertificateNotJudged", new OldWindows(int.MaxValue), SslProtocols.Tls12), // whose ticket is part of the handshake: it is never late
        ])
        {
            var domain = world.Put();
            await using var server = TestMailServer.Start(world.Root.Issue([$"mx1.{domain}"]), protocols: protocols);
            var probe = new SmtpProbe(world.Edge.Resolver, world.Root.AsRoots(), server.Address, TimeProvider.System) { Platform = platform };
            // A probe leaves a session that the computer resumes unasked, unless other connections have pushed it out of the cache: then the next one does.
            TestResult result;
            var probes = 0;
            do
            {
                await probe.ProbeAsync($"mx1.{domain}", server.Port, TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
                var options = new LiveOptions { ProbeSmtp = true, SmtpPort = server.Port, SmtpTimeout = TimeSpan.FromMinutes(2) };
                using var checks = new LiveChecks(world.Edge.Resolver, world.Edge.Fetcher, probe, TimeProvider.System, options);
                result = await checks.TestMtaStsAsync(domain, TestContext.Current.CancellationToken);
            }
            while (result.Findings.All(f => f.Code != code) && ++probes < 20);
            LiveWorld.Has(result, code, FindingSeverity.Warning);
            Assert.Equal(TestStatus.Warning, result.Status);
        }
    }

    [Fact]
    public async Task A_domain_with_very_many_mail_servers_has_the_first_ones_probed()
    {
        using var closed = ClosedPort.Tcp();
        var domain = world.Put(("@", "MX", [.. Enumerable.Range(1, 40).Select(i => $"{i} mx{i}.@.")]));
        var result = await ProbeAsync(domain, closed.Port);
        Assert.Contains("40 mail servers; only the first 32", LiveWorld.Has(result, "MxNotProbed", FindingSeverity.Warning).Message, StringComparison.Ordinal);
        Assert.Equal(32, result.Findings.Count(f => f.Code is "MxRefused" or "MxHostNotFound"));
    }

    private Task<TestResult> ProbeAsync(string domain, int port, double seconds = 120)
        => world.Checks(new LiveOptions { ProbeSmtp = true, SmtpPort = port, SmtpTimeout = TimeSpan.FromSeconds(seconds) }).TestMtaStsAsync(domain, TestContext.Current.CancellationToken);

    /// <summary>Greeting, EHLO, STARTTLS with the certificate (none: not offered), QUIT.</summary>
    internal static TestTcpServer MailServer(X509Certificate2? certificate, string greeting = "220 mx ESMTP", bool breaks = false) => new(async (socket, token) =>
    {
        Stream stream = new NetworkStream(socket);
        await SayAsync(greeting);
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, token) == 1)
        {
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            switch (line.ToString().TrimEnd('\r').Split(' ')[0])
            {
                case "EHLO":
                    await SayAsync(certificate is null || stream is SslStream ? "250 mx" : "250-mx\r\n250 STARTTLS");
                    break;
                case "STARTTLS":
                    await SayAsync("220 go ahead");
                    if (breaks)
                    {
                        await TestTcpServer.RefuseHandshakeAsync(stream, token);
                        return;
                    }

                    var ssl = new SslStream(stream);
                    await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
                    stream = ssl;
                    break;
                case "QUIT":
                    await SayAsync("221 bye");
                    return;
                default:
                    await SayAsync("502 no");
                    break;
            }

            line.Clear();
        }

        Task SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), token).AsTask();
    });
}
