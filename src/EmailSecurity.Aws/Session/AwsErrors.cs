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
    /// <param name="signInAgain">How to get new ones once they have expired; null for the general way.</param>
    public static EmailSecurityException Translate(Exception error, AwsCallName what, string credentialOrigin, string? signInAgain = null) => error switch
    {
        EmailSecurityException known => known,
        AmazonUnmarshallingException => Unexpected(error, what),
        AmazonServiceException { InnerException: AmazonUnmarshallingException } => Unexpected(error, what),
        AmazonServiceException service => FromService(service, what, credentialOrigin, signInAgain),
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

    private static EmailSecurityException FromService(AmazonServiceException e, AwsCallName what, string origin, string? signInAgain)
    {
        var code = e.ErrorCode ?? "";
        var said = $"{Words(e)} ({Name(e)}).";
        if (what.Service == "s3" && S3Regions.IsRedirect(e))
        {
            var region = S3Regions.Named(e);
            return New("BucketInOtherRegion", ErrorKind.InvalidOperation, what,
                $"{what} was refused: the bucket is in {region ?? "another region"}. {said}{Id(e)}",
                $"Use -Region {region ?? "with the name of the region in which the bucket was created"}.", e);
        }

        // STS: the role's trust policy asked for a code, and this one was wrong or used before.
        if (code == "AccessDenied" && what.Service == "sts" && Words(e).Contains("MultiFactorAuthentication failed", StringComparison.Ordinal))
        {
            return New("MfaCodeRefused", ErrorKind.Authentication, what, $"{what} was refused: {said}{Id(e)}",
                "Wait until the device shows another code, and run the same command again: AWS takes each code only once.", e);
        }

        if (AwsErrorTable.Find(code) is { } meaning)
        {
            return Known(e, what, meaning, origin, signInAgain);
        }

        if (code.StartsWith("TooMany", StringComparison.Ordinal))
        {
            return New("LimitExceeded", ErrorKind.LimitsExceeded, what, $"{what} was refused: {said}{Id(e)}", AwsErrorTable.QuotaFix, e);
        }

        return e.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => New("Throttled", ErrorKind.LimitsExceeded, what,
                $"{what} was throttled: {Words(e)}.{Id(e)}", AwsErrorTable.RequestLimitFix, e),
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Denied(e, what),
            >= HttpStatusCode.InternalServerError => New("AwsUnavailable", ErrorKind.Unavailable, what,
                $"{what} failed at AWS: {said}{Id(e)}", "Run the same command again in a few minutes: it continues where it stopped.", e),
            default(HttpStatusCode) => Unreachable(e, what),
            < HttpStatusCode.BadRequest => Unexpected(e, what),
            _ => New("AwsRequestRefused", ErrorKind.InvalidOperation, what,
                $"{what} was refused: {said}{Id(e)}", "The message from AWS says what it does not accept.", e),
        };
    }

    private static EmailSecurityException Known(AmazonServiceException e, AwsCallName what, AwsErrorMeaning meaning, string origin, string? signInAgain)
    {
        if (meaning.ErrorId == "AccessDenied")
        {
            return Denied(e, what);
        }

        // An error inside AWS is not a refusal: the same request may go through a minute later.
        var verb = meaning.ErrorId switch { "Throttled" => "was throttled", "AwsUnavailable" => "failed at AWS", _ => "was refused" };
        var about = meaning.ErrorId is "CredentialsInvalid" or "CredentialsExpired" ? $" The credentials came from {origin}." : "";
        var fix = meaning.ErrorId == "CredentialsExpired" ? signInAgain ?? meaning.Fix : meaning.Fix;
        return New(meaning.ErrorId, meaning.Kind, what, $"{what} {verb}: {Words(e)} ({e.ErrorCode}).{about}{Id(e)}", fix, e);
    }

    private static EmailSecurityException Denied(AmazonServiceException e, AwsCallName what) => New("AccessDenied", ErrorKind.PermissionDenied, what,
        $"{what} was refused ({what.Action}): {Words(e)} ({Name(e)}).{Id(e)}",
        what.Operation == "AssumeRole"
            ? "Allow sts:AssumeRole on this role in the caller's IAM policy, and the caller in the role's trust policy."
            : AwsErrorTable.PermissionFix(what.Action), e);

    // For AWS Support, and for CloudTrail.
    private static string Id(AmazonServiceException e) => string.IsNullOrEmpty(e.RequestId) ? "" : $" Request ID {e.RequestId}.";

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

    /// <summary>A text on one line, not ended, of a readable length.</summary>
    public static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[])['\r', '\n', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
        return line.Length <= 600 ? line : line[..600] + "...";
    }
}
