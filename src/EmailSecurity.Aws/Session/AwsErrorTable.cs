namespace EmailSecurity.Aws.Session;

/// <summary>What an error code of AWS means to a user.</summary>
/// <param name="ErrorId">Error id.</param>
/// <param name="Kind">Kind of trouble.</param>
/// <param name="Fix">What to do.</param>
internal sealed record AwsErrorMeaning(string ErrorId, ErrorKind Kind, string Fix);

/// <summary>The error codes of AWS that are known, by code.</summary>
internal static class AwsErrorTable
{
    /// <summary>The fix for an action that IAM does not allow.</summary>
    /// <param name="action">The action: <c>s3:GetBucketTagging</c>.</param>
    public static string PermissionFix(string action) =>
        $"In IAM, allow this user or role the action that the message names ({action}); assets/iam-policy.json lists all that are needed. "
        + "Then run the same command again: it continues where it stopped.";

    /// <summary>The fix for a quota that is used up.</summary>
    public const string QuotaFix = "Remove what is no longer used, or ask for a higher quota in Service Quotas. "
        + "Then run the same command again: it continues where it stopped.";

    /// <summary>The fix for too many requests.</summary>
    public const string RequestLimitFix = "Run the same command again in a minute: it continues where it stopped. "
        + "If that happens often, run fewer commands against this account at the same time.";

    private static readonly Dictionary<string, AwsErrorMeaning> Meanings = Build();

    /// <summary>The meaning of a code; null where it is not known.</summary>
    public static AwsErrorMeaning? Find(string code) => Meanings.GetValueOrDefault(code);

    private static Dictionary<string, AwsErrorMeaning> Build()
    {
        var table = new Dictionary<string, AwsErrorMeaning>(StringComparer.Ordinal);
        void Add(string id, ErrorKind kind, string fix, params string[] codes)
        {
            foreach (var code in codes)
            {
                table[code] = new AwsErrorMeaning(id, kind, fix);
            }
        }

        Add("AccessDenied", ErrorKind.PermissionDenied, PermissionFix("service:operation"),
            "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "AllAccessDisabled", "AuthorizationError");
        Add("AccountNotReady", ErrorKind.PermissionDenied,
            "Finish the activation of the AWS account (or its service sign-up) in the console.",
            "OptInRequired", "SubscriptionRequiredException", "NotSignedUp", "AccountProblem", "PendingVerification");
        Add("CredentialsInvalid", ErrorKind.Authentication,
            "Check the access key, the secret key and (for temporary credentials) the session token, then run the same command again.",
            "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch", "UnrecognizedClientException", "InvalidSignatureException",
            "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
            "AuthFailure", "InvalidToken", "InvalidSecurity");
        Add("CredentialsExpired", ErrorKind.Authentication,
            "Get new temporary credentials and run the same command again: it continues where it stopped.",
            "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired");
        Add("ClockSkewed", ErrorKind.Authentication,
            "Set this computer's clock: AWS accepts requests that are at most five minutes off.",
            "RequestTimeTooSkewed", "RequestInTheFuture");
        Add("Throttled", ErrorKind.LimitsExceeded, RequestLimitFix,
            "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
            "TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "PriorRequestNotComplete");
        Add("LimitExceeded", ErrorKind.LimitsExceeded, QuotaFix,
            "LimitExceededException", "LimitsExceeded", "TooManyTagsException", "TooManyBuckets");
        Add("AwsUnavailable", ErrorKind.Unavailable,
            "Run the same command again in a few minutes: it continues where it stopped.",
            "InternalError", "InternalFailure", "ServiceUnavailable", "ServiceUnavailableException", "RequestTimeout", "RequestTimeoutException");

        Add("BucketNotFound", ErrorKind.NotFound, "Run the same command again; if the bucket was deleted meanwhile, it is created again.", "NoSuchBucket");
        Add("BucketNameTaken", ErrorKind.Exists,
            "Bucket names are shared by all AWS accounts: choose other names for the stack's buckets with New-EmailSecurityStack -BucketSuffix.",
            "BucketAlreadyExists");
        Add("BucketNamespaceRefused", ErrorKind.NotSupported,
            "S3 made no bucket in the account's own namespace of this region: choose names of the namespace that all accounts share, with "
                + "New-EmailSecurityStack -BucketSuffix, or another -Region.",
            "InvalidBucketNamespace", "InvalidNamespaceHeader", "MissingNamespaceHeader");
        Add("AwsRequestRefused", ErrorKind.InvalidOperation,
            "Use -Region to name the region that the request is for.",
            "AuthorizationHeaderMalformed", "IllegalLocationConstraintException");
        Add("BucketBusy", ErrorKind.InvalidOperation,
            "Another change to this bucket is in progress. Run the same command again in a minute.", "OperationAborted");

        Add("HostedZoneNotFound", ErrorKind.NotFound, "Check that the public hosted zone still exists in this account.", "NoSuchHostedZone");
        Add("RecordChangeRefused", ErrorKind.InvalidOperation,
            "In the hosted zone, delete or correct the record that the message names, then run the same command again.",
            "InvalidChangeBatch", "InvalidInput");
        Add("ChangeNotFound", ErrorKind.NotFound, "Run the same command again: the records are compared again.", "NoSuchChange");

        Add("AliasTaken", ErrorKind.Exists,
            "Another CloudFront distribution (perhaps in another account) serves this name: remove the alternate domain name there first.",
            "CNAMEAlreadyExists");
        Add("CertificateNotUsable", ErrorKind.InvalidOperation,
            "The certificate must be issued, in us-east-1, in this account, and cover every alternate domain name.",
            "InvalidViewerCertificate", "InvalidProtocolSettings");
        Add("OriginAccessControlFull", ErrorKind.LimitsExceeded,
            "Remove stacks that are no longer used, or ask AWS for a higher quota of distributions for each origin access control.",
            "TooManyDistributionsAssociatedToOriginAccessControl");
        Add("OriginAccessControlNotFound", ErrorKind.NotFound,
            "Run the same command again: it creates the origin access control.", "InvalidOriginAccessControl", "NoSuchOriginAccessControl");
        Add("DistributionNotFound", ErrorKind.NotFound, "Run the same command again. It reads the existing resources again.", "NoSuchDistribution");
        Add("DistributionStillEnabled", ErrorKind.InvalidOperation,
            "Wait until the distribution is disabled and deployed, then run the same command again.",
            "DistributionNotDisabled", "ResourceInUse");
        Add("DistributionChanged", ErrorKind.InvalidOperation,
            "The distribution is being changed by someone else; run the same command again.",
            "PreconditionFailed", "InvalidIfMatchVersion");
        Add("CertificateNotFound", ErrorKind.NotFound, "Check the certificate ARN: it must exist in this account, in us-east-1.", "ResourceNotFoundException");
        return table;
    }
}
