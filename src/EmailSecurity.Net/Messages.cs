using EmailSecurity.Ports;
using MimeKit;

namespace EmailSecurity.Net;

/// <summary>Reads mail messages with MimeKit, which is lenient where senders are careless. The module finds this type by name.</summary>
public sealed class Messages : IMessages
{
    // A report lies two or three levels deep; more serves only to exhaust a reader.
    private const int MostDepth = 20;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = MostDepth };

    /// <inheritdoc/>
    public IEnumerable<Ports.MessagePart> Read(Stream stream, bool isMbox, int limit)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var parser = Parser(stream, isMbox);
        long begin = 0;
        for (var number = 1; number == 1 || (isMbox && !parser.IsEndOfStream); number++)
        {
            using var message = Parse(parser);
            var isLast = message is null && !(isMbox && MboxLine.SeekNext(stream, Math.Max(parser.Position, begin)));
            foreach (var part in Parts(message, number, limit))
            {
                yield return part;
            }

            if (isLast)
            {
                yield break;
            }

            if (message is null)
            {
                begin = stream.Position; // further with each message that cannot be read
                parser = Parser(stream, isMbox);
            }
        }
    }

    // The content stays in the stream until it is read: a message of any size costs no memory.
    private static MimeParser Parser(Stream stream, bool isMbox) => new(Options, stream, isMbox ? MimeFormat.Mbox : MimeFormat.Entity, persistent: true);

    private static MimeMessage? Parse(MimeParser parser)
    {
        try
        {
            return parser.ParseMessage();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static List<Ports.MessagePart> Parts(MimeMessage? message, int number, int limit)
    {
        List<Ports.MessagePart> parts = [];
        if (message?.Body is { } body)
        {
            Collect(body, message.Headers["TLS-Report-Domain"], number, limit, parts);
        }

        if (parts.Count == 0)
        {
            parts.Add(new Ports.MessagePart { Message = number, MediaType = "", Content = default });
        }

        return parts;
    }

    private static void Collect(MimeEntity entity, string? domain, int number, int limit, List<Ports.MessagePart> parts)
    {
        switch (entity)
        {
            case Multipart multipart:
                foreach (var inner in multipart)
                {
                    Collect(inner, domain, number, limit, parts);
                }

                break;
            case MimeKit.MessagePart { Message.Body: { } body } forwarded:
                Collect(body, forwarded.Message.Headers["TLS-Report-Domain"] ?? domain, number, limit, parts);
                break;
            case MimePart part:
                parts.Add(new Ports.MessagePart
                {
                    Message = number,
                    MediaType = part.ContentType.MimeType,
                    FileName = part.FileName,
                    ReportDomain = domain,
                    Content = Decode(part, limit),
                });
                break;
        }
    }

    private static ReadOnlyMemory<byte> Decode(MimePart part, int limit)
    {
        if (part.Content is null)
        {
            return default;
        }

        using var source = part.Content.Open();
        using var target = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (target.Length <= limit && source.Read(buffer) is var count and > 0)
        {
            target.Write(buffer, 0, (int)Math.Min(count, limit + 1 - target.Length));
        }

        return target.TryGetBuffer(out var content) ? content : target.ToArray();
    }
}
