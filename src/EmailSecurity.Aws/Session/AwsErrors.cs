using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EmailSecurity.Aws.Buckets;

namespace EmailSecurity.Aws.Session;

/// <summary>The one translation of what the SDK throws into the errors that a user sees.</summary>
internal static class AwsErrors
{
    private const string PermissionFix = "Allow the action in the caller's IAM policy (assets/iam-policy.json lists all that are needed).";
    private const string RequestLimitFix = "Try again in a minute, or run fewer commands against this account at the same time.";

    private static readonly Dictionary<string, Meaning> Meanings = Build();

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
        OperationCanceledException or TimeoutException => New("AwsUnavailable", ErrorKind.Timeout, what, $"{what} was not answered in time.", "Check the network and any proxy, then run the same command again: it goes on from where it stopped.", error),
        HttpRequestException or IOException or SocketException or WebException => Unreachable(error, what),
        System.Xml.XmlException or FormatException => Unexpected(error, what),
        AmazonClientException { InnerException: HttpRequestException or IOException or SocketException or WebException } => Unreachable(error, what),
        _ => New("AwsUnexpectedResponse", ErrorKind.InvalidData, what, $"{what} failed in the AWS client: {OneLine(error.Message)}.", "Run the same command again; if it persists, report it with this message.", error),
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
                $"Give -Region {region ?? "with the name of the region in which the bucket was made"}.", e);
        }

        if (Meanings.TryGetValue(code, out var meaning))
        {
            var about = meaning.Id is "CredentialsInvalid" or "CredentialsExpired" ? $" The credentials came from {origin}." : "";
            var action = meaning.Id == "AccessDenied" ? $" ({what.Service}:{what.Operation})" : "";
            var verb = meaning.Id == "Throttled" ? "throttled" : "refused";
            return New(meaning.Id, meaning.Kind, what, $"{what} was {verb}{action}: {Words(e)} ({code}).{about}", meaning.Fix, e);
        }

        if (code.StartsWith("TooMany", StringComparison.Ordinal))
            return New("LimitExceeded", ErrorKind.LimitsExceeded, what, $"{what} was refused: {Words(e)} ({code}).", "Remove what is no longer used, or ask AWS for a higher quota (Service Quotas).", e);
        return e.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => New("Throttled", ErrorKind.LimitsExceeded, what, $"{what} was throttled: {Words(e)}.", RequestLimitFix, e),
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => New("AccessDenied", ErrorKind.PermissionDenied, what, $"{what} was refused ({what.Service}:{what.Operation}): {Words(e)} ({Name(e)}).", PermissionFix, e),
            >= HttpStatusCode.InternalServerError => New("AwsUnavailable", ErrorKind.Unavailable, what, $"{what} failed on the side of AWS: {Words(e)} ({Name(e)}).", "Run the same command again in a few minutes: it goes on from where it stopped.", e),
            default(HttpStatusCode) => Unreachable(e, what),
            < HttpStatusCode.BadRequest => Unexpected(e, what),
            _ => New("AwsRequestRefused", ErrorKind.InvalidOperation, what, $"{what} was refused: {Words(e)} ({Name(e)}).", "The message of AWS says what it does not accept.", e),
        };
    }

    private static string Name(AmazonServiceException e) => string.IsNullOrEmpty(e.ErrorCode) ? Invariant($"HTTP {(int)e.StatusCode}") : e.ErrorCode;

    private static EmailSecurityException Unexpected(Exception error, AwsCallName what) =>
        New("AwsUnexpectedResponse", ErrorKind.InvalidData, what, $"The answer to {what} could not be read.", "Check that nothing between here and AWS (a proxy, a wrong -EndpointUrl) answers in its place.", error);

    private static EmailSecurityException Unreachable(Exception error, AwsCallName what) =>
        New("AwsUnavailable", ErrorKind.Unavailable, what, $"{what} could not reach AWS: {OneLine(Root(error).Message)}.", "Check the network, any proxy and -EndpointUrl, then run the same command again.", error);

    private static Exception Root(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e;
    }

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[])['\r', '\n', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
        return line.Length <= 600 ? line : line[..600] + "...";
    }

    private static Dictionary<string, Meaning> Build()
    {
        var table = new Dictionary<string, Meaning>(StringComparer.Ordinal);
        void Add(string id, ErrorKind kind, string fix, params string[] codes)
        {
            foreach (var code in codes)
                table[code] = new Meaning(id, kind, fix);
        }

        Add("AccessDenied", ErrorKind.PermissionDenied, PermissionFix, "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "AllAccessDisabled", "AuthorizationError");
        Add("AccountNotReady", ErrorKind.PermissionDenied, "Finish the activation of the AWS account (or its service sign-up) in the console.", "OptInRequired", "SubscriptionRequiredException", "NotSignedUp", "AccountProblem", "PendingVerification");
        Add("CredentialsInvalid", ErrorKind.Authentication, "Check the access key, the secret key and (for temporary credentials) the session token.", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch", "UnrecognizedClientException", "InvalidSignatureException", "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "AuthFailure", "InvalidToken", "InvalidSecurity");
        Add("CredentialsExpired", ErrorKind.Authentication, "Get new temporary credentials and run the same command again: it goes on from where it stopped.", "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired");
        Add("ClockSkewed", ErrorKind.Authentication, "Set this machine's clock: AWS accepts requests at most five minutes off.", "RequestTimeTooSkewed", "RequestInTheFuture");
        Add("Throttled", ErrorKind.LimitsExceeded, RequestLimitFix, "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "PriorRequestNotComplete");
        Add("LimitExceeded", ErrorKind.LimitsExceeded, "Remove what is no longer used, or ask AWS for a higher quota (Service Quotas).", "LimitExceededException", "LimitsExceeded", "TooManyTagsException", "TooManyBuckets");
        Add("AwsUnavailable", ErrorKind.Unavailable, "Run the same command again in a few minutes: it goes on from where it stopped.", "InternalError", "InternalFailure", "ServiceUnavailable", "ServiceUnavailableException", "RequestTimeout", "RequestTimeoutException");

        Add("BucketNotFound", ErrorKind.NotFound, "Run the same command again; if the bucket was deleted meanwhile, it is made anew.", "NoSuchBucket");
        Add("BucketNameTaken", ErrorKind.Exists,
            "Bucket names are shared by all AWS accounts: choose other names for the stack's buckets with New-EmailSecurityStack -BucketSuffix.", "BucketAlreadyExists");
        Add("AwsRequestRefused", ErrorKind.InvalidOperation, "Give the name of the region that the request is for with -Region.", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException");
        Add("BucketBusy", ErrorKind.InvalidOperation, "Another change of this bucket is in progress; run the same command again in a minute.", "OperationAborted");

        Add("HostedZoneNotFound", ErrorKind.NotFound, "Check that the public hosted zone still exists in this account.", "NoSuchHostedZone");
        Add("RecordChangeRefused", ErrorKind.InvalidOperation, "Look at the records of that name in the hosted zone; the message of Route 53 says which one is in the way.", "InvalidChangeBatch", "InvalidInput");
        Add("ChangeNotFound", ErrorKind.NotFound, "Run the same command again: the records are compared anew.", "NoSuchChange");

        Add("AliasTaken", ErrorKind.Exists, "Another CloudFront distribution (perhaps of another account) serves this name: remove the alternate domain name there first.", "CNAMEAlreadyExists");
        Add("CertificateNotUsable", ErrorKind.InvalidOperation, "The certificate must be issued, in us-east-1, in this account, and cover every alternate domain name.", "InvalidViewerCertificate", "InvalidProtocolSettings");
        Add("OriginAccessControlFull", ErrorKind.LimitsExceeded,
            "Remove stacks that are no longer used, or ask AWS for a higher quota of distributions for each origin access control.", "TooManyDistributionsAssociatedToOriginAccessControl");
        Add("OriginAccessControlNotFound", ErrorKind.NotFound,
            "Run the same command again: it creates the origin access control.", "InvalidOriginAccessControl", "NoSuchOriginAccessControl");
        Add("DistributionNotFound", ErrorKind.NotFound, "Run the same command again: what exists is read anew.", "NoSuchDistribution");
        Add("DistributionStillEnabled", ErrorKind.InvalidOperation, "Wait until the distribution is disabled and deployed, then run the same command again.", "DistributionNotDisabled", "ResourceInUse");
        Add("DistributionChanged", ErrorKind.InvalidOperation, "Somebody else changes this distribution; run the same command again.", "PreconditionFailed", "InvalidIfMatchVersion");
        Add("CertificateNotFound", ErrorKind.NotFound, "Check the certificate ARN: it must exist in this account, in us-east-1.", "ResourceNotFoundException");
        return table;
    }

    private sealed record Meaning(string Id, ErrorKind Kind, string Fix);
}
