using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net.Dns;
using EmailSecurity.Sandbox.Dns;
using DnsServer = EmailSecurity.Sandbox.Dns.DnsServer;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>The sandbox's answers, read with ARSoft's parser, which shares no code with the server.</summary>
public sealed class DnsServerTests : IAsyncLifetime
{
    private static readonly string LongText = string.Join(' ', Enumerable.Range(0, 8).Select(i => $"\"{new string((char)('a' + i), 255)}\""));

    private readonly DnsServer server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public DnsServerTests()
    {
        var catalog = new DnsCatalog(TimeProvider.System);
        server = new DnsServer(catalog);
        var zones = new ThirdPartyZones(catalog, TimeProvider.System);
        zones.Put("corp.example", [
            new("corp.example.", "MX", 300, ["10 mx1.corp.example.", "20 mx2.other.example."]),
            new("corp.example", "TXT", 300, ["\"v=spf1 -all\"", "\"two \" \"strings\""]),
            new("corp.example", "CAA", 300, ["0 issue \"amazon.com\""]),
            new("mx1.corp.example", "A", 60, ["192.0.2.1"]),
            new("mx1.corp.example", "AAAA", 60, ["2001:db8::1"]),
            new("_25._tcp.mx1.corp.example", "TLSA", 60, ["3 1 1 aabbccdd"]),
            new("big.corp.example", "TXT", 60, [LongText]),
            new("alias.corp.example", "CNAME", 60, ["www.other.example."]),
            new("loop.corp.example", "CNAME", 60, ["loop.corp.example."]),
            new("*.wild.corp.example", "A", 60, ["192.0.2.9"]),
            new("down.corp.example", "SERVFAIL", 0, []),
            new("no.corp.example", "REFUSED", 0, ["TXT"]),
            new("no.corp.example", "A", 60, ["192.0.2.3"]),
            new("gone.corp.example", "NXDOMAIN", 0, []),
            new("mute.corp.example", "TIMEOUT", 0, []),
            new("cut.corp.example", "TRUNCATE", 0, []),
            new("old.corp.example", "FORMERR", 0, []),
            new("lazy.corp.example", "NOTIMP", 0, ["CAA"]),
            new("odd.corp.example", "GARBAGE", 0, []),
            new("signed.corp.example", "DS", 60, ["12345 13 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"]),
            new("lame.corp.example", "NS", 60, ["ns1.elsewhere.example."]),
            new("escaped.corp.example", "TXT", 60, ["\"\\101\\064 \\\" \\\\ \\;\""]),
            new("\\042.star.corp.example", "A", 60, ["192.0.2.5"]),
            new("to.corp.example", "CNAME", 60, ["\\042.star.corp.example."]),
        ]);
        zones.Put("secure.example", [new("secure.example", "SECURE", 0, []), new("secure.example", "A", 60, ["192.0.2.4"]), new("out.secure.example", "CNAME", 60, ["www.other.example"])]);
        zones.Put("other.example", [new("www.other.example", "A", 60, ["192.0.2.2"])]);
    }

    public ValueTask InitializeAsync()
    {
        server.Start();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("corp.example", RecordType.Mx, "NoError", 2)]
    [InlineData("CORP.Example", RecordType.Txt, "NoError", 2)]
    [InlineData("corp.example", RecordType.CAA, "NoError", 1)]
    [InlineData("corp.example", RecordType.Soa, "NoError", 1)]
    [InlineData("corp.example", RecordType.Ns, "NoError", 1)]
    [InlineData("mx1.corp.example", RecordType.Aaaa, "NoError", 1)]
    [InlineData("_25._tcp.mx1.corp.example", RecordType.Tlsa, "NoError", 1)]
    [InlineData("signed.corp.example", RecordType.Ds, "NoError", 1)]
    [InlineData("alias.corp.example", RecordType.A, "NoError", 2)] // the CNAME and its target, across zones
    [InlineData("any.wild.corp.example", RecordType.A, "NoError", 1)]
    [InlineData("_tcp.mx1.corp.example", RecordType.A, "NoError", 0)] // an empty non-terminal is NODATA (RFC 8020)
    [InlineData("mx1.corp.example", RecordType.Txt, "NoError", 0)]
    [InlineData("example", RecordType.Txt, "NoError", 0)] // above a known zone
    [InlineData("missing.corp.example", RecordType.A, "NxDomain", 0)]
    [InlineData("unknown.test", RecordType.A, "NxDomain", 0)]
    [InlineData("down.corp.example", RecordType.A, "ServerFailure", 0)]
    [InlineData("loop.corp.example", RecordType.A, "ServerFailure", 0)]
    [InlineData("x.lame.corp.example", RecordType.A, "ServerFailure", 0)]
    [InlineData("no.corp.example", RecordType.Txt, "Refused", 0)]
    [InlineData("no.corp.example", RecordType.A, "NoError", 1)]
    [InlineData("gone.corp.example", RecordType.A, "NxDomain", 0)]
    [InlineData("old.corp.example", RecordType.A, "FormatError", 0)]
    [InlineData("lazy.corp.example", RecordType.CAA, "NotImplemented", 0)]
    public async Task Answers(string name, RecordType type, string code, int records)
    {
        var answer = await AskUdpAsync(name, type);
        Assert.Equal(code, answer.ReturnCode.ToString());
        Assert.Equal(records, answer.AnswerRecords.Count);
        if (records == 0 && code is "NoError" or "NxDomain")
        {
            Assert.IsType<SoaRecord>(Assert.Single(answer.AuthorityRecords));
        }
    }

    [Fact]
    public async Task Values_read_back()
    {
        var mx = (await AskUdpAsync("corp.example", RecordType.Mx)).AnswerRecords.Cast<MxRecord>().ToArray();
        Assert.Equal((10, "mx1.corp.example."), (mx[0].Preference, mx[0].ExchangeDomainName.ToString()));
        var text = (await AskUdpAsync("corp.example", RecordType.Txt)).AnswerRecords.Cast<TxtRecord>().ToArray();
        Assert.Equal(["two ", "strings"], text[1].TextParts);
        var caa = Assert.IsType<CAARecord>(Assert.Single((await AskUdpAsync("corp.example", RecordType.CAA)).AnswerRecords));
        Assert.Equal(("issue", "amazon.com"), (caa.Tag, caa.Value));
        var chain = (await AskUdpAsync("alias.corp.example", RecordType.A)).AnswerRecords;
        Assert.Equal("www.other.example.", Assert.IsType<CNameRecord>(chain[0]).CanonicalName.ToString());
        Assert.Equal("www.other.example.", chain[1].Name.ToString());
        Assert.Equal(IPAddress.Parse("192.0.2.2"), Assert.IsType<ARecord>(chain[1]).Address);
        var tlsa = Assert.IsType<TlsaRecord>(Assert.Single((await AskUdpAsync("_25._tcp.mx1.corp.example", RecordType.Tlsa)).AnswerRecords));
        Assert.Equal([0xaa, 0xbb, 0xcc, 0xdd], tlsa.CertificateAssociationData);
    }

    [Fact]
    public async Task Third_party_zones_are_written_as_zone_files_are()
    {
        // RFC 1035 section 5.1: \DDD is decimal, \X is X itself.
        var text = Assert.IsType<TxtRecord>(Assert.Single((await AskUdpAsync("escaped.corp.example", RecordType.Txt)).AnswerRecords));
        Assert.Equal("e@ \" \\ ;", Assert.Single(text.TextParts));
        Assert.Equal(IPAddress.Parse("192.0.2.5"), (await AskUdpAsync("*.star.corp.example", RecordType.A)).AnswerRecords.OfType<ARecord>().Single().Address);
        Assert.Equal(IPAddress.Parse("192.0.2.5"), (await AskUdpAsync("to.corp.example", RecordType.A)).AnswerRecords.OfType<ARecord>().Single().Address);
    }

    [Theory]
    [InlineData(PresentationForm.ZoneFile, "\\065\\255", new byte[] { 65, 255 })]
    [InlineData(PresentationForm.ZoneFile, "\\101", new byte[] { 101 })]
    [InlineData(PresentationForm.Route53, "\\101\\377", new byte[] { 65, 255 })]
    [InlineData(PresentationForm.ZoneFile, "\\256", null)]
    [InlineData(PresentationForm.Route53, "\\400", null)]
    public void Three_digits_are_decimal_in_a_zone_file_and_octal_in_Route_53(PresentationForm form, string text, byte[]? octets)
    {
        if (octets is null)
        {
            Assert.Throws<FormatException>(() => RecordData.CharacterStrings($"\"{text}\"", form));
        }
        else
        {
            Assert.Equal(octets, RecordData.CharacterStrings($"\"{text}\"", form).Single());
        }
    }

    [Fact]
    public async Task Long_answers_are_cut_over_udp_and_whole_over_tcp()
    {
        var cut = await AskUdpAsync("big.corp.example", RecordType.Txt);
        Assert.True(cut.IsTruncated);
        Assert.Empty(cut.AnswerRecords);
        var edns = await AskUdpAsync("big.corp.example", RecordType.Txt, edns: 4096);
        Assert.False(edns.IsTruncated);
        Assert.Single(edns.AnswerRecords);
        var whole = await AskTcpAsync("big.corp.example", RecordType.Txt);
        Assert.Equal(8, Assert.IsType<TxtRecord>(Assert.Single(whole.AnswerRecords)).TextParts.Count());
    }

    [Theory]
    [InlineData("secure.example", true)]
    [InlineData("none.secure.example", true)]
    [InlineData("out.secure.example", false)] // leads into a zone that is not
    [InlineData("www.other.example", false)]
    public async Task Secure_zones_are_authentic(string name, bool isAuthentic)
    {
        Assert.Equal(isAuthentic, (await AskUdpAsync(name, RecordType.A, edns: 1232, dnssecOk: true)).IsAuthenticData);
        Assert.False((await AskUdpAsync(name, RecordType.A)).IsAuthenticData);
    }

    [Theory]
    [InlineData("corp.example", RecordType.Mx, true)]
    [InlineData("alias.corp.example", RecordType.A, true)]
    [InlineData("mx1.corp.example", RecordType.Txt, true)] // NODATA
    [InlineData("missing.corp.example", RecordType.A, true)] // NXDOMAIN
    [InlineData("gone.corp.example", RecordType.A, true)]
    [InlineData("cut.corp.example", RecordType.A, true)]
    [InlineData("big.corp.example", RecordType.Txt, true)] // truncated
    [InlineData("down.corp.example", RecordType.A, false)] // SERVFAIL
    [InlineData("x.lame.corp.example", RecordType.A, false)]
    [InlineData("no.corp.example", RecordType.Txt, false)] // REFUSED
    [InlineData("old.corp.example", RecordType.A, false)] // FORMERR
    public async Task Answers_are_authoritative_and_offer_no_recursion(string name, RecordType type, bool isAuthoritative)
    {
        var answer = await AskUdpAsync(name, type);
        Assert.Equal((isAuthoritative, false), (answer.IsAuthoritiveAnswer, answer.IsRecursionAllowed));
        Assert.True(answer.IsRecursionDesired); // RFC 1035 section 4.1.1: copied from the query
    }

    [Fact]
    public async Task Truncate_and_timeout_faults_are_carried_out()
    {
        Assert.True((await AskUdpAsync("cut.corp.example", RecordType.A)).IsTruncated);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server.EndPoint);
        await socket.SendAsync(DnsMessageCodec.Query(1, "mute.corp.example", DnsType.A));
        await socket.SendAsync(DnsMessageCodec.Query(2, "corp.example", DnsType.Mx));
        var buffer = new byte[512];
        await socket.ReceiveAsync(buffer, Token);
        Assert.Equal(2, BinaryPrimitives.ReadUInt16BigEndian(buffer)); // the first query has no answer
    }

    [Fact]
    public async Task A_garbage_fault_is_no_message_that_can_be_read()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => AskUdpAsync("odd.corp.example", RecordType.A));
        await Assert.ThrowsAnyAsync<Exception>(() => AskTcpAsync("odd.corp.example", RecordType.A));
    }

    [Fact]
    public async Task Garbage_is_survived()
    {
        var random = new Random(7);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server.EndPoint);
        for (var i = 0; i < 2000; i++)
        {
            var junk = new byte[random.Next(0, 64)];
            random.NextBytes(junk);
            await socket.SendAsync(junk);
        }
        Assert.Equal(2, (await AskUdpAsync("corp.example", RecordType.Mx)).AnswerRecords.Count);
    }

    [Theory]
    [InlineData("corp.example", "TXT", "v=STSv1; id=1")] // not quoted
    [InlineData("corp.example", "A", "127.1")]
    [InlineData("corp.example", "MX", "mx.corp.example")]
    [InlineData("other.test", "A", "192.0.2.1")] // out of zone
    [InlineData("corp.example", "BOGUS", "x")]
    public void Broken_records_are_refused(string name, string type, string value)
    {
        var zones = new ThirdPartyZones(new DnsCatalog(TimeProvider.System), TimeProvider.System);
        Assert.Throws<ArgumentException>(() => zones.Put("corp.example", [new ZoneRecord(name, type, 60, [value])]));
    }

    private async Task<DnsMessage> AskUdpAsync(string name, RecordType type, ushort edns = 0, bool dnssecOk = false)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server.EndPoint);
        var query = DnsMessageCodec.Query(77, name, (ushort)type);
        var patience = 30;
        if (edns > 0)
        {
            query[11] = 1;
            query = [.. query, 0, 0, 41, (byte)(edns >> 8), (byte)edns, 0, 0, (byte)(dnssecOk ? 0x80 : 0), 0, 0, 0];
        }
        var buffer = new byte[65535];
        while (true)
        {
            // Asked again where no answer comes, as every resolver does: UDP may lose a packet, above all in the midst of garbage.
            await socket.SendAsync(query, Token);
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(Token);
            lost.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                var length = await socket.ReceiveAsync(buffer, lost.Token);
                return DnsMessage.Parse(new ArraySegment<byte>(buffer, 0, length));
            }
            catch (OperationCanceledException) when (patience-- > 0 && !Token.IsCancellationRequested)
            {
                // once more
            }
        }
    }

    private async Task<DnsMessage> AskTcpAsync(string name, RecordType type)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);
        var query = DnsMessageCodec.Query(78, name, (ushort)type);
        await client.GetStream().WriteAsync((byte[])[0, (byte)query.Length, .. query]);
        var head = new byte[2];
        await client.GetStream().ReadExactlyAsync(head);
        var body = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await client.GetStream().ReadExactlyAsync(body);
        return DnsMessage.Parse(new ArraySegment<byte>(body));
    }
}
