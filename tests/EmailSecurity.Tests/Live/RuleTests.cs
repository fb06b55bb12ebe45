using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Live;

/// <summary>The rules that live checks and plans share, as tables over DNS answers: what is known decides, what is not known decides nothing.</summary>
public class RuleTests
{
    private const string Domain = "example.com";

    // RFC 5321 section 5.1, RFC 7505. "-" stands for no record; "!" for a failed lookup.
    [Theory]
    [InlineData("mx1.example.com", true, false, false, "mx1.example.com")]
    [InlineData("MX1.Example.com. mx1.example.com mx2.example.com", true, false, false, "mx1.example.com mx2.example.com")]
    [InlineData(".", true, true, false, "")]
    [InlineData(". mx1.example.com", true, false, false, "mx1.example.com")] // not a null MX: RFC 7505 section 3 has it alone
    [InlineData("-", true, false, true, "example.com")]
    [InlineData("!", false, false, false, "")]
    public void Mail_servers_of_an_answer(string mx, bool isKnown, bool isNull, bool isImplicit, string hosts)
    {
        var servers = MailServers.From(Domain, Answer(DnsRecordType.MX, mx).ValuesIfAnswered);
        Assert.Equal((isKnown, isNull, isImplicit, hosts), (servers.IsKnown, servers.IsNull, servers.IsImplicit, string.Join(' ', servers.Hosts)));
    }

    // RFC 8461 section 4.1.
    [Theory]
    [InlineData(MtaStsMode.Enforce, "mx1.example.com", "")]
    [InlineData(MtaStsMode.Enforce, "mx1.example.com other.example.net", "Error:other.example.net")]
    [InlineData(MtaStsMode.Testing, "other.example.net", "Warning:other.example.net")]
    [InlineData(MtaStsMode.Testing, "x.mail.protection.outlook.com y.example.net", "Warning:x.mail.protection.outlook.com Warning:y.example.net")]
    [InlineData(MtaStsMode.None, "other.example.net", "")]
    [InlineData(MtaStsMode.Enforce, "192.0.2.1", "Error:192.0.2.1")]
    [InlineData(MtaStsMode.Enforce, ".", "")]
    [InlineData(MtaStsMode.Enforce, "-", "")]
    [InlineData(MtaStsMode.Enforce, "!", "")]
    public void Mx_that_the_policy_misses(MtaStsMode mode, string mx, string missed)
    {
        var policy = MtaStsPolicy.Create(Domain, mode, ["mx1.example.com"], 604800);
        var found = MxRules.Uncovered(policy, MailServers.From(Domain, Answer(DnsRecordType.MX, mx).ValuesIfAnswered)).ToArray();
        Assert.Equal(missed, string.Join(' ', found.Select(f => $"{f.Severity}:{f.Location}")));
        Assert.All(found, f => Assert.Equal(("MxNotCovered", true), (f.Code, f.Fix.Length > 0)));
        // No pattern can match an address, so that adding one is no way out.
        Assert.All(found, f => Assert.Equal(!f.Location!.StartsWith("192.", StringComparison.Ordinal), f.Fix.StartsWith("Add", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("192.0.2.1", "-", AddressPresence.Present)]
    [InlineData("-", "2001:db8::1", AddressPresence.Present)]
    [InlineData("!", "2001:db8::1", AddressPresence.Present)]
    [InlineData("-", "-", AddressPresence.Absent)]
    [InlineData("!", "-", AddressPresence.Unknown)]
    [InlineData("-", "!", AddressPresence.Unknown)]
    public async Task Addresses_of_a_host(string ipv4, string ipv6, AddressPresence presence)
    {
        var (a, aaaa) = (Answer(DnsRecordType.A, ipv4), Answer(DnsRecordType.AAAA, ipv6));
        Assert.Equal(presence, HostAddresses.Of(a, aaaa));
        Assert.Equal(presence,
            await HostAddresses.LookAsync(new Canned((_, type) => type == DnsRecordType.A ? a : aaaa), "mx1.example.com",
            TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(MtaStsMode.Enforce, AddressPresence.Absent, "Warning")]
    [InlineData(MtaStsMode.Testing, AddressPresence.Absent, "Information")]
    [InlineData(MtaStsMode.None, AddressPresence.Absent, "")]
    [InlineData(MtaStsMode.Enforce, AddressPresence.Present, "")]
    [InlineData(MtaStsMode.Enforce, AddressPresence.Unknown, "")] // a maybe is no no
    public void Mx_without_address(MtaStsMode mode, AddressPresence presence, string severity) =>
        Assert.Equal(severity, MxRules.WithoutAddress(mode, "mx1.example.com", presence)?.Severity.ToString() ?? "");

    // RFC 5321 section 5.1, RFC 7505: MX, A, AAAA of the receiver's domain.
    [Theory]
    [InlineData("mx1.example.com", "-", "-", "")]
    [InlineData(".", "192.0.2.1", "-", "null MX")]
    [InlineData("-", "192.0.2.1", "-", "")]
    [InlineData("-", "-", "2001:db8::1", "")]
    [InlineData("-", "-", "-", "neither MX nor address")]
    [InlineData("nx", "nx", "nx", "does not exist")]
    [InlineData("-", "!", "-", "")]
    [InlineData("!", "-", "-", "")]
    public async Task Receiver_that_takes_no_mail(string mx, string ipv4, string ipv6, string why)
    {
        var resolver = new Canned((_, type) =>
            type switch { DnsRecordType.MX => Answer(type, mx), DnsRecordType.A => Answer(type, ipv4), _ => Answer(type, ipv6) });
        foreach (var uri in (string[])["mailto:tls@example.net", "mailto:tls@EXAMPLE.net?subject=x", "MAILTO:a%40b@example.net"])
        {
            var found = await ReportReceivers.LookAsync(resolver, uri, isFailureTold: false, TestContext.Current.CancellationToken);
            Assert.Equal(why.Length > 0 ? "ReportReceiverTakesNoMail" : null, found?.Code);
            Assert.Contains(why, found?.Message ?? "", StringComparison.Ordinal);
        }

        var told = await ReportReceivers.LookAsync(resolver, "mailto:tls@example.net", isFailureTold: true, TestContext.Current.CancellationToken);
        Assert.Equal(mx == "!" ? "ReportReceiverServFail" : why.Length > 0 ? "ReportReceiverTakesNoMail" : null, told?.Code);
        Assert.Null(await ReportReceivers.LookAsync(resolver, "https://example.net/r", isFailureTold: true, TestContext.Current.CancellationToken));
    }

    // RFC 8659: records by name; hosts are mta-sts.example.com and bimi-assets.example.com.
    [Theory]
    [InlineData("", "")]
    [InlineData("example.com 0 issue \"letsencrypt.org\"", "example.com: mta-sts.example.com and bimi-assets.example.com")]
    [InlineData("example.com 0 issue \"amazon.com\"", "")]
    [InlineData("example.com 0 issue \"letsencrypt.org\"|example.com 0 issue \"amazontrust.com; validationmethods=dns-01\"", "")]
    [InlineData("example.com 0 ISSUE \"Amazon.com\"", "")] // RFC 8659 section 4.1: tags in any case
    [InlineData("example.com 0 issue \";\"", "example.com: mta-sts.example.com and bimi-assets.example.com")]
    [InlineData("example.com 0 issuewild \"letsencrypt.org\"", "")] // the hosts are no wildcards
    [InlineData("example.com 0 iodef \"mailto:a@example.com\"", "")]
    [InlineData("com 0 issue \"letsencrypt.org\"", "com: mta-sts.example.com and bimi-assets.example.com")]
    [InlineData("mta-sts.example.com 0 issue \"letsencrypt.org\"|example.com 0 issue \"amazon.com\"",
        "mta-sts.example.com: mta-sts.example.com")] // the nearest decides
    [InlineData("bimi-assets.example.com 0 issue \"letsencrypt.org\"|example.com 0 issue \"amazon.com\"", "bimi-assets.example.com: bimi-assets.example.com")]
    [InlineData("mta-sts.example.com 0 issue \"amazon.com\"|example.com 0 issue \"letsencrypt.org\"", "example.com: bimi-assets.example.com")]
    [InlineData("example.com 128 tbs \"x\"|example.com 0 issue \"amazon.com\"", "example.com: mta-sts.example.com and bimi-assets.example.com")] // section 4.5
    [InlineData("example.com 0 tbs \"x\"|example.com 0 issue \"amazon.com\"", "")]
    public async Task Caa_of_both_hosts(string records, string forbidden)
    {
        var all = records.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(' ', 2)).ToLookup(r => r[0], r => r[1]);
        var resolver = new Canned((name, _) =>
            new DnsAnswer { Status = DnsStatus.NoError, Records = [.. all[name].Select(v => new DnsRecord(name, DnsRecordType.CAA, 60, v))] });
        var found = await AmazonCaa.CheckAsync(resolver, ["mta-sts.example.com", "bimi-assets.example.com"], TestContext.Current.CancellationToken);
        var expected = forbidden.Split(": ");
        Assert.Equal(forbidden.Length > 0 ? 1 : 0, found.Count);
        Assert.All(found, f => Assert.Equal(("CaaForbidsAmazon", expected[0]), (f.Code, f.Location)));
        Assert.All(found, f => Assert.EndsWith($"for {expected[1]}.", f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Caa_that_cannot_be_looked_up_is_taken_at_its_worst()
    {
        var found = await AmazonCaa.CheckAsync(new Canned((name, type) => Answer(type, name == Domain ? "!" : "-")),
            ["mta-sts.example.com", "bimi-assets.example.com"], TestContext.Current.CancellationToken);
        Assert.Equal(("CaaServFail", FindingSeverity.Warning), (Assert.Single(found).Code, found[0].Severity));
    }

    private static DnsAnswer Answer(DnsRecordType type, string values) => values switch
    {
        "-" => new() { Status = DnsStatus.NoError },
        "nx" => new() { Status = DnsStatus.NxDomain },
        "!" => new() { Status = DnsStatus.ServFail },
        _ => new() { Status = DnsStatus.NoError, Records = [.. values.Split(' ').Select(v => new DnsRecord(Domain, type, 60, v))] },
    };

    private sealed class Canned(Func<string, DnsRecordType, DnsAnswer> answer) : IResolver
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => Task.FromResult(answer(name, type));
    }
}
