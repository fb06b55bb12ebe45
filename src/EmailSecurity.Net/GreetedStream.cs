namespace EmailSecurity.Net;

/// <summary>After STARTTLS no greeting comes, and the library waits for one: it reads this one first.</summary>
internal sealed class GreetedStream(Stream inner) : PassingStream(inner)
{
    private ReadOnlyMemory<byte> greeting = "* OK\r\n"u8.ToArray();

    /// <inheritdoc/>
    public override bool CanTimeout => Inner.CanTimeout;

    /// <inheritdoc/>
    public override int ReadTimeout { get => Inner.ReadTimeout; set => Inner.ReadTimeout = value; }

    /// <inheritdoc/>
    public override int WriteTimeout { get => Inner.WriteTimeout; set => Inner.WriteTimeout = value; }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        greeting.Length > 0 ? ValueTask.FromResult(Greet(buffer.Span)) : Inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        greeting.Length > 0 ? Greet(buffer.AsSpan(offset, count)) : Inner.Read(buffer, offset, count);

    private int Greet(Span<byte> buffer)
    {
        var count = Math.Min(greeting.Length, buffer.Length);
        greeting.Span[..count].CopyTo(buffer);
        greeting = greeting[count..];
        return count;
    }
}
