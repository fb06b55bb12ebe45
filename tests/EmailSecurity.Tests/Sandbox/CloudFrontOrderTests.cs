using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using EmailSecurity.Sandbox.CloudFront;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>CloudFront answers in the order of its service model, however a configuration was sent, and keeps what it does not know.</summary>
public sealed class CloudFrontOrderTests : IAsyncDisposable
{
    private readonly EmulationHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task A_configuration_sent_backwards_reads_back_in_order()
    {
        var arn = await harness.IssueAsync("example.com", ["mta-sts.example.com"]);
        const string Extra = "<AnycastIpListId>x</AnycastIpListId><Novelty><B>1</B><A>2</A></Novelty><Staging>false</Staging>";
        var config = Config("r", arn, ["mta-sts.example.com"], await harness.CreateControlAsync(), extra: Extra);
        var sent = XElement.Parse(config);
        Reverse(sent);
        var created = await harness.CreateDistributionAsync(sent.ToString());
        Assert.Equal(201, created.Status);
        var path = $"/2020-05-31/distribution/{Value(created.Body, "Id")}";
        var read = await harness.CallAsync("cloudfront", "GET", path + "/config");
        var again = XElement.Parse(read.Body);
        Reverse(again);
        var updated = await harness.CallAsync("cloudfront", "PUT", path + "/config", again.ToString(), headers: ("If-Match", read.Headers["ETag"]));
        Assert.Equal(200, updated.Status);
        foreach (var answer in (XElement[])
            [
                XElement.Parse(created.Body).Element(Cf + "DistributionConfig")!,
                XElement.Parse(read.Body),
                XElement.Parse(updated.Body).Element(Cf + "DistributionConfig")!,
                XElement.Parse((await harness.CallAsync("cloudfront", "GET", path + "/config")).Body),
            ])
        {
            AssertInOrder(answer);
            Assert.Equal("Novelty", answer.Elements().Last().Name.LocalName);
            Assert.Equal(["1", "2"], answer.Element(Cf + "Novelty")!.Elements().Select(e => e.Value).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_orders_are_those_of_the_service_model()
    {
        const string script = """
            import botocore.loaders, json
            model = botocore.loaders.Loader().load_service_model('cloudfront', 'service-2', '2020-05-31')['shapes']
            print(json.dumps({n: [m.get('locationName', k) for k, m in s['members'].items()] for n, s in model.items() if s['type'] == 'structure'}))
            """;
        var (code, output) = await PythonAsync(script);
        Assert.SkipUnless(code == 0, "python3 with botocore is not on this machine.");
        var model = JsonSerializer.Deserialize<Dictionary<string, string[]>>(output)!;
        // An element is named after its member; where the structure has another name, it is here.
        var structures = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Logging"] = "LoggingConfig",
            ["Cookies"] = "CookiePreference",
            ["WhitelistedNames"] = "CookieNames",
            ["Members"] = "OriginGroupMembers",
        };
        Assert.All(ElementOrder.All, s =>
        {
            var members = model[structures.GetValueOrDefault(s.Key, s.Key)];
            Assert.Equal(members, s.Value.Intersect(members, StringComparer.Ordinal));
        });
        Assert.Equal(model["DistributionConfig"], ElementOrder.All["DistributionConfig"]);
    }

    private static void Reverse(XElement element)
    {
        foreach (var child in element.Elements())
        {
            Reverse(child);
        }
        if (element.HasElements)
        {
            element.ReplaceNodes(element.Elements().Reverse().ToArray());
        }
    }

    private static void AssertInOrder(XElement element)
    {
        if (ElementOrder.All.TryGetValue(element.Name.LocalName, out var order))
        {
            var known = element.Elements().Select(e => Array.IndexOf(order, e.Name.LocalName)).ToArray();
            Assert.Equal(known.Where(i => i >= 0).Order().Concat(known.Where(i => i < 0)), known);
        }
        foreach (var child in element.Elements())
        {
            AssertInOrder(child);
        }
    }

    private static async Task<(int Code, string Output)> PythonAsync(string script)
    {
        try
        {
            var start = new ProcessStartInfo("python3", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await errors;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
