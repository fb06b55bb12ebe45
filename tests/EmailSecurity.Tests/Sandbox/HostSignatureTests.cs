using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Signing;
using Microsoft.Extensions.Time.Testing;

namespace EmailSecurity.Tests.Sandbox;

public sealed class HostSignatureTests(HostFixture host) : IClassFixture<HostFixture>
{
    // The worked examples of the S3 API reference ("Authenticating Requests"): fixed inputs with their published signatures.
    private const string ExampleKey = "AKIAIOSFODNN7EXAMPLE";
    private const string ExampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private const string ExampleScope = ExampleKey + "/20130524/us-east-1/s3/aws4_request";
    private static readonly DateTimeOffset ExampleTime = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Published_example_of_a_get_is_good()
    {
        Assert.IsType<SignatureResult.Good>(Verify(ExampleGet(), ExampleTime));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(-16)]
    public void More_than_15_minutes_off_is_skewed(int minutes) =>
        Assert.Equal(SignatureFault.Skewed, Assert.IsType<SignatureResult.Bad>(Verify(ExampleGet(), ExampleTime.AddMinutes(minutes))).Fault);

    [Theory]
    [InlineData(14)]
    [InlineData(-14)]
    public void Less_than_15_minutes_off_is_good(int minutes) => Assert.IsType<SignatureResult.Good>(Verify(ExampleGet(), ExampleTime.AddMinutes(minutes)));

    [Theory]
    [InlineData("/test.txt2", "", "GET", "range")]
    [InlineData("/test.txt", "acl", "GET", "range")]
    [InlineData("/test.txt", "", "PUT", "range")]
    [InlineData("/test.txt", "", "GET", "x")]
    public void Any_change_breaks_the_signature(string path, string query, string method, string rangeHeader)
    {
        var headers = new Dictionary<string, string>(ExampleGet().Headers, StringComparer.OrdinalIgnoreCase);
        headers.Remove("range");
        headers[rangeHeader] = "bytes=0-9";
        Assert.Equal(SignatureFault.Mismatch, Assert.IsType<SignatureResult.Bad>(Verify(new RawRequest(method, path, query, headers, []), ExampleTime)).Fault);
    }

    [Fact]
    public void Amz_headers_must_be_signed()
    {
        var headers = new Dictionary<string, string>(ExampleGet().Headers, StringComparer.OrdinalIgnoreCase) { ["x-amz-acl"] = "public-read" };
        Assert.Equal(SignatureFault.UnsignedHeaders, Assert.IsType<SignatureResult.Bad>(Verify(new RawRequest("GET", "/test.txt", "", headers, []), ExampleTime)).Fault);
    }

    [Fact]
    public void Published_example_of_a_chunked_upload_is_good()
    {
        var good = Assert.IsType<SignatureResult.Good>(Verify(ExampleChunked(0), ExampleTime));
        Assert.Equal(66560, good.Body.Length);
        Assert.All(good.Body, b => Assert.Equal((byte)'a', b));
    }

    [Fact]
    public void A_changed_chunk_is_refused() =>
        Assert.Equal(SignatureFault.Mismatch, Assert.IsType<SignatureResult.Bad>(Verify(ExampleChunked(1), ExampleTime)).Fault);

    [Theory]
    [InlineData("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", true, "hello")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", true, "hello")]
    [InlineData("0\r\n\r\n", true, "")]
    [InlineData("5\r\nhello\r\n", false, "")] // no last chunk
    [InlineData("6\r\nhello\r\n0\r\n\r\n", false, "")] // size and data differ
    [InlineData("fffffff\r\nhello\r\n0\r\n\r\n", false, "")]
    [InlineData("zz\r\nhello\r\n0\r\n\r\n", false, "")]
    [InlineData("5\r\nhello\r\n0\r\nnot a header\r\n\r\n", false, "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\nmore", false, "")]
    public void Unsigned_chunks(string body, bool good, string text)
    {
        var problem = new AwsChunkedBody(null, "", "", "").TryDecode(Encoding.UTF8.GetBytes(body), trailerExpected: true, out var decoded);
        Assert.Equal(good, problem is null);
        if (good)
        {
            Assert.Equal(text, Encoding.UTF8.GetString(decoded));
        }
    }

    [Theory]
    [InlineData("crc32", "y/Q5Jg==")] // check values of the CRC catalogue for "123456789"
    [InlineData("crc32c", "4waSgw==")]
    [InlineData("crc64nvme", "rosUhgp5mIg=")]
    [InlineData("sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=")]
    public void Checksums(string name, string value) => Assert.Equal(value, Checksum.Compute(name, "123456789"u8));

    [Fact]
    public async Task S3_names_its_own_errors()
    {
        Assert.Equal("SignatureDoesNotMatch", (await Assert.ThrowsAsync<AmazonS3Exception>(() => host.S3(secret: "wrong").ListBucketsAsync())).ErrorCode);
        Assert.Equal("InvalidAccessKeyId", (await Assert.ThrowsAsync<AmazonS3Exception>(() => host.S3(accessKey: "AKIANOBODY").ListBucketsAsync())).ErrorCode);
        using var response = await host.Http.GetAsync(new Uri(host.Server.EndpointUrl + "/some-bucket"));
        Assert.Equal(403, (int)response.StatusCode);
        Assert.Contains("<Code>AccessDenied</Code>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_session_token_is_refused()
    {
        using var client = new AmazonS3Client(new SessionAWSCredentials(host.Server.AccessKey, host.Server.SecretKey, "made-up"), host.Config(new AmazonS3Config { ForcePathStyle = true }, "us-east-1", 0));
        Assert.Equal("InvalidToken", (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.ListBucketsAsync())).ErrorCode);
    }

    private static SignatureResult Verify(RawRequest request, DateTimeOffset now)
    {
        var accounts = new AccountDirectory();
        accounts.Add(new SandboxCredential(new SandboxAccount("123456789012", "example"), ExampleKey, ExampleSecret, null, null));
        var time = new FakeTimeProvider(now);
        return new SignatureVerifier(accounts, [time], time).Verify(request, "s3", null);
    }

    private static RawRequest ExampleGet() => new("GET", "/test.txt", "", Headers(new()
    {
        ["host"] = "examplebucket.s3.amazonaws.com",
        ["range"] = "bytes=0-9",
        ["x-amz-content-sha256"] = SigV4.EmptyHash,
        ["x-amz-date"] = "20130524T000000Z",
        ["authorization"] = $"AWS4-HMAC-SHA256 Credential={ExampleScope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    }), []);

    private static RawRequest ExampleChunked(int changedByte)
    {
        var body = new MemoryStream();
        void Write(string text) => body.Write(Encoding.ASCII.GetBytes(text));
        Write("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + new string('a', 65536) + "\r\n");
        Write("400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + new string('a', 1024 - changedByte) + new string('b', changedByte) + "\r\n");
        Write("0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n");
        return new RawRequest("PUT", "/examplebucket/chunkObject.txt", "", Headers(new()
        {
            ["host"] = "s3.amazonaws.com",
            ["x-amz-date"] = "20130524T000000Z",
            ["x-amz-storage-class"] = "REDUCED_REDUNDANCY",
            ["x-amz-content-sha256"] = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            ["content-encoding"] = "aws-chunked",
            ["x-amz-decoded-content-length"] = "66560",
            ["content-length"] = "66824",
            ["authorization"] = $"AWS4-HMAC-SHA256 Credential={ExampleScope},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        }), body.ToArray());
    }

    private static Dictionary<string, string> Headers(Dictionary<string, string> headers) => new(headers, StringComparer.OrdinalIgnoreCase);
}
