using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace EmailSecurity.Net;

/// <summary>A DNS query (RFC 1035 section 4.1), and how a response is known to be its own.</summary>
internal sealed class DnsQuery
{
    // DNS flag day 2020: what fits into one packet anywhere.
    private const int UdpSize = 1232;
    private const int HeaderLength = 12;
    private const int Opt = 41;

    private readonly int questionLength;

    private DnsQuery(byte[] packet, int questionLength)
    {
        Packet = packet;
        this.questionLength = questionLength;
    }

    /// <summary>The octets.</summary>
    public byte[] Packet { get; }

    /// <summary>Makes a query with an id that nobody can guess (RFC 5452 section 9.2).</summary>
    /// <param name="name">The name's labels as octets, with their lengths, ended: <see cref="EncodeName"/>.</param>
    /// <param name="type">Type code.</param>
    /// <param name="dnssec">DNSSEC OK bit, without which resolvers leave the AD bit out (RFC 6840 section 5.8).</param>
    /// <param name="recursion">Recursion desired; without it, the server tells what it knows itself.</param>
    /// <param name="isUnchecked">True to have a validating resolver answer what does not validate (CD, RFC 4035 section 3.2.2).</param>
    public static DnsQuery Create(ReadOnlySpan<byte> name, int type, bool dnssec, bool recursion = true, bool isUnchecked = false)
    {
        var packet = new byte[HeaderLength + name.Length + 4 + 11];
        RandomNumberGenerator.Fill(packet.AsSpan(0, 2));
        packet[2] = (byte)(recursion ? 0x01 : 0); // RD
        packet[3] = (byte)(isUnchecked ? 0x10 : 0); // CD
        packet[5] = 1; // one question
        packet[11] = 1; // one additional record: OPT, RFC 6891 section 6.1.2
        name.CopyTo(packet.AsSpan(HeaderLength));
        var at = HeaderLength + name.Length;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + 2), 1);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + 5), Opt);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + 7), UdpSize);
        packet[at + 11] = (byte)(dnssec ? 0x80 : 0);
        return new DnsQuery(packet, name.Length + 4);
    }

    /// <summary>
    /// RFC 5452 section 9.1: a response counts only where its id, and its question's name, type and class are the query's. Only an error
    /// may leave the question out, as servers do that cannot read a query.
    /// </summary>
    public bool IsAnsweredBy(ReadOnlySpan<byte> response)
    {
        if (response.Length < HeaderLength || !response[..2].SequenceEqual(Packet.AsSpan(0, 2)) || (response[2] & 0xF8) != 0x80)
        {
            return false;
        }

        var questions = BinaryPrimitives.ReadUInt16BigEndian(response[4..]);
        if (questions == 0)
        {
            return (response[3] & 0x0F) is not (0 or 3);
        }

        // Octet by octet, but for the case of letters: a question is not compressed, nothing stands before it.
        return questions == 1 && response.Length >= HeaderLength + questionLength
            && SameButForCase(response.Slice(HeaderLength, questionLength - 4), Packet.AsSpan(HeaderLength, questionLength - 4))
            && response.Slice(HeaderLength + questionLength - 4, 4).SequenceEqual(Packet.AsSpan(HeaderLength + questionLength - 4, 4));
    }

    /// <summary>A name's octets; null where it is none: labels of 1 to 63 octets, 255 in all (RFC 1035 section 2.3.4), escapes by section 5.1.</summary>
    public static byte[]? EncodeName(string name)
    {
        List<byte> octets = [];
        List<byte> label = [];
        for (var i = 0; i <= name.Length; i++)
        {
            if (i == name.Length || name[i] == '.')
            {
                if (label.Count is 0 or > 63)
                {
                    return null;
                }

                octets.Add((byte)label.Count);
                octets.AddRange(label);
                label.Clear();
            }
            else if (Octet(name, ref i) is { } octet)
            {
                label.Add(octet);
            }
            else
            {
                return null;
            }
        }

        octets.Add(0);
        return octets.Count <= 255 ? [.. octets] : null;
    }

    private static byte? Octet(string name, ref int i)
    {
        if (name[i] != '\\')
        {
            return name[i] < 128 ? (byte)name[i] : null;
        }

        if (i + 3 < name.Length && byte.TryParse(name.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
        {
            i += 3;
            return octet;
        }

        i++;
        return i < name.Length && name[i] < 128 && !char.IsAsciiDigit(name[i]) ? (byte)name[i] : null;
    }

    private static bool SameButForCase(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (Lower(one[i]) != Lower(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet + 32) : octet;
}
