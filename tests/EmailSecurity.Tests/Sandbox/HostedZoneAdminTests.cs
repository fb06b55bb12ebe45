using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Hosting;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>Hosted zones set up through the admin interface, and the one that <c>serve</c> starts with.</summary>
public sealed class HostedZoneAdminTests : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private SandboxServer server = null!;

    public async ValueTask InitializeAsync() => server = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_zone_is_a_hosted_zone_at_Route_53_and_is_in_DNS_at_once()
    {
        server.SetLatency("real", 1);
        const string Text = """{"name":"t.new.example.","type":"TXT","ttl":60,"values":["\"a\\100b\""]}""";
        await PutAsync("new.example", $$"""[{"name":"new.example","type":"mx","values":["10 mx.new.example."]},{{Text}}]""");
        Assert.Equal("a@b", Encoding.ASCII.GetString(Assert.Single(Resolve("t.new.example", DnsType.Txt)).Data[0][1..])); // Route 53's escapes are octal
        Assert.Empty(server.GetCalls());
        var zone = XElement.Parse(await CallAsync("GET", "/2013-04-01/hostedzonesbyname?dnsname=new.example")).Descendants(R53 + "HostedZone").Single();
        Assert.Equal(("new.example.", "4"), (zone.Element(R53 + "Name")!.Value, zone.Element(R53 + "ResourceRecordSetCount")!.Value));
        var id = zone.Element(R53 + "Id")!.Value;
        var change = Change("UPSERT", "u.new.example", "A", 60, "192.0.2.1");
        await CallAsync(
            "POST",
            $"/2013-04-01{id}/rrset/",
            $"<ChangeResourceRecordSetsRequest xmlns='{R53}'><ChangeBatch><Changes>{change}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");
        Assert.Contains("u.new.example.", await http.GetStringAsync(Url("new.example")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_that_is_there_gets_other_records_and_keeps_its_id_and_servers()
    {
        await PutAsync("new.example", """[{"name":"old.new.example","type":"A","values":["192.0.2.1"]}]""");
        var before = await CallAsync("GET", "/2013-04-01/hostedzone");
        string[] two = ["192.0.2.2", "192.0.2.3"];
        await PutAsync("new.example", $"[{string.Join(',', two.Select(a => $$"""{"name":"one.new.example","type":"A","values":["{{a}}"]}"""))}]");
        Assert.Equal(before, await CallAsync("GET", "/2013-04-01/hostedzone"));
        Assert.Empty(Resolve("old.new.example", DnsType.A));
        Assert.Equal(2, Assert.Single(Resolve("one.new.example", DnsType.A)).Data.Count);
        using var records = JsonDocument.Parse(await http.GetStringAsync(Url("new.example")));
        var listed = records.RootElement.EnumerateArray().Select(r => $"{r.GetProperty("type")} {r.GetProperty("name")}");
        Assert.Equal(["NS new.example.", "SOA new.example.", "A one.new.example."], listed);
        using (var dropped = await http.DeleteAsync(Url("new.example")))
        {
            Assert.Equal(HttpStatusCode.NoContent, dropped.StatusCode);
        }
        using var gone = await http.GetAsync(Url("new.example"));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Empty(Resolve("one.new.example", DnsType.A));
        Assert.DoesNotContain("new.example", await CallAsync("GET", "/2013-04-01/hostedzone"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"name":"x.other.example","type":"A","values":["192.0.2.1"]}]""", "not permitted in zone")]
    [InlineData("""[{"name":"x.new.example","type":"A","values":["192.0.2.300"]}]""", "IPv4")]
    [InlineData("""[{"name":"x.new.example","type":"TXT","values":["unquoted"]}]""", "quotation marks")]
    [InlineData("""[{"name":"new.example","type":"CNAME","values":["a.example"]}]""", "at apex")]
    [InlineData("""[{"name":"x.new.example","type":"SERVFAIL","values":["ANY"]}]""", "not a record type")] // faults are for third-party zones
    public async Task The_rules_of_Route_53_hold_and_nothing_is_left_of_a_refused_zone(string json, string message)
    {
        using var response = await http.PutAsync(Url("new.example"), new StringContent(json));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var gone = await http.GetAsync(Url("new.example"));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public void A_sandbox_starts_without_zones_and_serve_gives_it_the_first()
    {
        Assert.Empty(Resolve("example.com", DnsType.Mx));
        FirstZone.Put(server);
        Assert.Equal(2, Assert.Single(Resolve("example.com", DnsType.Mx)).Data.Count);
        var dmarc = Assert.Single(Resolve("_dmarc.example.com", DnsType.Txt)).Data[0];
        Assert.Contains("v=DMARC1; p=reject", Encoding.ASCII.GetString(dmarc), StringComparison.Ordinal);
        Assert.Empty(server.GetCalls());
    }

    private Uri Url(string zone) => new($"{server.AdminUrl}/hostedzones/{zone}");

    private DnsRecordSet[] Resolve(string name, ushort type) => [.. server.Emulation.Catalog.Resolve(name, type).OfType(type)];

    private async Task PutAsync(string zone, string json)
    {
        using var response = await http.PutAsync(Url(zone), new StringContent(json));
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync());
    }

    private async Task<string> CallAsync(string method, string path, string body = "")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = S3Raw.Sign(server.EndpointUrl, server.AccessKey, server.SecretKey, "route53", method, path, bytes, "us-east-1");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
