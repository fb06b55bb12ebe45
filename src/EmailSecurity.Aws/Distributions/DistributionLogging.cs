using Amazon.Runtime;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

/// <summary>What CloudFront asks of the bucket that a distribution logs to, said before a call and after a refusal.</summary>
internal static class DistributionLogging
{
    /// <summary>Refuses a region that CloudFront cannot log to, which it would say only after the distribution was asked for.</summary>
    public static void Check(DistributionSettings settings)
    {
        if (settings.LogBucketDomainName.Length > 0 && BucketRegion(settings) is { } region)
        {
            LoggingRegions.Check(region);
        }
    }

    // The region of a stack's buckets, as the origin names it (bucket.s3.region.amazonaws.com); null where it does not.
    private static string? BucketRegion(DistributionSettings settings)
        => settings.OriginDomainName.Split('.') is [_, "s3", var region, "amazonaws", ..] ? region : null;

    /// <summary>The error that says what to do about the log bucket; the error itself where it is about something else.</summary>
    public static EmailSecurityException Explain(EmailSecurityException e, DistributionSettings settings, string region)
    {
        if (CloudFrontDistributions.CodeOf(e) is null || e.InnerException is not AmazonServiceException s
            || !s.Message.Contains("log", StringComparison.OrdinalIgnoreCase))
        {
            return e;
        }

        if (s.Message.Contains("region", StringComparison.OrdinalIgnoreCase))
        {
            return LoggingRegions.Error(BucketRegion(settings) ?? region, AwsErrors.Words(s), s);
        }

        return s.Message.Contains("ACL", StringComparison.Ordinal)
            ? new EmailSecurityException("LogBucketNeedsAcls", ErrorKind.InvalidOperation,
                $"CloudFront cannot log to the bucket: {AwsErrors.Words(s)}.",
                "Set the log bucket's Object Ownership to BucketOwnerPreferred (run the same command again to have it done).", s)
            { Target = e.Target }
            : e;
    }
}
