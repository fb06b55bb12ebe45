using System.Buffers.Binary;
using System.Net;
using System.Text;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>Records as the port shows them.</summary>
internal static class DnsPresentation
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The record; null where it is of none of the port's types.</summary>
    /// <exception cref="DnsFormatException">Its data is not that of its type.</exception>
    public static DnsRecord? Record(DnsMessage message, DnsWireRecord record)
    {
        if (!Enum.IsDefined((DnsRecordType)record.Type))
        {
            return null;
        }

        var type = (DnsRecordType)record.Type;
        var packet = message.Packet;
        var data = packet.AsSpan(record.At, record.Length);
        var value = type switch
        {
            DnsRecordType.A when data.Length == 4 => new IPAddress(data).ToString(),
            DnsRecordType.AAAA when data.Length == 16 => new IPAddress(data).ToString(),
            DnsRecordType.NS or DnsRecordType.CNAME => NameAt(message, record, 0),
            DnsRecordType.MX when data.Length >= 3 => NameAt(message, record, 2),
            DnsRecordType.TXT => Text(data),
            DnsRecordType.SOA => Soa(message, record),
            DnsRecordType.DS when data.Length > 4 =>
                Invariant($"{BinaryPrimitives.ReadUInt16BigEndian(data)} {data[2]} {data[3]} {Convert.ToHexString(data[4..])}"),
            DnsRecordType.TLSA when data.Length > 3 => Invariant($"{data[0]} {data[1]} {data[2]} {Convert.ToHexString(data[3..])}"),
            DnsRecordType.CAA when data.Length >= 2 && data.Length >= 2 + data[1] =>
                Invariant($"{data[0]} {Decode(data.Slice(2, data[1]))} \"{Decode(data[(2 + data[1])..])}\""),
            _ => throw new DnsFormatException($"the data of a record is not valid {type} data"),
        };
        var preference = type == DnsRecordType.MX ? BinaryPrimitives.ReadUInt16BigEndian(data) : 0;
        return new DnsRecord(record.Name, type, (int)Math.Min(record.Ttl, int.MaxValue), value, preference);
    }

    // RFC 8461 section 3.1 (and RFC 7208 section 3.3): the strings of one TXT record are one text, with nothing between them.
    private static string Text(ReadOnlySpan<byte> data)
    {
        using var octets = new MemoryStream();
        while (data.Length > 0)
        {
            if (data[0] >= data.Length)
            {
                throw new DnsFormatException("a string is longer than its record");
            }

            octets.Write(data.Slice(1, data[0]));
            data = data[(data[0] + 1)..];
        }

        return Decode(octets.GetBuffer().AsSpan(0, (int)octets.Length));
    }

    // Octets that are no UTF-8 are shown as Latin-1: seen, and never a valid value by accident.
    private static string Decode(ReadOnlySpan<byte> octets)
    {
        try
        {
            return StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(octets);
        }
    }

    private static string NameAt(DnsMessage message, DnsWireRecord record, int offset)
    {
        var (name, next) = message.NameAt(record.At + offset);
        return next == record.At + record.Length ? name : throw new DnsFormatException("a name does not end where its record does");
    }

    private static string Soa(DnsMessage message, DnsWireRecord record)
    {
        var (primary, at) = message.NameAt(record.At);
        (var mailbox, at) = message.NameAt(at);
        if (at + 20 != record.At + record.Length)
        {
            throw new DnsFormatException("the data of a record is not valid SOA data");
        }

        var numbers = Enumerable.Range(0, 5).Select(i => BinaryPrimitives.ReadUInt32BigEndian(message.Packet.AsSpan(at + (4 * i))));
        return Invariant($"{primary} {mailbox} {string.Join(' ', numbers)}");
    }
}
