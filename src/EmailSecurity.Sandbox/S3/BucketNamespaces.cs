using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>
/// The namespaces of general purpose buckets (Amazon S3 User Guide, "Namespaces for general purpose buckets"): all accounts share one, and each account has one
/// of its own in a region, in which names end with account, region and <c>-an</c> and nobody else can make a bucket.
/// </summary>
internal static partial class BucketNamespaces
{
    private const string Header = "x-amz-bucket-namespace";

    // "in all AWS Regions except Middle East (Bahrain) and Middle East (UAE)"
    private static readonly string[] Without = ["me-south-1", "me-central-1"];

    /// <summary>Refuses a new bucket whose name does not fit the namespace that the request asks for; true for one in the account's own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="region">The region that the bucket would be in.</param>
    public static bool Check(S3Context context, string region)
    {
        var asked = context.Header(Header);
        if (asked is not (null or "account-regional" or "global"))
        {
            throw S3Exception.InvalidArgument($"Invalid {Header} header: {asked}", Header, asked);
        }

        var name = context.BucketName;
        if (Form().Match(name) is { Success: true } form)
        {
            Check(context, region, asked, form);
            return true;
        }

        if (asked == "account-regional")
        {
            throw new S3Exception(400, "InvalidNamespaceHeader",
                $"The requested bucket name did not include the account-regional namespace suffix, but the provided {Header} header value is account-regional. "
                    + $"Specify -{context.Account.AccountId}-{region}-an as the bucket name suffix to create a bucket in your account-regional namespace, "
                    + "or remove the header.");
        }

        // "Bucket names can only end with the suffix -an when you are creating buckets in your account regional namespace."
        return name.EndsWith("-an", StringComparison.Ordinal)
            ? throw new S3Exception(400, "InvalidBucketName", "The specified bucket is not valid.") { Details = [new XElement("BucketName", name)] }
            : false;
    }

    private static void Check(S3Context context, string region, string? asked, Match form)
    {
        const string Start = "The requested bucket is an account-regional namespace bucket, but ";
        if (asked != "account-regional")
        {
            throw asked is null
                ? new S3Exception(400, "MissingNamespaceHeader", $"{Start}your request is missing the required {Header} header.")
                {
                    Details = [new XElement("Header", Header)],
                }
                : new S3Exception(400, "InvalidNamespaceHeader", $"{Start}the provided {Header} header value is global.");
        }

        var (account, named) = (form.Groups["account"].Value, form.Groups["region"].Value);
        if (account != context.Account.AccountId)
        {
            throw Invalid($"the requested AWS Account ID '{account}' does not match the caller's AWS Account ID '{context.Account.AccountId}'. "
                + "Specify the caller's AWS Account ID in the bucket name.");
        }

        // "You should use the S3 regional endpoints": that of us-east-1 makes such buckets only at home.
        if (named != region || named != context.Call.Region)
        {
            throw Invalid($"the requested region '{named}' does not match the current region '{context.Call.Region}'. "
                + "Specify the targeted region in the bucket name.");
        }

        // AWS names the regions, and not what it answers there.
        if (Without.Contains(region, StringComparer.Ordinal))
        {
            throw Invalid($"account-regional namespaces are not available in the region '{region}'.");
        }

        S3Exception Invalid(string why) => new(400, "InvalidBucketNamespace", Start + why)
        {
            Details = [new XElement("BucketNamespace", context.BucketName)],
        };
    }

    [GeneratedRegex("^.+-(?<account>[0-9]{12})-(?<region>[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2})-an$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
