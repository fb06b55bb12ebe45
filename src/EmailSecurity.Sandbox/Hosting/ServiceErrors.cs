using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>An error before it has a service's shape.</summary>
internal sealed record ServiceError(int Status, string Code, string Message);

/// <summary>Which codes and statuses each service answers with for what the host decides: bad signatures, throttling, failures, denials.</summary>
internal static class ServiceErrors
{
    /// <summary>
    /// A bad signature. S3 has codes of its own; JSON services (ACM) name the exception and use 400; the rest share the query services' codes.
    /// </summary>
    public static ServiceError Signature(string service, SignatureResult.Bad bad) => service switch
    {
        "s3" => S3Signature(bad),
        "acm" => new(400, JsonCode(bad.Fault), bad.Message),
        _ => new(bad.Fault == SignatureFault.Malformed ? 400 : 403, XmlCode(bad.Fault), bad.Message),
    };

    /// <summary>A body that is larger than the sandbox takes.</summary>
    public static ServiceError TooLarge(string service, long most) => new(
        service == "s3" ? 400 : 413,
        service == "s3" ? "EntityTooLarge" : "RequestEntityTooLarge",
        Invariant($"The sandbox accepts bodies up to {most} bytes."));

    /// <summary>The answer of a service that is called too often, in the form the AWS SDKs retry.</summary>
    public static ServiceError Throttle(string service) => service switch
    {
        "s3" => new(503, "SlowDown", "Please reduce your request rate."),
        "acm" => new(400, "ThrottlingException", "Rate exceeded"),
        _ => new(400, "Throttling", "Rate exceeded"),
    };

    /// <summary>A failure of the service itself.</summary>
    public static ServiceError Internal(string service) => service switch
    {
        "s3" => new(500, "InternalError", "We encountered an internal error. Please try again."),
        "cloudfront" => new(500, "InternalError", "CloudFront encountered an internal error. Please try again."),
        _ => new(500, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."),
    };

    /// <summary>IAM does not allow the call.</summary>
    public static ServiceError Denied(string service, string operation, SandboxCredential caller) => new(
        service == "acm" ? 400 : 403,
        service == "acm" ? "AccessDeniedException" : "AccessDenied",
        $"User: {caller.CallerArn} is not authorized to perform: {service}:{operation} "
        + $"because no identity-based policy allows the {service}:{operation} action");

    /// <summary>An operation that AWS has and the sandbox has not.</summary>
    public static ServiceError NotEmulated(string what) => new(501, "NotImplemented", $"The sandbox does not emulate {what}.");

    private static ServiceError S3Signature(SignatureResult.Bad bad) => bad.Fault switch
    {
        SignatureFault.Missing => new(403, "AccessDenied", "Access Denied"),
        SignatureFault.Malformed when bad.Message.Contains("mechanism", StringComparison.Ordinal) => new(400, "InvalidRequest", bad.Message),
        SignatureFault.Malformed => new(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; " + bad.Message),
        SignatureFault.UnknownKey => new(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
        SignatureFault.UnknownToken => new(400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
        SignatureFault.ExpiredToken => new(400, "ExpiredToken", "The provided token has expired."),
        SignatureFault.Mismatch => new(
            403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."),
        SignatureFault.WrongScope => new(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; " + bad.Message),
        SignatureFault.Skewed => new(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        SignatureFault.UnsignedHeaders => new(403, "AccessDenied", bad.Message),
        SignatureFault.MissingBodyHash => new(400, "InvalidRequest", bad.Message),
        SignatureFault.InvalidBodyHash => new(400, "InvalidArgument", bad.Message),
        SignatureFault.BodyHashMismatch => new(400, "XAmzContentSHA256Mismatch", bad.Message),
        _ => new(400, "IncompleteBody", bad.Message),
    };

    private static string XmlCode(SignatureFault fault) => fault switch
    {
        SignatureFault.Missing => "MissingAuthenticationToken",
        SignatureFault.Malformed => "IncompleteSignature",
        SignatureFault.UnknownKey or SignatureFault.UnknownToken => "InvalidClientTokenId",
        SignatureFault.ExpiredToken => "ExpiredToken",
        _ => "SignatureDoesNotMatch", // skew and scope too: the message tells which
    };

    private static string JsonCode(SignatureFault fault) => fault switch
    {
        SignatureFault.Missing => "MissingAuthenticationTokenException",
        SignatureFault.Malformed => "IncompleteSignatureException",
        SignatureFault.UnknownKey or SignatureFault.UnknownToken => "UnrecognizedClientException",
        SignatureFault.ExpiredToken => "ExpiredTokenException",
        _ => "InvalidSignatureException",
    };
}
