using System.Text;

namespace EmailSecurity.Net;

/// <summary>The server will not begin TLS, or what it says in the clear is not right.</summary>
internal sealed class ImapClearException(string message, bool isUnavailable = false) : Exception(message)
{
    /// <summary>True where the server cannot be used now.</summary>
    public bool IsUnavailable { get; } = isUnavailable;
}

/// <summary>
/// The part of an IMAP session before TLS: greeting, STARTTLS (RFC 9051 section 6.2.1). Nothing secret is sent, nothing that was said in the clear is kept, and
/// what somebody on the way puts behind the reply never passes for something said under TLS.
/// </summary>
internal static class ImapStartTls
{
    /// <summary>So many octets may come in the clear.</summary>
    public const int MaxTotal = 16 * 1024;

    /// <summary>Goes on until TLS can begin.</summary>
    /// <exception cref="ImapClearException">It cannot.</exception>
    public static async Task AskAsync(Stream stream, CancellationToken cancellationToken)
    {
        var text = new List<byte>();
        var greeting = await LineAsync(stream, text, cancellationToken).ConfigureAwait(false);
        if (!Is(greeting, "* OK"))
        {
            throw Is(greeting, "* PREAUTH")
                ? new ImapClearException("it says that the session is signed in already, in the clear (PREAUTH), so TLS can no longer begin.")
                : Is(greeting, "* BYE") ? new ImapClearException($"it said '{Shown(greeting)}'.", isUnavailable: true)
                : new ImapClearException($"it answered with '{Shown(greeting)}', which is not the greeting of an IMAP server.");
        }

        await stream.WriteAsync("a1 STARTTLS\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        string reply;
        do
        {
            reply = await LineAsync(stream, text, cancellationToken).ConfigureAwait(false);
        }
        while (reply.StartsWith('*'));

        if (!Is(reply, "a1 OK"))
        {
            throw new ImapClearException($"it does not offer STARTTLS: it said '{Shown(reply)}'.");
        }

        if (text.Count > 0)
        {
            throw new ImapClearException("it sent more after its reply to STARTTLS, before the TLS handshake.");
        }
    }

    private static bool Is(string line, string begin) =>
        line.StartsWith(begin, StringComparison.OrdinalIgnoreCase) && (line.Length == begin.Length || line[begin.Length] == ' ');

    private static string Shown(string line) => line.Length <= 200 ? line : line[..200] + "...";

    private static async Task<string> LineAsync(Stream stream, List<byte> text, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        while (true)
        {
            var end = text.IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString([.. text[..end]]).TrimEnd('\r');
                text.RemoveRange(0, end + 1);
                return line;
            }

            var read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new ImapClearException("it closed the connection before TLS began.", isUnavailable: true);
            }

            text.AddRange(buffer.AsSpan(0, read));
        }
    }
}
