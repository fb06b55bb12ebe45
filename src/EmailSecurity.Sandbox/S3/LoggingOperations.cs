using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Server access logging: checked and kept; no logs are written, as AWS promises none at any time.</summary>
internal static class LoggingOperations
{
    private const string LoggingService = "logging.s3.amazonaws.com";

    public static AwsReply Get(S3Context context) => S3Xml.Reply(
        "BucketLoggingStatus",
        context.Bucket.Logging is not { } logging ? null : new XElement(
            "LoggingEnabled",
            new XElement("TargetBucket", logging.TargetBucket),
            logging.TargetGrants.Count > 0 ? new XElement("TargetGrants", logging.TargetGrants.Select(g => g.ToXml())) : null,
            new XElement("TargetPrefix", logging.TargetPrefix),
            logging.KeyFormat is { } format ? new XElement(format) : null));

    public static AwsReply Put(S3Context context)
    {
        var body = S3Xml.Parse(context.Call.Body, "BucketLoggingStatus");
        body.Only("LoggingEnabled");
        if (body.Child("LoggingEnabled") is not { } enabled)
        {
            context.Bucket.Logging = null;
            return new AwsReply(200, "", []);
        }
        enabled.Only("TargetBucket", "TargetGrants", "TargetPrefix", "TargetObjectKeyFormat");
        var name = enabled.Required("TargetBucket");
        var prefix = enabled.Required("TargetPrefix");
        var format = enabled.Child("TargetObjectKeyFormat");
        if (format is not null && (format.Elements().Count() != 1 || format.Elements().Single().Name.LocalName is not ("SimplePrefix" or "PartitionedPrefix")))
        {
            throw S3Exception.MalformedXml();
        }
        if (!context.State.Buckets.TryGetValue(name, out var target))
        {
            throw Invalid("The target bucket for logging does not exist", name);
        }
        if (target.Owner != context.Bucket.Owner)
        {
            throw Invalid("The owner for the bucket to be logged and the target bucket must be the same.", name);
        }
        if (target.Region != context.Bucket.Region)
        {
            throw new S3Exception(403, "CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ")
            {
                Details = [new XElement("TargetBucketLocation", target.Region), new XElement("SourceBucketLocation", context.Bucket.Region)],
            };
        }
        var grants = enabled.Child("TargetGrants") is { } list ? Grant.FromList(list) : [];
        if (grants.Count > 0 && !target.AclsEnabled)
        {
            throw S3Exception.InvalidArgument("TargetGrants cannot be used: the target bucket's Object Ownership is BucketOwnerEnforced", "TargetGrants", name);
        }
        if (!MayDeliver(context, target, prefix))
        {
            throw Invalid(
                "You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket, or allow logging.s3.amazonaws.com to "
                    + "s3:PutObject in its bucket policy",
                name);
        }
        context.Bucket.Logging = new BucketLogging(name, prefix, format is null ? null : new XElement(format), grants);
        return new AwsReply(200, "", []);
    }

    /// <summary>Log delivery comes by the bucket policy (the only way with ACLs disabled) or by grants to the log delivery group.</summary>
    private static bool MayDeliver(S3Context context, Bucket target, string prefix)
    {
        var byAcl = target.AclsEnabled
            && target.Acl.Any(g => g is { Uri: Grant.LogDelivery, Permission: "WRITE" or "FULL_CONTROL" })
            && target.Acl.Any(g => g is { Uri: Grant.LogDelivery, Permission: "READ_ACP" or "FULL_CONTROL" });
        return byAcl
            || Authorization.AllowsService(
                target,
                LoggingService,
                "PutObject",
                prefix + "2026-01-31-23-59-59-0123456789ABCDEF",
                context.Bucket.Arn,
                context.Bucket.Owner.AccountId,
                context.State.Clock.Now);
    }

    private static S3Exception Invalid(string message, string target) =>
        new(400, "InvalidTargetBucketForLogging", message) { Details = [new XElement("TargetBucket", target)] };
}
