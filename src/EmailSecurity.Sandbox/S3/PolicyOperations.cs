using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;
using EmailSecurity.Sandbox.S3.Policies;

namespace EmailSecurity.Sandbox.S3;

/// <summary>The bucket policy.</summary>
internal static class PolicyOperations
{
    public static AwsReply Get(S3Context context) => new(200, "application/json", Encoding.UTF8.GetBytes(Policy(context).Text));

    public static AwsReply GetStatus(S3Context context) => S3Xml.Reply("PolicyStatus", new XElement("IsPublic", Policy(context).IsPublic));

    public static AwsReply Put(S3Context context)
    {
        var bucket = context.Bucket;
        var policy = BucketPolicy.Parse(context.Call.Body, bucket.Arn, bucket.Partition, id => context.State.Accounts.FindAccount(id) is not null);
        if (policy.IsPublic && bucket.PublicAccess is { BlockPublicPolicy: true })
        {
            throw S3Exception.AccessDenied(
                $"User: {context.Account.UserArn} is not authorized to perform: s3:PutBucketPolicy on resource: \"{bucket.Arn}\" because public "
                    + "policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.");
        }
        bucket.Policy = policy;
        return new AwsReply(204, "", []);
    }

    public static AwsReply Delete(S3Context context)
    {
        context.Bucket.Policy = null;
        return new AwsReply(204, "", []);
    }

    private static BucketPolicy Policy(S3Context context) => context.Bucket.Policy
        ?? throw new S3Exception(404, "NoSuchBucketPolicy", "The bucket policy does not exist") { Details = [new XElement("BucketName", context.BucketName)] };
}
