using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Net;

/// <summary>Whom a parent zone delegates to is asked of the parent's own servers: the child's NS records can say something else.</summary>
public sealed class DelegationTests
{
    private static readonly ResolverOptions Patient = new() { Timeout = TimeSpan.FromMinutes(1), Retries = 0, TotalTimeout = TimeSpan.FromMinutes(2), AllowPrivateNetwork = true };

    [Theory]
    [InlineData("referral", true, "ns1.parent-says.test")]
    [InlineData("answer", true, "ns1.parent-says.test")] // a server that has both zones
    [InlineData("referral", false, "ns1.child-says.test")] // an address of a private network is not asked
    [InlineData("refused", true, "ns1.child-says.test")]
    [InlineData("another", true, "ns1.child-says.test")] // a referral to elsewhere
    [InlineData("broken", true, "ns1.child-says.test")]
    [InlineData("silent", true, "ns1.child-says.test")]
    public async Task The_parents_servers_decide_and_where_they_say_nothing_the_resolver_does(string parent, bool allowPrivate, string told)
    {
        await using var server = new TestDnsServer(q => Answer(q, parent));
        using var resolver = new DnsClientResolver(server.Address, Patient with { AllowPrivateNetwork = allowPrivate });

        var answer = await resolver.QueryDelegationAsync("Sub.Example.test.", TestContext.Current.CancellationToken);

        Assert.Equal((DnsStatus.NoError, told), (answer.Status, Assert.Single(answer.Records).Value));
    }

    [Fact]
    public async Task A_top_level_domain_and_what_is_no_name_are_left_to_the_resolver()
    {
        await using var server = new TestDnsServer(q => q.Reply(rcode: 3));
        using var resolver = new DnsClientResolver(server.Address, Patient);
        Assert.Equal(DnsStatus.NxDomain, (await resolver.QueryDelegationAsync("test", TestContext.Current.CancellationToken)).Status);
        Assert.Equal(DnsStatus.Malformed, (await resolver.QueryDelegationAsync("a..test", TestContext.Current.CancellationToken)).Status);
    }

    // One server plays the resolver (recursion desired) and the parent zone's (not desired).
    private static byte[]? Answer(DnsTestQuery query, string parent)
    {
        var isRecursive = (query.Packet[2] & 0x01) != 0;
        switch (query.Name, (DnsRecordType)query.Type)
        {
            case ("sub.example.test", DnsRecordType.NS) when isRecursive:
                return Ns(query, "sub.example.test", "ns1.child-says.test").Reply();
            case ("example.test", DnsRecordType.NS) when isRecursive:
                return Ns(query, "example.test", "ns1.example.test").Reply();
            case ("ns1.example.test", DnsRecordType.A) when isRecursive:
                return query.Add(query.Name, 1, [127, 0, 0, 1]).Reply();
            case ("sub.example.test", DnsRecordType.NS):
                var told = Ns(query, parent == "another" ? "example.test" : "sub.example.test", "ns1.parent-says.test").Reply(rcode: parent == "refused" ? 5 : 0);
                if (parent != "answer")
                {
                    (told[7], told[9]) = (0, told[7]); // the record is in the authority section
                }

                return parent == "silent" ? null : parent == "broken" ? told[..^3] : told;
            default:
                return query.Reply();
        }
    }

    private static DnsTestQuery Ns(DnsTestQuery query, string zone, string host) => query.Add(zone, 2, DnsTestQuery.EncodeName(host));
}
