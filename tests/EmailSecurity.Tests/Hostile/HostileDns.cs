using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EmailSecurity.Tests.Net;

namespace EmailSecurity.Tests.Hostile;

/// <summary>DNS of all cases, over UDP and TCP on one port: hostile for the record that a case attacks, good for the rest.</summary>
internal sealed class HostileDns : IAsyncDisposable
{
    private readonly Func<int, HostileCase?> find;
    private readonly CancellationToken token;
    private readonly Socket udp;
    private readonly TcpListener tcp;
    private readonly Task[] loops;
    private int attacks;

    public HostileDns(Func<int, HostileCase?> find, CancellationToken token)
    {
        (this.find, this.token) = (find, token);
        (udp, tcp) = Bind();
        Address = udp.LocalEndPoint!.ToString()!;
        loops = [Task.Run(UdpAsync), Task.Run(TcpAsync)];
    }

    public string Address { get; }

    /// <summary>Questions that a hostile server answered.</summary>
    public int Attacks => Volatile.Read(ref attacks);

    /// <summary>What went wrong with the servers themselves; null for nothing.</summary>
    public Exception? Broken { get; private set; }

    public async ValueTask DisposeAsync()
    {
        udp.Dispose();
        tcp.Dispose();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // One port for both: found by trying, for somebody else may hold the other half.
    private static (Socket, TcpListener) Bind()
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 * 1024 * 1024 };
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var listener = new TcpListener((IPEndPoint)socket.LocalEndPoint!);
            try
            {
                listener.Start(1024);
                return (socket, listener);
            }
            catch (SocketException)
            {
                socket.Dispose();
                listener.Dispose();
            }
        }
    }

    private async Task UdpAsync()
    {
        var buffer = new byte[4096];
        while (!token.IsCancellationRequested)
        {
            var received = await udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), token);
            try
            {
                var (behaviour, question) = Of(DnsTestQuery.Read(buffer[..received.ReceivedBytes], isTcp: false));
                foreach (var packet in behaviour?.Udp(question) ?? [question.Honest])
                {
                    await udp.SendToAsync(packet, SocketFlags.None, received.RemoteEndPoint, token);
                }
            }
            catch (Exception e) when (e is not (OperationCanceledException or SocketException or ObjectDisposedException))
            {
                Broken = e;
            }
        }
    }

    private async Task TcpAsync()
    {
        while (!token.IsCancellationRequested)
        {
            var client = await tcp.AcceptTcpClientAsync(token);
            _ = Task.Run(async () =>
            {
                using (client)
                {
                    try
                    {
                        await AnswerAsync(client.GetStream());
                    }
                    catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
                    {
                        // the client is gone
                    }
                    catch (Exception e)
                    {
                        Broken = e;
                    }
                }
            });
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, token);
        var packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(packet, token);
        var (behaviour, question) = Of(DnsTestQuery.Read(packet, isTcp: true));
        byte[] framed = [(byte)(question.Honest.Length >> 8), (byte)question.Honest.Length, .. question.Honest];
        if (behaviour is { Tcp: null } or null)
        {
            await stream.WriteAsync(framed, token);
        }
        else if (behaviour.Tcp(question) is { } said)
        {
            do
            {
                await stream.WriteAsync(said.Octets, token);
            }
            while (said.IsEndless);
        }
    }

    // Null: a question that no case attacks.
    private (DnsBehaviour? Behaviour, HostileQuestion Question) Of(DnsTestQuery query)
    {
        var hostile = find(HostileCase.NumberOf(query.Name));
        var honest = Honest(hostile, DnsTestQuery.Read(query.Packet, query.IsTcp));
        var question = new HostileQuestion(hostile!, query, honest);
        if (hostile is not { Kind: HostileKind.Dns } || !IsAttacked(hostile, query))
        {
            return (null, question);
        }

        Interlocked.Increment(ref attacks);
        return ((DnsBehaviour)hostile.Behaviour, question);
    }

    private static bool IsAttacked(HostileCase hostile, DnsTestQuery query) => hostile.Target switch
    {
        "MtaStsRecord" => query.Name == "_mta-sts." + hostile.Domain,
        "Mx" => query.Name == hostile.Domain && query.Type == 15,
        "TlsRptRecord" => query.Name == "_smtp._tls." + hostile.Domain,
        "BimiRecord" => query.Name == "default._bimi." + hostile.Domain,
        _ => query.Name == "mx1." + hostile.Domain, // and with it the mail server
    } || query.Name.StartsWith('c');

    private static byte[] Honest(HostileCase? hostile, DnsTestQuery query)
    {
        if (hostile is null)
        {
            return query.Reply(rcode: 3);
        }

        var domain = hostile.Domain;
        _ = (query.Name[..Math.Max(0, query.Name.Length - domain.Length)], query.Type) switch
        {
            ("", 15) => query.Add(domain, 15, [0, 10, .. DnsTestQuery.EncodeName("mx1." + domain)]),
            ("mx1.", 1) => query.Add(query.Name, 1, hostile.Address.GetAddressBytes()),
            ("mta-sts." or "logo." or "reports.", 1) => query.Add(query.Name, 1, [127, 0, 0, 1]),
            ("_mta-sts.", 16) => query.Txt(query.Name, "v=STSv1; id=1;"),
            ("_smtp._tls.", 16) => query.Txt(query.Name, $"v=TLSRPTv1; rua=https://reports.{domain}/v1"),
            ("_dmarc.", 16) => query.Txt(query.Name, "v=DMARC1; p=reject"),
            ("default._bimi.", 16) => query.Txt(query.Name, $"v=BIMI1; l=https://logo.{domain}/logo.svg"),
            _ => query,
        };
        return query.Reply();
    }
}
