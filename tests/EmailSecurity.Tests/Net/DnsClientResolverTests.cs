using System.Text;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

public class DnsClientResolverTests
{
    // For questions that are answered: no answer is lost on the way, and a slow machine is no reason to ask twice.
    private static readonly ResolverOptions Patient = new() { Timeout = TimeSpan.FromMinutes(1), Retries = 0, TotalTimeout = TimeSpan.FromMinutes(2) };

    // For questions that are not.
    private static readonly ResolverOptions Quick = new() { Timeout = TimeSpan.FromMilliseconds(300), Retries = 0 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<DnsAnswer> AskAsync(Func<DnsTestQuery, byte[]?> answer, string name, DnsRecordType type, ResolverOptions? options = null)
    {
        await using var server = new TestDnsServer(answer);
        using var resolver = new DnsClientResolver(server.Address, options ?? Patient);
        return await resolver.QueryAsync(name, type, Token);
    }

    [Fact]
    public async Task Strings_of_one_txt_are_joined_with_nothing_between_and_records_stay_apart()
    {
        var answer = await AskAsync(q => q.Txt(q.Name, "v=STSv1; ", "id=1", ";").Txt(q.Name, "other").Reply(), "_MTA-STS.Example.com.", DnsRecordType.TXT);
        Assert.Equal(DnsStatus.NoError, answer.Status);
        Assert.Equal(["v=STSv1; id=1;", "other"], answer.Records.Select(r => r.Value));
        Assert.All(answer.Records, r => Assert.Equal(("_mta-sts.example.com", DnsRecordType.TXT, 300), (r.Name, r.Type, r.Ttl)));
    }

    [Fact]
    public async Task Txt_octets_are_utf8_or_else_seen_as_latin1()
    {
        var answer = await AskAsync(q => q
            .Txt(q.Name, "\"quoted\" back\\slash \\065 \\200 tab\t", "zü", "rich €")
            .Txt(q.Name, [0x76, 0xC3], [0xBC])           // a character cut in two by the strings
            .Txt(q.Name, [0x61, 0xFF, 0x00, 0x62])       // no UTF-8
            .Txt(q.Name, [.. Enumerable.Repeat((byte)'x', 255)], [])
            .Reply(), "t.example", DnsRecordType.TXT);
        Assert.Equal(["\"quoted\" back\\slash \\065 \\200 tab\tzürich €", "vü", "a\u00FF\0b", new string('x', 255)], answer.Records.Select(r => r.Value));
    }

    [Fact]
    public async Task A_chain_in_one_answer_is_followed()
    {
        var answer = await AskAsync(q => q.Cname(q.Name, "B.example").Cname("b.example", "c.example").Txt("c.example", "v").Txt("unrelated.example", "no").Reply(), "a.example", DnsRecordType.TXT);
        Assert.Equal(["b.example", "c.example"], answer.CnameChain);
        Assert.Equal(("c.example", "v"), (Assert.Single(answer.Records).Name, answer.Records[0].Value));
    }

    [Fact]
    public async Task The_rest_of_a_partial_chain_is_asked_for()
    {
        var answer = await AskAsync(q => q.Name switch
        {
            "a.example" => q.Cname("a.example", "b.example").Reply(),
            "b.example" => q.Cname("b.example", "c.other").Reply(),
            _ => q.Txt("c.other", "v").Reply(),
        }, "a.example", DnsRecordType.TXT);
        Assert.Equal(["b.example", "c.other"], answer.CnameChain);
        Assert.Equal("v", Assert.Single(answer.Records).Value);
    }

    [Fact]
    public async Task A_partial_chain_to_nowhere_is_nxdomain_and_one_without_the_type_is_no_data()
    {
        var gone = await AskAsync(q => q.Name == "a.example" ? q.Cname("a.example", "b.example").Reply() : q.Reply(rcode: 3), "a.example", DnsRecordType.TXT);
        Assert.Equal((DnsStatus.NxDomain, 1), (gone.Status, gone.CnameChain.Count));
        var empty = await AskAsync(q => q.Name == "a.example" ? q.Cname("a.example", "b.example").Reply() : q.Reply(), "a.example", DnsRecordType.TXT);
        Assert.Equal((DnsStatus.NoError, 0, "b.example"), (empty.Status, empty.Records.Count, empty.CnameChain[0]));
    }

    [Fact]
    public async Task A_circle_of_cnames_is_malformed()
    {
        var inOne = await AskAsync(q => q.Cname("a.example", "b.example").Cname("b.example", "a.example").Reply(), "a.example", DnsRecordType.TXT);
        var inMany = await AskAsync(q => q.Cname(q.Name, q.Name == "a.example" ? "b.example" : "a.example").Reply(), "a.example", DnsRecordType.TXT);
        var endless = await AskAsync(q => q.Cname(q.Name, "x" + q.Name).Reply(), "a.example", DnsRecordType.TXT);
        Assert.All([inOne, inMany, endless], a => Assert.Equal(DnsStatus.Malformed, a.Status));
    }

    [Fact]
    public async Task A_cname_that_is_asked_for_is_not_followed()
    {
        var answer = await AskAsync(q => q.Cname(q.Name, "target.example").Reply(), "a.example", DnsRecordType.CNAME);
        Assert.Equal("target.example", Assert.Single(answer.Records).Value);
        Assert.Empty(answer.CnameChain);
    }

    [Theory]
    [InlineData(2, DnsStatus.ServFail), InlineData(3, DnsStatus.NxDomain), InlineData(5, DnsStatus.Refused), InlineData(1, DnsStatus.OtherError), InlineData(4, DnsStatus.OtherError), InlineData(9, DnsStatus.OtherError)]
    public async Task Response_codes_have_their_status(int rcode, DnsStatus status)
    {
        var answer = await AskAsync(q => q.Reply(rcode), "a.example", DnsRecordType.MX);
        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Detail);
    }

    [Fact]
    public async Task No_answer_is_a_timeout()
    {
        Assert.Equal(DnsStatus.Timeout, (await AskAsync(_ => null, "a.example", DnsRecordType.A, Quick)).Status);
    }

    [Fact]
    public async Task The_total_bounds_tries_that_would_go_on()
    {
        var patient = new ResolverOptions { Timeout = TimeSpan.FromMinutes(5), Retries = 5, TotalTimeout = TimeSpan.FromMilliseconds(300) };
        Assert.Equal(DnsStatus.Timeout, (await AskAsync(_ => null, "a.example", DnsRecordType.A, patient)).Status);
    }

    [Fact]
    public async Task A_lost_packet_is_sent_again()
    {
        var asked = 0;
        var answer = await AskAsync(q => Interlocked.Increment(ref asked) == 1 ? null : q.Add(q.Name, 1, [192, 0, 2, 1]).Reply(), "a.example", DnsRecordType.A, Patient with { Retries = 60, Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal("192.0.2.1", Assert.Single(answer.Records).Value);
    }

    [Fact]
    public async Task A_server_that_cannot_be_sent_to_is_unreachable()
    {
        using var resolver = new DnsClientResolver("255.255.255.255", Patient); // broadcast: the system refuses to send
        Assert.Equal(DnsStatus.Unreachable, (await resolver.QueryAsync("a.example", DnsRecordType.A, Token)).Status);
    }

    [Fact]
    public async Task A_closed_port_gives_no_answer()
    {
        using var closed = ClosedPort.Udp();
        using var resolver = new DnsClientResolver(closed.Address, Quick);
        Assert.Contains((await resolver.QueryAsync("a.example", DnsRecordType.A, Token)).Status, (DnsStatus[])[DnsStatus.Timeout, DnsStatus.Unreachable]);
    }

    [Fact]
    public async Task Garbage_is_malformed_or_never_the_answer()
    {
        foreach (var reply in (Func<DnsTestQuery, byte[]>[])[q => q.Add(q.Name, 16, [200, 1]).Reply(), q => q.Add(q.Name, 1, [1, 2]).Reply(), q => q.Txt(q.Name, "abc").Reply()[..^2]])
        {
            var answer = await AskAsync(reply, "a.example", DnsRecordType.TXT, Quick);
            Assert.Contains(answer.Status, (DnsStatus[])[DnsStatus.Malformed, DnsStatus.Timeout]);
            Assert.Empty(answer.Records);
        }
    }

    [Fact]
    public async Task A_truncated_answer_is_fetched_over_tcp()
    {
        var text = new string('y', 250);
        var answer = await AskAsync(q => q.IsTcp ? Enumerable.Range(0, 40).Aggregate(q, (a, _) => a.Txt(a.Name, text)).Reply() : q.Txt(q.Name, text).Reply(truncated: true)[..60], "big.example", DnsRecordType.TXT);
        Assert.Equal(40, answer.Records.Count);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task The_ad_bit_is_reported(bool ad) =>
        Assert.Equal(ad, (await AskAsync(q => q.Add(q.Name, 1, [192, 0, 2, 1]).Reply(ad: ad), "a.example", DnsRecordType.A)).AuthenticData);

    [Fact]
    public async Task Every_type_has_its_presentation()
    {
        var name = DnsTestQuery.EncodeName("Host.example");
        (DnsRecordType Type, byte[] Data, string Value, int Preference)[] cases =
        [
            (DnsRecordType.A, [192, 0, 2, 1], "192.0.2.1", 0),
            (DnsRecordType.AAAA, [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "2001:db8::1", 0),
            (DnsRecordType.NS, name, "host.example", 0),
            (DnsRecordType.CNAME, name, "host.example", 0),
            (DnsRecordType.MX, [0, 10, .. name], "host.example", 10),
            (DnsRecordType.MX, [0, 0, 0], ".", 0),
            (DnsRecordType.SOA, [.. name, .. name, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5], "host.example host.example 1 2 3 4 5", 0),
            (DnsRecordType.DS, [0x12, 0x34, 8, 2, 0xAB, 0xCD], "4660 8 2 ABCD", 0),
            (DnsRecordType.TLSA, [3, 1, 1, 0xAB, 0xCD], "3 1 1 ABCD", 0),
            (DnsRecordType.CAA, [0, 5, .. Encoding.ASCII.GetBytes("issueamazon.com; x=1")], "0 issue \"amazon.com; x=1\"", 0),
        ];
        await using var server = new TestDnsServer(q => cases.Where(c => (ushort)c.Type == q.Type && (q.Name == "null") == (c.Value == ".")).Aggregate(q, (a, c) => a.Add(a.Name, (ushort)c.Type, c.Data)).Reply());
        using var resolver = new DnsClientResolver(server.Address, Patient);
        foreach (var (type, _, value, preference) in cases)
        {
            var answer = await resolver.QueryAsync(value == "." ? "null" : "a.example", type, Token);
            Assert.True(answer.Status == DnsStatus.NoError, type + " " + answer.Detail);
            Assert.Equal((value, preference), (Assert.Single(answer.Records).Value, answer.Records[0].Preference));
        }
    }

    // A check looks at what is there now.
    [Fact]
    public async Task No_answer_is_remembered()
    {
        await using var server = new TestDnsServer(q => q.Add(q.Name, 1, [192, 0, 2, 1]).Reply());
        using var resolver = new DnsClientResolver(server.Address, Patient);
        for (var i = 0; i < 2; i++)
        {
            Assert.Single((await resolver.QueryAsync("a.example", DnsRecordType.A, Token)).Records);
        }

        Assert.Equal(2, server.Queries);
    }

    [Fact]
    public async Task Cancellation_throws_and_nothing_else_does()
    {
        await using var server = new TestDnsServer(_ => null);
        using var resolver = new DnsClientResolver(server.Address);
        using var stop = new CancellationTokenSource();
        var query = resolver.QueryAsync("a.example", DnsRecordType.A, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal(DnsStatus.Malformed, (await resolver.QueryAsync(new string('a', 64) + ".example", DnsRecordType.A, Token)).Status);
        Assert.Equal(DnsStatus.Malformed, (await resolver.QueryAsync("a..example", DnsRecordType.A, Token)).Status);
    }

    [Fact]
    public async Task Thousands_of_queries_at_once_are_all_answered()
    {
        await using var server = new TestDnsServer(q => q.Txt(q.Name, q.Name).Reply());
        using var resolver = new DnsClientResolver(server.Address, new ResolverOptions { Timeout = TimeSpan.FromSeconds(10), Retries = 5, TotalTimeout = TimeSpan.FromMinutes(2) });
        var answers = await Task.WhenAll(Enumerable.Range(0, 3000).Select(async i => (Name: $"d{i}.example", Answer: await resolver.QueryAsync($"d{i}.example", DnsRecordType.TXT, Token))));
        Assert.All(answers, a => Assert.Equal(a.Name, a.Answer.Status == DnsStatus.NoError ? Assert.Single(a.Answer.Records).Value : a.Answer.Detail));
    }

    [Theory]
    [InlineData(""), InlineData(":53"), InlineData("a:b:c"), InlineData("1.2.3.4:0"), InlineData("1.2.3.4:70000"), InlineData("[::1"), InlineData("[::1]x"), InlineData("bad host"), InlineData("1.2.3.4:"), InlineData("[name]:53")]
    public void A_name_server_that_is_none_is_refused(string text)
    {
        var error = Assert.Throws<EmailSecurityException>(() => new DnsClientResolver(text));
        Assert.Equal(("InvalidNameServer", ErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
    }

    [Fact]
    public async Task A_name_server_by_name_is_looked_up()
    {
        await using var server = new TestDnsServer(q => q.Add(q.Name, 1, [192, 0, 2, 1]).Reply());
        using var resolver = new DnsClientResolver("localhost:" + server.Address.Split(':')[1], Patient with { Timeout = TimeSpan.FromSeconds(3), Retries = 2 });
        Assert.Equal("192.0.2.1", Assert.Single((await resolver.QueryAsync("a.example", DnsRecordType.A, Token)).Records).Value);
    }
}
