using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Putting and getting objects.</summary>
internal static class ObjectOperations
{
    private const int MostKeyBytes = 1024;
    private const int MostMetadataBytes = 2048;
    private const string MetadataPrefix = "x-amz-meta-";
    private const string WebsiteRedirect = "x-amz-website-redirect-location"; // kept and told, but only a website endpoint redirects
    private static readonly string[] KeptHeaders = ["content-type", "cache-control", "content-encoding", "content-disposition", "content-language", "expires",
        WebsiteRedirect];

    /// <summary>What would silently do less than on AWS is refused.</summary>
    private static readonly string[] RefusedOnPut = ["x-amz-tagging", "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date",
        "x-amz-object-lock-legal-hold", "x-amz-server-side-encryption-customer-algorithm", "x-amz-write-offset-bytes"];
    private static readonly string[] RefusedOnGet = ["x-amz-server-side-encryption-customer-algorithm"];

    public static AwsReply Put(S3Context context)
    {
        Refuse(context, RefusedOnPut);
        var bucket = context.Bucket;
        if (Encoding.UTF8.GetByteCount(context.Key) > MostKeyBytes)
        {
            throw new S3Exception(400, "KeyTooLongError", "Your key is too long");
        }
        if (context.Header("x-amz-storage-class") is { } storage and not "STANDARD")
        {
            throw S3Exception.NotImplemented("x-amz-storage-class " + storage);
        }
        var encryption = context.Header("x-amz-server-side-encryption") ?? bucket.Encryption.Algorithm;
        if (encryption is not ("AES256" or "aws:kms" or "aws:kms:dsse"))
        {
            throw S3Exception.InvalidArgument("The encryption method specified is not supported", "x-amz-server-side-encryption", encryption);
        }
        if (context.Header(WebsiteRedirect) is { } redirect && !redirect.StartsWith('/') && !redirect.StartsWith("http://", StringComparison.Ordinal)
            && !redirect.StartsWith("https://", StringComparison.Ordinal))
        {
            throw new S3Exception(400, "InvalidRedirectLocation", "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.");
        }
        CheckAcl(context);
        CheckConditions(context);
        var checksum = BodyChecksums.Check(context.Call, required: false) ?? ("crc64nvme", Checksum.Compute("crc64nvme", context.Call.Body));
        var version = Store(context.State, bucket, context.Key, context.Call.Body, KeepHeaders(context), checksum, encryption,
            context.Header("x-amz-server-side-encryption-aws-kms-key-id") ?? bucket.Encryption.KmsKey);
        var headers = new Dictionary<string, string>
        {
            ["ETag"] = version.ETag,
            ["x-amz-server-side-encryption"] = version.Encryption,
            ["x-amz-checksum-" + version.ChecksumName] = version.ChecksumValue,
            ["x-amz-checksum-type"] = "FULL_OBJECT",
        };
        AddKey(headers, bucket, version);
        AddVersion(headers, bucket, version);
        return new AwsReply(200, "", []) { Headers = headers };
    }

    /// <summary>Puts an object, by a call or by a log delivery.</summary>
    public static StoredVersion Store(S3State state, Bucket bucket, string key, byte[] content, IReadOnlyDictionary<string, string> headers,
        (string Name, string Value) checksum, string encryption = "AES256", string? kmsKey = null)
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
        };
        bucket.Objects.Put(version);
        return version;
    }

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
        AddKey(headers, context.Bucket, version);
        AddVersion(headers, context.Bucket, version);
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

    // Which key: without it, clients take the ETag for an MD5. An account has one AWS managed key for S3 in each region.
    private static void AddKey(Dictionary<string, string> headers, Bucket bucket, StoredVersion version)
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
                throw Failed("If-None-Match");
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
                throw Failed("If-Match");
            }
        }
    }

    /// <summary>A condition in the request does not hold.</summary>
    public static S3Exception Failed(string condition) =>
        new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold") { Details = [new XElement("Condition", condition)] };

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

    private static void Refuse(S3Context context, string[] headers)
    {
        if (Array.Find(headers, h => context.Header(h) is not null) is { } refused)
        {
            throw S3Exception.NotImplemented(refused);
        }
    }
}
