using System.Xml.Linq;
using EmailSecurity.Sandbox.Hosting;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>The older, bare form of InvalidChangeBatch: only on demand, and only for a batch that is refused.</summary>
public sealed class HostErrorFormTests
{
    [Fact]
    public async Task The_bare_form_of_a_refused_batch_comes_on_demand()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        using var http = new HttpClient();
        var create = $"<CreateHostedZoneRequest xmlns='{R53}'><Name>example.com</Name><CallerReference>r</CallerReference></CreateHostedZoneRequest>";
        var zone = XElement.Parse(await SendAsync("/2013-04-01/hostedzone", create)).Descendants(R53 + "Id").First().Value;
        var refused = Change("DELETE", "gone.example.com", "A", 60, "192.0.2.1");
        server.SetFaults("""[{"service":"route53","operation":"ChangeResourceRecordSets","nth":2,"times":2,"kind":"bareError"}]""");
        server.ClearCalls();
        Assert.Equal("ErrorResponse", (await ChangeAsync(refused)).Name.LocalName);
        var bare = await ChangeAsync(refused);
        Assert.Equal(R53 + "InvalidChangeBatch", bare.Name);
        Assert.Contains("was not found", bare.Element(R53 + "Messages")!.Elements(R53 + "Message").Single().Value, StringComparison.Ordinal);
        Assert.Empty(bare.Descendants(R53 + "Code"));
        Assert.Equal("ChangeResourceRecordSetsResponse", (await ChangeAsync(Change("CREATE", "new.example.com", "A", 60, "192.0.2.1"))).Name.LocalName);
        Assert.Equal("ErrorResponse", (await ChangeAsync(refused)).Name.LocalName);
        Assert.Equal(["InvalidChangeBatch", "InvalidChangeBatch", null, "InvalidChangeBatch"], server.GetCalls().Select(c => c.Error));

        async Task<XElement> ChangeAsync(string change) => XElement.Parse(await SendAsync(
            $"/2013-04-01{zone}/rrset/",
            $"<ChangeResourceRecordSetsRequest xmlns='{R53}'><ChangeBatch><Changes>{change}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"));

        async Task<string> SendAsync(string path, string body)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(body);
            using var request = S3Raw.Sign(server.EndpointUrl, server.AccessKey, server.SecretKey, "route53", "POST", path, bytes, "us-east-1");
            using var response = await http.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }
    }
}
