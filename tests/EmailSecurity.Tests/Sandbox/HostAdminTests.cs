using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>The admin interface: one sandbox per test, as its state is the sandbox's.</summary>
public sealed class HostAdminTests : IAsyncLifetime
{
    private readonly HostFixture host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Calls_are_logged_with_operation_status_and_error_and_can_be_cleared()
    {
        using var s3 = host.S3();
        await s3.PutBucketAsync("logged-bucket");
        await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.GetObjectAsync("logged-bucket", "missing"));
        using var calls = JsonDocument.Parse(await host.Http.GetStringAsync(new Uri(host.Server.AdminUrl + "/calls")));
        Assert.Equal(2, calls.RootElement.GetArrayLength());
        var (first, second) = (calls.RootElement[0], calls.RootElement[1]);
        Assert.Equal("s3 CreateBucket True 200", $"{first.GetProperty("service")} {first.GetProperty("operation")} {first.GetProperty("write")} {first.GetProperty("status")}");
        Assert.Equal(JsonValueKind.Null, first.GetProperty("error").ValueKind);
        Assert.Equal("s3 GetObject False 404 NoSuchKey", $"{second.GetProperty("service")} {second.GetProperty("operation")} {second.GetProperty("write")} {second.GetProperty("status")} {second.GetProperty("error")}");
        Assert.True(second.GetProperty("startMs").GetInt64() >= 0 && second.GetProperty("durationMs").GetInt64() >= 0);
        await host.AdminAsync(HttpMethod.Delete, "/calls");
        Assert.Empty(host.Server.GetCalls());
    }

    [Fact]
    public async Task A_fault_hits_the_nth_call_of_its_operation_only()
    {
        using var s3 = host.S3();
        await s3.ListBucketsAsync();
        await host.AdminAsync(HttpMethod.Put, "/faults", """[{"service":"s3","operation":"ListBuckets","nth":2,"kind":"throttle"}]""");
        await s3.ListBucketsAsync();
        await s3.PutBucketAsync(HostFixture.NewName());
        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SlowDown"), (error.StatusCode, error.ErrorCode));
        await s3.ListBucketsAsync();
    }

    [Theory]
    [InlineData("throttle")]
    [InlineData("error500")]
    [InlineData("reset")]
    [InlineData("timeout")]
    public async Task Faults_before_the_change_leave_nothing_and_the_sdk_retries_them(string kind)
    {
        var name = HostFixture.NewName();
        await host.AdminAsync(HttpMethod.Put, "/faults", $$"""[{"nth":1,"kind":"{{kind}}"}]""");
        using var s3 = host.S3();
        await Assert.ThrowsAnyAsync<Exception>(() => s3.PutBucketAsync(name));
        Assert.Null(host.Origin.GetFacts(name));
        host.Server.ClearCalls();
        await host.AdminAsync(HttpMethod.Put, "/faults", $$"""[{"nth":1,"kind":"{{kind}}"}]""");
        using var retrying = host.S3(retries: 3);
        await retrying.PutBucketAsync(name);
        Assert.NotNull(host.Origin.GetFacts(name));
        var calls = host.Server.GetCalls();
        Assert.Equal(2, calls.Count);
        Assert.All(calls, c => Assert.True(c.Operation == "CreateBucket" && c.Write));
        Assert.NotNull(calls[0].Error);
        Assert.Null(calls[1].Error);
    }

    [Fact]
    public async Task A_lost_response_comes_after_the_change()
    {
        var name = HostFixture.NewName();
        await host.AdminAsync(HttpMethod.Put, "/faults", """[{"service":"s3","operation":"CreateBucket","nth":1,"kind":"lostResponse"}]""");
        using var s3 = host.S3();
        await Assert.ThrowsAnyAsync<Exception>(() => s3.PutBucketAsync(name));
        Assert.NotNull(host.Origin.GetFacts(name));
        Assert.Equal("lostResponse", Assert.Single(host.Server.GetCalls()).Error);
    }

    [Fact]
    public async Task A_seeded_share_of_calls_fails_and_the_same_ones_each_time()
    {
        async Task<string> RunAsync(int seed)
        {
            await host.AdminAsync(HttpMethod.Put, "/faults", $$"""{"rate":0.3,"seed":{{seed}},"kinds":["throttle","error500"]}""");
            host.Server.ClearCalls();
            using var s3 = host.S3();
            for (var i = 0; i < 40; i++)
            {
                try
                {
                    await s3.ListBucketsAsync();
                }
                catch (AmazonS3Exception)
                {
                    // expected for a share of them
                }
            }
            return string.Join(',', host.Server.GetCalls().Select(c => c.Error ?? "-"));
        }
        var first = await RunAsync(7);
        Assert.Equal(first, await RunAsync(7));
        Assert.NotEqual(first, await RunAsync(8));
        Assert.InRange(first.Split(',').Count(e => e != "-"), 4, 24);
        Assert.Contains("SlowDown", first, StringComparison.Ordinal);
        Assert.Contains("InternalError", first, StringComparison.Ordinal);
        await host.AdminAsync(HttpMethod.Delete, "/faults");
        using var client = host.S3();
        await client.ListBucketsAsync();
    }

    [Theory]
    [InlineData("/faults", """[{"kind":"throttle"}]""")]
    [InlineData("/faults", """[{"nth":0,"kind":"throttle"}]""")]
    [InlineData("/faults", """[{"nth":1,"kind":"explode"}]""")]
    [InlineData("/faults", """[{"nth":1,"kind":"reset","colour":"red"}]""")]
    [InlineData("/faults", """{"rate":2,"kinds":["reset"]}""")]
    [InlineData("/faults", """{"rate":0.1,"kinds":[]}""")]
    [InlineData("/faults", "nonsense")]
    [InlineData("/latency", """{"profile":"slow"}""")]
    [InlineData("/latency", """{"profile":"real","scale":-1}""")]
    [InlineData("/denials", """[{"service":1}]""")]
    [InlineData("/zones/example.com", """{"name":"x"}""")]
    [InlineData("/zones/example.com", """[{"name":"example.com","type":"MX"}]""")]
    [InlineData("/zones/bad.example", """[{"name":"elsewhere.example","type":"A","values":["192.0.2.1"]}]""")]
    public async Task Bad_input_is_told(string path, string json)
    {
        using var response = await host.Http.PutAsync(new Uri(host.Server.AdminUrl + path), new StringContent(json));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zones_are_put_got_and_dropped()
    {
        await host.AdminAsync(HttpMethod.Put, "/zones/ext.example", """[{"name":"ext.example","type":"mx","ttl":60,"values":["10 mx.ext.example."]}]""");
        Assert.Equal("""[{"name":"ext.example","type":"MX","ttl":60,"values":["10 mx.ext.example."]}]""", await host.Http.GetStringAsync(new Uri(host.Server.AdminUrl + "/zones/ext.example")));
        await host.AdminAsync(HttpMethod.Delete, "/zones/ext.example");
        using var gone = await host.Http.GetAsync(new Uri(host.Server.AdminUrl + "/zones/ext.example"));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Denials_refuse_the_main_account_in_the_services_shape()
    {
        await host.AdminAsync(HttpMethod.Put, "/denials", """[{"service":"s3","operation":"ListBuckets"},{"service":"sts"}]""");
        using var s3 = host.S3();
        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync());
        Assert.Equal((HttpStatusCode.Forbidden, "AccessDenied"), (error.StatusCode, error.ErrorCode));
        Assert.Contains("s3:ListBuckets", error.Message, StringComparison.Ordinal);
        using var sts = host.Sts();
        Assert.Equal("AccessDenied", (await Assert.ThrowsAnyAsync<AmazonServiceException>(() => sts.GetCallerIdentityAsync(new()))).ErrorCode);
        using var other = host.OtherS3();
        await other.ListBucketsAsync();
        await host.AdminAsync(HttpMethod.Delete, "/denials");
        await s3.ListBucketsAsync();
    }

    [Fact]
    public async Task Latency_is_put_and_shown()
    {
        await host.AdminAsync(HttpMethod.Put, "/latency", """{"profile":"real","scale":0.01}""");
        Assert.Equal("""{"profile":"real","scale":0.01}""", await host.Http.GetStringAsync(new Uri(host.Server.AdminUrl + "/latency")));
    }

    [Fact]
    public async Task The_page_shows_buckets_and_calls_and_escapes_them()
    {
        using var s3 = host.S3();
        await s3.PutBucketAsync("shown-bucket");
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "shown-bucket", Key = "<b>", ContentBody = "x" });
        var page = await host.Http.GetStringAsync(new Uri(host.Server.AdminUrl));
        Assert.Contains("shown-bucket", page, StringComparison.Ordinal);
        Assert.Contains("CreateBucket", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_host_names_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Server.AdminUrl + "/calls") { Headers = { Host = "rebound.example" } };
        using var response = await host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("https://attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:1", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("self", HttpStatusCode.NoContent)]
    [InlineData("", HttpStatusCode.NoContent)]
    public async Task Pages_of_other_origins_are_refused(string origin, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, host.Server.AdminUrl + "/denials");
        if (origin.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin == "self" ? host.Server.AdminUrl : origin);
        }

        using var response = await host.Http.SendAsync(request);
        Assert.Equal(status == HttpStatusCode.Forbidden, response.StatusCode == HttpStatusCode.Forbidden);
        Assert.Equal(status != HttpStatusCode.Forbidden, response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task What_is_not_emulated_is_501()
    {
        using var s3 = host.S3();
        var name = await host.NewBucketAsync(s3);
        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetCORSConfigurationAsync(name));
        Assert.Equal((HttpStatusCode.NotImplemented, "NotImplemented"), (error.StatusCode, error.ErrorCode));
    }
}
