using System.Text.Json;
using System.Text.Json.Nodes;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The bucket policies of a stack.</summary>
internal static class BucketPolicies
{
    /// <summary>Asset bucket: TLS only; the distribution may read what is served, and nothing else (the origin access control signs as cloudfront.amazonaws.com with AWS:SourceArn).</summary>
    public static string Assets(string bucket, string partition, string distributionArn) => Document(
        DenyInsecureTransport(bucket, partition),
        new JsonObject
        {
            ["Sid"] = "AllowCloudFrontRead",
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["Service"] = "cloudfront.amazonaws.com" },
            ["Action"] = "s3:GetObject",
            ["Resource"] = new JsonArray($"arn:{partition}:s3:::{bucket}/.well-known/*", $"arn:{partition}:s3:::{bucket}/{StackNames.BimiPrefix}*"),
            ["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["AWS:SourceArn"] = distributionArn } },
        });

    /// <summary>Log bucket: TLS only; S3 may deliver the asset bucket's access logs. CloudFront's standard logging grants itself by ACL.</summary>
    public static string Logs(string bucket, string assetBucket, string partition, string accountId) => Document(
        DenyInsecureTransport(bucket, partition),
        new JsonObject
        {
            ["Sid"] = "AllowServerAccessLogs",
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["Service"] = "logging.s3.amazonaws.com" },
            ["Action"] = "s3:PutObject",
            ["Resource"] = $"arn:{partition}:s3:::{bucket}/{StackNames.S3LogPrefix}*",
            ["Condition"] = new JsonObject
            {
                ["ArnLike"] = new JsonObject { ["aws:SourceArn"] = $"arn:{partition}:s3:::{assetBucket}" },
                ["StringEquals"] = new JsonObject { ["aws:SourceAccount"] = accountId },
            },
        });

    /// <summary>True where two policies say the same: order of keys, white space, and a list of one against its only element do not count.</summary>
    public static bool Same(string? left, string? right)
        => string.IsNullOrEmpty(left) || string.IsNullOrEmpty(right) ? string.IsNullOrEmpty(left) == string.IsNullOrEmpty(right) : Canonical(left) == Canonical(right);

    private static string Canonical(string json)
    {
        try
        {
            return Canonical(JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 32 }));
        }
        catch (JsonException)
        {
            return "\u0000" + json; // not JSON: equal to nothing but itself
        }
    }

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject o => "{" + string.Join(",", o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => JsonSerializer.Serialize(p.Key) + ":" + Canonical(p.Value))) + "}",
        JsonArray { Count: 1 } a => Canonical(a[0]),
        JsonArray a => "[" + string.Join(",", a.Select(Canonical).Order(StringComparer.Ordinal)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };

    private static JsonObject DenyInsecureTransport(string bucket, string partition) => new()
    {
        ["Sid"] = "DenyInsecureTransport",
        ["Effect"] = "Deny",
        ["Principal"] = "*",
        ["Action"] = "s3:*",
        ["Resource"] = new JsonArray($"arn:{partition}:s3:::{bucket}", $"arn:{partition}:s3:::{bucket}/*"),
        ["Condition"] = new JsonObject { ["Bool"] = new JsonObject { ["aws:SecureTransport"] = "false" } },
    };

    private static string Document(params JsonNode[] statements)
        => new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statements) }.ToJsonString();
}
