using System.Buffers.Binary;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>Reads what a query asks (RFC 1035 section 4.1.2) and its EDNS (RFC 6891).</summary>
internal static class DnsQueryReader
{
    private const int HeaderLength = 12;
    private const int OptLength = 11;

    /// <summary>Reads the one question; false where it is not well-formed.</summary>
    public static bool TryReadQuestion(ReadOnlySpan<byte> query, out string name, out ushort type, out ushort questionClass, out int end)
    {
        (name, type, questionClass, end) = ("", 0, 0, 0);
        Span<char> text = stackalloc char[256];
        var length = 0;
        var at = HeaderLength;
        while (true)
        {
            if (at >= query.Length)
            {
                return false;
            }
            var label = query[at++];
            if (label == 0)
            {
                break;
            }
            if (label > 63 || at + label > query.Length || length + label + 1 > 254)
            {
                return false;
            }
            if (length > 0)
            {
                text[length++] = '.';
            }
            foreach (var c in query.Slice(at, label))
            {
                text[length++] = c is >= (byte)'A' and <= (byte)'Z' ? (char)(c | 0x20) : (char)c;
            }
            at += label;
        }
        if (at + 4 > query.Length)
        {
            return false;
        }
        name = new string(text[..length]);
        type = BinaryPrimitives.ReadUInt16BigEndian(query[at..]);
        questionClass = BinaryPrimitives.ReadUInt16BigEndian(query[(at + 2)..]);
        end = at + 4;
        return true;
    }

    /// <summary>Reads the OPT record; false where there is none.</summary>
    // The OPT record of a plain query is the only record after the question.
    public static bool TryReadEdns(ReadOnlySpan<byte> query, int at, out ushort size, out byte version)
    {
        (size, version) = (0, 0);
        if (BinaryPrimitives.ReadUInt16BigEndian(query[10..]) == 0
            || at + OptLength > query.Length
            || query[at] != 0
            || BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]) != DnsType.Opt)
        {
            return false;
        }
        size = BinaryPrimitives.ReadUInt16BigEndian(query[(at + 3)..]);
        version = query[at + 6];
        return true;
    }
}
