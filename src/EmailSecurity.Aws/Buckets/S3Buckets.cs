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
    internal const int SettleAttempts = 7;

    // Right after CreateBucket another S3 front end may not know the bucket yet; two changes of one bucket at a time are refused.
    internal static readonly string[] Settling = ["NoSuchBucket", "OperationAborted"];
    private static readonly string[] BusyOnly = ["OperationAborted"];
    private readonly AwsSession session;
    private readonly IAccount account;
    private readonly S3Regions s3;
    private readonly BucketNames names;
    private readonly BucketObjects objects;
    private readonly BucketContents contents;

    /// <summary>Makes the adapter of a session.</summary>
    public S3Buckets(AwsSession session, IAccount account)
    {
        this.session = session;
        this.account = account;
        s3 = new S3Regions(session);
        names = new BucketNames(session, s3);
        objects = new BucketObjects(session, s3, OwnerAsync);
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
        catch (EmailSecurityException e) when (BucketNames.IsOwnedByOther(e))
        {
            throw BucketNames.Taken(name, e);
        }
        catch (EmailSecurityException e) when (e.ErrorId == "BucketInOtherRegion")
        {
            // A redirect that names no region, which comes before the question whose the bucket is; our own list shows it, where it may be read.
            if (await names.IsElsewhereAsync(name, cancellationToken).ConfigureAwait(false))
            {
                throw BucketNames.Taken(name, e);
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

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>?> FindAsync(string prefix, CancellationToken cancellationToken) => names.ListAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public Task CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        CreateAsync(name, ownership, tags, session.Region, cancellationToken);

    /// <inheritdoc/>
    public async Task CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, string region,
        CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(cancellationToken).ConfigureAwait(false);
        var request = new PutBucketRequest
        {
            BucketName = name,
            BucketNamespace = Stacks.BucketForm.IsRegional(name, owner, region) ? BucketNamespace.AccountRegional : null,
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
    public Task<ReadOnlyMemory<byte>?> GetObjectAsync(string name, string key, string? versionId, int maxBytes, CancellationToken cancellationToken)
        => objects.GetAsync(name, key, versionId, maxBytes, cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectMetadata?> GetMetadataAsync(string name, string key, string? versionId, CancellationToken cancellationToken)
        => objects.GetMetadataAsync(name, key, versionId, cancellationToken);

    /// <inheritdoc/>
    public Task<string> PutObjectAsync(string name, BucketObject item, CancellationToken cancellationToken)
        => objects.PutAsync(name, item, cancellationToken);

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
}
