using System.Text;
using EmailSecurity.Aws.Zones;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EmailSecurity.Tests.Contracts;

/// <summary>How few calls it takes to find the zones of a domain among very many, and how names are read.</summary>
public class ZoneSearchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_call_finds_zone_parent_and_child_in_a_usual_account()
    {
        var (found, calls) = await FindAsync("mail.example.com", ["a.example", "example.com", "mail.example.com", "eu.mail.example.com", "other.com"]);
        Assert.Equal(["eu.mail.example.com", "example.com", "mail.example.com"], found);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Two_calls_find_the_zone_among_a_thousand_of_one_public_suffix()
    {
        var (found, calls) = await FindAsync("zebra.co.uk", ["zebra.co.uk", .. Enumerable.Range(0, 1000).Select(i => $"d{i:D4}.co.uk")]);
        Assert.Equal(["zebra.co.uk"], found);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task All_parents_are_found_where_each_has_very_many_zones_below()
    {
        var (found, calls) = await FindAsync(
            "x.mail.example.com",
            ["example.com", "mail.example.com", "x.mail.example.com", .. Enumerable.Range(0, 300).Select(i => $"a{i:D4}.example.com"), .. Enumerable.Range(0, 300).Select(i => $"a{i:D4}.mail.example.com")]);
        Assert.Equal(["example.com", "mail.example.com", "x.mail.example.com"], found);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Pages_of_zones_below_the_domain_are_all_read()
    {
        var (found, calls) = await FindAsync("example.com", ["example.com", .. Enumerable.Range(0, 250).Select(i => $"a{i:D4}.example.com")]);
        Assert.Equal(251, found.Count);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_zone_whose_name_only_ends_alike_is_not_a_parent()
    {
        var (found, _) = await FindAsync("example.com", ["ple.com", "xexample.com", "example-z.com"]);
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("\\052.Example.COM.", "*.example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("a\\137b.example.com.", "a_b.example.com")]
    [InlineData("a\\999.example.com", "a\\999.example.com")]
    [InlineData("a\\05", "a\\05")]
    [InlineData("", "")]
    public void Names_are_decoded(string wire, string name) => Assert.Equal(name, RecordSetCodec.DecodeName(wire));

    private static async Task<(List<string> Names, int Calls)> FindAsync(string domain, IReadOnlyList<string> zones)
    {
        var sorted = zones.OrderBy(RecordSetCodec.SortKey, StringComparer.Ordinal).ToList();
        await using var aws = await StubAws.StartAsync((context, _) => StubAws.AnswerAsync(context, 200, Page(sorted, context.Request.Query)));
        using var services = new ServicesFactory(AwsWorld.Options).Create(new ConnectionSettings { AccessKey = "AK", SecretKey = "s", EndpointUrl = aws.Url }, TimeProvider.System);
        var found = await services.Zones.FindZonesAsync(domain, Token);
        return ([.. found.Select(z => z.Name)], aws.Calls);
    }

    private static string Page(List<string> sorted, IQueryCollection query)
    {
        var start = RecordSetCodec.SortKey(RecordSetCodec.DecodeName(query["dnsname"].ToString()));
        var rest = sorted.Where(z => string.CompareOrdinal(RecordSetCodec.SortKey(z), start) >= 0).ToList();
        var xml = new StringBuilder("<?xml version=\"1.0\"?><ListHostedZonesByNameResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><HostedZones>");
        foreach (var zone in rest.Take(100))
        {
            xml.Append($"<HostedZone><Id>/hostedzone/Z{sorted.IndexOf(zone)}</Id><Name>{zone}.</Name><CallerReference>r</CallerReference><Config><PrivateZone>false</PrivateZone></Config><ResourceRecordSetCount>2</ResourceRecordSetCount></HostedZone>");
        }

        xml.Append("</HostedZones>");
        xml.Append(rest.Count > 100
            ? $"<IsTruncated>true</IsTruncated><NextDNSName>{rest[100]}.</NextDNSName><NextHostedZoneId>Z{sorted.IndexOf(rest[100])}</NextHostedZoneId>"
            : "<IsTruncated>false</IsTruncated>");
        return xml.Append("<MaxItems>100</MaxItems></ListHostedZonesByNameResponse>").ToString();
    }
}
