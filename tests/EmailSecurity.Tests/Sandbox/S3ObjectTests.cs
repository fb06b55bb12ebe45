using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using static EmailSecurity.Tests.Sandbox.S3BucketTests;

namespace EmailSecurity.Tests.Sandbox;

public sealed class S3ObjectTests(HostFixture host) : IClassFixture<HostFixture>, IDisposable
{
    private readonly AmazonS3Client s3 = host.S3();

    public void Dispose() => s3.Dispose();

    [Fact]
    public async Task An_object_reads_back_with_its_headers()
    {
        var name = await host.NewBucketAsync(s3);
        var put = await s3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = name,
            Key = ".well-known/mta-sts.txt",
            ContentBody = "version: STSv1\n",
            ContentType = "text/plain; charset=utf-8",
            Headers = { CacheControl = "max-age=60", ContentEncoding = "identity" },
            Metadata = { ["x-amz-meta-policy"] = "abc" },
        });
        using var got = await s3.GetObjectAsync(name, ".well-known/mta-sts.txt");
        using var reader = new StreamReader(got.ResponseStream);
        Assert.Equal("version: STSv1\n", await reader.ReadToEndAsync());
        Assert.Equal(("text/plain; charset=utf-8", "max-age=60", "identity", "abc"), (got.Headers.ContentType, got.Headers.CacheControl, got.Headers.ContentEncoding, got.Metadata["policy"]));
        Assert.Equal("\"be3196173fe3a7cf48479784e536a9a2\"", put.ETag); // MD5 of the content
        Assert.Equal(put.ETag, got.ETag);
        Assert.Equal(ServerSideEncryptionMethod.AES256, got.ServerSideEncryptionMethod);
        var head = await s3.GetObjectMetadataAsync(name, ".well-known/mta-sts.txt");
        Assert.Equal((15, put.ETag), (head.ContentLength, head.ETag));
        Assert.Null(put.VersionId);
    }

    [Theory]
    [InlineData("plain", null, false)]
    [InlineData("sp ace/ü+%41&=?", null, false)]
    [InlineData("sha256", "SHA256", false)]
    [InlineData("sha1", "SHA1", false)]
    [InlineData("crc32", "CRC32", false)]
    [InlineData("crc32c", "CRC32C", false)]
    [InlineData("crc64", "CRC64NVME", false)]
    [InlineData("stream", null, true)]
    [InlineData("stream-sha256", "SHA256", true)]
    public async Task Every_way_the_client_sends_a_body(string key, string? algorithm, bool stream)
    {
        var name = await host.NewBucketAsync(s3);
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("0123456789", 20_000)));
        var request = new PutObjectRequest { BucketName = name, Key = key, ChecksumAlgorithm = algorithm is null ? null : ChecksumAlgorithm.FindValue(algorithm), UseChunkEncoding = stream, InputStream = new MemoryStream(content) };
        await s3.PutObjectAsync(request);
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = name, Key = key, ChecksumMode = ChecksumMode.ENABLED });
        using var copy = new MemoryStream();
        await got.ResponseStream.CopyToAsync(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.Empty(got.Headers.ContentEncoding ?? "");
    }

    [Theory]
    [InlineData("content-md5: AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest")]
    [InlineData("x-amz-checksum-sha256: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BadDigest")]
    [InlineData("x-amz-checksum-crc32: AA==", "InvalidRequest")]
    [InlineData("x-amz-acl: public-read", "AccessControlListNotSupported")]
    [InlineData("x-amz-acl: bucket-owner-full-control", null)]
    [InlineData("x-amz-storage-class: GLACIER_IR", "NotImplemented")]
    [InlineData("x-amz-tagging: a=b", "NotImplemented")]
    [InlineData("x-amz-server-side-encryption: aws:kms", null)]
    [InlineData("x-amz-server-side-encryption: rot13", "InvalidArgument")]
    [InlineData("x-amz-website-redirect-location: /other", null)]
    [InlineData("x-amz-website-redirect-location: other", "InvalidRedirectLocation")]
    [InlineData("x-amz-server-side-encryption: AES256", null)]
    public async Task Put_headers(string header, string? error)
    {
        var name = await host.NewBucketAsync(s3);
        Assert.Equal(error, await S3Raw.SendAsync(host, "PUT", $"/{name}/k", "x", "us-east-1", header));
    }

    // S3 user guide, "Common Response Headers", ETag: under SSE-KMS it is no MD5 of the object.
    [Fact]
    public async Task Under_a_key_the_ETag_is_nothing_of_the_contents_and_the_key_is_told()
    {
        var name = await host.NewBucketAsync(s3);
        var put = new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1", ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS, ServerSideEncryptionKeyManagementServiceKeyId = "key/1" };
        var answer = await s3.PutObjectAsync(put);
        Assert.NotEqual("\"c4ca4238a0b923820dcc509a6f75849b\"", answer.ETag);
        Assert.Equal("key/1", (await s3.GetObjectMetadataAsync(name, "k")).ServerSideEncryptionKeyManagementServiceKeyId);
        put.ServerSideEncryptionKeyManagementServiceKeyId = null;
        Assert.StartsWith("arn:aws:kms:", (await s3.PutObjectAsync(put)).ServerSideEncryptionKeyManagementServiceKeyId, StringComparison.Ordinal);
        Assert.Equal("1", await ReadAsync(name, "k"));
    }

    [Fact]
    public async Task A_body_other_than_the_signed_one_is_refused()
    {
        var name = await host.NewBucketAsync(s3);
        using var request = S3Raw.Sign(host, "PUT", $"/{name}/k", "right"u8.ToArray(), "us-east-1");
        request.Content = new ByteArrayContent("wrong"u8.ToArray());
        using var response = await host.Http.SendAsync(request);
        Assert.Contains("XAmzContentSHA256Mismatch", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conditional_puts()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1", IfNoneMatch = "*" });
        Assert.Equal("PreconditionFailed", await ErrorAsync(() => s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "2", IfNoneMatch = "*" })));
        Assert.Equal("PreconditionFailed", await ErrorAsync(() => s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "2", IfMatch = "\"0\"" })));
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "2", IfMatch = "\"c4ca4238a0b923820dcc509a6f75849b\"" });
    }

    [Fact]
    public async Task Versions_and_delete_markers()
    {
        var name = await VersionedAsync();
        var first = await PutAsync(name, "k", "1");
        var second = await PutAsync(name, "k", "2");
        Assert.NotEqual(first, second);
        Assert.Equal("1", await ReadAsync(name, "k", first));
        Assert.Equal("2", await ReadAsync(name, "k"));
        var deleted = await s3.DeleteObjectAsync(name, "k");
        Assert.Equal("true", deleted.DeleteMarker);
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.GetObjectAsync(name, "k"));
        Assert.Equal((HttpStatusCode.NotFound, "NoSuchKey"), (missing.StatusCode, missing.ErrorCode));
        Assert.Equal("MethodNotAllowed", await ErrorAsync(() => s3.GetObjectAsync(name, "k", deleted.VersionId)));
        Assert.Equal("InvalidArgument", await ErrorAsync(() => s3.GetObjectAsync(name, "k", "not-a-version")));
        Assert.Equal("NoSuchVersion", await ErrorAsync(() => s3.GetObjectAsync(name, "k", new string('A', 32))));
        await s3.DeleteObjectAsync(name, "k", deleted.VersionId); // takes the marker away: the object is back
        Assert.Equal("2", await ReadAsync(name, "k"));
        var versions = (await s3.ListVersionsAsync(name)).Versions;
        Assert.Equal([(second, true), (first, false)], versions.Select(v => (v.VersionId, v.IsLatest == true)));
    }

    [Fact]
    public async Task A_suspended_bucket_keeps_one_null_version()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "0" });
        await VersioningAsync(name, VersionStatus.Enabled);
        var kept = await PutAsync(name, "k", "1");
        await VersioningAsync(name, VersionStatus.Suspended);
        await PutAsync(name, "k", "2");
        await PutAsync(name, "k", "3");
        Assert.Equal([("null", "3"), (kept, "1")], await Task.WhenAll((await s3.ListVersionsAsync(name)).Versions.Select(async v => (v.VersionId, await ReadAsync(name, "k", v.VersionId)))));
    }

    [Fact]
    public async Task An_unversioned_delete_is_for_good()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1" });
        await s3.DeleteObjectAsync(name, "k");
        await s3.DeleteObjectAsync(name, "k");
        await s3.DeleteBucketAsync(name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task Versions_are_listed_page_by_page_once_each(int pageSize)
    {
        var name = await VersionedAsync();
        for (var i = 0; i < 7; i++)
        {
            await PutAsync(name, "k" + (i % 3), i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        await s3.DeleteObjectAsync(name, "k1");
        var seen = new List<(string, string)>();
        var request = new ListVersionsRequest { BucketName = name, MaxKeys = pageSize };
        ListVersionsResponse page;
        do
        {
            page = await s3.ListVersionsAsync(request);
            seen.AddRange((page.Versions ?? []).Select(v => (v.Key, v.VersionId)));
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
        while (page.IsTruncated == true);
        Assert.Equal(8, seen.Count);
        Assert.Equal(8, seen.Distinct().Count());
        Assert.Equal(["k0", "k0", "k0", "k1", "k1", "k1", "k2", "k2"], seen.Select(s => s.Item1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task Objects_are_listed_page_by_page_with_prefix_and_delimiter(int pageSize)
    {
        var name = await host.NewBucketAsync(s3);
        foreach (var key in (string[])["a", "b/1", "b/2", "c d/1", "e", "b", "b0"])
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = key, ContentBody = "x" });
        }
        Assert.Equal(["a", "b", "b/1", "b/2", "b0", "c d/1", "e"], await ListAsync("", ""));
        Assert.Equal(["a", "b", "b/", "b0", "c d/", "e"], await ListAsync("", "/"));
        Assert.Equal(["b/1", "b/2"], await ListAsync("b/", "/"));

        async Task<List<string>> ListAsync(string prefix, string delimiter)
        {
            var all = new List<string>();
            var request = new ListObjectsV2Request { BucketName = name, Prefix = prefix, Delimiter = delimiter, MaxKeys = pageSize };
            ListObjectsV2Response page;
            do
            {
                page = await s3.ListObjectsV2Async(request);
                all.AddRange((page.S3Objects ?? []).Select(o => o.Key).Concat(page.CommonPrefixes ?? []));
                request.ContinuationToken = page.NextContinuationToken;
            }
            while (page.IsTruncated == true);
            return [.. all.Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public async Task Many_objects_are_deleted_in_one_call()
    {
        var name = await VersionedAsync();
        var version = await PutAsync(name, "a", "1");
        await PutAsync(name, "b", "1");
        var result = await s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = name, Objects = [new KeyVersion { Key = "a", VersionId = version }, new KeyVersion { Key = "b" }, new KeyVersion { Key = "never" }] });
        Assert.Equal(3, result.DeletedObjects.Count);
        Assert.NotEqual(true, result.DeletedObjects[0].DeleteMarker);
        Assert.Equal(true, result.DeletedObjects[1].DeleteMarker);
        Assert.NotNull(result.DeletedObjects[1].DeleteMarkerVersionId);
        var quiet = await s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = name, Quiet = true, Objects = [new KeyVersion { Key = "b" }] });
        Assert.Empty(quiet.DeletedObjects ?? []);
        var wrong = await Assert.ThrowsAsync<DeleteObjectsException>(() => s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = name, Objects = [new KeyVersion { Key = "b", VersionId = "not-one" }] }));
        Assert.Equal("InvalidArgument", Assert.Single(wrong.Response.DeleteErrors).Code);
    }

    [Fact]
    public async Task A_missing_object_has_no_body_on_head()
    {
        var name = await host.NewBucketAsync(s3);
        var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetObjectMetadataAsync(name, "missing"));
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task A_key_over_1024_bytes_is_refused()
    {
        var name = await host.NewBucketAsync(s3);
        Assert.Equal("KeyTooLongError", await S3Raw.SendAsync(host, "PUT", $"/{name}/{new string('k', 1025)}", "x", "us-east-1"));
    }

    [Fact]
    public async Task The_bucket_may_be_in_the_host_name()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1" });
        var port = new Uri(host.Server.EndpointUrl).Port;
        Assert.Null(await S3Raw.SendAsync(host, "GET", "/k", "", "us-east-1", $"host: {name}.localhost:{port}"));
    }

    private async Task<string> VersionedAsync()
    {
        var name = await host.NewBucketAsync(s3);
        await VersioningAsync(name, VersionStatus.Enabled);
        return name;
    }

    private Task VersioningAsync(string name, VersionStatus status) =>
        s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = name, VersioningConfig = new S3BucketVersioningConfig { Status = status } });

    private async Task<string> PutAsync(string name, string key, string body) => (await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = key, ContentBody = body })).VersionId;

    private async Task<string> ReadAsync(string name, string key, string? version = null)
    {
        using var got = await s3.GetObjectAsync(new GetObjectRequest { BucketName = name, Key = key, VersionId = version });
        using var reader = new StreamReader(got.ResponseStream);
        return await reader.ReadToEndAsync();
    }
}
