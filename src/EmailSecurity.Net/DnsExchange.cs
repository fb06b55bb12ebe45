using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EmailSecurity.Net;

/// <summary>
/// One query to one server: over UDP from a port of its own, over TCP where the answer does not fit. What comes that is not the answer
/// to this query (another id or question, another sender) is passed over, and the wait continues (RFC 5452 section 9.1).
/// </summary>
internal static class DnsExchange
{
    private const int MaxDatagram = 4096;

    // The connection is our own and asks one thing: anything else on it comes from the server, not from a third party.
    private const int MaxStrayMessages = 8;

    /// <summary>Asks until the token ends it.</summary>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    /// <exception cref="DnsFormatException">The answer cannot be read.</exception>
    public static async Task<DnsMessage> AskAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        var packet = await OverUdpAsync(server, query, cancellationToken).ConfigureAwait(false);
        // RFC 2181 section 9: a truncated answer is not read, for it may end anywhere.
        return DnsMessage.Read(DnsMessage.IsTruncated(packet) ? await OverTcpAsync(server, query, cancellationToken).ConfigureAwait(false) : packet);
    }

    private static async Task<byte[]> OverUdpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // Connected: the system passes over what other senders send, and reports a closed port.
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query.Packet, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxDatagram);
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer.AsMemory(0, MaxDatagram), SocketFlags.None, cancellationToken).ConfigureAwait(false);
                if (query.IsAnsweredBy(buffer.AsSpan(0, length)))
                {
                    return buffer.AsSpan(0, length).ToArray();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<byte[]> OverTcpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        var prefixed = new byte[query.Packet.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(prefixed, (ushort)query.Packet.Length);
        query.Packet.CopyTo(prefixed, 2);
        await stream.WriteAsync(prefixed, cancellationToken).ConfigureAwait(false);
        for (var stray = 0; stray <= MaxStrayMessages; stray++)
        {
            // RFC 1035 section 4.2.2: two octets of length, then the message.
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false);
            var packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(packet, cancellationToken).ConfigureAwait(false);
            if (query.IsAnsweredBy(packet))
            {
                return packet;
            }
        }

        throw new DnsFormatException("the server sends data that was not requested");
    }
}
