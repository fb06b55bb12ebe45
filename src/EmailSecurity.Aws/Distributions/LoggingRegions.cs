using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

/// <summary>Regions to whose buckets CloudFront does not deliver standard logs (legacy): the opt-in regions (CloudFront Developer Guide, "Choose an Amazon S3 bucket for your standard logs").</summary>
internal static class LoggingRegions
{
    private static readonly HashSet<string> Unsupported = new(StringComparer.Ordinal)
    {
        "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
    };

    /// <summary>Refuses a log bucket in such a region before anything is made.</summary>
    /// <exception cref="EmailSecurityException">RegionNotSupportedForLogging.</exception>
    public static void Check(DistributionSettings settings)
    {
        if (settings.LogBucketDomainName.Length > 0 && Of(settings) is { } region && Unsupported.Contains(region))
            throw Error(region, "");
    }

    /// <summary>The region of a stack's buckets, as the origin names it (<c>bucket.s3.region.amazonaws.com</c>); null where it does not.</summary>
    public static string? Of(DistributionSettings settings) => settings.OriginDomainName.Split('.') is [_, "s3", var region, "amazonaws", ..] ? region : null;

    /// <summary>The error.</summary>
    public static EmailSecurityException Error(string region, string words, Exception? inner = null) => new(
        "RegionNotSupportedForLogging",
        ErrorKind.NotSupported,
        $"CloudFront does not deliver its standard logs to buckets in {region}.{(words.Length > 0 ? " CloudFront: " + words + "." : "")}",
        "Use another -Region for this stack, for example us-east-1 or eu-west-1.",
        inner)
    { Target = region };
}
