namespace EmailSecurity.Ports;

/// <summary>A part of a mail message, decoded.</summary>
public sealed record MessagePart
{
    /// <summary>The number of the message in its file, from 1.</summary>
    public required int Message { get; init; }

    /// <summary>The media type as the message says it: <c>application/tlsrpt+gzip</c>.</summary>
    public required string MediaType { get; init; }

    /// <summary>The file name that the part gives itself; null where it gives none.</summary>
    public string? FileName { get; init; }

    /// <summary>The domain that the header TLS-Report-Domain names (RFC 8460 section 5.3); null where there is none.</summary>
    public string? ReportDomain { get; init; }

    /// <summary>What it holds, without its transfer encoding.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }
}

/// <summary>Reads mail messages (RFC 5322, RFC 2045), also those that are written badly.</summary>
public interface IMessages
{
    /// <summary>Reads the parts of a message, or of all messages of an mbox file, one message after the other.</summary>
    /// <param name="stream">The message or the mbox file.</param>
    /// <param name="isMbox">True where the stream holds several messages, each after a line that begins with <c>From </c> (RFC 4155).</param>
    /// <param name="limit">A part that holds more octets than this is cut there, one octet later.</param>
    /// <returns>The parts that are no container, in order; for a message without one, a part without content.</returns>
    IEnumerable<MessagePart> Read(Stream stream, bool isMbox, int limit);
}
