using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

/// <summary>Answers of a stranger's DNS that are small on the wire and large, or long, to read.</summary>
public class DnsBoundsTests
{
    private const string Name = "a.example";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Answers over TCP, where 64 KB fit, each as it comes over the wire after the length.</summary>
    private static readonly Dictionary<string, (Func<DnsTestQuery, byte[]> Answer, string Detail)> Answers = new(StringComparer.Ordinal)
    {
        // Twelve octets a record, each naming a name of 250 octets, written \DDD: a thousand characters.
        ["pointers that unfold to megabytes of owner names"] = (q => Packed(q, (ushort)16, [], ownerIsPointer: true), "names are too long in total"),
        ["pointers that unfold to megabytes of mail servers"] =
            (q => Packed(q, (ushort)15, [0, 10, 0xC0, 0], ownerIsPointer: false), "names are too long in total"),
        ["a chain of ten thousand pointers"] = (Chained, "too many pointers"),
        ["a pointer to itself"] = (q => Raw(q, 1, [0xC0, (byte)q.Reply().Length, 0, 15, 0, 1, 0, 0, 0, 0, 0, 0]), "points forward"),
        ["more records than there are"] = (q => Raw(q, 0xFFFF, []), "a name ends beyond the message"),
        ["a record longer than the message"] = (q => Raw(q, 1, [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0xFF, 0xFF]), "a record is longer than the message"),
    };

    public static TheoryData<string> EveryAnswer() => [.. Answers.Keys];

    [Theory, MemberData(nameof(EveryAnswer))]
    public async Task An_answer_that_would_grow_is_not_read(string what)
    {
        var (make, detail) = Answers[what];
        await using var server = new TestDnsServer(q => q.IsTcp ? make(q) : q.Reply(truncated: true));
        using var resolver = new DnsClientResolver(server.Address);
        var answer = await resolver.QueryAsync(Name, DnsRecordType.MX, Token);
        Assert.Equal(DnsStatus.Malformed, answer.Status);
        Assert.Contains(detail, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_reading_allocates_is_bounded()
    {
        var query = DnsQuery.Create(DnsQuery.EncodeName(Name)!, 15, dnssec: false);
        var packet = Packed(DnsTestQuery.Read(query.Packet, true), 15, [0, 10, 0xC0, 0], ownerIsPointer: true);
        Assert.InRange(packet.Length, 60_000, 65_535);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DnsFormatException>(() => DnsMessage.Read(packet).Answers.Select(r => r.Name).ToList());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public async Task A_full_honest_answer_is_read_whole()
    {
        // As many mail servers as 64 KB hold when each is named in full.
        await using var server = new TestDnsServer(q =>
        {
            if (!q.IsTcp)
            {
                return q.Reply(truncated: true);
            }

            for (var i = 0; i < 1200; i++)
            {
                q.Add(Name, 15, [0, 10, .. DnsTestQuery.EncodeName($"mx{i}.{Name}")]);
            }

            return q.Reply();
        });
        using var resolver = new DnsClientResolver(server.Address);
        Assert.Equal(1200, (await resolver.QueryAsync(Name, DnsRecordType.MX, Token)).Records.Count);
    }

    [Fact]
    public async Task Messages_that_nobody_asked_for_end_the_connection()
    {
        var (udp, tcp) = Bind();
        using var packets = udp;
        using var connections = tcp;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var serving = Task.WhenAll(TruncateAsync(udp, stop.Token), StrayAsync(tcp, stop.Token));
        var patient = new ResolverOptions { Timeout = TimeSpan.FromMinutes(1), TotalTimeout = TimeSpan.FromMinutes(2), Retries = 0 };
        using var resolver = new DnsClientResolver(udp.LocalEndPoint!.ToString(), patient);
        var answer = await resolver.QueryAsync(Name, DnsRecordType.MX, Token);
        Assert.Equal(DnsStatus.Malformed, answer.Status);
        Assert.Contains("was not requested", answer.Detail, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    // One port for both: found by trying, for another test may hold the other half.
    private static (Socket Udp, TcpListener Tcp) Bind()
    {
        while (true)
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private static async Task TruncateAsync(Socket udp, CancellationToken token)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var received = await udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), token);
            var query = DnsTestQuery.Read(buffer[..received.ReceivedBytes], false);
            await udp.SendToAsync(query.Reply(truncated: true), SocketFlags.None, received.RemoteEndPoint, token);
        }
    }

    private static async Task StrayAsync(TcpListener tcp, CancellationToken token)
    {
        using var client = await tcp.AcceptTcpClientAsync(token);
        var message = new byte[65_537];
        message.AsSpan(0, 2).Fill(0xFF);
        while (true)
        {
            await client.GetStream().WriteAsync(message, token);
        }
    }

    // A long name at the beginning, then as many records as fit that point to it.
    private static byte[] Packed(DnsTestQuery query, ushort type, byte[] data, bool ownerIsPointer)
    {
        List<byte> records = [];
        var at = query.Reply().Length;
        byte[] name = [.. Enumerable.Range(0, 4).SelectMany(_ => Enumerable.Repeat((byte)1, 61).Prepend((byte)61)), 0];
        byte[] pointer = [(byte)(0xC0 | (at >> 8)), (byte)at];
        records.AddRange([.. name, 0, 16, 0, 1, 0, 0, 0, 60, 0, 0]);
        byte[] value = data.Length == 4 ? [data[0], data[1], .. pointer] : data;
        byte[] record = [.. ownerIsPointer ? pointer : [0xC0, 12], (byte)(type >> 8), (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)value.Length, .. value];
        var count = 1;
        for (; at + records.Count + record.Length < 65_000; count++)
        {
            records.AddRange(record);
        }

        return Raw(query, count, [.. records]);
    }

    // A name that is ten thousand pointers, each to the one before.
    private static byte[] Chained(DnsTestQuery query)
    {
        var at = query.Reply().Length + 11; // after the first record's fixed part, in its data
        List<byte> pointers = [0];
        for (var previous = at; pointers.Count < 15_000; previous = at + pointers.Count - 2)
        {
            pointers.AddRange([(byte)(0xC0 | (previous >> 8)), (byte)previous]);
        }

        var last = at + pointers.Count - 2;
        byte[] carrier = [0, 0, 99, 0, 1, 0, 0, 0, 60, (byte)(pointers.Count >> 8), (byte)pointers.Count, .. pointers];
        return Raw(query, 2, [.. carrier, (byte)(0xC0 | (last >> 8)), (byte)last, 0, 15, 0, 1, 0, 0, 0, 60, 0, 0]);
    }

    private static byte[] Raw(DnsTestQuery query, int answers, byte[] records)
    {
        byte[] packet = [.. query.Reply(), .. records];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)answers);
        return packet;
    }
}
