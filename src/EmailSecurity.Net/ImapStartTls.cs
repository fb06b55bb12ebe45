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

/// <summary>After STARTTLS no greeting comes, and the library waits for one: it reads this one first.</summary>
internal sealed class GreetedStream(Stream inner) : Stream
{
    private ReadOnlyMemory<byte> greeting = "* OK\r\n"u8.ToArray();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanTimeout => inner.CanTimeout;

    /// <inheritdoc/>
    public override int ReadTimeout { get => inner.ReadTimeout; set => inner.ReadTimeout = value; }

    /// <inheritdoc/>
    public override int WriteTimeout { get => inner.WriteTimeout; set => inner.WriteTimeout = value; }

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        greeting.Length > 0 ? ValueTask.FromResult(Greet(buffer.Span)) : inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        greeting.Length > 0 ? Greet(buffer.AsSpan(offset, count)) : inner.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Greet(Span<byte> buffer)
    {
        var count = Math.Min(greeting.Length, buffer.Length);
        greeting.Span[..count].CopyTo(buffer);
        greeting = greeting[count..];
        return count;
    }
}
