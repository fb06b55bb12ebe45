using System.Net;
using System.Net.Sockets;
using CsCheck;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

/// <summary>RFC 5452 section 9.1: only the answer to the query counts, whatever comes before it.</summary>
public sealed class DnsSpoofTests
{
    private static readonly ResolverOptions Patient = new() { Timeout = TimeSpan.FromMinutes(1), Retries = 0, TotalTimeout = TimeSpan.FromMinutes(2) };
    private static readonly ResolverOptions Quick = new() { Timeout = TimeSpan.FromMilliseconds(300), Retries = 0 };

    // Octets that mean something in a message: an end, a pointer, where the question begins, types.
    private static readonly byte[] Likely = [0, 0xC0, 12, 1, 5, 16, 63];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Forgeries =>
        ["id", "name", "type", "class", "query", "opcode", "short", "questions", "no question", "no question nxdomain"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_packet_that_is_not_the_answer_is_passed_over(string forgery)
    {
        await using var server = new SpoofedServer(forgery, thenAnswer: true);
        using var resolver = new DnsClientResolver(server.Address, Patient);
        var answer = await resolver.QueryAsync("_mta-sts.example.com", DnsRecordType.TXT, Token);
        Assert.Equal("v=STSv1; id=right;", Assert.Single(answer.Records).Value);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Where_nothing_else_comes_it_is_no_answer_in_time(string forgery)
    {
        await using var server = new SpoofedServer(forgery, thenAnswer: false);
        using var resolver = new DnsClientResolver(server.Address, Quick);
        Assert.Equal(DnsStatus.Timeout, (await resolver.QueryAsync("_mta-sts.example.com", DnsRecordType.TXT, Token)).Status);
    }

    [Fact]
    public async Task The_case_of_the_question_does_not_matter()
    {
        await using var server = new TestDnsServer(q => (q with { Packet = [.. q.Packet[..12], .. q.Packet[12..].Select(Upper)] }).Reply(rcode: 3));
        using var resolver = new DnsClientResolver(server.Address, Patient);
        Assert.Equal(DnsStatus.NxDomain, (await resolver.QueryAsync("a.example", DnsRecordType.A, Token)).Status);
    }

    [Fact]
    public async Task A_server_that_cannot_read_the_query_may_leave_the_question_out()
    {
        await using var server = new TestDnsServer(q => [.. q.Packet[..2], 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0]);
        using var resolver = new DnsClientResolver(server.Address, Patient);
        Assert.Equal(DnsStatus.OtherError, (await resolver.QueryAsync("a.example", DnsRecordType.A, Token)).Status);
    }

    [Fact]
    public void Ids_differ() =>
        Assert.InRange(Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(DnsQuery.Create([0], 1, dnssec: true).Packet[..2])).Distinct().Count(), 90, 100);

    // No octets make it loop, read beyond the end, or throw anything else.
    [Fact]
    public void Any_octets_are_read_or_refused() => Gen.Byte.Array[12, 300].Sample(packet =>
    {
        try
        {
            var message = DnsMessage.Read(packet);
            foreach (var record in message.Answers)
            {
                DnsPresentation.Record(message, record);
            }
        }
        catch (DnsFormatException)
        {
            // refused
        }
    });

    // As before, with the counts small and many pointers: what comes near to a message.
    [Fact]
    public void Octets_like_a_message_are_read_or_refused() => Gen.Select(
        Gen.Int[0, 2],
        Gen.Int[1, 4],
        Gen.OneOf(Gen.Byte, Gen.Int[0, 6].Select(i => Likely[i])).Array[0, 200]).Sample((questions, answers, rest) =>
    {
        byte[] packet = [0, 0, 0x81, 0, 0, (byte)questions, 0, (byte)answers, 0, 0, 0, 0, .. rest];
        try
        {
            var message = DnsMessage.Read(packet);
            foreach (var record in message.Answers)
            {
                DnsPresentation.Record(message, record);
            }
        }
        catch (DnsFormatException)
        {
            // refused
        }
    });

    [Theory]
    [InlineData("a.example")]
    [InlineData("a\\.b.example")]
    [InlineData("\\000\\255x.example")]
    [InlineData("_mta-sts.xn--bcher-kva.example")]
    public void A_name_is_read_as_it_was_written(string name)
    {
        var encoded = DnsQuery.EncodeName(name)!;
        Assert.Equal(name, DnsMessage.ReadName((byte[])[.. new byte[12], .. encoded], 12).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("ä.example")]
    [InlineData("a\\")]
    [InlineData("a\\12")]
    public void What_is_no_name_is_not_asked_for(string name) => Assert.Null(DnsQuery.EncodeName(name));

    private static byte Upper(byte octet) => octet is >= (byte)'a' and <= (byte)'z' ? (byte)(octet - 32) : octet;

    private sealed class SpoofedServer : IAsyncDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly CancellationTokenSource stop = new();
        private readonly Task loop;

        public SpoofedServer(string forgery, bool thenAnswer)
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            loop = Task.Run(async () =>
            {
                var buffer = new byte[4096];
                while (!stop.IsCancellationRequested)
                {
                    var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                    var query = DnsTestQuery.Read(buffer[..received.ReceivedBytes], isTcp: false);
                    var forged = Forge(forgery, query.Txt(query.Name, "v=STSv1; id=forged;").Reply());
                    for (var i = 0; i < 5; i++)
                    {
                        await socket.SendToAsync(forged, SocketFlags.None, received.RemoteEndPoint, stop.Token);
                    }

                    if (thenAnswer)
                    {
                        var right = DnsTestQuery.Read(query.Packet, isTcp: false);
                        await socket.SendToAsync(right.Txt(right.Name, "v=STSv1; id=right;").Reply(), SocketFlags.None, received.RemoteEndPoint, stop.Token);
                    }
                }
            });
        }

        public string Address => socket.LocalEndPoint!.ToString()!;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            socket.Dispose();
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }

        private static byte[] Forge(string forgery, byte[] packet)
        {
            var question = packet.AsSpan(12).IndexOf((byte)0) + 12;
            switch (forgery)
            {
                case "id":
                    packet[1] ^= 1;
                    break;
                case "name":
                    packet[14] ^= 1;
                    break;
                case "type":
                    packet[question + 2] ^= 1;
                    break;
                case "class":
                    packet[question + 4] ^= 2;
                    break;
                case "query":
                    packet[2] &= 0x7F;
                    break;
                case "opcode":
                    packet[2] |= 0x20;
                    break;
                case "short":
                    return packet[..11];
                case "questions":
                    packet[5] = 2;
                    break;
                case "no question":
                    packet[5] = 0;
                    break;
                default:
                    (packet[5], packet[3]) = (0, (byte)(packet[3] | 3));
                    break;
            }

            return packet;
        }
    }
}
