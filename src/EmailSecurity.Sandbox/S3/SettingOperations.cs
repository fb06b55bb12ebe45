using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Default encryption, versioning and tags.</summary>
internal static class SettingOperations
{
    private static readonly AwsReply Done = new(200, "", []);
    private static readonly AwsReply Gone = new(204, "", []);

    public static AwsReply GetEncryption(S3Context context)
    {
        var encryption = context.Bucket.Encryption;
        return S3Xml.Reply(
            "ServerSideEncryptionConfiguration",
            new XElement(
                "Rule",
                new XElement(
                    "ApplyServerSideEncryptionByDefault",
                    new XElement("SSEAlgorithm", encryption.Algorithm),
                    encryption.KmsKey is { } key ? new XElement("KMSMasterKeyID", key) : null),
                new XElement("BucketKeyEnabled", encryption.BucketKey),
                encryption.BlockedTypes.Count > 0
                    ? new XElement("BlockedEncryptionTypes", encryption.BlockedTypes.Select(t => new XElement("EncryptionType", t)))
                    : null));
    }

    public static AwsReply PutEncryption(S3Context context)
    {
        var rules = S3Xml.Parse(context.Call.Body, "ServerSideEncryptionConfiguration").Many("Rule");
        if (rules.Count != 1)
        {
            throw S3Exception.MalformedXml();
        }
        rules[0].Only("ApplyServerSideEncryptionByDefault", "BucketKeyEnabled", "BlockedEncryptionTypes");
        var blocked = rules[0].Child("BlockedEncryptionTypes")?.Many("EncryptionType")
            .Select(e => e.Value is "NONE" or "SSE-C" ? e.Value : throw S3Exception.MalformedXml())
            .ToList() ?? [];
        var byDefault = rules[0].Child("ApplyServerSideEncryptionByDefault");
        byDefault?.Only("SSEAlgorithm", "KMSMasterKeyID");
        var algorithm = byDefault?.Required("SSEAlgorithm") ?? "AES256";
        if (algorithm is not ("AES256" or "aws:kms" or "aws:kms:dsse"))
        {
            throw S3Exception.MalformedXml();
        }
        var key = byDefault?.Text("KMSMasterKeyID");
        if (key is not null && algorithm == "AES256")
        {
            throw S3Exception.InvalidArgument(
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
                "ApplyServerSideEncryptionByDefault",
                algorithm);
        }
        context.Bucket.Encryption = new BucketEncryption(algorithm, key, rules[0].Flag("BucketKeyEnabled") ?? false, blocked);
        return Done;
    }

    /// <summary>Since January 2023 there is no unencrypted bucket: this goes back to SSE-S3.</summary>
    public static AwsReply DeleteEncryption(S3Context context)
    {
        context.Bucket.Encryption = new BucketEncryption("AES256", null, false, []);
        return Gone;
    }

    public static AwsReply GetVersioning(S3Context context) =>
        S3Xml.Reply("VersioningConfiguration", context.Bucket.Versioning is { } status ? new XElement("Status", status) : null);

    public static AwsReply PutVersioning(S3Context context)
    {
        var body = S3Xml.Parse(context.Call.Body, "VersioningConfiguration");
        body.Only("Status", "MfaDelete");
        if (body.Text("MfaDelete") is "Enabled")
        {
            throw S3Exception.NotImplemented("MfaDelete");
        }
        context.Bucket.Versioning = body.Text("Status") switch
        {
            "Enabled" => "Enabled",
            "Suspended" => "Suspended",
            null => throw new S3Exception(400, "IllegalVersioningConfigurationException", "The Versioning element must be specified"),
            _ => throw S3Exception.MalformedXml(),
        };
        return Done;
    }

    public static AwsReply GetTagging(S3Context context) => context.Bucket.Tags.Count > 0
        ? S3Xml.Reply(
            "Tagging", new XElement("TagSet", context.Bucket.Tags.Select(t => new XElement("Tag", new XElement("Key", t.Key), new XElement("Value", t.Value)))))
        : throw new S3Exception(404, "NoSuchTagSet", "The TagSet does not exist") { Details = [new XElement("BucketName", context.BucketName)] };

    /// <summary>Replaces the whole set.</summary>
    public static AwsReply PutTagging(S3Context context)
    {
        var body = S3Xml.Parse(context.Call.Body, "Tagging");
        body.Only("TagSet");
        context.Bucket.Tags = TagSet.Read(body.Child("TagSet") ?? throw S3Exception.MalformedXml());
        return Gone;
    }

    public static AwsReply DeleteTagging(S3Context context)
    {
        context.Bucket.Tags = [];
        return Gone;
    }
}
