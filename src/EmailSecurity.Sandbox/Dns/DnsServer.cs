using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>DNS over UDP and TCP on one loopback port.</summary>
public sealed class DnsServer(DnsCatalog catalog) : IAsyncDisposable
{
    private const int MaxMessage = 65535;
    private const int MaxAttempts = 50;
    private static readonly TimeSpan TcpIdle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WakeInterval = TimeSpan.FromMilliseconds(50);

    private readonly DnsMessageCodec codec = new(catalog);
    private readonly CancellationTokenSource stop = new();
    private Task udpLoop = Task.CompletedTask;
    private Task tcpLoop = Task.CompletedTask;
    private Socket? udp;
    private Socket? tcp;

    /// <summary>Where it listens; holds after <see cref="Start"/>.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>Binds a socket.</summary>
    internal Action<Socket, IPEndPoint> Bind { get; init; } = static (socket, at) => socket.Bind(at);

    /// <summary>Binds a free port for both protocols and starts.</summary>
    /// <exception cref="SocketException">No port was free for both.</exception>
    public void Start()
    {
        for (var attempt = 0; ; attempt++)
        {
            tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20, SendBufferSize = 1 << 20 };
            try
            {
                // The system chooses for each in turn: it does not choose a port that it has set aside for that protocol, but whole ranges for the other.
                var (first, second) = attempt % 2 == 0 ? (udp, tcp) : (tcp, udp);
                Bind(first, new IPEndPoint(IPAddress.Loopback, 0));
                EndPoint = (IPEndPoint)first.LocalEndPoint!;
                Bind(second, EndPoint);
                tcp.Listen(512);
                break;
            }
            catch (SocketException e) when (IsPortTaken(e.SocketErrorCode) && attempt < MaxAttempts)
            {
                tcp.Dispose();
                udp.Dispose();
            }
        }
        udpLoop = Task.Factory.StartNew(() => ServeUdp(udp, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        tcpLoop = Task.Run(() => ServeTcpAsync(tcp, stop.Token));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (udp is not null)
        {
            // An empty datagram to itself ends the blocking receive.
            using var wake = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            do
            {
                await wake.SendToAsync(ReadOnlyMemory<byte>.Empty, SocketFlags.None, EndPoint, CancellationToken.None);
            }
            while (await Task.WhenAny(udpLoop, Task.Delay(WakeInterval, CancellationToken.None)) != udpLoop);
        }
        tcp?.Dispose();
        await Task.WhenAll(udpLoop, tcpLoop);
        udp?.Dispose();
        stop.Dispose();
    }

    /// <summary>Whether another port may do: this one is somebody else's, or in a range that Windows has set aside (WSAEACCES).</summary>
    internal static bool IsPortTaken(SocketError error) => error is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;

    // A thread of its own with blocking calls: an answer takes a few microseconds, a trip through the thread pool for each would take longer.
    private void ServeUdp(Socket socket, CancellationToken cancellationToken)
    {
        var query = new byte[MaxMessage];
        var response = new byte[MaxMessage];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                from.Size = SocketAddress.GetMaximumAddressSize(AddressFamily.InterNetwork);
                var received = socket.ReceiveFrom(query, SocketFlags.None, from);
                var length = codec.Answer(query.AsSpan(0, received), response, tcp: false);
                if (length > 0)
                {
                    socket.SendTo(response.AsSpan(0, length), SocketFlags.None, from);
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that went away (ICMP port unreachable); the next query is unaffected.
            }
        }
    }

    private async Task ServeTcpAsync(Socket listener, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var connection = await listener.AcceptAsync(cancellationToken);
                _ = Task.Run(() => ServeConnectionAsync(connection, cancellationToken), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // One connection that broke while being accepted.
            }
        }
    }

    private async Task ServeConnectionAsync(Socket connection, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(2 * (MaxMessage + 2));
        try
        {
            using var stream = new NetworkStream(connection, ownsSocket: true);
            while (!cancellationToken.IsCancellationRequested)
            {
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                idle.CancelAfter(TcpIdle);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), idle.Token);
                var size = BinaryPrimitives.ReadUInt16BigEndian(buffer);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, size), idle.Token);
                var length = codec.Answer(buffer.AsSpan(0, size), buffer.AsSpan(MaxMessage + 2, MaxMessage), tcp: true);
                if (length > 0)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(MaxMessage), (ushort)length);
                    await stream.WriteAsync(buffer.AsMemory(MaxMessage, length + 2), idle.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client is done, idle or gone.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
