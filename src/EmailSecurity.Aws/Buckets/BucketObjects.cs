using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Buckets;

/// <summary>Reads and writes single objects of a bucket. Every call names the expected owner.</summary>
internal sealed class BucketObjects(AwsSession session, S3Regions s3, Func<CancellationToken, Task<string>> ownerAsync)
{
    private static readonly string[] NoObject = ["NoSuchKey", "NoSuchVersion", "NoSuchBucket", "MethodNotAllowed"];

    /// <summary>The content of an object, so many bytes of it at most; null where there is none.</summary>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(string name, string key, string? versionId, int maxBytes, CancellationToken cancellationToken)
    {
        var owner = await ownerAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>How an object is served; null where there is none.</summary>
    public async Task<ObjectMetadata?> GetMetadataAsync(string name, string key, string? versionId, CancellationToken cancellationToken)
    {
        var owner = await ownerAsync(cancellationToken).ConfigureAwait(false);
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
                    HasKmsKey = answer.ServerSideEncryptionMethod?.Value?.StartsWith("aws:kms", StringComparison.Ordinal) == true,
                };
            },
            NoObject,
            cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Writes an object; its version.</summary>
    public async Task<string> PutAsync(string name, BucketObject item, CancellationToken cancellationToken)
    {
        var owner = await ownerAsync(cancellationToken).ConfigureAwait(false);
        var content = item.Content.ToArray();
        var answer = await Retry.WhileAsync(
            session,
            () => s3.OnAsync(name,
                c => session.CallAsync(new AwsCallName("s3", "PutObject", $"{name}/{item.Key}"), token => c.PutObjectAsync(Request(), token),
                cancellationToken)),
            S3Buckets.Settling,
            S3Buckets.SettleAttempts,
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

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
