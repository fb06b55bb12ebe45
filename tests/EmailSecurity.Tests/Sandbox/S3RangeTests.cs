using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>Reading parts of objects (RFC 9110 section 14) and reading on conditions (section 13).</summary>
public sealed class S3RangeTests(HostFixture host) : IClassFixture<HostFixture>, IAsyncLifetime
{
    private const string Text = "0123456789";

    private string bucket = "";
    private string etag = "";

    public async ValueTask InitializeAsync()
    {
        using var s3 = host.S3();
        bucket = await host.NewBucketAsync(s3);
        etag = (await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "ten", ContentBody = Text, ContentType = "text/plain" })).ETag;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "empty", ContentBody = "", ContentType = "text/plain" });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("bytes=0-0", "0", "bytes 0-0/10")]
    [InlineData("bytes=2-4", "234", "bytes 2-4/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=7-99", "789", "bytes 7-9/10")]
    [InlineData("bytes=9-99999999999999999999999", "9", "bytes 9-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")] // a suffix
    [InlineData("bytes=-99", Text, "bytes 0-9/10")]
    [InlineData("BYTES=1-2", "12", "bytes 1-2/10")] // units are case-insensitive
    [InlineData("bytes=4-2", Text, null)] // invalid: ignored
    [InlineData("bytes=a-b", Text, null)]
    [InlineData("bytes=", Text, null)]
    [InlineData("bytes=-", Text, null)]
    [InlineData("lines=1-2", Text, null)] // an unknown unit: ignored
    [InlineData("bytes=0-1,4-5", Text, null)] // S3 serves one range a request
    public async Task Ranges_that_are_served(string range, string body, string? contentRange)
    {
        foreach (var method in (string[])["GET", "HEAD"])
        {
            using var response = await SendAsync(method, "ten", $"range:{range}");
            Assert.Equal(contentRange is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent, response.StatusCode);
            Assert.Equal(contentRange, response.Content.Headers.ContentRange?.ToString());
            Assert.Equal(body.Length, response.Content.Headers.ContentLength);
            Assert.Equal((etag, "text/plain"), (response.Headers.ETag!.ToString(), response.Content.Headers.ContentType!.ToString()));
            Assert.Equal(method == "GET" ? body : "", await response.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("ten", "bytes=10-")]
    [InlineData("ten", "bytes=10-12")]
    [InlineData("ten", "bytes=-0")]
    [InlineData("empty", "bytes=0-")]
    public async Task Ranges_that_cannot_be_served(string key, string range)
    {
        using var response = await SendAsync("GET", key, $"range:{range}");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal(key == "ten" ? "bytes */10" : "bytes */0", response.Content.Headers.ContentRange!.ToString());
        Assert.Contains("<Code>InvalidRange</Code>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_official_client_reads_a_part_without_the_checksum_of_the_whole()
    {
        using var s3 = host.S3();
        var request = new GetObjectRequest { BucketName = bucket, Key = "ten", ByteRange = new ByteRange(3, 5), ChecksumMode = ChecksumMode.ENABLED };
        using var part = await s3.GetObjectAsync(request);
        using var reader = new StreamReader(part.ResponseStream);
        Assert.Equal("345", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("bytes 3-5/10", HttpStatusCode.PartialContent), (part.ContentRange, part.HttpStatusCode));
        Assert.Null(part.ChecksumCRC32);
    }

    [Fact]
    public async Task If_Range_gives_the_whole_of_another_version()
    {
        using var same = await SendAsync("GET", "ten", "range:bytes=1-1", $"if-range:{etag}");
        Assert.Equal("1", await same.Content.ReadAsStringAsync());
        using var other = await SendAsync("GET", "ten", "range:bytes=1-1", "if-range:\"other\"");
        Assert.Equal((HttpStatusCode.OK, Text), (other.StatusCode, await other.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("if-match", true, HttpStatusCode.OK)]
    [InlineData("if-match", false, HttpStatusCode.PreconditionFailed)]
    [InlineData("if-none-match", true, HttpStatusCode.NotModified)]
    [InlineData("if-none-match", false, HttpStatusCode.OK)]
    public async Task Conditions_on_the_entity_tag(string header, bool matches, HttpStatusCode status)
    {
        using var response = await SendAsync("GET", "ten", $"{header}:{(matches ? etag : "\"other\"")}");
        Assert.Equal(status, response.StatusCode);
        var isFailed = (await response.Content.ReadAsStringAsync()).Contains("PreconditionFailed", StringComparison.Ordinal);
        Assert.Equal(status == HttpStatusCode.PreconditionFailed, isFailed);
    }

    [Theory]
    [InlineData("if-modified-since", -3600, HttpStatusCode.OK)]
    [InlineData("if-modified-since", 0, HttpStatusCode.NotModified)]
    [InlineData("if-unmodified-since", -3600, HttpStatusCode.PreconditionFailed)]
    [InlineData("if-unmodified-since", 0, HttpStatusCode.OK)]
    public async Task Conditions_on_the_date(string header, int secondsFromLastModified, HttpStatusCode status)
    {
        using var now = await SendAsync("HEAD", "ten");
        var date = now.Content.Headers.LastModified!.Value.AddSeconds(secondsFromLastModified);
        using var response = await SendAsync("GET", "ten", $"{header}:{date:R}");
        Assert.Equal(status, response.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string key, params string[] headers)
    {
        using var request = S3Raw.Sign(host, method, $"/{bucket}/{key}", [], "us-east-1", headers);
        return await host.Http.SendAsync(request);
    }
}
