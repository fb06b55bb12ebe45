using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSecurity.Tests.Net;

namespace EmailSecurity.Tests.Mailboxes;

/// <summary>An IMAP server that answers as a test says: for what no honest server does.</summary>
internal static class FakeImap
{
    /// <summary>Speaks in the clear: the lines that it sends, the first at once, each other one after a line of the client.</summary>
    public static TestTcpServer Clear(List<string> heard, params string[] says) => new(async (socket, token) =>
    {
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        foreach (var line in says)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(line), token);
            if (await reader.ReadLineAsync(token) is not { } command)
            {
                return;
            }

            lock (heard)
            {
                heard.Add(command);
            }
        }
    });

    /// <summary>Speaks TLS, with one folder; the test answers what it wants to, by the command without its tag.</summary>
    /// <param name="certificate">For localhost.</param>
    /// <param name="answer">What to say before the tagged OK; null for the usual answer; with a leading minus, a tagged NO of these words.</param>
    public static TestTcpServer Tls(X509Certificate2 certificate, Func<string, string?> answer) => new(async (socket, token) =>
    {
        await using var ssl = new SslStream(new NetworkStream(socket));
        await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
        using var reader = new StreamReader(ssl, Encoding.Latin1);
        await SayAsync("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n");
        while (await reader.ReadLineAsync(token) is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (tag, command) = (line[..space], line[(space + 1)..]);
            var text = answer(command) ?? Usual(command);
            await SayAsync(text.StartsWith('-') ? $"{tag} NO {text[1..]}\r\n" : $"{text}{tag} OK {(command.StartsWith("EXAMINE", StringComparison.Ordinal) ? "[READ-ONLY] " : "")}done\r\n");
            if (command == "LOGOUT")
            {
                return;
            }
        }

        Task SayAsync(string text) => ssl.WriteAsync(Encoding.Latin1.GetBytes(text), token).AsTask();
    });

    /// <summary>A message as the answer to FETCH.</summary>
    public static string Message(int number, byte[] content) =>
        Invariant($"* {number} FETCH (UID {number} BODY[] {{{content.Length}}}\r\n") + Encoding.Latin1.GetString(content) + ")\r\n";

    private static string Usual(string command) => command.Split(' ')[0] switch
    {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n",
        "NAMESPACE" => "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
        "LIST" => "* LIST () \"/\" INBOX\r\n",
        "EXAMINE" or "SELECT" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 4] n\r\n* FLAGS (\\Seen)\r\n",
        "UID" when command.StartsWith("UID SEARCH", StringComparison.Ordinal) => "* SEARCH 1 2 3\r\n",
        "UID" when command.Contains("RFC822.SIZE", StringComparison.Ordinal) => string.Concat(Enumerable.Range(1, 3)
            .Select(i => Invariant($"* {i} FETCH (UID {i} RFC822.SIZE 2000 INTERNALDATE \"01-Mar-2026 00:00:00 +0000\")\r\n"))),
        _ => "",
    };
}
