namespace EmailSecurity.Net;

/// <summary>A stranger's server sent more than it may.</summary>
internal sealed class LimitException(string message) : IOException(message);

/// <summary>
/// What a stranger's server sends, cut off where it is more than anything honest would be: no library above it ever has more to keep.
/// Nothing may be read before the first <see cref="Allow"/>.
/// </summary>
internal sealed class BoundedStream(Stream inner) : WatchedStream(inner)
{
    private long limit;
    private long left;
    private string stage = "";

    /// <summary>Sets how much may come from now on.</summary>
    /// <param name="bytes">Octets.</param>
    /// <param name="where">The stage of the conversation, for the message: <c>in the TLS handshake</c>.</param>
    public void Allow(long bytes, string where) => (limit, left, stage) = (bytes, bytes, where);

    /// <inheritdoc/>
    /// <exception cref="LimitException">More came than was allowed.</exception>
    protected override void OnRead(ReadOnlySpan<byte> bytes)
    {
        left -= bytes.Length;
        if (left < 0)
        {
            throw new LimitException(Invariant($"the server sent more than {limit / 1024} KB {stage}."));
        }
    }
}
