using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace EmailSecurity.Tests.Net;

/// <summary>TCP on a loopback port; every connection is handed to the test's own code.</summary>
public sealed class TestTcpServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;
    private readonly SemaphoreSlim ended = new(0);
    private int connections;

    /// <summary>A server that accepts and says nothing until the client hangs up.</summary>
    /// <param name="connected">Gets a task for each connection, done when the client has hung up.</param>
    public static TestTcpServer Silent(ChannelWriter<Task> connected) => new(async (socket, token) =>
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await connected.WriteAsync(gone.Task, token);
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // hung up, the hard way
        }

        gone.SetResult();
    });

    public TestTcpServer(Func<Socket, CancellationToken, Task> serve)
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        loop = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref connections);
                _ = Task.Run(async () =>
                {
                    using (socket)
                    {
                        try
                        {
                            await serve(socket, stop.Token);
                        }
                        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or SocketException)
                        {
                            // the client went away, as it may
                        }
                        finally
                        {
                            ended.Release();
                        }
                    }
                });
            }
        });
    }

    public int Port { get; }

    public string Address => "127.0.0.1:" + Port;

    public int Connections => Volatile.Read(ref connections);

    /// <summary>Waits until so many connections more have ended.</summary>
    public async Task EndedAsync(int count, CancellationToken token)
    {
        for (; count > 0; count--)
        {
            Assert.True(await ended.WaitAsync(TimeSpan.FromMinutes(1), token), "a connection stayed open");
        }
    }

    /// <summary>A server that speaks TLS and hands the stream on.</summary>
    public static TestTcpServer Tls(X509Certificate2 certificate, Func<SslStream, CancellationToken, Task> serve, SslProtocols protocols = SslProtocols.None, X509Certificate2Collection? intermediates = null, bool http2 = false)
    {
        var context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
        return new TestTcpServer(async (socket, token) =>
        {
            await using var ssl = new SslStream(new NetworkStream(socket));
            await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = context,
                EnabledSslProtocols = protocols,
                ApplicationProtocols = http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
            }, token);
            await serve(ssl, token);
        });
    }

    /// <summary>A server that reads one request after another and answers each with these bytes.</summary>
    public static TestTcpServer Https(X509Certificate2 certificate, string response, SslProtocols protocols = SslProtocols.None, X509Certificate2Collection? intermediates = null, Action<string>? seen = null) =>
        Tls(certificate, async (ssl, token) =>
        {
            while (await ReadHeadAsync(ssl, token) is { } head)
            {
                seen?.Invoke(ssl.TargetHostName + "\n" + head);
                await ssl.WriteAsync(Encoding.Latin1.GetBytes(response), token);
                if (response.Contains("Connection: close", StringComparison.Ordinal))
                {
                    return;
                }
            }
        }, protocols, intermediates);

    /// <summary>Answers the client's hello with the alert handshake_failure, and stays until the client is gone: a close with bytes unread would be a reset.</summary>
    public static async Task RefuseHandshakeAsync(Stream stream, CancellationToken token)
    {
        var buffer = new byte[4096];
        if (await stream.ReadAsync(buffer, token) == 0)
        {
            return;
        }

        await stream.WriteAsync((byte[])[0x15, 3, 3, 0, 2, 2, 40], token);
        while (await stream.ReadAsync(buffer, token) > 0)
        {
            // the rest of what it has to say
        }
    }

    public static async Task<string?> ReadHeadAsync(Stream stream, CancellationToken token)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }
        return head.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
