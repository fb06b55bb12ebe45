using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Buckets;

/// <summary>
/// <see cref="IBuckets"/> on S3. Every call but CreateBucket names the expected owner, so that nothing is ever read from, written to
/// or deleted in a bucket of another account, whoever holds the name by then.
/// </summary>
internal sealed class S3Buckets : IBuckets, IDisposable
{
    private const int SettleAttempts = 7;

    // Right after CreateBucket another S3 front end may not know the bucket yet; two changes of one bucket at a time are refused.
    private static readonly string[] Settling = ["NoSuchBucket", "OperationAborted"];
    private static readonly string[] BusyOnly = ["OperationAborted"];
    private static readonly string[] NoObject = ["NoSuchKey", "NoSuchVersion", "NoSuchBucket", "MethodNotAllowed"];

    private readonly AwsSession session;
    private readonly IAccount account;
    private readonly S3Regions s3;
    private readonly BucketContents contents;

    /// <summary>Makes the adapter of a session.</summary>
    public S3Buckets(AwsSession session, IAccount account)
    {
        this.session = session;
        this.account = account;
        s3 = new S3Regions(session);
        contents = new BucketContents(session, s3, OwnerAsync);
    }

    /// <inheritdoc/>
    public async Task<ObservedBucket?> GetAsync(string name, IReadOnlySet<BucketSetting> wanted, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(cancellationToken).ConfigureAwait(false);
        // One call shows whether there is a bucket to ask about, and in which region; only then the rest, all at once.
        var ordered = wanted.Count == 0 ? [BucketSetting.Versioning] : wanted.Order().ToArray();
        Func<BucketSettings, BucketSettings>? first;
        try
        {
            first = await s3.OnAsync(name, c => new BucketSettingsReader(session, c, name, owner).ReadAsync(ordered[0], cancellationToken))
                .ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (IsOwnedByOther(e))
        {
            throw NameTaken(name, e);
        }
        catch (EmailSecurityException e) when (e.ErrorId == "BucketInOtherRegion")
        {
            // A redirect that names no region, which comes before the question whose the bucket is; our own list shows it, where it may be read.
            if (await IsElsewhereAsync(name, cancellationToken).ConfigureAwait(false))
            {
                throw NameTaken(name, e);
            }

            throw;
        }

        if (first is null)
        {
            return null;
        }

        var reader = new BucketSettingsReader(session, s3.In(s3.Of(name)), name, owner);
        var rest = await Task.WhenAll(ordered.Skip(1).Select(s => reader.ReadAsync(s, cancellationToken))).ConfigureAwait(false);
        var settings = first(new BucketSettings());
        foreach (var apply in rest)
        {
            if (apply is null)
            {
                return null; // deleted between two calls
            }

            settings = apply(settings);
        }

        return new ObservedBucket(name, settings) { Region = s3.Of(name) };
    }

    private async Task<bool> IsElsewhereAsync(string name, CancellationToken cancellationToken)
        => await ListAsync(name, cancellationToken).ConfigureAwait(false) is { } own && !own.Contains(name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> FindAsync(string prefix, CancellationToken cancellationToken)
        => await ListAsync(prefix, cancellationToken).ConfigureAwait(false) ?? [];

    // Null where the caller may not list: then only what else is known counts.
    private async Task<IReadOnlyList<string>?> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        List<string> names = [];
        var request = new ListBucketsRequest { Prefix = prefix };
        do
        {
            try
            {
                var page = await session.CallAsync(new AwsCallName("s3", "ListBuckets"),
                    token => s3.Home.ListBucketsAsync(request, token), cancellationToken).ConfigureAwait(false);
                names.AddRange((page.Buckets ?? []).Select(b => b.BucketName));
                request.ContinuationToken = page.ContinuationToken;
            }
            catch (EmailSecurityException e) when (e.Kind == ErrorKind.PermissionDenied)
            {
                return null;
            }
        }
        while (!string.IsNullOrEmpty(request.ContinuationToken));
        return names;
    }

    /// <inheritdoc/>
    public Task CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        CreateAsync(name, ownership, tags, session.Region, cancellationToken);

    /// <inheritdoc/>
    public async Task CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, string region,
        CancellationToken cancellationToken)
    {
        var request = new PutBucketRequest
        {
            BucketName = name,
            ObjectOwnership = BucketSettingsReader.ToOwnership(ownership),
            UseClientRegion = false,
        };
        // us-east-1 is the one region that must not be named.
        var location = region == AwsSession.GlobalRegion ? null : region;
        if (location is not null || tags.Count > 0)
        {
            request.PutBucketConfiguration = new PutBucketConfiguration
            {
                LocationConstraint = location,
                Tags = tags.Count == 0 ? null : [.. tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Tag { Key = t.Key, Value = t.Value })],
            };
        }

        var what = new AwsCallName("s3", "CreateBucket", name);
        await Retry.WhileAsync(
            session,
            () => session.CallAsync(
                what,
                async token =>
                {
                    try
                    {
                        await s3.In(region).PutBucketAsync(request, token).ConfigureAwait(false);
                        s3.Set(name, region);
                    }
                    catch (AmazonServiceException e) when (e.ErrorCode == "BucketAlreadyOwnedByYou")
                    {
                        // An earlier attempt, whose answer was lost, or an earlier run made it; perhaps in another region, which S3 then names.
                    }

                    return true;
                },
                cancellationToken),
            BusyOnly,
            SettleAttempts,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PutSettingAsync(string name, BucketSetting setting, BucketSettings desired, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(cancellationToken).ConfigureAwait(false);
        await Retry.WhileAsync(
            session,
            () => s3.OnAsync(
                name,
                async c =>
                {
                    await new BucketSettingsWriter(session, c, name, owner).PutAsync(setting, desired, cancellationToken).ConfigureAwait(false);
                    return true;
                }),
            Settling,
            SettleAttempts,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ObjectVersion>> ListObjectVersionsAsync(string name, CancellationToken cancellationToken)
    {
        var versions = new List<ObjectVersion>();
        await foreach (var page in contents.PagesAsync(name, cancellationToken).ConfigureAwait(false))
        {
            versions.AddRange(page);
        }

        return versions;
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> GetObjectAsync(string name, string key, string? versionId, int maxBytes, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(cancellationToken).ConfigureAwait(false);
        var request = new GetObjectRequest { BucketName = name, Key = key, VersionId = versionId, ExpectedBucketOwner = owner };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var content = await s3.OnAsync(name, c => session.CallOrDefaultAsync(
                    new AwsCallName("s3", "GetObject", $"{name}/{key}"),
                    async token =>
                    {
                        using var response = await c.GetObjectAsync(request, token).ConfigureAwait(false);
                        return await ReadAsync(response.ResponseStream, maxBytes, token).ConfigureAwait(false);
                    },
                    NoObject,
                    cancellationToken)).ConfigureAwait(false);
                // Spelled out: null would become an empty memory by the conversion from an array.
                return content is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(content);
            }
            catch (EmailSecurityException e) when (attempt < 3 && e.InnerException is IOException)
            {
                // The SDK retries until the headers are there; a connection that breaks in the body is ours to repeat.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectMetadata?> GetMetadataAsync(string name, string key, string? versionId, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(cancellationToken).ConfigureAwait(false);
        // Not HEAD: its errors have no body, so nobody could tell a clock that is off from a permission that is missing. The object's body is not read.
        var request = new GetObjectRequest { BucketName = name, Key = key, VersionId = versionId, ExpectedBucketOwner = owner };
        request.ChecksumMode = ChecksumMode.ENABLED;
        return await s3.OnAsync(name, c => session.CallOrDefaultAsync(
            new AwsCallName("s3", "GetObject", $"{name}/{key}"),
            async token =>
            {
                using var answer = await c.GetObjectAsync(request, token).ConfigureAwait(false);
                return new ObjectMetadata(answer.VersionId ?? "", answer.Headers.ContentType ?? "", answer.Headers.CacheControl ?? "")
                {
                    ContentEncoding = NullIfEmpty(answer.Headers.ContentEncoding),
                    WebsiteRedirect = NullIfEmpty(answer.WebsiteRedirectLocation),
                    Sha256 = NullIfEmpty(answer.ChecksumSHA256),
                };
            },
            NoObject,
            cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<string> PutObjectAsync(string name, BucketObject item, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(cancellationToken).ConfigureAwait(false);
        var content = item.Content.ToArray();
        var answer = await Retry.WhileAsync(
            session,
            () => s3.OnAsync(name,
                c => session.CallAsync(new AwsCallName("s3", "PutObject", $"{name}/{item.Key}"), token => c.PutObjectAsync(Request(), token),
                cancellationToken)),
            Settling,
            SettleAttempts,
            cancellationToken).ConfigureAwait(false);
        return answer.VersionId ?? "";

        PutObjectRequest Request()
        {
            var request = new PutObjectRequest
            {
                BucketName = name,
                Key = item.Key,
                ExpectedBucketOwner = owner,
                InputStream = new MemoryStream(content, writable: false),
                AutoCloseStream = true,
                UseChunkEncoding = false,
                ContentType = item.ContentType,
                ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(content)),
            };
            request.Headers.CacheControl = item.CacheControl;
            if (item.ContentEncoding is { Length: > 0 })
            {
                request.Headers.ContentEncoding = item.ContentEncoding;
            }

            return request;
        }
    }

    /// <inheritdoc/>
    public Task EmptyAndDeleteAsync(string name, IProgress<int>? deleted, CancellationToken cancellationToken)
        => contents.EmptyAsync(name, _ => true, deleted, cancellationToken);

    /// <inheritdoc/>
    public Task<OtherObjects?> EmptyOwnAndDeleteAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken)
        => contents.EmptyAsync(name, isOwn, null, cancellationToken);

    /// <inheritdoc/>
    public Task<OtherObjects?> FindOthersAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken)
        => contents.FindOthersAsync(name, isOwn, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        s3.Dispose();
    }

    private async Task<string> OwnerAsync(CancellationToken cancellationToken) =>
        (await account.GetCallerIdentityAsync(cancellationToken).ConfigureAwait(false)).AccountId;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static async Task<byte[]> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[Math.Min(81920, Math.Max(maxBytes, 1))];
        while (content.Length < maxBytes)
        {
            var room = (int)Math.Min(buffer.Length, maxBytes - content.Length);
            var read = await stream.ReadAsync(buffer.AsMemory(0, room), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    // S3 explains a denial to callers of the bucket's own account ("User: ... is not authorized to perform: ..."), never to others.
    private static bool IsOwnedByOther(EmailSecurityException e) =>
        e.InnerException is AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } s
        && e.ErrorId == "AccessDenied"
        && !s.Message.Contains("not authorized to perform", StringComparison.Ordinal);

    private static EmailSecurityException NameTaken(string name, EmailSecurityException cause) => new(
        "BucketNameTaken",
        ErrorKind.Exists,
        $"The bucket name {name} is taken: the bucket belongs to another AWS account (S3 denies this one any access to it).",
        "Choose other names for the stack's buckets: New-EmailSecurityStack -BucketSuffix, with 1 to 12 letters and digits. "
            + "If the bucket is yours, allow the caller to read its settings.",
        cause.InnerException)
    { Target = name };
}
