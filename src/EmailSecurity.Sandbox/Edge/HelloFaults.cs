using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>
/// Looks at the TLS hello before TLS does, and carries out what a site's definition says about it: a reset, an alert, a server of TLS 1.1, or no TLS
/// at all. The transport's bytes are left in place for the handshake.
/// </summary>
public sealed class HelloFaults(EdgeDirectory directory)
{
    // RFC 8446 section 6: fatal (2), handshake_failure (40).
    private static readonly byte[] HandshakeFailure = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];

    // A ServerHello of TLS 1.1 (RFC 4346 section 7.4.1.3): version 3.2, a random, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
    private static readonly byte[] OldServerHello =
        [0x16, 0x03, 0x02, 0x00, 0x2a, 0x02, 0x00, 0x00, 0x26, 0x03, 0x02, .. Enumerable.Range(1, 32).Select(i => (byte)i), 0x00, 0x00, 0x2f, 0x00];

    private static readonly byte[] PlainHttp = Encoding.ASCII.GetBytes(
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 31\r\n\r\nThis port speaks plain HTTP.\r\n\r");
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    /// <summary>The connection middleware.</summary>
    public async Task HandleAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!directory.HasSites)
        {
            await next(connection);
            return;
        }
        var site = await ReadSiteAsync(connection.Transport.Input, connection.ConnectionClosed);
        switch (site)
        {
            case { Definition.Reset: true }:
                Reset(connection);
                return;
            case { Definition.Tls: "alert" }:
                await SayAsync(connection, HandshakeFailure);
                return;
            case { Definition.Tls: "1.1" }:
                await SayAsync(connection, OldServerHello);
                return;
            case { Definition.Tls: "none" }:
                await SayAsync(connection, PlainHttp);
                return;
            default:
                await next(connection);
                return;
        }
    }

    /// <summary>Breaks a connection with an RST, so that the peer sees a reset and not an end.</summary>
    public static void Reset(ConnectionContext connection)
    {
        connection.Features.Get<IConnectionSocketFeature>()?.Socket.LingerState = new LingerOption(true, 0);
        connection.Abort(new ConnectionAbortedException("reset on purpose"));
    }

    private async Task<Site?> ReadSiteAsync(PipeReader input, CancellationToken closed)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(closed);
        timeout.CancelAfter(HelloTimeout);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(timeout.Token);
                if (ClientHello.TryRead(read.Buffer, out var serverName))
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return directory.FindSite(serverName);
                }
                if (read.IsCompleted)
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return null;
                }
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task SayAsync(ConnectionContext connection, byte[] words)
    {
        await connection.Transport.Output.WriteAsync(words, connection.ConnectionClosed);
        // The peer's answer (an alert, or its end) is read, or closing with bytes unread would turn into a reset.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        timeout.CancelAfter(LastWords);
        try
        {
            var first = await connection.Transport.Input.ReadAsync(timeout.Token); // the hello itself
            connection.Transport.Input.AdvanceTo(first.Buffer.End);
            await connection.Transport.Output.CompleteAsync();
            var rest = await connection.Transport.Input.ReadAsync(timeout.Token);
            connection.Transport.Input.AdvanceTo(rest.Buffer.End);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It went away, or waits for more; either way this side is done.
        }
    }
}
