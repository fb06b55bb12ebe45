using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Buckets;

/// <summary>
/// Calls each bucket in the region that it is in, wherever the session's buckets are made: S3 answers a call in another region with the name
/// of the right one, and the call is made there. One client for each region that occurs.
/// </summary>
internal sealed partial class S3Regions(AwsSession session) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<S3BucketsClient>> clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> regions = new(StringComparer.Ordinal);

    /// <summary>The client of the session's region.</summary>
    public AmazonS3Client Home => In(session.Region);

    /// <summary>The client of a region.</summary>
    public AmazonS3Client In(string region) =>
        clients.GetOrAdd(region, static (name, of) => new Lazy<S3BucketsClient>(() => new S3BucketsClient(of, name)), session).Value;

    /// <summary>
    /// The region of a bucket, as far as it is known: that in its name, where it is of an account's own namespace in a region, else the session's, until S3
    /// names another.
    /// </summary>
    public string Of(string bucket)
        => regions.TryGetValue(bucket, out var known) ? known
            : RegionalName().Match(bucket) is { Success: true } match ? match.Groups["region"].Value : session.Region;

    /// <summary>Remembers where a bucket was made.</summary>
    public void Set(string bucket, string region) => regions[bucket] = region;

    /// <summary>Forgets a bucket that was deleted.</summary>
    public void Forget(string bucket) => regions.TryRemove(bucket, out _);

    /// <summary>Makes calls on a bucket, once more where S3 says that it is in another region.</summary>
    public async Task<T> OnAsync<T>(string bucket, Func<AmazonS3Client, Task<T>> calls)
    {
        var region = Of(bucket);
        try
        {
            return await calls(In(region)).ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (
            e.ErrorId == "BucketInOtherRegion" && e.InnerException is AmazonServiceException s && Named(s) is { } actual && actual != region)
        {
            Set(bucket, actual);
            return await calls(In(actual)).ConfigureAwait(false);
        }
    }

    /// <summary>The region that an answer of S3 names: in its header, its document or its words; null for none.</summary>
    public static string? Named(AmazonServiceException error)
    {
        const string Header = "x-amz-bucket-region";
        var answer = (error.InnerException as HttpErrorResponseException)?.Response;
        var header = answer?.IsHeaderPresent(Header) == true ? answer.GetHeaderValue(Header) : null;
        var body = error is AmazonS3Exception { ResponseBody: { } text } ? RegionElement().Match(text).Groups["region"].Value : null;
        var words = Expecting().Match(error.Message ?? "").Groups["region"].Value;
        // What names a host must be the name of a region and nothing else.
        return new[] { header, body, words }.FirstOrDefault(r => r is not null && RegionName().IsMatch(r));
    }

    /// <summary>True where S3 says that the bucket is in another region.</summary>
    public static bool IsRedirect(AmazonServiceException error) =>
        error.ErrorCode is "PermanentRedirect" or "TemporaryRedirect" || error.StatusCode is HttpStatusCode.MovedPermanently
        || (error.ErrorCode is "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" && Named(error) is not null);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in clients.Values.Where(c => c.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]{1,16}){1,3}-[0-9]{1,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RegionName();

    [GeneratedRegex("-[0-9]{12}-(?<region>[a-z]{2,4}(-[a-z]{1,16}){1,3}-[0-9]{1,2})-an$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RegionalName();

    [GeneratedRegex("<Region>(?<region>[a-z0-9-]{1,40})</Region>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RegionElement();

    [GeneratedRegex("expecting '(?<region>[a-z0-9-]{1,40})'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Expecting();
}
