using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.S3;

/// <summary>An emulated operation.</summary>
/// <param name="Name">API name.</param>
/// <param name="IsWrite">True where it changes state.</param>
/// <param name="Action">IAM action without <c>s3:</c>.</param>
/// <param name="Handler">What it does.</param>
internal sealed record S3Operation(string Name, bool IsWrite, string Action, Func<S3Context, AwsReply> Handler)
{
    private const string NoSubresource = "";

    /// <summary>Query parameters that name another resource than the bucket or object itself.</summary>
    private static readonly HashSet<string> Subresources =
    [
        "abac", "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption", "intelligent-tiering", "inventory", "legal-hold",
        "lifecycle", "location", "logging", "metadataConfiguration", "metadataInventoryTable", "metadataJournalTable", "metadataTable", "metrics",
        "notification", "object-lock", "ownershipControls", "partNumber", "policy", "policyStatus", "publicAccessBlock", "renameObject",
        "replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent", "uploadId", "uploads", "versioning",
        "versions", "website",
    ];

    private static readonly Dictionary<(string Method, char Level, string Subresource), S3Operation> Table = new()
    {
        [("GET", 'S', NoSubresource)] = new("ListBuckets", false, "ListAllMyBuckets", BucketOperations.List),
        [("PUT", 'B', NoSubresource)] = new("CreateBucket", true, "CreateBucket", BucketOperations.Create),
        [("HEAD", 'B', NoSubresource)] = new("HeadBucket", false, "ListBucket", BucketOperations.Head),
        [("DELETE", 'B', NoSubresource)] = new("DeleteBucket", true, "DeleteBucket", BucketOperations.Delete),
        [("GET", 'B', "location")] = new("GetBucketLocation", false, "GetBucketLocation", BucketOperations.GetLocation),
        [("GET", 'B', "publicAccessBlock")] = new("GetPublicAccessBlock", false, "GetBucketPublicAccessBlock", AccessOperations.GetPublicAccessBlock),
        [("PUT", 'B', "publicAccessBlock")] = new("PutPublicAccessBlock", true, "PutBucketPublicAccessBlock", AccessOperations.PutPublicAccessBlock),
        [("DELETE", 'B', "publicAccessBlock")] = new("DeletePublicAccessBlock", true, "PutBucketPublicAccessBlock", AccessOperations.DeletePublicAccessBlock),
        [("GET", 'B', "ownershipControls")] = new("GetBucketOwnershipControls", false, "GetBucketOwnershipControls", AccessOperations.GetOwnership),
        [("PUT", 'B', "ownershipControls")] = new("PutBucketOwnershipControls", true, "PutBucketOwnershipControls", AccessOperations.PutOwnership),
        [("DELETE", 'B', "ownershipControls")] = new("DeleteBucketOwnershipControls", true, "PutBucketOwnershipControls", AccessOperations.DeleteOwnership),
        [("GET", 'B', "acl")] = new("GetBucketAcl", false, "GetBucketAcl", AccessOperations.GetAcl),
        [("PUT", 'B', "acl")] = new("PutBucketAcl", true, "PutBucketAcl", AccessOperations.PutAcl),
        [("GET", 'B', "policy")] = new("GetBucketPolicy", false, "GetBucketPolicy", PolicyOperations.Get),
        [("PUT", 'B', "policy")] = new("PutBucketPolicy", true, "PutBucketPolicy", PolicyOperations.Put),
        [("DELETE", 'B', "policy")] = new("DeleteBucketPolicy", true, "DeleteBucketPolicy", PolicyOperations.Delete),
        [("GET", 'B', "policyStatus")] = new("GetBucketPolicyStatus", false, "GetBucketPolicyStatus", PolicyOperations.GetStatus),
        [("GET", 'B', "encryption")] = new("GetBucketEncryption", false, "GetEncryptionConfiguration", SettingOperations.GetEncryption),
        [("PUT", 'B', "encryption")] = new("PutBucketEncryption", true, "PutEncryptionConfiguration", SettingOperations.PutEncryption),
        [("DELETE", 'B', "encryption")] = new("DeleteBucketEncryption", true, "PutEncryptionConfiguration", SettingOperations.DeleteEncryption),
        [("GET", 'B', "versioning")] = new("GetBucketVersioning", false, "GetBucketVersioning", SettingOperations.GetVersioning),
        [("PUT", 'B', "versioning")] = new("PutBucketVersioning", true, "PutBucketVersioning", SettingOperations.PutVersioning),
        [("GET", 'B', "tagging")] = new("GetBucketTagging", false, "GetBucketTagging", SettingOperations.GetTagging),
        [("PUT", 'B', "tagging")] = new("PutBucketTagging", true, "PutBucketTagging", SettingOperations.PutTagging),
        [("DELETE", 'B', "tagging")] = new("DeleteBucketTagging", true, "PutBucketTagging", SettingOperations.DeleteTagging),
        [("GET", 'B', "lifecycle")] = new("GetBucketLifecycleConfiguration", false, "GetLifecycleConfiguration", LifecycleOperations.Get),
        [("PUT", 'B', "lifecycle")] = new("PutBucketLifecycleConfiguration", true, "PutLifecycleConfiguration", LifecycleOperations.Put),
        [("DELETE", 'B', "lifecycle")] = new("DeleteBucketLifecycle", true, "PutLifecycleConfiguration", LifecycleOperations.Delete),
        [("GET", 'B', "logging")] = new("GetBucketLogging", false, "GetBucketLogging", LoggingOperations.Get),
        [("PUT", 'B', "logging")] = new("PutBucketLogging", true, "PutBucketLogging", LoggingOperations.Put),
        [("GET", 'B', "versions")] = new("ListObjectVersions", false, "ListBucketVersions", ListingOperations.ListVersions),
        [("GET", 'B', "list-type=2")] = new("ListObjectsV2", false, "ListBucket", ListingOperations.ListObjects),
        [("POST", 'B', "delete")] = new("DeleteObjects", true, "DeleteObject", DeletionOperations.DeleteMany),
        [("PUT", 'O', NoSubresource)] = new("PutObject", true, "PutObject", ObjectUploads.Put),
        [("GET", 'O', NoSubresource)] = new("GetObject", false, "GetObject", ObjectOperations.Get),
        [("HEAD", 'O', NoSubresource)] = new("HeadObject", false, "GetObject", ObjectOperations.Get),
        [("DELETE", 'O', NoSubresource)] = new("DeleteObject", true, "DeleteObject", DeletionOperations.Delete),
    };

    /// <summary>The operation of a call; null for one that is not emulated.</summary>
    public static S3Operation? Of(AwsCall call, S3Address address)
    {
        var level = address.Bucket.Length == 0 ? 'S' : address.Key.Length == 0 ? 'B' : 'O';
        string[] named = [.. call.Query.Keys.Where(Subresources.Contains)];
        if (named.Length > 1 || (level == 'O' && call.Method == "PUT" && call.Headers.ContainsKey("x-amz-copy-source")))
        {
            return null;
        }
        var subresource = named.Length == 1 ? named[0]
            : level == 'B' && call.Method == "GET" ? "list-type=" + call.Query.GetValueOrDefault("list-type", "1")
            : NoSubresource;
        return Table.GetValueOrDefault((call.Method, level, subresource));
    }

    /// <summary>Operations whose body must carry a checksum or a Content-MD5 (the service model's requestChecksumRequired).</summary>
    public bool NeedsChecksum => IsWrite && Name is
        "DeleteObjects" or "PutBucketAcl" or "PutBucketEncryption" or "PutBucketLifecycleConfiguration" or "PutBucketLogging"
        or "PutBucketOwnershipControls" or "PutBucketPolicy" or "PutBucketTagging" or "PutBucketVersioning" or "PutPublicAccessBlock";
}
