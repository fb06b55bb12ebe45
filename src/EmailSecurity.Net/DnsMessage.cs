using System.Buffers.Binary;
using System.Text;

namespace EmailSecurity.Net;

/// <summary>A DNS message that cannot be read (RFC 1035 section 4).</summary>
internal sealed class DnsFormatException(string message) : Exception(message);

/// <summary>A record as it is in a message.</summary>
/// <param name="Name">Owner name, lower case, without the final dot.</param>
/// <param name="Type">Type code.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="At">Where its data begins in the message.</param>
/// <param name="Length">Octets of its data.</param>
internal readonly record struct DnsWireRecord(string Name, int Type, uint Ttl, int At, int Length);

/// <summary>A DNS response (RFC 1035 section 4.1), of which nothing is believed beyond its bounds.</summary>
internal sealed class DnsMessage
{
    private const int HeaderLength = 12;
    private const int ClassIn = 1;
    private const int MaxName = 255;

    // More than any name has labels: a longer way round is there to cost time.
    private const int MaxPointers = 128;

    // Pointers let 64 KB of message name 10 MB of names; an honest answer of 64 KB has a few hundred records, and their names a few KB.
    private const int MaxNameText = 256 * 1024;

    private int nameText;
    private int authorityAt;

    private DnsMessage(byte[] packet) => Packet = packet;

    /// <summary>The octets.</summary>
    public byte[] Packet { get; }

    /// <summary>The answer section; records of other classes left out.</summary>
    public IReadOnlyList<DnsWireRecord> Answers { get; private set; } = [];

    /// <summary>Response code.</summary>
    public int ResponseCode => Packet[3] & 0x0F;

    /// <summary>AD: the resolver validated the answer (RFC 4035 section 3.2.3).</summary>
    public bool IsAuthentic => (Packet[3] & 0x20) != 0;

    /// <summary>TC of a response: there is more than fits.</summary>
    public static bool IsTruncated(ReadOnlySpan<byte> packet) => (packet[2] & 0x02) != 0;

    /// <summary>Reads a response that has been matched with its query.</summary>
    /// <exception cref="DnsFormatException">It cannot be read.</exception>
    public static DnsMessage Read(byte[] packet)
    {
        var message = new DnsMessage(packet);
        var at = HeaderLength;
        for (var i = UInt16(packet, 4); i > 0; i--)
        {
            (_, at) = message.NameAt(at);
            at += 4;
        }

        (message.Answers, message.authorityAt) = message.Section(at, UInt16(packet, 6));
        return message;
    }

    /// <summary>The authority section, which only a referral is read for; records of other classes left out.</summary>
    /// <exception cref="DnsFormatException">It cannot be read.</exception>
    public IReadOnlyList<DnsWireRecord> ReadAuthority() => Section(authorityAt, UInt16(Packet, 8)).Records;

    private (IReadOnlyList<DnsWireRecord> Records, int Next) Section(int at, int count)
    {
        List<DnsWireRecord> records = [];
        for (var i = count; i > 0; i--)
        {
            (var name, at) = NameAt(at);
            var (type, @class, length) = (UInt16(Packet, at), UInt16(Packet, at + 2), UInt16(Packet, at + 8));
            var ttl = ((uint)UInt16(Packet, at + 4) << 16) | (uint)UInt16(Packet, at + 6);
            at += 10;
            if (at + length > Packet.Length)
            {
                throw new DnsFormatException("a record is longer than the message");
            }

            if (@class == ClassIn)
            {
                records.Add(new DnsWireRecord(name, type, ttl, at, length));
            }

            at += length;
        }

        return (records, at);
    }

    /// <summary>Reads a name of this message; all that are read count together.</summary>
    /// <exception cref="DnsFormatException">It is none, or the message's names are too long in all.</exception>
    public (string Name, int Next) NameAt(int at)
    {
        var (name, next) = ReadName(Packet, at);
        nameText += name.Length;
        return nameText <= MaxNameText ? (name, next) : throw new DnsFormatException("its names are too long in total");
    }

    /// <summary>Reads a name; returns it, and where what follows it begins. The root is <c>.</c>.</summary>
    /// <exception cref="DnsFormatException">It is none.</exception>
    public static (string Name, int Next) ReadName(ReadOnlySpan<byte> packet, int at)
    {
        var name = new StringBuilder();
        var (next, limit, octets, pointers) = (-1, at, 0, 0);
        while (true)
        {
            if (at >= packet.Length)
            {
                throw new DnsFormatException("a name ends beyond the message");
            }

            var length = packet[at];
            if (length == 0)
            {
                return (name.Length == 0 ? "." : name.ToString(1, name.Length - 1), next < 0 ? at + 1 : next);
            }

            if (length >= 0xC0)
            {
                // RFC 1035 section 4.1.4: a pointer points to a prior name; each further back than the last, so that none goes round.
                var target = at + 1 < packet.Length ? ((length & 0x3F) << 8) | packet[at + 1] : packet.Length;
                if (target >= limit || target < HeaderLength)
                {
                    throw new DnsFormatException("a name points forward");
                }

                if (++pointers > MaxPointers)
                {
                    throw new DnsFormatException("a name has too many pointers");
                }

                next = next < 0 ? at + 2 : next;
                (at, limit) = (target, target);
                continue;
            }

            octets += length + 1;
            if (length > 63 || at + 1 + length > packet.Length || octets >= MaxName)
            {
                throw new DnsFormatException("a label or name is too long");
            }

            name.Append('.');
            AppendLabel(name, packet.Slice(at + 1, length));
            at += length + 1;
        }
    }

    /// <summary>Reads 16 bits.</summary>
    /// <exception cref="DnsFormatException">The message ends before.</exception>
    public static int UInt16(ReadOnlySpan<byte> packet, int at) =>
        at >= 0 && at + 2 <= packet.Length
            ? BinaryPrimitives.ReadUInt16BigEndian(packet[at..])
            : throw new DnsFormatException("the message ends within a record");

    // RFC 1035 section 5.1: what is not a letter of a name is written \X or \DDD.
    private static void AppendLabel(StringBuilder name, ReadOnlySpan<byte> label)
    {
        foreach (var octet in label)
        {
            _ = octet switch
            {
                (byte)'.' or (byte)'\\' or (byte)'"' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$' => name.Append('\\').Append((char)octet),
                <= 32 or >= 127 => name.Append('\\').Append(octet.ToString("D3", System.Globalization.CultureInfo.InvariantCulture)),
                _ => name.Append(char.ToLowerInvariant((char)octet)),
            };
        }
    }
}
