using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Getting objects.</summary>
internal static class ObjectOperations
{
    /// <summary>What would silently do less than on AWS is refused.</summary>
    private static readonly string[] RefusedOnGet = ["x-amz-server-side-encryption-customer-algorithm"];

    /// <summary>GetObject, and HeadObject, which is the same without its body.</summary>
    public static AwsReply Get(S3Context context)
    {
        Refuse(context, RefusedOnGet);
        if (context.Call.Query.Keys.FirstOrDefault(k => k.StartsWith("response-", StringComparison.Ordinal)) is { } overridden)
        {
            throw S3Exception.NotImplemented(overridden);
        }
        var version = Find(context);
        var headers = new Dictionary<string, string>(version.Headers, StringComparer.OrdinalIgnoreCase)
        {
            ["ETag"] = version.ETag,
            ["Last-Modified"] = ReadConditions.Stamp(version.LastModified),
            ["Accept-Ranges"] = "bytes",
            ["x-amz-server-side-encryption"] = version.Encryption,
        };
        headers.Remove("content-type");
        if (version.IsArchived)
        {
            headers["x-amz-storage-class"] = version.StorageClass;
        }

        AddKey(headers, context.Bucket, version);
        AddVersion(headers, context.Bucket, version);
        if (version.IsArchived && context.Call.Method == "GET")
        {
            throw new S3Exception(403, "InvalidObjectState", "The operation is not valid for the object's storage class")
            {
                Details = [new XElement("StorageClass", version.StorageClass)],
            };
        }

        if (ReadConditions.IsNotModified(context, version))
        {
            return new AwsReply(304, "", []) { Headers = headers };
        }
        if (ReadConditions.RangeApplies(context, version) && ByteRange.Read(context.Header("range")!, version.Content.Length) is { } range)
        {
            headers["Content-Range"] = range.ContentRange;
            return new AwsReply(206, ContentType(version), version.Content[(int)range.First..((int)range.Last + 1)]) { Headers = headers };
        }
        if (context.Header("x-amz-checksum-mode")?.Equals("ENABLED", StringComparison.OrdinalIgnoreCase) == true)
        {
            headers["x-amz-checksum-" + version.ChecksumName] = version.ChecksumValue;
            headers["x-amz-checksum-type"] = "FULL_OBJECT";
        }
        return new AwsReply(200, ContentType(version), version.Content) { Headers = headers };
    }

    /// <summary>Content type as served; S3's own where none was put.</summary>
    public static string ContentType(StoredVersion version) => version.Headers.GetValueOrDefault("content-type", "binary/octet-stream");

    /// <summary>x-amz-version-id, which buckets that never were versioned leave out.</summary>
    public static void AddVersion(Dictionary<string, string> headers, Bucket bucket, StoredVersion version)
    {
        if (bucket.Versioning is not null)
        {
            headers["x-amz-version-id"] = version.VersionId;
        }
    }

    /// <summary>
    /// The key that the object is encrypted with: without it, clients take the ETag for an MD5. An account has one AWS managed key for S3 in each
    /// region.
    /// </summary>
    public static void AddKey(Dictionary<string, string> headers, Bucket bucket, StoredVersion version)
    {
        if (version.Encryption != "AES256")
        {
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = version.KmsKey
                ?? $"arn:{bucket.Partition}:kms:{bucket.Region}:{bucket.Owner.AccountId}:key/00000000-0000-4000-8000-000000000000";
        }
    }

    private static StoredVersion Find(S3Context context)
    {
        var objects = context.Bucket.Objects;
        if (context.Query("versionId") is { } id)
        {
            var version = DeletionOperations.IsVersionId(id)
                ? objects.Find(context.Key, id)
                : throw S3Exception.InvalidArgument("Invalid version id specified", "versionId", id);
            return version is null
                ? throw new S3Exception(404, "NoSuchVersion", "The specified version does not exist.")
                {
                    Details = [new XElement("Key", context.Key), new XElement("VersionId", id)],
                }
                : version.IsDeleteMarker
                ? throw new S3Exception(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                {
                    Headers = new Dictionary<string, string> { ["x-amz-delete-marker"] = "true", ["x-amz-version-id"] = id, ["Allow"] = "DELETE" },
                }
                : version;
        }
        var latest = objects.Find(context.Key);
        if (latest is { IsDeleteMarker: false })
        {
            return latest;
        }
        var headers = new Dictionary<string, string>();
        if (latest is not null)
        {
            headers["x-amz-delete-marker"] = "true";
            AddVersion(headers, context.Bucket, latest);
        }
        // Who may not list must not learn which keys exist.
        throw Authorization.Allows(context, "ListBucket", "")
            ? new S3Exception(404, "NoSuchKey", "The specified key does not exist.") { Details = [new XElement("Key", context.Key)], Headers = headers }
            : S3Exception.AccessDenied();
    }

    /// <summary>A condition in the request does not hold.</summary>
    public static S3Exception Failed(string condition) =>
        new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold") { Details = [new XElement("Condition", condition)] };

    /// <summary>Refuses headers that the sandbox does not emulate.</summary>
    public static void Refuse(S3Context context, string[] headers)
    {
        if (Array.Find(headers, h => context.Header(h) is not null) is { } refused)
        {
            throw S3Exception.NotImplemented(refused);
        }
    }
}
