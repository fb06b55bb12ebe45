using System.Net;
using System.Net.Sockets;

namespace EmailSecurity.Tests.Net;

/// <summary>A port of this machine at which nobody answers, held as long as the test runs: one that was merely given back may be another test's a moment later.</summary>
public sealed class ClosedPort : IDisposable
{
    private readonly Socket holder;

    private ClosedPort(SocketType type, ProtocolType protocol)
    {
        holder = new Socket(AddressFamily.InterNetwork, type, protocol);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public int Port => ((IPEndPoint)holder.LocalEndPoint!).Port;

    public string Address => "127.0.0.1:" + Port;

    /// <summary>Bound and not listening: connections are refused.</summary>
    public static ClosedPort Tcp() => new(SocketType.Stream, ProtocolType.Tcp);

    /// <summary>For one peer alone, which does not exist: packets of others are refused.</summary>
    public static ClosedPort Udp()
    {
        var port = new ClosedPort(SocketType.Dgram, ProtocolType.Udp);
        port.holder.Connect(IPAddress.Loopback, 1);
        return port;
    }

    public void Dispose() => holder.Dispose();
}

/// <summary>A port that swallows connections: its queue is full and nobody accepts, so the system drops the packets of the next one, as a blocking network would.</summary>
public sealed class BlockedPort : IDisposable
{
    private static readonly TimeSpan Hanging = TimeSpan.FromMilliseconds(250);

    private readonly Socket listener = New();
    private readonly List<Socket> fillers = [];

    private BlockedPort()
    {
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public string Address => "127.0.0.1:" + Port;

    /// <summary>Fills a port's queue; skips the test where the system would refuse instead.</summary>
    public static async Task<BlockedPort> OpenAsync(CancellationToken cancellationToken)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux drops connections to a full queue.");
        var port = new BlockedPort();
        await port.Filler().ConnectAsync(port.listener.LocalEndPoint!, cancellationToken);
        while (true)
        {
            // Full when a connection is left hanging.
            using var hanging = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            hanging.CancelAfter(Hanging);
            try
            {
                await port.Filler().ConnectAsync(port.listener.LocalEndPoint!, hanging.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return port;
            }
        }
    }

    public void Dispose()
    {
        fillers.ForEach(f => f.Dispose());
        listener.Dispose();
    }

    private Socket Filler()
    {
        fillers.Add(New());
        return fillers[^1];
    }

    private static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
