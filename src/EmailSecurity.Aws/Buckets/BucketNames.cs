using System.Net;
using Amazon.Runtime;
using Amazon.S3.Model;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Buckets;

/// <summary>Whose a bucket name is: the account's own, or another's.</summary>
internal sealed class BucketNames(AwsSession session, S3Regions s3)
{
    /// <summary>True where our own list shows that the bucket is not ours.</summary>
    public async Task<bool> IsElsewhereAsync(string name, CancellationToken cancellationToken)
        => await ListAsync(name, cancellationToken).ConfigureAwait(false) is { } own && !own.Contains(name, StringComparer.Ordinal);

    /// <summary>Our own buckets whose names begin so; null where the caller may not list: then only what else is known counts.</summary>
    public async Task<IReadOnlyList<string>?> ListAsync(string prefix, CancellationToken cancellationToken)
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

    /// <summary>True for a denial that says that the bucket is another account's.</summary>
    public static bool IsOwnedByOther(EmailSecurityException e) =>
        // S3 explains a denial to callers of the bucket's own account ("User: ... is not authorized to perform: ..."), never to others.
        e.InnerException is AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } s
        && e.ErrorId == "AccessDenied"
        && !s.Message.Contains("not authorized to perform", StringComparison.Ordinal);

    /// <summary>The error for a name that another account has.</summary>
    public static EmailSecurityException Taken(string name, EmailSecurityException cause) => new(
        "BucketNameTaken",
        ErrorKind.Exists,
        $"The bucket name {name} is taken: the bucket belongs to another AWS account (S3 denies this one any access to it).",
        "Choose other names for the stack's buckets: New-EmailSecurityStack -BucketSuffix, with 1 to 12 letters and digits. "
            + "If the bucket is yours, allow the caller to read its settings.",
        cause.InnerException)
    { Target = name };
}
