using System.Text;
using EmailSecurity.Applying;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Stacks;

/// <summary>A host leads to the distribution by CNAME, by its addresses, or through something that serves its files.</summary>
public class HostViewTests
{
    private const string Host = "mta-sts.corp.example";
    private const string Target = "d1.cloudfront.net";
    private const string Url = "https://mta-sts.corp.example/.well-known/mta-sts.txt";
    private static readonly ServedContent Policy = new(new Uri(Url), Encoding.ASCII.GetBytes("version: STSv1\n"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_CNAME_settles_it_with_one_look_up()
    {
        var dns = Distribution().With(Host, DnsRecordType.CNAME, "D1.cloudfront.net.");
        Assert.Equal(HostRoute.Alias, (await LookAsync(dns)).Route);
        Assert.Equal([$"{Host} CNAME"], dns.Asked);
    }

    [Fact]
    public async Task A_chain_of_CNAMEs_leads_there_too()
    {
        var view = await LookAsync(Distribution().With(Host, DnsRecordType.CNAME, "cdn.corp.example").With(Host, DnsRecordType.A, DnsScript.Answer(DnsRecordType.A, "198.51.100.1") with { CnameChain = ["cdn.corp.example", Target] }));
        Assert.Equal((HostRoute.Alias, true), (view.Route, view.LeadsToTarget));
        Assert.Contains("through cdn.corp.example", view.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsRecordType.A, "198.51.100.2")]
    [InlineData(DnsRecordType.AAAA, "2001:db8::1")]
    public async Task A_flattened_CNAME_shows_the_distributions_addresses(DnsRecordType type, string address)
    {
        var view = await LookAsync(Distribution().With(Host, type, address));
        Assert.Equal((HostRoute.Addresses, address), (view.Route, view.Observed));
        Assert.Contains("ALIAS", view.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_is_accepted_for_the_very_file_and_nothing_else()
    {
        var dns = Distribution().With(Host, DnsRecordType.A, "203.0.113.9");
        dns.Pages[Url] = new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 200, Body = Policy.Content };
        var view = await LookAsync(dns);
        Assert.Equal(HostRoute.Content, view.Route);
        Assert.Contains("203.0.113.9", view.Note, StringComparison.Ordinal);

        foreach (var (page, word) in new (FetchResult, string)[]
        {
            (new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 200, Body = "version: STSv1\r\n"u8.ToArray() }, "other content (16 bytes)"),
            (new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 404, Body = Policy.Content }, "HTTP 404"),
            (new FetchResult { Outcome = FetchOutcome.CertificateNameMismatch, Detail = "for www.corp.example" }, "CertificateNameMismatch: for www.corp.example"),
        })
        {
            dns.Pages[Url] = page;
            view = await LookAsync(dns);
            Assert.Equal((HostRoute.Elsewhere, false), (view.Route, view.LeadsToTarget));
            Assert.Contains(word, view.Note, StringComparison.Ordinal);
            Assert.Contains("203.0.113.9", view.Note, StringComparison.Ordinal);
            Assert.Contains(Target, view.Note, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_there_is_none_and_no_answer_is_unknown()
    {
        var idle = Distribution();
        Assert.Equal(HostRoute.None, (await LookAsync(idle)).Route);
        Assert.Equal([$"{Host} CNAME"], idle.Asked); // a name that does not exist has no addresses either (RFC 8020): waits ask once a look
        Assert.Equal(HostRoute.Unknown, (await LookAsync(Distribution().With(Host, DnsRecordType.A, new DnsAnswer { Status = DnsStatus.ServFail }))).Route);
        Assert.Equal(HostRoute.Elsewhere, (await LookAsync(Distribution().With(Host, DnsRecordType.CNAME, "gone.example"))).Route);
    }

    [Theory]
    [InlineData("corp.example", "_mta-sts.corp.example", "_mta-sts.corp.example.corp.example", "_mta-sts")]
    [InlineData("mail.corp.example", "_mta-sts.mail.corp.example", "_mta-sts.mail.corp.example.corp.example", "_mta-sts.mail")]
    public async Task A_name_appended_twice_is_found_and_explained(string domain, string name, string stands, string enter)
    {
        const string value = "v=STSv1; id=1;";
        var record = new DnsRecordState { Domain = domain, Name = name, Type = "TXT", Value = value, Ttl = 300, Purpose = "a test", Status = DnsRecordStatus.Missing };
        var found = await new RecordLooks(new DnsScript().With(stands, DnsRecordType.TXT, "v=STSv1;id=1")).ExplainAsync(record, Token);
        Assert.Equal(DnsRecordStatus.Missing, found.Status);
        Assert.Contains(stands, found.Note, StringComparison.Ordinal);
        Assert.EndsWith($"Enter the name as {enter} there.", found.Note, StringComparison.Ordinal);

        // Another record at that name explains nothing, and what is published needs no explanation.
        Assert.Equal("", (await new RecordLooks(new DnsScript().With(stands, DnsRecordType.TXT, "v=STSv1;id=2")).ExplainAsync(record, Token)).Note);
        var idle = new DnsScript();
        await new RecordLooks(idle).ExplainAsync(record with { Status = DnsRecordStatus.Published }, Token);
        Assert.Empty(idle.Asked);
    }

    private static DnsScript Distribution() => new DnsScript().With(Target, DnsRecordType.A, "198.51.100.1", "198.51.100.2").With(Target, DnsRecordType.AAAA, "2001:db8::1");

    private static Task<HostView> LookAsync(DnsScript dns) => new RecordLooks(dns).HostAsync(Host, Target, [Policy], null, Token);
}
