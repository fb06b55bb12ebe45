namespace EmailSecurity.Net;

/// <summary>Passes another stream's bytes on, and shows what is read to the class that derives from it.</summary>
internal abstract class WatchedStream(Stream inner) : PassingStream(inner)
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = Inner.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
        {
            return AwaitAsync(reading, buffer);
        }

        var read = reading.Result;
        OnRead(buffer.Span[..read]);
        return ValueTask.FromResult(read);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = Inner.Read(buffer, offset, count);
        OnRead(buffer.AsSpan(offset, read));
        return read;
    }

    /// <summary>Gets the bytes of each read before the reader does.</summary>
    protected abstract void OnRead(ReadOnlySpan<byte> bytes);

    private async ValueTask<int> AwaitAsync(ValueTask<int> reading, Memory<byte> buffer)
    {
        var read = await reading.ConfigureAwait(false);
        OnRead(buffer.Span[..read]);
        return read;
    }
}
