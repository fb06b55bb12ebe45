using System.Xml.Linq;
using EmailSecurity.Sandbox.Dns;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

public sealed class Route53Tests : IAsyncDisposable
{
    private readonly EmulationHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task Zones_are_listed_by_reversed_name_with_paging()
    {
        foreach (var name in (string[])["example.org", "b.example.com", "example.com", "a.example.com", "example.com"])
        {
            await harness.CreateZoneAsync(name);
        }
        var names = new List<string>();
        var path = "/2013-04-01/hostedzonesbyname?maxitems=2";
        while (true)
        {
            var xml = XElement.Parse((await harness.CallAsync("route53", "GET", path)).Body);
            names.AddRange(xml.Descendants(R53 + "Name").Select(e => e.Value));
            if (xml.Element(R53 + "IsTruncated")!.Value != "true")
            {
                break;
            }
            path = $"/2013-04-01/hostedzonesbyname?maxitems=2&dnsname={xml.Element(R53 + "NextDNSName")!.Value}&hostedzoneid={xml.Element(R53 + "NextHostedZoneId")!.Value}";
        }
        Assert.Equal(["example.com.", "example.com.", "a.example.com.", "b.example.com.", "example.org."], names);
    }

    [Fact]
    public async Task A_caller_reference_is_used_once()
    {
        await harness.CreateZoneAsync("example.com", "ref");
        var again = await harness.CallAsync("route53", "POST", "/2013-04-01/hostedzone", $"<CreateHostedZoneRequest xmlns='{R53}'><Name>example.com</Name><CallerReference>ref</CallerReference></CreateHostedZoneRequest>");
        Assert.Equal((409, "HostedZoneAlreadyExists"), (again.Status, Code(again)));
    }

    public static TheoryData<string, string> RefusedChanges => new()
    {
        { Change("CREATE", "t.example.com", "TXT", 60, "\"there\""), "already exists" },
        { Change("DELETE", "t.example.com", "TXT", 60, "\"other\""), "do not match the current values" },
        { Change("DELETE", "t.example.com", "TXT", 61, "\"there\""), "do not match the current values" },
        { Change("DELETE", "missing.example.com", "TXT", 60, "\"x\""), "was not found" },
        { Change("CREATE", "example.com", "CNAME", 60, "other.example."), "not permitted at apex" },
        { Change("CREATE", "t.example.com", "CNAME", 60, "other.example."), "conflicts with other records" },
        { Change("CREATE", "c.example.com", "TXT", 60, "\"beside a CNAME\""), "conflicts with other records" },
        { Change("CREATE", "x.example.com", "TXT", 60, "v=STSv1; id=1"), "enclosed in quotation marks" },
        { Change("CREATE", "x.example.com", "TXT", 60, $"\"{new string('a', 256)}\""), "CharacterStringTooLong" },
        { Change("CREATE", "x.example.com", "A", 60, "192.0.2.300"), "IPv4" },
        { Change("CREATE", "x.example.com", "MX", 60, "mail.example.com"), "not of the form" },
        { Change("CREATE", "x.example.com", "A", 60, "192.0.2.1", "192.0.2.1"), "Duplicate Resource Record" },
        { Change("CREATE", "x.other.com", "A", 60, "192.0.2.1"), "not permitted in zone" },
        { Change("CREATE", "x.example.com", "A", 60, "192.0.2.1") + Change("CREATE", "x.example.com", "A", 60, "192.0.2.2"), "invalid set of changes" },
        { Change("DELETE", "example.com", "SOA", 900, "x"), "do not match the current values" },
        { Alias("CREATE", "x.example.com", "A", "dmissing.cloudfront.net"), "that target was not found" },
        { Alias("CREATE", "x.example.com", "A", "d.example.net"), "does not lie within the target zone" },
        { Alias("CREATE", "x.example.com", "A", "d.cloudfront.net", "Z1ELSEWHERE"), "does not lie within the target zone" },
        { string.Concat(Enumerable.Range(0, 1001).Select(i => Change("CREATE", $"n{i}.example.com", "A", 60, "192.0.2.1"))), "Number of records limit of 1000" },
        { string.Concat(Enumerable.Range(0, 501).Select(i => Change("UPSERT", $"n{i}.example.com", "A", 60, "192.0.2.1"))), "Number of records limit of 1000" },
        { string.Concat(Enumerable.Range(0, 130).Select(i => Change("CREATE", $"n{i}.example.com", "TXT", 60, $"\"{new string('a', 250)}\""))), "Number of characters limit of 32000" },
        { string.Concat(Enumerable.Range(0, 65).Select(i => Change("UPSERT", $"n{i}.example.com", "TXT", 60, $"\"{new string('a', 250)}\""))), "Number of characters limit of 32000" },
    };

    [Theory]
    [MemberData(nameof(RefusedChanges), DisableDiscoveryEnumeration = true)]
    public async Task Broken_batches_are_refused_whole(string change, string message)
    {
        var zone = await harness.CreateZoneAsync("example.com");
        Assert.Equal(200, (await harness.ChangeAsync(zone, Change("CREATE", "t.example.com", "TXT", 60, "\"there\""), Change("CREATE", "c.example.com", "CNAME", 60, "other.example."))).Status);
        var reply = await harness.ChangeAsync(zone, Change("CREATE", "innocent.example.com", "A", 60, "192.0.2.7"), change);
        Assert.Equal(400, reply.Status);
        var xml = XElement.Parse(reply.Body);
        Assert.Equal(R53 + "ErrorResponse", xml.Name);
        var error = xml.Element(R53 + "Error")!;
        Assert.Equal(("Sender", "InvalidChangeBatch"), (error.Element(R53 + "Type")!.Value, error.Element(R53 + "Code")!.Value));
        Assert.Matches(@"(?s)^\[.*\]$", error.Element(R53 + "Message")!.Value);
        Assert.Contains(message, error.Element(R53 + "Message")!.Value, StringComparison.Ordinal);
        Assert.NotEmpty(xml.Element(R53 + "RequestId")!.Value);
        Assert.Equal(DnsRcode.NxDomain, harness.Emulation.Catalog.Resolve("innocent.example.com", DnsType.A).Rcode);
    }

    [Fact]
    public async Task A_set_is_replaced_by_delete_and_create_in_one_batch()
    {
        var zone = await harness.CreateZoneAsync("example.com");
        await harness.ChangeAsync(zone, Change("CREATE", "t.example.com", "TXT", 60, "\"a\"", "\"b\""));
        Assert.Equal(200, (await harness.ChangeAsync(zone, Change("DELETE", "t.example.com", "TXT", 60, "\"b\"", "\"a\""), Change("CREATE", "t.example.com", "CNAME", 60, "u.example.com"))).Status);
        Assert.Equal("u.example.com", harness.Emulation.Catalog.Resolve("t.example.com", DnsType.Cname).Sets[0].Set.Target);
    }

    [Fact]
    public async Task Record_sets_are_listed_in_reversed_order_with_escapes_and_paging()
    {
        var zone = await harness.CreateZoneAsync("example.com");
        await harness.ChangeAsync(zone, Change("CREATE", "*.example.com", "A", 60, "192.0.2.1"), Change("CREATE", "b.a.example.com", "A", 60, "192.0.2.1"), Change("CREATE", "_dmarc.example.com", "TXT", 60, "\"v=DMARC1; p=none\""), Change("CREATE", "a.example.com", "TXT", 60, "\"x\""));
        var names = new List<string>();
        var path = $"/2013-04-01/hostedzone/{zone}/rrset?maxitems=2";
        while (true)
        {
            var xml = XElement.Parse((await harness.CallAsync("route53", "GET", path)).Body);
            names.AddRange(xml.Descendants(R53 + "ResourceRecordSet").Select(e => $"{e.Element(R53 + "Name")!.Value} {e.Element(R53 + "Type")!.Value}"));
            if (xml.Element(R53 + "IsTruncated")!.Value != "true")
            {
                break;
            }
            path = $"/2013-04-01/hostedzone/{zone}/rrset?maxitems=2&name={Uri.EscapeDataString(xml.Element(R53 + "NextRecordName")!.Value)}&type={xml.Element(R53 + "NextRecordType")!.Value}";
        }
        Assert.Equal(["example.com. NS", "example.com. SOA", "\\052.example.com. A", "_dmarc.example.com. TXT", "a.example.com. TXT", "b.a.example.com. A"], names);
    }

    [Fact]
    public async Task A_zone_with_records_is_not_deletable()
    {
        var zone = await harness.CreateZoneAsync("example.com");
        await harness.ChangeAsync(zone, Change("CREATE", "t.example.com", "TXT", 60, "\"a\""));
        var refused = await harness.CallAsync("route53", "DELETE", $"/2013-04-01/hostedzone/{zone}");
        Assert.Equal("HostedZoneNotEmpty", Code(refused));
        await harness.ChangeAsync(zone, Change("DELETE", "t.example.com", "TXT", 60, "\"a\""));
        Assert.Equal(200, (await harness.CallAsync("route53", "DELETE", $"/2013-04-01/hostedzone/{zone}")).Status);
        Assert.Equal(DnsRcode.NxDomain, harness.Emulation.Catalog.Resolve("example.com", DnsType.Soa).Rcode);
    }

    [Fact]
    public async Task Overlapping_changes_to_one_zone_give_PriorRequestNotComplete()
    {
        var zone = await harness.CreateZoneAsync("example.com");
        for (var tries = 1; ; tries++)
        {
            var first = harness.ChangeAsync(zone, Change("UPSERT", "a.example.com", "A", 60, "192.0.2.1"));
            var second = await harness.ChangeAsync(zone, Change("UPSERT", "b.example.com", "A", 60, "192.0.2.1"));
            Assert.Equal(200, (await first).Status);
            if (second.Status == 200 && tries < 10)
            {
                continue; // the machine stood still for so long that they did not overlap
            }

            Assert.Equal("PriorRequestNotComplete", Code(second));
            return;
        }
    }

    [Fact]
    public async Task A_change_is_seen_in_DNS_when_it_is_in_sync()
    {
        harness.Clock.Set("real", 1);
        var zone = await harness.CreateZoneAsync("example.com");
        harness.Time.Advance(TimeSpan.FromSeconds(31));
        var reply = await harness.ChangeAsync(zone, Change("CREATE", "a.example.com", "A", 60, "192.0.2.1"));
        var change = Value(reply.Body, "Id")["/change/".Length..];
        Assert.Equal("PENDING", Value(reply.Body, "Status"));
        Assert.Equal("PENDING", Value((await harness.CallAsync("route53", "GET", $"/2013-04-01/change/{change}")).Body, "Status"));
        Assert.Equal(DnsRcode.NxDomain, harness.Emulation.Catalog.Resolve("a.example.com", DnsType.A).Rcode);
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("INSYNC", Value((await harness.CallAsync("route53", "GET", $"/2013-04-01/change/{change}")).Body, "Status"));
        Assert.Single(harness.Emulation.Catalog.Resolve("a.example.com", DnsType.A).Sets);
    }

    [Fact]
    public async Task Of_two_zones_with_one_name_the_older_is_in_DNS()
    {
        await harness.CreateZoneAsync("example.com");
        var undelegated = await harness.CreateZoneAsync("example.com");
        await harness.ChangeAsync(undelegated, Change("CREATE", "a.example.com", "A", 60, "192.0.2.1"));
        Assert.Equal(DnsRcode.NxDomain, harness.Emulation.Catalog.Resolve("a.example.com", DnsType.A).Rcode);
    }

    [Fact]
    public async Task Tags_are_kept_and_other_accounts_zones_are_closed()
    {
        var zone = await harness.CreateZoneAsync("example.com");
        await harness.CallAsync("route53", "POST", $"/2013-04-01/tags/hostedzone/{zone}", $"<ChangeTagsForResourceRequest xmlns='{R53}'><AddTags><Tag><Key>k</Key><Value>v</Value></Tag></AddTags></ChangeTagsForResourceRequest>");
        Assert.Equal("v", Value((await harness.CallAsync("route53", "GET", $"/2013-04-01/tags/hostedzone/{zone}")).Body, "Value"));
        Assert.Equal(403, (await harness.CallAsync("route53", "GET", $"/2013-04-01/hostedzone/{zone}", account: OtherAccount)).Status);
        Assert.Equal("NoSuchHostedZone", Code(await harness.CallAsync("route53", "GET", "/2013-04-01/hostedzone/ZNONE")));
    }
}
