using System.IO.Compression;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Ports;
using EmailSecurity.Tests.TlsReports;

namespace EmailSecurity.Tests.Contracts;

/// <summary>What every IObjects must do, and the reader of reports on top of it.</summary>
public abstract class ObjectsContract
{
    protected abstract AwsWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_told()
    {
        using var services = World.Open();
        var place = new BucketPlace(AwsWorld.Unique("none"));
        var e = await AwsWorld.FailsAsync("BucketNotFound", () => ListAsync(services, place, ""));
        Assert.Equal("Check the name of the bucket.", e.Fix);
        e = await AwsWorld.FailsAsync("BucketNotFound", () => services.Objects.ReadAsync(place, "key", new MemoryStream(), 10, Token));
        Assert.Equal("Check the name of the bucket.", e.Fix);
    }

    [Fact]
    public async Task More_than_two_pages_of_objects_are_listed_each_once_in_order()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        string[] keys = [.. Enumerable.Range(0, 2_050).Select(i => Invariant($"in/{i:0000} ä+%&.json"))];
        await Parallel.ForEachAsync([.. keys, "out/1", "in"], new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (key, token) =>
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = place.Name, Key = key, ContentBody = "{}" }, token));

        var pages = await PagesAsync(services, place, "in/");
        Assert.True(pages.Count >= 3, Invariant($"{pages.Count} pages"));
        Assert.Equal(keys, pages.SelectMany(p => p).Select(o => o.Key));
        Assert.All(pages.SelectMany(p => p), o => Assert.Equal((2L, "STANDARD"), (o.Size, o.StorageClass)));
        Assert.All(pages.SelectMany(p => p), o => Assert.InRange(o.LastModified, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1)));
        Assert.Equal(2_052, (await ListAsync(services, place, "")).Count);
    }

    [Fact]
    public async Task The_current_version_is_read_and_a_deleted_object_is_gone()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        await services.Buckets.PutSettingAsync(place.Name, BucketSetting.Versioning, new BucketSettings { Versioned = true }, Token);
        foreach (var text in (string[])["old", "current"])
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = place.Name, Key = "a", ContentBody = text }, Token);
        }

        await s3.PutObjectAsync(new PutObjectRequest { BucketName = place.Name, Key = "b", ContentBody = "gone" }, Token);
        await s3.DeleteObjectAsync(place.Name, "b", Token);
        Assert.Equal(["a"], (await ListAsync(services, place, "")).Select(o => o.Key));
        Assert.Equal((ObjectReading.Read, "current"), await ReadAsync(services, place, "a"));
        Assert.Equal((ObjectReading.Gone, ""), await ReadAsync(services, place, "b"));
    }

    [Fact]
    public async Task An_object_larger_than_allowed_is_not_read()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = place.Name, Key = "a", ContentBody = new string('x', 100) }, Token);
        Assert.Equal(ObjectReading.Read, (await ReadAsync(services, place, "a", 100)).Result);
        Assert.Equal(ObjectReading.TooLarge, (await ReadAsync(services, place, "a", 99)).Result);
    }

    [Theory]
    [InlineData("GLACIER"), InlineData("DEEP_ARCHIVE")]
    public async Task An_archived_object_is_told(string storageClass)
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = place.Name, Key = "a", ContentBody = "x", StorageClass = new S3StorageClass(storageClass) }, Token);
        Assert.Equal(storageClass, Assert.Single(await ListAsync(services, place, "")).StorageClass);
        Assert.Equal(ObjectReading.Archived, (await ReadAsync(services, place, "a")).Result);
    }

    [Fact]
    public async Task Content_Encoding_is_left_to_the_reader()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        var packed = GZip(Encoding.UTF8.GetBytes("{}"));
        var request = new PutObjectRequest { BucketName = place.Name, Key = "a", InputStream = new MemoryStream(packed) };
        request.Headers.ContentEncoding = "gzip";
        await s3.PutObjectAsync(request, Token);
        using var target = new MemoryStream();
        Assert.Equal(ObjectReading.Read, await services.Objects.ReadAsync(place, "a", target, 1000, Token));
        Assert.Equal(packed, target.ToArray());
    }

    [Fact]
    public async Task A_new_object_is_put_once()
    {
        using var services = World.Open();
        var place = await BucketAsync(services);
        Assert.True(await services.Objects.PutNewAsync(place, "a", Encoding.UTF8.GetBytes("first"), "text/plain", Token));
        Assert.False(await services.Objects.PutNewAsync(place, "a", Encoding.UTF8.GetBytes("second"), "text/plain", Token));
        Assert.Equal((ObjectReading.Read, "first"), await ReadAsync(services, place, "a"));
        await AwsWorld.FailsAsync("BucketNotFound", () => services.Objects.PutNewAsync(new BucketPlace(AwsWorld.Unique("none")), "a", default, "text/plain", Token));
    }

    [Fact]
    public async Task An_object_is_deleted_once_and_may_be_put_again()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        foreach (var isVersioned in (bool[])[false, true])
        {
            var place = await BucketAsync(services);
            await services.Buckets.PutSettingAsync(place.Name, BucketSetting.Versioning, new BucketSettings { Versioned = isVersioned }, Token);
            Assert.True(await services.Objects.PutNewAsync(place, "a ä+%/b", Encoding.UTF8.GetBytes("first"), "text/plain", Token));
            await services.Objects.DeleteAsync(place, "a ä+%/b", Token);
            await services.Objects.DeleteAsync(place, "a ä+%/b", Token);
            Assert.Empty(await ListAsync(services, place, ""));
            Assert.Equal(ObjectReading.Gone, (await ReadAsync(services, place, "a ä+%/b")).Result);
            Assert.True(World.IsMoto && isVersioned // moto: takes a delete marker for an object
                || await services.Objects.PutNewAsync(place, "a ä+%/b", Encoding.UTF8.GetBytes("second"), "text/plain", Token));
        }

        await AwsWorld.FailsAsync("BucketNotFound", () => services.Objects.DeleteAsync(new BucketPlace(AwsWorld.Unique("none")), "a", Token));
    }

    [Fact]
    public async Task Of_two_writers_at_the_same_time_one_wins()
    {
        World.SkipOnMoto("looks for the object and puts it in two steps");
        using var services = World.Open();
        var place = await BucketAsync(services);
        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => services.Objects.PutNewAsync(place, "a", new[] { (byte)i }, "text/plain", Token)));
        Assert.Single(wins, w => w);
    }

    [Fact]
    public async Task A_bucket_of_another_account_is_read_only_where_it_is_named_so()
    {
        World.SkipOnMoto("does not keep accounts apart in S3, nor look at x-amz-expected-bucket-owner");
        using var services = World.Open();
        using var other = await World.OpenOtherAsync();
        var place = await BucketAsync(other);
        var (mine, theirs) = ((await services.Account.GetCallerIdentityAsync(Token)).AccountId, (await other.Account.GetCallerIdentityAsync(Token)).AccountId);
        await other.Buckets.PutSettingAsync(place.Name, BucketSetting.Policy, new BucketSettings
        {
            Policy = $$"""
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{mine}}"},"Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::{{place.Name}}","arn:aws:s3:::{{place.Name}}/*"]}]}
                """,
        }, Token);
        await other.Objects.PutNewAsync(place, "a", Encoding.UTF8.GetBytes("x"), "text/plain", Token);

        var e = await AwsWorld.FailsAsync("AccessDenied", () => ListAsync(services, place, ""));
        Assert.Contains("If the bucket belongs to another account, name it with -ExpectedBucketOwner.", e.Fix, StringComparison.Ordinal);
        await AwsWorld.FailsAsync("AccessDenied", () => services.Objects.ReadAsync(place, "a", new MemoryStream(), 10, Token));
        Assert.Single(await ListAsync(services, place with { Owner = theirs }, ""));
        Assert.Equal((ObjectReading.Read, "x"), await ReadAsync(services, place with { Owner = theirs }, "a"));
        await AwsWorld.FailsAsync("AccessDenied", () => ListAsync(services, place with { Owner = "999999999999" }, ""));
    }

    [Fact]
    public async Task A_bucket_in_another_region_is_found_there()
    {
        World.SkipOnMoto("has every bucket in every region");
        using var services = World.Open();
        using var elsewhere = World.Open(World.Settings with { Region = "ap-south-1" });
        var place = await BucketAsync(elsewhere);
        await elsewhere.Objects.PutNewAsync(place, "a", Encoding.UTF8.GetBytes("x"), "text/plain", Token);
        Assert.Single(await ListAsync(services, place, ""));
        Assert.Equal((ObjectReading.Read, "x"), await ReadAsync(services, place, "a"));
    }

    [Theory]
    [InlineData("s3:ListBucket", ""), InlineData("s3:GetObject", "/*"), InlineData("s3:PutObject", "/*"), InlineData("s3:DeleteObject", "/*")]
    public async Task Denied_says_what_to_allow_on_what(string action, string below)
    {
        Assert.SkipWhen(World.IsMoto && below.Length == 0, "moto: asks no bucket policy for a list");
        using var services = World.Open();
        var place = await BucketAsync(services);
        await services.Objects.PutNewAsync(place, "a", Encoding.UTF8.GetBytes("x"), "text/plain", Token);
        await DenyAsync(services, place, action, below);
        var e = await AwsWorld.FailsAsync("AccessDenied", () => action switch
        {
            "s3:ListBucket" => ListAsync(services, place, ""),
            "s3:GetObject" => services.Objects.ReadAsync(place, "a", new MemoryStream(), 10, Token),
            "s3:PutObject" => services.Objects.PutNewAsync(place, "b", default, "text/plain", Token),
            _ => services.Objects.DeleteAsync(place, "a", Token),
        });
        Assert.StartsWith($"In IAM, allow this user or role {action} on arn:aws:s3:::{place.Name}{below}; assets/", e.Fix, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Support.SourceTree.Root, e.Fix.Split(' ').Single(word => word.StartsWith("assets/", StringComparison.Ordinal)))));
        Assert.Equal(ErrorKind.PermissionDenied, e.Kind);
    }

    [Fact]
    public async Task Reports_in_every_packing_are_read_and_what_is_none_is_named()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        async Task PutAsync(string key, byte[] content, string? encoding = null)
        {
            var request = new PutObjectRequest { BucketName = place.Name, Key = key, InputStream = new MemoryStream(content) };
            request.Headers.ContentEncoding = encoding;
            await s3.PutObjectAsync(request, Token);
        }

        await PutAsync("in/plain", RemoteReports.Json("plain"));
        await PutAsync("in/encoded", GZip(RemoteReports.Json("encoded")), "gzip");
        await PutAsync("in/twice", GZip(GZip(RemoteReports.Json("twice"))), "gzip");
        await PutAsync("in/message", RemoteReports.Message("message"));
        await PutAsync("in/packed-message", GZip(RemoteReports.Message("packed-message")), "gzip");
        await PutAsync("in/AMAZON_SES_SETUP_NOTIFICATION", Encoding.UTF8.GetBytes("From: a@b\r\n\r\nhello"));
        await PutAsync("in/", []);
        await PutAsync("in/note", Encoding.UTF8.GetBytes("hello"));
        await PutAsync("out/other", RemoteReports.Json("other"));

        var found = new RemoteReports();
        await found.ReadAsync(services.Objects, place, "in/", Token);
        Assert.Equal(["encoded", "message", "packed-message", "plain", "twice"], found.Reports.Select(r => r.ReportId).Order(StringComparer.Ordinal));
        Assert.Contains($"s3://{place.Name}/in/plain", found.Reports.Select(r => r.Source));
        var refused = Assert.Single(found.Refused);
        Assert.Equal($"s3://{place.Name}/in/note", refused.Source);
        Assert.Empty(found.Failed);
        Assert.Empty(found.Warnings);

        await found.ReadAsync(services.Objects, place, "none/", Token);
        Assert.StartsWith($"There is no object at s3://{place.Name}/none/.", Assert.Single(found.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_vanishes_is_named_and_the_rest_is_read()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        for (var i = 0; i < 20; i++)
        {
            await services.Objects.PutNewAsync(place, Invariant($"in/{i:00}"), RemoteReports.Json(Invariant($"r{i:00}")), "application/json", Token);
        }

        var found = new RemoteReports();
        var vanishing = new Vanishing(services.Objects, () => s3.DeleteObjectAsync(place.Name, "in/13", Token));
        await found.ReadAsync(vanishing, place, "in/", Token);
        Assert.Equal(19, found.Reports.Count);
        Assert.Equal(($"s3://{place.Name}/in/13", "It was deleted after the bucket was listed."), Assert.Single(found.Refused));
    }

    protected static byte[] GZip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionMode.Compress))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }

    private static Task DenyAsync(IEmailSecurityServices services, BucketPlace place, string action, string below) =>
        services.Buckets.PutSettingAsync(place.Name, BucketSetting.Policy, new BucketSettings
        {
            Policy = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"{{action}}","Resource":"arn:aws:s3:::{{place.Name}}{{below}}"}]}""",
        }, Token);

    private static async Task<BucketPlace> BucketAsync(IEmailSecurityServices services)
    {
        var name = AwsWorld.Unique("reports");
        await services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        return new BucketPlace(name);
    }

    private static async Task<List<IReadOnlyList<ListedObject>>> PagesAsync(IEmailSecurityServices services, BucketPlace place, string prefix)
    {
        List<IReadOnlyList<ListedObject>> pages = [];
        await foreach (var page in services.Objects.ListAsync(place, prefix, Token))
        {
            pages.Add(page);
        }

        return pages;
    }

    private static async Task<List<ListedObject>> ListAsync(IEmailSecurityServices services, BucketPlace place, string prefix) =>
        [.. (await PagesAsync(services, place, prefix)).SelectMany(p => p)];

    private static async Task<(ObjectReading Result, string Text)> ReadAsync(IEmailSecurityServices services, BucketPlace place, string key, long most = 1000)
    {
        using var target = new MemoryStream();
        var result = await services.Objects.ReadAsync(place, key, target, most, Token);
        return (result, result == ObjectReading.Read ? Encoding.UTF8.GetString(target.ToArray()) : "");
    }

    /// <summary>Somebody else's hand, once the list is there.</summary>
    private sealed class Vanishing(IObjects inner, Func<Task> afterList) : IObjects
    {
        public async IAsyncEnumerable<IReadOnlyList<ListedObject>> ListAsync(BucketPlace bucket, string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var page in inner.ListAsync(bucket, prefix, cancellationToken))
            {
                await afterList();
                yield return page;
            }
        }

        public Task<ObjectReading> ReadAsync(BucketPlace bucket, string key, Stream target, long most, CancellationToken cancellationToken) => inner.ReadAsync(bucket, key, target, most, cancellationToken);

        public Task<bool> PutNewAsync(BucketPlace bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(BucketPlace bucket, string key, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
