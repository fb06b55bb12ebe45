using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Buckets;

/// <summary>Lists what is in a bucket, and empties it. Every call names the expected owner.</summary>
internal sealed class BucketContents(AwsSession session, S3Regions s3, Func<CancellationToken, Task<string>> ownerAsync)
{
    private const int DeleteRounds = 8;

    private static readonly string[] NoBucket = ["NoSuchBucket"];

    /// <summary>Every version and delete marker, page by page; nothing where there is no bucket.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ObjectVersion>> PagesAsync(
        string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in ListAsync(name, "", "", cancellationToken).ConfigureAwait(false))
        {
            yield return (page.Versions ?? []).ConvertAll(ToVersion);
        }
    }

    /// <summary>Objects that are not the caller's, a page of each folder looked at; null for none.</summary>
    public async Task<OtherObjects?> FindOthersAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken)
    {
        List<string> keys = [];
        List<string> folders = [];
        await foreach (var page in ListAsync(name, "", "/", cancellationToken).ConfigureAwait(false))
        {
            keys.AddRange((page.Versions ?? []).Select(v => v.Key).Where(k => !isOwn(k)));
            folders.AddRange((page.CommonPrefixes ?? []).Where(p => !isOwn(p)));
        }

        var more = false;
        foreach (var folder in folders)
        {
            // A page of each shows enough.
            await foreach (var page in ListAsync(name, folder, "", cancellationToken).ConfigureAwait(false))
            {
                keys.AddRange((page.Versions ?? []).Select(v => v.Key).Where(k => !isOwn(k)));
                more |= page.IsTruncated == true;
                break;
            }
        }

        return OtherObjects.Of(keys, more);
    }

    /// <summary>
    /// Deletes the caller's objects, and the bucket where nothing else is in it. Null where the bucket is gone; else what is in it and is not the caller's.
    /// </summary>
    public async Task<OtherObjects?> EmptyAsync(string name, Func<string, bool> isOwn, IProgress<int>? deleted, CancellationToken cancellationToken)
    {
        var owner = await ownerAsync(cancellationToken).ConfigureAwait(false);
        var count = 0;
        var delay = session.Options.SettleDelay;
        for (var round = 1; ; round++)
        {
            HashSet<string> others = new(StringComparer.Ordinal);
            await foreach (var page in PagesAsync(name, cancellationToken).ConfigureAwait(false))
            {
                ObjectVersion[] own = [.. page.Where(v => isOwn(v.Key))];
                others.UnionWith(page.Select(v => v.Key).Where(k => !isOwn(k)));
                if (own.Length == 0)
                {
                    continue;
                }

                count += await DeletePageAsync(name, owner, own, cancellationToken).ConfigureAwait(false);
                deleted?.Report(count);
            }

            if (OtherObjects.Of(others) is { } left)
            {
                return left;
            }

            if (await s3.OnAsync(name, c => TryDeleteBucketAsync(c, name, owner, cancellationToken)).ConfigureAwait(false))
            {
                s3.Forget(name);
                return null;
            }

            // Logs keep arriving for a while after their source is gone.
            if (round == DeleteRounds)
            {
                throw new EmailSecurityException(
                    "BucketNotEmpty",
                    ErrorKind.InvalidOperation,
                    $"Bucket {name} was emptied {DeleteRounds} times, but new objects are still being written to it.",
                    "Run the same command again in an hour, when the last logs have arrived.")
                { Target = name };
            }

            await Task.Delay(delay, session.Time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < TimeSpan.FromSeconds(10) ? delay * 2 : TimeSpan.FromSeconds(10);
        }
    }

    private async IAsyncEnumerable<ListVersionsResponse> ListAsync(
        string name, string prefix, string delimiter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var owner = await ownerAsync(cancellationToken).ConfigureAwait(false);
        var (keyMarker, versionMarker) = ((string?)null, (string?)null);
        do
        {
            var request = new ListVersionsRequest
            {
                BucketName = name,
                ExpectedBucketOwner = owner,
                KeyMarker = keyMarker,
                VersionIdMarker = versionMarker,
                Prefix = prefix.Length == 0 ? null : prefix,
                Delimiter = delimiter.Length == 0 ? null : delimiter,
            };
            var page = await s3.OnAsync(name, c => session.CallOrDefaultAsync(
                new AwsCallName("s3", "ListObjectVersions", name), token => c.ListVersionsAsync(request, token), NoBucket, cancellationToken))
                .ConfigureAwait(false);
            if (page is null)
            {
                yield break;
            }

            yield return page;
            var more = page.IsTruncated == true && (page.NextKeyMarker, page.NextVersionIdMarker) != (keyMarker, versionMarker);
            (keyMarker, versionMarker) = more ? (page.NextKeyMarker, page.NextVersionIdMarker) : (null, null);
        }
        while (keyMarker is not null);
    }

    private async Task<int> DeletePageAsync(string name, string owner, IReadOnlyList<ObjectVersion> page, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectsRequest
        {
            BucketName = name,
            ExpectedBucketOwner = owner,
            Quiet = true,
            Objects = [.. page.Select(v => new KeyVersion { Key = v.Key, VersionId = v.VersionId })],
        };
        var what = new AwsCallName("s3", "DeleteObjects", name);
        return await s3.OnAsync(name, c => session.CallAsync(
            what,
            async token =>
            {
                try
                {
                    await c.DeleteObjectsAsync(request, token).ConfigureAwait(false);
                    return page.Count;
                }
                catch (AmazonServiceException e) when (e.ErrorCode == "NoSuchBucket")
                {
                    return 0;
                }
                catch (DeleteObjectsException e)
                {
                    // What only failed for the moment is found again by the next round.
                    var refused = (e.Response.DeleteErrors ?? []).Where(d => !IsPassing(d.Code)).ToList();
                    if (refused.Count == 0)
                    {
                        return page.Count - (e.Response.DeleteErrors?.Count ?? 0);
                    }

                    var one = refused[0];
                    throw AwsErrors.Translate(
                        new AmazonS3Exception(
                            $"{refused.Count} object versions, {one.Key} the first: {one.Message}",
                            ErrorType.Sender, one.Code, e.RequestId, HttpStatusCode.Forbidden),
                        what,
                        session.Credentials.Origin);
                }
            },
            cancellationToken)).ConfigureAwait(false);
    }

    private Task<bool> TryDeleteBucketAsync(AmazonS3Client client, string name, string owner, CancellationToken cancellationToken) => session.CallAsync(
        new AwsCallName("s3", "DeleteBucket", name),
        async token =>
        {
            try
            {
                await client.DeleteBucketAsync(new DeleteBucketRequest { BucketName = name, ExpectedBucketOwner = owner, UseClientRegion = false }, token)
                    .ConfigureAwait(false);
                return true;
            }
            catch (AmazonServiceException e) when (e.ErrorCode == "NoSuchBucket")
            {
                return true;
            }
            catch (AmazonServiceException e) when (e.ErrorCode is "BucketNotEmpty" or "OperationAborted")
            {
                return false;
            }
        },
        cancellationToken);

    private static bool IsPassing(string code) => code is "InternalError" or "SlowDown" or "NoSuchVersion" or "NoSuchKey" or "ServiceUnavailable";

    private static ObjectVersion ToVersion(S3ObjectVersion v) => new(
        v.Key,
        v.VersionId ?? "null",
        v.IsLatest == true,
        v.IsDeleteMarker == true,
        (v.ETag ?? "").Trim('"'),
        v.Size ?? 0,
        new DateTimeOffset(DateTime.SpecifyKind((v.LastModified ?? DateTime.UnixEpoch).ToUniversalTime(), DateTimeKind.Utc)));
}
