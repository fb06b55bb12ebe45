using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Block Public Access, Object Ownership and access control lists.</summary>
internal static class AccessOperations
{
    private static readonly AwsReply Done = new(200, "", []);
    private static readonly AwsReply Gone = new(204, "", []);

    public static AwsReply GetPublicAccessBlock(S3Context context) => context.Bucket.PublicAccess is { } block
        ? S3Xml.Reply(
            "PublicAccessBlockConfiguration",
            new XElement("BlockPublicAcls", block.BlockPublicAcls),
            new XElement("IgnorePublicAcls", block.IgnorePublicAcls),
            new XElement("BlockPublicPolicy", block.BlockPublicPolicy),
            new XElement("RestrictPublicBuckets", block.RestrictPublicBuckets))
        : throw new S3Exception(404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
        {
            Details = [new XElement("BucketName", context.BucketName)],
        };

    public static AwsReply PutPublicAccessBlock(S3Context context)
    {
        var body = S3Xml.Parse(context.Call.Body, "PublicAccessBlockConfiguration");
        body.Only("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets");
        if (!body.HasElements)
        {
            throw S3Exception.InvalidRequest("Must specify at least one configuration.");
        }
        // A flag that is left out is off.
        context.Bucket.PublicAccess = new PublicAccessBlock(
            body.Flag("BlockPublicAcls") ?? false,
            body.Flag("IgnorePublicAcls") ?? false,
            body.Flag("BlockPublicPolicy") ?? false,
            body.Flag("RestrictPublicBuckets") ?? false);
        return Done;
    }

    public static AwsReply DeletePublicAccessBlock(S3Context context)
    {
        context.Bucket.PublicAccess = null;
        return Gone;
    }

    public static AwsReply GetOwnership(S3Context context) => context.Bucket.Ownership is { } ownership
        ? S3Xml.Reply("OwnershipControls", new XElement("Rule", new XElement("ObjectOwnership", ownership)))
        : throw new S3Exception(404, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
        {
            Details = [new XElement("BucketName", context.BucketName)],
        };

    public static AwsReply PutOwnership(S3Context context)
    {
        var rules = S3Xml.Parse(context.Call.Body, "OwnershipControls").Many("Rule");
        if (rules.Count != 1)
        {
            throw S3Exception.MalformedXml();
        }
        rules[0].Only("ObjectOwnership");
        var ownership = rules[0].Required("ObjectOwnership");
        if (ownership is not ("BucketOwnerEnforced" or "BucketOwnerPreferred" or "ObjectWriter"))
        {
            throw S3Exception.MalformedXml();
        }
        if (ownership == "BucketOwnerEnforced" && context.Bucket.Acl.Any(g => g.CanonicalId != context.Bucket.Owner.CanonicalId))
        {
            throw new S3Exception(400, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
        }
        context.Bucket.Ownership = ownership;
        return Done;
    }

    public static AwsReply DeleteOwnership(S3Context context)
    {
        context.Bucket.Ownership = null;
        return Gone;
    }

    public static AwsReply GetAcl(S3Context context) => S3Xml.Reply(
        "AccessControlPolicy",
        new XElement("Owner", new XElement("ID", context.Bucket.Owner.CanonicalId)),
        new XElement("AccessControlList", (context.Bucket.AclsEnabled ? context.Bucket.Acl : [Grant.ToOwner(context.Bucket.Owner)]).Select(g => g.ToXml())));

    public static AwsReply PutAcl(S3Context context)
    {
        var bucket = context.Bucket;
        if (!bucket.AclsEnabled)
        {
            throw new S3Exception(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
        }
        var fromHeaders = Grant.FromHeaders(context.Call.Headers, bucket.Owner, forBucket: true);
        if (fromHeaders is not null == context.Call.Body.Length > 0)
        {
            throw fromHeaders is null
                ? new S3Exception(400, "MissingSecurityHeader", "Your request was missing a required header")
                {
                    Details = [new XElement("MissingHeaderName", "x-amz-acl")],
                }
                : new S3Exception(400, "UnexpectedContent", "This request does not support content");
        }
        var grants = fromHeaders ?? Grant.FromXml(S3Xml.Parse(context.Call.Body, "AccessControlPolicy"), bucket.Owner);
        DemandNotPublic(bucket, grants);
        bucket.Acl = grants;
        return Done;
    }

    /// <summary>BlockPublicAcls refuses grants to everybody.</summary>
    public static void DemandNotPublic(Bucket bucket, IReadOnlyList<Grant> grants)
    {
        if (bucket.PublicAccess is { BlockPublicAcls: true } && grants.Any(g => g.IsPublic))
        {
            throw S3Exception.AccessDenied(
                "Access Denied: public access control lists are prevented by the BlockPublicAcls setting in S3 Block Public Access.");
        }
    }
}
