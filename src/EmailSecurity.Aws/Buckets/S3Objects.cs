using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Buckets;

/// <summary><see cref="IObjects"/> on S3.</summary>
internal sealed class S3Objects(AwsSession session, IAccount account) : IObjects, IDisposable
{
    private const int Attempts = 3;

    private readonly S3Regions s3 = new(session);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<ListedObject>> ListAsync(
        BucketPlace bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(bucket, cancellationToken).ConfigureAwait(false);
        var request = new ListObjectsV2Request { BucketName = bucket.Name, ExpectedBucketOwner = owner, Prefix = prefix.Length == 0 ? null : prefix };
        var what = new AwsCallName("s3", "ListObjectsV2", bucket.Name);
        do
        {
            var page = await ObjectErrors.ExplainAsync(bucket, what, () => s3.OnAsync(
                bucket.Name, c => session.CallAsync(what, token => c.ListObjectsV2Async(request, token), cancellationToken))).ConfigureAwait(false);
            yield return (page.S3Objects ?? []).ConvertAll(static o => new ListedObject(
                o.Key, o.Size ?? 0, new DateTimeOffset((o.LastModified ?? DateTime.UnixEpoch).ToUniversalTime()), o.StorageClass?.Value ?? "STANDARD"));
            var more = page.IsTruncated == true && page.NextContinuationToken != request.ContinuationToken;
            request.ContinuationToken = more ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public async Task<ObjectReading> ReadAsync(BucketPlace bucket, string key, Stream target, long most, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(bucket, cancellationToken).ConfigureAwait(false);
        var request = new GetObjectRequest { BucketName = bucket.Name, Key = key, ExpectedBucketOwner = owner };
        var what = new AwsCallName("s3", "GetObject", $"{bucket.Name}/{key}");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ObjectErrors.ExplainAsync(bucket, what, () => s3.OnAsync(
                    bucket.Name, c => session.CallAsync(what, token => ReadOnceAsync(c, request, target, most, token), cancellationToken)))
                    .ConfigureAwait(false);
            }
            catch (EmailSecurityException e) when (attempt < Attempts && e.InnerException is IOException)
            {
                // The SDK retries until the headers are there; a connection that breaks in the body is ours to repeat.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> PutNewAsync(
        BucketPlace bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(bucket, cancellationToken).ConfigureAwait(false);
        var bytes = content.ToArray();
        var sum = Convert.ToBase64String(SHA256.HashData(bytes));
        var what = new AwsCallName("s3", "PutObject", $"{bucket.Name}/{key}");
        return await ObjectErrors.ExplainAsync(bucket, what, () => Retry.WhileAsync(
            session,
            () => s3.OnAsync(bucket.Name, c => session.CallAsync(
                what,
                async token =>
                {
                    try
                    {
                        await c.PutObjectAsync(
                            new PutObjectRequest
                            {
                                BucketName = bucket.Name,
                                Key = key,
                                ExpectedBucketOwner = owner,
                                IfNoneMatch = "*",
                                InputStream = new MemoryStream(bytes, writable: false),
                                AutoCloseStream = true,
                                UseChunkEncoding = false,
                                ContentType = contentType,
                                ChecksumSHA256 = sum,
                            },
                            token).ConfigureAwait(false);
                        return true;
                    }
                    catch (AmazonServiceException e) when (e.ErrorCode == "PreconditionFailed")
                    {
                        return false;
                    }
                },
                cancellationToken)),
            ["ConditionalRequestConflict"], // two writers at a time: S3 decides once one of them has ended
            Attempts,
            cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(BucketPlace bucket, string key, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(bucket, cancellationToken).ConfigureAwait(false);
        var request = new DeleteObjectRequest { BucketName = bucket.Name, Key = key, ExpectedBucketOwner = owner };
        var what = new AwsCallName("s3", "DeleteObject", $"{bucket.Name}/{key}");
        await ObjectErrors.ExplainAsync(bucket, what, () => s3.OnAsync(
            bucket.Name, c => session.CallAsync(what, token => c.DeleteObjectAsync(request, token), cancellationToken))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => s3.Dispose();

    private static async Task<ObjectReading> ReadOnceAsync(
        Amazon.S3.AmazonS3Client client, GetObjectRequest request, Stream target, long most, CancellationToken cancellationToken)
    {
        target.SetLength(0);
        try
        {
            using var answer = await client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.ContentLength > most)
            {
                return ObjectReading.TooLarge;
            }

            var buffer = new byte[81920];
            while (await answer.ResponseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                if (target.Length + count > most)
                {
                    return ObjectReading.TooLarge;
                }

                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            // A body that ends early is no error to every library.
            return answer.ContentLength >= 0 && target.Length < answer.ContentLength
                ? throw new IOException($"The connection ended before all of {request.Key} had come.") : ObjectReading.Read;
        }
        catch (AmazonServiceException e) when (e.ErrorCode is "NoSuchKey" or "NoSuchVersion" or "MethodNotAllowed")
        {
            return ObjectReading.Gone;
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "InvalidObjectState")
        {
            return ObjectReading.Archived;
        }
    }

    private async Task<string> OwnerAsync(BucketPlace bucket, CancellationToken cancellationToken) =>
        bucket.Owner ?? (await account.GetCallerIdentityAsync(cancellationToken).ConfigureAwait(false)).AccountId;
}
