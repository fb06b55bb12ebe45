using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

/// <summary>
/// A mail server changes its certificate and goes on taking sessions of before, as servers with shared ticket keys do: each probe judges what is
/// there now.
/// </summary>
public sealed class ChangedCertificateTests : IAsyncDisposable
{
    // Python's OpenSSL context keeps its ticket keys when it gets another certificate; a SslStream server would make a new context.
    private const string Server = """
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, sys.argv[2])
        server = socket.create_server(("127.0.0.1", 0))
        print(server.getsockname()[1], flush=True)
        while True:
            client, _ = server.accept()
            try:
                context.load_cert_chain(sys.argv[1])
                reader = client.makefile("rb")
                for reply in (b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", b"220 go ahead\r\n"):
                    client.sendall(reply)
                    if not reply.startswith(b"220 go"):
                        reader.readline()
                client = context.wrap_socket(client, server_side=True)
                reader = client.makefile("rb")
                while line := reader.readline():
                    client.sendall(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 mx\r\n")
            except OSError:
                pass
            finally:
                client.close()
        """;

    private static readonly TestAuthority Root = new();

    private readonly string host = $"{Guid.NewGuid():n}.example";
    private readonly string pem = Path.GetTempFileName();
    private Process? python;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        if (python is { HasExited: false })
        {
            python.Kill();
        }

        python?.Dispose();
        File.Delete(pem);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("TLSv1_2"), InlineData("TLSv1_3")]
    public async Task Each_probe_of_one_process_sees_the_certificate_of_now(string version)
    {
        var now = DateTimeOffset.UtcNow;
        var good = Root.Issue([host]);
        var expired = Root.Issue([host], now.AddDays(-9), now.AddDays(-2));
        Show(good);
        var address = await StartAsync(version);
        var probe = new SmtpProbe(null, Root.AsRoots(), address, TimeProvider.System);

        // Good, expired, good again: neither verdict stays.
        foreach (var (certificate, outcome) in ((X509Certificate2, SmtpOutcome)[])
            [(good, SmtpOutcome.Secure), (expired, SmtpOutcome.CertificateExpired), (good, SmtpOutcome.Secure), (expired, SmtpOutcome.CertificateExpired)])
        {
            Show(certificate);
            var result = await probe.ProbeAsync(host, 25, TimeSpan.FromMinutes(2), Token);
            Assert.True(outcome == result.Outcome, $"{result.Outcome}: {result.Detail}");
            Assert.Equal(new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), result.CertificateNotAfter);
        }

        // The trap is set: a client that allows resumption does get the certificate of before.
        Show(good);
        Assert.Equal(good.Thumbprint, await SeenAsync(address));
        Show(expired);
        Assert.Equal(good.Thumbprint, await SeenAsync(address));
        // And the probe does not step into it, even where the process has a session to resume.
        Assert.Equal(SmtpOutcome.CertificateExpired, (await probe.ProbeAsync(host, 25, TimeSpan.FromMinutes(2), Token)).Outcome);
    }

    private void Show(X509Certificate2 certificate) =>
        File.WriteAllText(pem, certificate.ExportCertificatePem() + "\n" + certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");

    private async Task<string> StartAsync(string version)
    {
        try
        {
            var start = new ProcessStartInfo("python3", ["-c", Server, pem, version]) { RedirectStandardOutput = true };
            python = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no python3.");
        }

        return "127.0.0.1:" + (await python!.StandardOutput.ReadLineAsync(Token))!.Trim();
    }

    // As any client does that says nothing of resumption: by the system's default.
    private async Task<string> SeenAsync(string address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(System.Net.IPEndPoint.Parse(address), Token);
        await using var stream = new NetworkStream(socket);
        var clear = new SmtpDialogue(stream);
        await clear.ReadAsync(Token);
        await clear.AskAsync("EHLO client", Token);
        await clear.AskAsync("STARTTLS", Token);
        await using var ssl = new SslStream(stream);
        await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        }, Token);
        var secure = new SmtpDialogue(ssl);
        await secure.AskAsync("EHLO client", Token);
        await secure.AskAsync("QUIT", Token);
        return ((X509Certificate2)ssl.RemoteCertificate!).Thumbprint;
    }
}
