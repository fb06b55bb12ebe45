namespace EmailSecurity.Ports;

/// <summary>
/// Regions to whose buckets CloudFront does not deliver standard logs (legacy): the opt-in regions (CloudFront Developer Guide, "Choose an Amazon S3 bucket
/// for your standard logs").
/// </summary>
public static class LoggingRegions
{
    private static readonly HashSet<string> Unsupported = new(StringComparer.Ordinal)
    {
        "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
    };

    /// <summary>Refuses a region that the logs cannot go to, before anything is made.</summary>
    /// <exception cref="EmailSecurityException">RegionNotSupportedForLogging.</exception>
    public static void Check(string region)
    {
        if (Unsupported.Contains(region))
        {
            throw Error(region, "");
        }
    }

    /// <summary>The error.</summary>
    /// <param name="region">The region.</param>
    /// <param name="words">What CloudFront says; empty where it was not asked.</param>
    /// <param name="inner">Its error.</param>
    public static EmailSecurityException Error(string region, string words, Exception? inner = null) => new(
        "RegionNotSupportedForLogging", ErrorKind.NotSupported,
        $"CloudFront does not deliver standard logs to buckets in {region}.{(words.Length > 0 ? " CloudFront: " + words + "." : "")}",
        "Choose another -Region for the buckets, such as us-east-1 or eu-central-1; "
        + "CloudFront still serves the policy from all its edge locations.",
        inner)
    { Target = region };
}
