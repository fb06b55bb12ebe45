using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EmailSecurity.Aws.Buckets;

namespace EmailSecurity.Aws.Session;

/// <summary>The one translation of what the SDK throws into the errors that a user sees.</summary>
internal static class AwsErrors
{
    /// <summary>Translates an exception of a call.</summary>
    /// <param name="error">What the SDK threw.</param>
    /// <param name="what">The call.</param>
    /// <param name="credentialOrigin">Where the credentials came from, for messages about them.</param>
    public static EmailSecurityException Translate(Exception error, AwsCallName what, string credentialOrigin) => error switch
    {
        EmailSecurityException known => known,
        AmazonUnmarshallingException => Unexpected(error, what),
        AmazonServiceException { InnerException: AmazonUnmarshallingException } => Unexpected(error, what),
        AmazonServiceException service => FromService(service, what, credentialOrigin),
        OperationCanceledException or TimeoutException => New("AwsUnavailable", ErrorKind.Timeout, what,
            $"{what} was not answered in time.",
            "Check the network and any proxy, then run the same command again: it continues where it stopped.", error),
        HttpRequestException or IOException or SocketException or WebException => Unreachable(error, what),
        System.Xml.XmlException or FormatException => Unexpected(error, what),
        AmazonClientException { InnerException: HttpRequestException or IOException or SocketException or WebException } => Unreachable(error, what),
        _ => New("AwsUnexpectedResponse", ErrorKind.InvalidData, what,
            $"{what} failed in the AWS client: {OneLine(error.Message)}.",
            "Run the same command again; if it persists, report it with this message.", error),
    };

    /// <summary>An error that says what the service answered.</summary>
    public static EmailSecurityException New(string id, ErrorKind kind, AwsCallName what, string message, string fix, Exception? inner = null) =>
        new(id, kind, message, fix, inner) { Target = what.Target.Length == 0 ? null : what.Target };

    /// <summary>The service's own words, on one line, ended.</summary>
    public static string Words(AmazonServiceException e)
    {
        var text = OneLine(e.Message);
        return text.Length == 0 ? e.ErrorCode ?? e.StatusCode.ToString() : text;
    }

    private static EmailSecurityException FromService(AmazonServiceException e, AwsCallName what, string origin)
    {
        var code = e.ErrorCode ?? "";
        if (what.Service == "s3" && S3Regions.IsRedirect(e))
        {
            var region = S3Regions.Named(e);
            return New("BucketInOtherRegion", ErrorKind.InvalidOperation, what,
                $"{what} was refused: the bucket is in {region ?? "another region"}. {Words(e)} ({code}).",
                $"Use -Region {region ?? "with the name of the region in which the bucket was created"}.", e);
        }

        if (AwsErrorTable.Find(code) is { } meaning)
        {
            var about = meaning.ErrorId is "CredentialsInvalid" or "CredentialsExpired" ? $" The credentials came from {origin}." : "";
            var action = meaning.ErrorId == "AccessDenied" ? $" ({what.Service}:{what.Operation})" : "";
            var verb = meaning.ErrorId switch { "Throttled" => "was throttled", "AwsUnavailable" => "failed at AWS", _ => "was refused" };
            return New(meaning.ErrorId, meaning.Kind, what, $"{what} {verb}{action}: {Words(e)} ({code}).{about}", meaning.Fix, e);
        }

        if (code.StartsWith("TooMany", StringComparison.Ordinal))
        {
            return New("LimitExceeded", ErrorKind.LimitsExceeded, what,
                $"{what} was refused: {Words(e)} ({code}).",
                AwsErrorTable.QuotaFix, e);
        }

        return e.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => New("Throttled", ErrorKind.LimitsExceeded, what,
                $"{what} was throttled: {Words(e)}.", AwsErrorTable.RequestLimitFix, e),
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => New("AccessDenied", ErrorKind.PermissionDenied, what,
                $"{what} was refused ({what.Service}:{what.Operation}): {Words(e)} ({Name(e)}).", AwsErrorTable.PermissionFix, e),
            >= HttpStatusCode.InternalServerError => New("AwsUnavailable", ErrorKind.Unavailable, what,
                $"{what} failed at AWS: {Words(e)} ({Name(e)}).",
                "Run the same command again in a few minutes: it continues where it stopped.", e),
            default(HttpStatusCode) => Unreachable(e, what),
            < HttpStatusCode.BadRequest => Unexpected(e, what),
            _ => New("AwsRequestRefused", ErrorKind.InvalidOperation, what,
                $"{what} was refused: {Words(e)} ({Name(e)}).", "The message from AWS says what it does not accept.", e),
        };
    }

    private static string Name(AmazonServiceException e) => string.IsNullOrEmpty(e.ErrorCode) ? Invariant($"HTTP {(int)e.StatusCode}") : e.ErrorCode;

    private static EmailSecurityException Unexpected(Exception error, AwsCallName what) =>
        New("AwsUnexpectedResponse", ErrorKind.InvalidData, what,
            $"The answer to {what} could not be read.",
            "Check that nothing between here and AWS (a proxy, a wrong -EndpointUrl) answers in its place.", error);

    private static EmailSecurityException Unreachable(Exception error, AwsCallName what) =>
        New("AwsUnavailable", ErrorKind.Unavailable, what,
            $"{what} could not reach AWS: {OneLine(Root(error).Message)}.",
            "Check the network, any proxy and -EndpointUrl, then run the same command again.", error);

    private static Exception Root(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[])['\r', '\n', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
        return line.Length <= 600 ? line : line[..600] + "...";
    }
}
