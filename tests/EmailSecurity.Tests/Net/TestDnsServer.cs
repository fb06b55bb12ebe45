using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSecurity.Tests.Net;

/// <summary>A question as it came over the wire.</summary>
public sealed record DnsTestQuery(byte[] Packet, string Name, ushort Type, bool IsTcp)
{
    private readonly List<byte[]> answers = [];

    /// <summary>Adds an answer record.</summary>
    public DnsTestQuery Add(string name, ushort type, byte[] data, uint ttl = 300)
    {
        using var record = new MemoryStream();
        record.Write(EncodeName(name));
        Span<byte> fixedPart = stackalloc byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, type);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart[2..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(fixedPart[4..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart[8..], (ushort)data.Length);
        record.Write(fixedPart);
        record.Write(data);
        answers.Add(record.ToArray());
        return this;
    }

    public DnsTestQuery Cname(string name, string target) => Add(name, 5, EncodeName(target));

    public DnsTestQuery Txt(string name, params string[] strings) => Txt(name, [.. strings.Select(s => Encoding.UTF8.GetBytes(s))]);

    public DnsTestQuery Txt(string name, params byte[][] strings) => Add(name, 16, [.. strings.SelectMany(s => s.Prepend((byte)s.Length))]);

    /// <summary>The response packet.</summary>
    public byte[] Reply(int rcode = 0, bool ad = false, bool truncated = false)
    {
        var questionEnd = 12;
        while (Packet[questionEnd] != 0)
        {
            questionEnd += Packet[questionEnd] + 1;
        }

        questionEnd += 5;
        var header = Packet[..12];
        header[2] = (byte)(0x80 | (Packet[2] & 0x79) | (truncated ? 0x02 : 0));
        header[3] = (byte)(0x80 | (ad ? 0x20 : 0) | rcode);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)answers.Count);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), 0);
        return [.. header, .. Packet[12..questionEnd], .. answers.SelectMany(a => a)];
    }

    public static byte[] EncodeName(string name) =>
        [.. name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0];

    public static DnsTestQuery Read(byte[] packet, bool isTcp)
    {
        List<string> labels = [];
        var at = 12;
        while (packet[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(packet, at + 1, packet[at]));
            at += packet[at] + 1;
        }
        return new DnsTestQuery(packet, string.Join('.', labels).ToLowerInvariant(), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at + 1)), isTcp);
    }
}

/// <summary>DNS on a loopback port, UDP and TCP, that answers as the test says; null for no answer.</summary>
public sealed class TestDnsServer : IAsyncDisposable
{
    private readonly Socket udp;
    private readonly TcpListener tcp;
    private readonly Func<DnsTestQuery, Task<byte[]?>> answer;
    private readonly CancellationTokenSource stop = new();
    private readonly Task[] loops;
    private int queries;

    public TestDnsServer(Func<DnsTestQuery, byte[]?> answer)
        : this(query => Task.FromResult(answer(query)))
    {
    }

    private TestDnsServer(Func<DnsTestQuery, Task<byte[]?>> answer)
    {
        this.answer = answer;
        // One port for both: found by trying, for another test may hold the other half.
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 * 1024 * 1024 };
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var listener = new TcpListener((IPEndPoint)socket.LocalEndPoint!);
            try
            {
                listener.Start();
            }
            catch (SocketException)
            {
                socket.Dispose();
                listener.Dispose();
                continue;
            }
            (udp, tcp) = (socket, listener);
            break;
        }
        Address = udp.LocalEndPoint!.ToString()!;
        loops = [Task.Run(UdpAsync), Task.Run(TcpAsync)];
    }

    /// <summary>A server whose answer to one question may take its time; the others do not wait for it.</summary>
    public static TestDnsServer Unhurried(Func<DnsTestQuery, Task<byte[]?>> answer) => new(answer);

    public string Address { get; }

    public int Queries => Volatile.Read(ref queries);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        udp.Dispose();
        tcp.Dispose();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private Task<byte[]?> AnswerAsync(byte[] packet, bool isTcp)
    {
        Interlocked.Increment(ref queries);
        return answer(DnsTestQuery.Read(packet, isTcp));
    }

    private async Task UdpAsync()
    {
        var buffer = new byte[4096];
        while (!stop.IsCancellationRequested)
        {
            var received = await udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
            var answering = AnswerAsync(buffer[..received.ReceivedBytes], isTcp: false);
            if (answering.IsCompleted)
            {
                await SendAsync(answering, received.RemoteEndPoint);
            }
            else
            {
                _ = SendAsync(answering, received.RemoteEndPoint);
            }
        }
    }

    private async Task SendAsync(Task<byte[]?> answering, EndPoint to)
    {
        try
        {
            if (await answering is { } reply)
            {
                await udp.SendToAsync(reply, SocketFlags.None, to, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // the test has ended
        }
    }

    private async Task TcpAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            using var client = await tcp.AcceptTcpClientAsync(stop.Token);
            try
            {
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, stop.Token);
                var packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(packet, stop.Token);
                if (await AnswerAsync(packet, isTcp: true) is not { } reply)
                {
                    continue;
                }

                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
                await stream.WriteAsync((byte[])[.. length, .. reply], stop.Token);
            }
            catch (IOException)
            {
                // the client went away
            }
        }
    }
}
