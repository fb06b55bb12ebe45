using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.CloudFront.ConfigXml;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The rules for standard logging.</summary>
internal sealed class LoggingRules(IBucketOrigin buckets)
{
    // Developer Guide, "Configure standard logging (legacy)": opt-in Regions that standard logs are not delivered to.
    private static readonly HashSet<string> RegionsWithoutLogs = new(StringComparer.Ordinal)
    {
        "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
    };

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Checks where a configuration has its logs delivered.</summary>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public void Check(XElement config, string accountId)
    {
        var logging = config.Element(Ns + "Logging");
        if (Text(logging, "Enabled") != "true")
        {
            return;
        }
        var host = Text(logging, "Bucket");
        if (BucketOf(host) is not { } bucket)
        {
            throw Argument($"The parameter Logging Bucket does not refer to a valid S3 bucket: {host}");
        }
        var facts = buckets.GetFacts(bucket) ?? throw Argument($"The S3 bucket that you specified for CloudFront logs doesn't exist: {host}");
        if (facts.OwnerAccountId != accountId)
        {
            throw new AwsRuleException(
                403,
                "AccessDenied",
                $"You don't have permission to access the S3 bucket for CloudFront logs: {host} If you're using IAM, you need s3:GetBucketAcl and "
                    + "s3:PutBucketAcl permissions to create a distribution or to update log settings for an existing distribution. In addition, "
                    + "the S3 ACL for the bucket must grant you FULL_CONTROL.");
        }
        if (RegionsWithoutLogs.Contains(facts.Region))
        {
            throw Argument(
                $"The S3 bucket that you specified for CloudFront logs is in {facts.Region}, a Region that CloudFront doesn't deliver standard "
                    + $"logs to: {host}");
        }
        if (!facts.AclsEnabled)
        {
            throw Argument($"The S3 bucket that you specified for CloudFront logs does not enable ACL access: {host}");
        }
        if (Text(logging, "Prefix").StartsWith('/'))
        {
            throw Argument("The parameter Logging Prefix must not start with a slash.");
        }
    }
}
