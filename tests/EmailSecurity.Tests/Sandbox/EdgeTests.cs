using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using EmailSecurity.Sandbox.Edge;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

public sealed class EdgeTests : IAsyncLifetime
{
    private const string Host = "mta-sts.example.com";
    private const string Url = $"https://{Host}/.well-known/mta-sts.txt";
    private readonly EmulationHarness harness = new();
    private string id = "";

    public async ValueTask InitializeAsync() => await harness.Emulation.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task An_object_is_served_over_checked_https_and_refused_over_plain_http()
    {
        await DeployAsync();
        harness.PutObject(".well-known/mta-sts.txt", "version: STSv1\n", cacheControl: "max-age=60");
        using var client = harness.Client();
        using var response = await client.GetAsync(Url);
        Assert.Equal("version: STSv1\n", await response.Content.ReadAsStringAsync());
        Assert.Equal("Miss from cloudfront", response.Headers.GetValues("X-Cache").Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        using var plain = harness.Client(plain: true);
        using var refused = await plain.GetAsync(Url.Replace("https", "http", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var post = await client.PostAsync(Url, new StringContent("x"));
        Assert.Equal(HttpStatusCode.Forbidden, post.StatusCode);
        Assert.Equal(3, harness.Logs.Count);
        Assert.All(harness.Logs, k => Assert.StartsWith($"p/{id}.", k, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_cache_serves_the_old_object_until_it_expires_or_is_invalidated()
    {
        await DeployAsync();
        using var client = harness.Client();
        harness.PutObject(".well-known/mta-sts.txt", "one", cacheControl: "max-age=60");
        Assert.Equal("one", await client.GetStringAsync(Url));
        harness.PutObject(".well-known/mta-sts.txt", "two", cacheControl: "max-age=60");
        harness.Time.Advance(TimeSpan.FromSeconds(59));
        using (var hit = await client.GetAsync(Url))
        {
            Assert.Equal("one", await hit.Content.ReadAsStringAsync());
            Assert.Equal(("Hit from cloudfront", "59"), (hit.Headers.GetValues("X-Cache").Single(), hit.Headers.GetValues("Age").Single()));
        }
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", await client.GetStringAsync(Url));
        harness.PutObject(".well-known/mta-sts.txt", "three", cacheControl: "max-age=60");
        Assert.Equal("two", await client.GetStringAsync(Url));
        harness.Clock.Set("real", 1);
        await harness.CallAsync("cloudfront", "POST", $"/2020-05-31/distribution/{id}/invalidation", $"<InvalidationBatch xmlns='{Cf}'><Paths><Quantity>1</Quantity><Items><Path>/.well-known/*</Path></Items></Paths><CallerReference>i</CallerReference></InvalidationBatch>");
        Assert.Equal("two", await client.GetStringAsync(Url)); // the invalidation has not reached the edge
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("three", await client.GetStringAsync(Url));
    }

    [Fact]
    public async Task While_in_progress_the_edge_serves_what_was_deployed_before()
    {
        harness.Clock.Set("real", 1);
        harness.PutObject(".well-known/mta-sts.txt", "one");
        await DeployAsync();
        using var client = harness.Client();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(Url)); // the default certificate does not have the name
        harness.Time.Advance(TimeSpan.FromSeconds(240));
        Assert.Equal("one", await client.GetStringAsync(Url));
        var path = $"/2020-05-31/distribution/{id}/config";
        var config = await harness.CallAsync("cloudfront", "GET", path);
        var off = config.Body.Replace("<Enabled>true</Enabled><ViewerC", "<Enabled>false</Enabled><ViewerC", StringComparison.Ordinal);
        Assert.Equal(200, (await harness.CallAsync("cloudfront", "PUT", path, off, headers: ("If-Match", config.Headers["ETag"]))).Status);
        Assert.Equal("one", await client.GetStringAsync(Url));
        harness.Time.Advance(TimeSpan.FromSeconds(240));
        using var disabled = await client.GetAsync(Url); // on the open connection
        Assert.Equal(HttpStatusCode.Forbidden, disabled.StatusCode);
    }

    [Fact]
    public async Task Without_an_origin_access_control_the_bucket_is_closed()
    {
        harness.PutObject(".well-known/mta-sts.txt", "one");
        await DeployAsync(withControl: false);
        using var client = harness.Client();
        using var response = await client.GetAsync(Url);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(0, harness.Fetches);
    }

    [Fact]
    public async Task Svg_is_gzipped_for_who_takes_it_and_a_conditional_get_is_304()
    {
        await DeployAsync();
        harness.PutObject("logo.svg", new string('s', 2000), "image/svg+xml");
        using var client = harness.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{Host}/logo.svg");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var packed = await client.SendAsync(request);
        Assert.Equal("gzip", packed.Content.Headers.ContentEncoding.Single());
        using var plain = await client.GetAsync($"https://{Host}/logo.svg");
        Assert.Equal(2000, plain.Content.Headers.ContentLength);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"https://{Host}/logo.svg");
        again.Headers.IfNoneMatch.Add(plain.Headers.ETag!);
        using var unchanged = await client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Sites_break_in_the_ways_they_are_told_to()
    {
        var page = new Dictionary<string, SiteResponse>(StringComparer.Ordinal) { ["/"] = new() { Body = "hello" }, ["/moved"] = new() { Status = 301, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = "https://elsewhere.example/" } }, ["/big"] = new() { Size = 100_000 }, ["/cut"] = new() { Body = "half of this", Reset = true } };
        harness.Emulation.PutSite("good.example", new SiteDefinition { Http = page });
        harness.Emulation.PutSite("old.example", new SiteDefinition { Http = page, Certificate = new SiteCertificate { NotBefore = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), NotAfter = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero) } });
        harness.Emulation.PutSite("wrong.example", new SiteDefinition { Http = page, Certificate = new SiteCertificate { Names = ["other.example"] } });
        harness.Emulation.PutSite("untrusted.example", new SiteDefinition { Http = page, Certificate = new SiteCertificate { Trusted = false } });
        harness.Emulation.PutSite("reset.example", new SiteDefinition { Reset = true });
        foreach (var mode in SiteDefinition.TlsModes)
        {
            harness.Emulation.PutSite($"tls-{mode.Replace(".", "", StringComparison.Ordinal).Replace("+", "p", StringComparison.Ordinal)}.example", new SiteDefinition { Http = page, Tls = mode });
        }
        using var client = harness.Client();
        Assert.Equal("hello", await client.GetStringAsync("https://good.example/"));
        Assert.Equal("hello", await client.GetStringAsync("https://tls-12p.example/"));
        Assert.Equal("hello", await client.GetStringAsync("https://tls-12.example/"));
        Assert.Equal("hello", await client.GetStringAsync("https://tls-13.example/"));
        using (var moved = await client.GetAsync("https://good.example/moved"))
        {
            Assert.Equal((HttpStatusCode.MovedPermanently, "https://elsewhere.example/"), (moved.StatusCode, moved.Headers.Location!.ToString()));
        }
        Assert.Equal(100_000, (await client.GetByteArrayAsync("https://good.example/big")).Length);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("https://good.example/none")).StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetStringAsync("https://good.example/cut"));
        foreach (var host in (string[])["old", "wrong", "untrusted", "tls-11", "tls-alert", "tls-none"])
        {
            var broken = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync($"https://{host}.example/"));
            Assert.IsType<AuthenticationException>(broken.InnerException);
        }
        var reset = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("https://reset.example/"));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.GetBaseException()).SocketErrorCode);
    }

    private async Task DeployAsync(bool withControl = true)
    {
        var arn = await harness.IssueAsync("example.com", [Host]);
        var reply = await harness.CreateDistributionAsync(Config("r", arn, [Host], withControl ? await harness.CreateControlAsync() : ""));
        Assert.Equal(201, reply.Status);
        id = Value(reply.Body, "Id");
    }
}
