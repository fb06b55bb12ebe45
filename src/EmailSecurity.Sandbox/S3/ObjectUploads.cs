using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Putting objects.</summary>
internal static class ObjectUploads
{
    private const int MostKeyBytes = 1024;
    private const int MostMetadataBytes = 2048;
    private const string MetadataPrefix = "x-amz-meta-";
    private const string WebsiteRedirect = "x-amz-website-redirect-location"; // kept and told, but only a website endpoint redirects

    private static readonly string[] KeptHeaders =
    [
        "content-type", "cache-control", "content-encoding", "content-disposition", "content-language", "expires", WebsiteRedirect,
    ];

    /// <summary>What would silently do less than on AWS is refused.</summary>
    private static readonly string[] RefusedOnPut =
    [
        "x-amz-tagging", "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
        "x-amz-server-side-encryption-customer-algorithm", "x-amz-write-offset-bytes",
    ];

    /// <summary>PutObject.</summary>
    public static AwsReply Put(S3Context context)
    {
        ObjectOperations.Refuse(context, RefusedOnPut);
        var bucket = context.Bucket;
        CheckKeyAndClass(context);
        var encryption = ReadEncryption(context);
        CheckRedirect(context);
        CheckAcl(context);
        CheckConditions(context);
        var checksum = BodyChecksums.Check(context.Call, required: false) ?? ("crc64nvme", Checksum.Compute("crc64nvme", context.Call.Body));
        var version = Store(context.State, bucket, context.Key, context.Call.Body, KeepHeaders(context), checksum, encryption,
            context.Header("x-amz-server-side-encryption-aws-kms-key-id") ?? bucket.Encryption.KmsKey, context.Header("x-amz-storage-class") ?? "STANDARD");
        var headers = new Dictionary<string, string>
        {
            ["ETag"] = version.ETag,
            ["x-amz-server-side-encryption"] = version.Encryption,
            ["x-amz-checksum-" + version.ChecksumName] = version.ChecksumValue,
            ["x-amz-checksum-type"] = "FULL_OBJECT",
        };
        ObjectOperations.AddKey(headers, bucket, version);
        ObjectOperations.AddVersion(headers, bucket, version);
        return new AwsReply(200, "", []) { Headers = headers };
    }

    /// <summary>Puts an object, by a call or by a log delivery.</summary>
    public static StoredVersion Store(S3State state, Bucket bucket, string key, byte[] content, IReadOnlyDictionary<string, string> headers,
        (string Name, string Value) checksum, string encryption = "AES256", string? kmsKey = null, string storageClass = "STANDARD")
    {
        var version = new StoredVersion
        {
            Key = key,
            VersionId = bucket.Versioning == "Enabled" ? ObjectTable.NewVersionId() : "null",
            Content = content,
            // MD5 holds for single-part objects under SSE-S3; under SSE-KMS the ETag is nothing of the content's.
            ETag = $"\"{Convert.ToHexStringLower(encryption == "AES256" ? Checksum.Md5(content) : RandomNumberGenerator.GetBytes(16))}\"",
            LastModified = state.Clock.Now,
            Headers = headers,
            ChecksumName = checksum.Name,
            ChecksumValue = checksum.Value,
            Encryption = encryption,
            KmsKey = encryption == "AES256" ? null : kmsKey,
            StorageClass = storageClass,
        };
        bucket.Objects.Put(version);
        return version;
    }

    private static void CheckKeyAndClass(S3Context context)
    {
        if (Encoding.UTF8.GetByteCount(context.Key) > MostKeyBytes)
        {
            throw new S3Exception(400, "KeyTooLongError", "Your key is too long");
        }
        if (context.Header("x-amz-storage-class") is { } storage and not ("STANDARD" or "GLACIER" or "DEEP_ARCHIVE"))
        {
            throw S3Exception.NotImplemented("x-amz-storage-class " + storage);
        }
    }

    private static void CheckRedirect(S3Context context)
    {
        if (context.Header(WebsiteRedirect) is { } redirect
            && !redirect.StartsWith('/')
            && !redirect.StartsWith("http://", StringComparison.Ordinal)
            && !redirect.StartsWith("https://", StringComparison.Ordinal))
        {
            throw new S3Exception(400, "InvalidRedirectLocation", "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.");
        }
    }

    private static string ReadEncryption(S3Context context)
    {
        var encryption = context.Header("x-amz-server-side-encryption") ?? context.Bucket.Encryption.Algorithm;
        if (encryption is not ("AES256" or "aws:kms" or "aws:kms:dsse"))
        {
            throw S3Exception.InvalidArgument("The encryption method specified is not supported", "x-amz-server-side-encryption", encryption);
        }
        return encryption;
    }

    private static void CheckAcl(S3Context context)
    {
        if (Grant.FromHeaders(context.Call.Headers, context.Account, forBucket: false) is not { } grants)
        {
            return;
        }
        if (!context.Bucket.AclsEnabled && context.Header("x-amz-acl") is not "bucket-owner-full-control")
        {
            throw new S3Exception(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
        }
        AccessOperations.DemandNotPublic(context.Bucket, grants);
    }

    private static void CheckConditions(S3Context context)
    {
        var current = context.Bucket.Objects.Find(context.Key) is { IsDeleteMarker: false } version ? version : null;
        if (context.Header("if-none-match") is { } none)
        {
            if (none != "*")
            {
                throw S3Exception.NotImplemented("If-None-Match other than *");
            }
            if (current is not null)
            {
                throw ObjectOperations.Failed("If-None-Match");
            }
        }
        if (context.Header("if-match") is { } match)
        {
            if (current is null)
            {
                throw new S3Exception(404, "NoSuchKey", "The specified key does not exist.") { Details = [new XElement("Key", context.Key)] };
            }
            if (match.Trim('"') != current.ETag.Trim('"'))
            {
                throw ObjectOperations.Failed("If-Match");
            }
        }
    }

    private static Dictionary<string, string> KeepHeaders(S3Context context)
    {
        var kept = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var metadata = 0;
        foreach (var (name, value) in context.Call.Headers)
        {
            if (name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            {
                kept[name.ToLowerInvariant()] = value;
                metadata += name.Length - MetadataPrefix.Length + Encoding.UTF8.GetByteCount(value);
            }
            else if (KeptHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                kept[name] = value;
            }
        }
        if (metadata > MostMetadataBytes)
        {
            throw new S3Exception(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
        }
        if (kept.TryGetValue("content-encoding", out var encoding))
        {
            // aws-chunked is how the body travelled, not how the object is encoded.
            var codings = encoding.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var rest = string.Join(',', codings.Where(e => !e.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase)));
            if (rest.Length > 0)
            {
                kept["content-encoding"] = rest;
            }
            else
            {
                kept.Remove("content-encoding");
            }
        }
        return kept;
    }
}
