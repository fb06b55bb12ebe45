namespace EmailSecurity.Tests.Hostile;

public enum Spoil { Cut, Garble, Drip, Silence }

/// <summary>Passes on what is written until an octet, from which on it is spoilt.</summary>
public sealed class SpoiltStream(Stream inner, Spoil how, int after, TimeSpan pause) : Stream
{
    private int written;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var good = Math.Clamp(after - written, 0, buffer.Length);
        written += buffer.Length;
        await inner.WriteAsync(buffer[..good], cancellationToken);
        var rest = buffer[good..].ToArray();
        if (rest.Length == 0)
        {
            return;
        }

        switch (how)
        {
            case Spoil.Cut:
                throw new IOException("cut on purpose");
            case Spoil.Garble:
                for (var i = 0; i < rest.Length; i += 7)
                {
                    rest[i] ^= (byte)(1 << (i % 8));
                }

                await inner.WriteAsync(rest, cancellationToken);
                break;
            case Spoil.Drip:
                foreach (var octet in rest)
                {
                    await inner.WriteAsync(new[] { octet }, cancellationToken);
                    await Task.Delay(pause, cancellationToken);
                }

                break;
            default:
                break; // swallowed
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
