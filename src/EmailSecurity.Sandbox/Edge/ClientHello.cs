using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>Reads the server name of a TLS ClientHello (RFC 8446 section 4.1.2, RFC 6066 section 3).</summary>
public static class ClientHello
{
    private const int RecordHeader = 5;
    private const int MaxHello = 16 * 1024 + RecordHeader;

    /// <summary>The server name in lower case.</summary>
    /// <param name="buffer">What has arrived so far.</param>
    /// <param name="serverName">The name; empty where there is none or this is no hello.</param>
    /// <returns>True where the answer is final; false where more must arrive.</returns>
    public static bool TryRead(in ReadOnlySequence<byte> buffer, out string serverName)
    {
        serverName = "";
        if (buffer.Length < RecordHeader)
        {
            return buffer.Length > 0 && buffer.FirstSpan[0] != 0x16;
        }
        Span<byte> header = stackalloc byte[RecordHeader];
        buffer.Slice(0, RecordHeader).CopyTo(header);
        if (header[0] != 0x16)
        {
            return true;
        }
        var length = RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (buffer.Length < length && length <= MaxHello)
        {
            return false;
        }
        var hello = buffer.Slice(0, Math.Min(length, buffer.Length)).ToArray();
        try
        {
            serverName = Find(hello) ?? "";
        }
        catch (ArgumentOutOfRangeException)
        {
            // A length that points past the end: no name, TLS itself will say what is wrong.
        }
        return true;
    }

    private static string? Find(ReadOnlySpan<byte> hello)
    {
        var at = RecordHeader + 4 + 2 + 32; // record header, handshake header, version, random
        at += 1 + hello.Slice(at, 1)[0]; // session id
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(hello.Slice(at, 2)); // cipher suites
        at += 1 + hello.Slice(at, 1)[0]; // compression methods
        var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(hello.Slice(at, 2));
        at += 2;
        while (at + 4 <= end)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(hello.Slice(at, 2));
            var size = BinaryPrimitives.ReadUInt16BigEndian(hello.Slice(at + 2, 2));
            if (type == 0)
            {
                // server_name_list length (2), name type (1), name length (2), name
                var nameLength = BinaryPrimitives.ReadUInt16BigEndian(hello.Slice(at + 7, 2));
                return Encoding.ASCII.GetString(hello.Slice(at + 9, nameLength)).ToLowerInvariant();
            }
            at += 4 + size;
        }
        return null;
    }
}
