using System.Buffers.Binary;
using System.Text;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>
/// Wire form of queries and responses (RFC 1035 section 4, RFC 6891 for EDNS), as the name servers of every zone send them: authoritative,
/// without recursion. Written here and not taken from ARSoft.Tools.Net, because that library is what the tests and the rehearsal read every
/// answer with: a mistake that server and reader share would be seen by neither.
/// </summary>
public sealed class DnsMessageCodec(DnsCatalog catalog)
{
    private const int HeaderLength = 12;
    private const int OptLength = 11;
    private const int MaxUdp = 4096;
    private const int MinUdp = 512;
    private const byte Authoritative = 0x04;

    /// <summary>Answers a query; the number of bytes written, 0 for no answer at all.</summary>
    /// <param name="query">The message received.</param>
    /// <param name="response">Room for 65,535 octets.</param>
    /// <param name="tcp">True over TCP: no size limit but the protocol's.</param>
    public int Answer(ReadOnlySpan<byte> query, Span<byte> response, bool tcp)
    {
        if (query.Length < HeaderLength || (query[2] & 0x80) != 0)
        {
            return 0;
        }
        query[..HeaderLength].CopyTo(response);
        response[2] = (byte)(0x80 | (query[2] & 0x79)); // QR, opcode and RD as asked
        response[3..HeaderLength].Clear(); // RA is not set: no recursion is on offer
        if ((query[2] & 0x78) != 0)
        {
            return Finish(response, HeaderLength, DnsRcode.NotImp);
        }
        if (BinaryPrimitives.ReadUInt16BigEndian(query[4..]) != 1
            || !DnsQueryReader.TryReadQuestion(query, out var name, out var type, out var questionClass, out var end))
        {
            return Finish(response, HeaderLength, DnsRcode.FormErr);
        }
        query[HeaderLength..end].CopyTo(response[HeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(response[4..], 1);
        var edns = DnsQueryReader.TryReadEdns(query, end, out var size, out var version);
        var limit = tcp ? 65535 : edns ? Math.Clamp((int)size, MinUdp, MaxUdp) : MinUdp;
        if (edns && version != 0)
        {
            return WriteOpt(response, Finish(response, end, DnsRcode.NoError), extendedRcode: 1); // BADVERS
        }
        if (questionClass != 1 || type is 251 or 252)
        {
            return WriteOptIf(edns, response, Finish(response, end, DnsRcode.Refused));
        }
        var answer = type == DnsType.Any ? AnyOf(name) : catalog.Resolve(name, type, isUnchecked: (query[3] & 0x10) != 0);
        if (Fail(answer.Fault, response, end, edns, tcp) is { } failed)
        {
            return failed;
        }
        // RFC 1035 section 4.1.1: what zones hold, and that they do not hold it, is said with authority; an error is not.
        if (answer.Rcode is DnsRcode.NoError or DnsRcode.NxDomain)
        {
            response[2] |= Authoritative;
        }
        // RFC 6840 section 5.8: AD is told to who asked with AD or DO.
        if (answer.IsSecure && ((query[3] & 0x20) != 0 || (edns && (query[end + 7] & 0x80) != 0)))
        {
            response[3] |= 0x20;
        }
        var length = WriteSections(response, end, name, answer, edns ? limit - OptLength : limit);
        return WriteOptIf(edns, response, Finish(response, length, answer.Rcode));
    }

    // The length of what goes out in place of an answer; null where the fault is in the answer itself, or there is none.
    private static int? Fail(DnsFault fault, Span<byte> response, int end, bool edns, bool tcp)
    {
        switch (fault)
        {
            case DnsFault.Timeout:
                return 0;
            case DnsFault.Truncate when tcp:
                return 0;
            case DnsFault.Truncate:
                response[2] |= Authoritative | 0x02;
                return WriteOptIf(edns, response, Finish(response, end, DnsRcode.NoError));
            case DnsFault.Garbage:
                BinaryPrimitives.WriteUInt16BigEndian(response[6..], 1);
                return Finish(response, end, DnsRcode.NoError);
            default:
                return null;
        }
    }

    private DnsAnswer AnyOf(string name)
    {
        var answer = new DnsAnswer();
        foreach (var set in catalog.All(name))
        {
            answer.Sets.Add((name, set));
        }
        return answer.Sets.Count > 0 ? answer : catalog.Resolve(name, DnsType.Any);
    }

    private static int Finish(Span<byte> response, int length, DnsRcode rcode)
    {
        response[3] = (byte)((response[3] & 0xf0) | (int)rcode);
        return length;
    }

    private static int WriteOptIf(bool edns, Span<byte> response, int length) => edns ? WriteOpt(response, length, 0) : length;

    private static int WriteOpt(Span<byte> response, int length, byte extendedRcode)
    {
        var opt = response.Slice(length, OptLength);
        opt.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], DnsType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], 1232);
        opt[5] = extendedRcode;
        BinaryPrimitives.WriteUInt16BigEndian(response[10..], 1);
        return length + OptLength;
    }

    private static int WriteSections(Span<byte> response, int start, string question, DnsAnswer answer, int limit)
    {
        var at = start;
        var count = 0;
        var owner = question;
        var ownerAt = HeaderLength; // the question's name, in the case it was asked in
        var targetAt = 0;
        foreach (var (name, set) in answer.Sets)
        {
            if (!string.Equals(name, owner, StringComparison.Ordinal))
            {
                owner = name;
                ownerAt = targetAt;
            }
            foreach (var data in set.Data)
            {
                if (at + HeaderLength + data.Length > limit)
                {
                    response[2] |= 0x02; // TC: RFC 2181 section 9, nothing but the question is left
                    return start;
                }
                at = WriteRecord(response, at, ownerAt, set.Type, set.Ttl, data);
                targetAt = at - data.Length;
                count++;
            }
        }
        BinaryPrimitives.WriteUInt16BigEndian(response[6..], (ushort)count);
        if (answer.Soa is { } soa)
        {
            var apex = question == soa.Name || question.EndsWith("." + soa.Name, StringComparison.Ordinal)
                ? HeaderLength + question.Length - soa.Name.Length
                : 0;
            var written = WriteSoa(response, at, soa, apex, limit);
            BinaryPrimitives.WriteUInt16BigEndian(response[8..], (ushort)(written > at ? 1 : 0));
            at = written;
        }
        return at;
    }

    private static int WriteSoa(Span<byte> response, int at, DnsRecordSet soa, int apexAt, int limit)
    {
        var data = soa.Data[0];
        // RFC 2308 section 3: the TTL of a negative answer's SOA is the lesser of its own and its MINIMUM field.
        var ttl = Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(data.Length - 4)));
        if (apexAt > 0)
        {
            return at + HeaderLength + data.Length > limit ? at : WriteRecord(response, at, apexAt, DnsType.Soa, ttl, data);
        }
        var name = DnsName.ToWire(soa.Name);
        if (at + name.Length + 10 + data.Length > limit)
        {
            return at;
        }
        name.CopyTo(response[at..]);
        return WriteRecordBody(response, at + name.Length, DnsType.Soa, ttl, data);
    }

    private static int WriteRecord(Span<byte> response, int at, int ownerAt, ushort type, uint ttl, byte[] data)
    {
        BinaryPrimitives.WriteUInt16BigEndian(response[at..], (ushort)(0xc000 | ownerAt));
        return WriteRecordBody(response, at + 2, type, ttl, data);
    }

    private static int WriteRecordBody(Span<byte> response, int at, ushort type, uint ttl, byte[] data)
    {
        BinaryPrimitives.WriteUInt16BigEndian(response[at..], type);
        BinaryPrimitives.WriteUInt16BigEndian(response[(at + 2)..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(response[(at + 4)..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(response[(at + 8)..], (ushort)data.Length);
        data.CopyTo(response[(at + 10)..]);
        return at + 10 + data.Length;
    }

    /// <summary>A query for tests and probes.</summary>
    public static byte[] Query(ushort id, string name, ushort type)
    {
        var wireName = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(DnsName.ToWire(name)));
        byte[] query = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. wireName, (byte)(type >> 8), (byte)type, 0, 1];
        return query;
    }
}
