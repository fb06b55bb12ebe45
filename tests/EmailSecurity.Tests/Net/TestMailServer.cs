using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailSecurity.Tests.Net;

/// <summary>Answers a command in place of the server; false where the server shall answer.</summary>
/// <param name="command">EHLO, STARTTLS, QUIT; empty for the greeting.</param>
/// <param name="stream">Where the answer goes.</param>
/// <param name="token">Ends with the test.</param>
public delegate Task<bool> MailAnswer(string command, Stream stream, CancellationToken token);

/// <summary>A mail server with STARTTLS on a loopback port, right in every respect but what the test answers itself. Sessions can be resumed.</summary>
public static class TestMailServer
{
    public static TestTcpServer Start(X509Certificate2 certificate, MailAnswer? answer = null, SslProtocols protocols = SslProtocols.None)
    {
        var context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return new TestTcpServer((socket, token) => ServeAsync(new NetworkStream(socket), context, protocols, answer, token));
    }

    public static Task SayAsync(Stream stream, string text, CancellationToken token) =>
        stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), token).AsTask();

    /// <summary>Says the same again and again, until the client hangs up.</summary>
    public static async Task<bool> FloodAsync(Stream stream, string first, string again, CancellationToken token)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(first), token);
        var block = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(again, 1 + (16_000 / again.Length))));
        while (true)
        {
            await stream.WriteAsync(block, token);
        }
    }

    private static async Task ServeAsync(
        Stream stream, SslStreamCertificateContext context, SslProtocols protocols, MailAnswer? answer, CancellationToken token)
    {
        for (string? line = ""; line is not null; line = await LineAsync(stream, token))
        {
            var command = line.Split(' ')[0];
            if (answer is not null && await answer(command, stream, token))
            {
                continue;
            }

            switch (command)
            {
                case "":
                    await SayAsync(stream, "220 mx ESMTP", token);
                    break;
                case "EHLO":
                    await SayAsync(stream, stream is SslStream ? "250 mx" : "250-mx\r\n250 STARTTLS", token);
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go ahead", token);
                    var ssl = new SslStream(stream);
                    await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context, EnabledSslProtocols = protocols }, token);
                    stream = ssl;
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye", token);
                    return;
                default:
                    await SayAsync(stream, "502 no", token);
                    break;
            }
        }
    }

    private static async Task<string?> LineAsync(Stream stream, CancellationToken token)
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
}
