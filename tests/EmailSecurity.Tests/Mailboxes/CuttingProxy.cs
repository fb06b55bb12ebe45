using System.Net;
using System.Net.Sockets;

namespace EmailSecurity.Tests.Mailboxes;

/// <summary>Passes connections on to a server, and cuts each after so many octets of what the server sends; without a number, never.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly int target;
    private readonly Func<int, long?> cut;
    private int connections;

    /// <param name="target">The server's port.</param>
    /// <param name="cut">After how many octets the connection of this number, from 1, is cut; null for never.</param>
    public CuttingProxy(int target, Func<int, long?> cut)
    {
        (this.target, this.cut) = (target, cut);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = PassAsync(client, cut(Interlocked.Increment(ref connections)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(TcpClient client, long? most)
    {
        try
        {
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            using (client)
            {
                var up = client.GetStream().CopyToAsync(server.GetStream(), stop.Token);
                var down = DownAsync(server.GetStream(), client.GetStream(), most);
                await Task.WhenAny(up, down);
                client.Client.LingerState = new LingerOption(true, 0); // a reset, as of a broken line
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The line is broken, as it should be.
        }
    }

    private async Task DownAsync(NetworkStream from, NetworkStream to, long? most)
    {
        var buffer = new byte[4096];
        while (most is not <= 0 && await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(most ?? buffer.Length, buffer.Length)), stop.Token) is var count and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), stop.Token);
            most -= count;
        }
    }
}
