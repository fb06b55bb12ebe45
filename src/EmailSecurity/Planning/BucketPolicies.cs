using System.Text.Json;
using System.Text.Json.Nodes;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The bucket policies of a stack.</summary>
internal static class BucketPolicies
{
    private static readonly string[] Sids = ["DenyInsecureTransport", "AllowCloudFrontRead", "AllowServerAccessLogs"];

    /// <summary>
    /// Asset bucket: TLS only; the distribution may read what is served, and nothing else (the origin access control signs as cloudfront.amazonaws.com with
    /// AWS:SourceArn).
    /// </summary>
    public static string Assets(string bucket, string partition, string distributionArn) => Document(
        DenyInsecureTransport(bucket, partition), CloudFrontRead(bucket, partition, distributionArn));

    /// <summary>True where the policy lets the distribution read what is served.</summary>
    public static bool LetsRead(string? policy, string bucket, string partition, string distributionArn)
    {
        var read = Canonical(CloudFrontRead(bucket, partition, distributionArn));
        return Parse(policy) is JsonObject now
            && (now["Statement"] is JsonArray list ? list.AsEnumerable() : [now["Statement"]]).Any(s => Canonical(s) == read);
    }

    private static JsonObject CloudFrontRead(string bucket, string partition, string distributionArn) => new()
    {
        ["Sid"] = "AllowCloudFrontRead",
        ["Effect"] = "Allow",
        ["Principal"] = new JsonObject { ["Service"] = "cloudfront.amazonaws.com" },
        ["Action"] = "s3:GetObject",
        ["Resource"] = new JsonArray($"arn:{partition}:s3:::{bucket}/.well-known/*", $"arn:{partition}:s3:::{bucket}/{StackNames.BimiPrefix}*"),
        ["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["AWS:SourceArn"] = distributionArn } },
    };

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

    /// <summary>
    /// Our policy with the statements of others that stand in the present one. What is gone is our own statements of before, known by
    /// their Sid, and what opens the bucket to everybody.
    /// </summary>
    public static string Beside(string ours, string? present)
    {
        var wanted = (JsonObject)JsonNode.Parse(ours)!;
        if (Parse(present) is not JsonObject now)
        {
            return ours;
        }

        var statements = (JsonArray)wanted["Statement"]!;
        var known = statements.Select(Canonical).ToHashSet(StringComparer.Ordinal);
        JsonNode?[] theirs = [.. (now["Statement"] is JsonArray list ? list : [now["Statement"]?.DeepClone()])
            .Where(s => s is JsonObject o && !Sids.Contains(Text(o["Sid"]), StringComparer.Ordinal) && !known.Contains(Canonical(o)) && !IsPublic(o))];
        foreach (var statement in theirs)
        {
            statements.Add(statement!.DeepClone());
        }

        if (theirs.Length > 0 && now["Id"] is { } id)
        {
            wanted["Id"] = id.DeepClone();
        }

        return theirs.Length == 0 ? ours : wanted.ToJsonString();
    }

    /// <summary>True where two policies say the same: order of keys, white space, and a list of one against its only element do not count.</summary>
    public static bool Same(string? left, string? right)
        => string.IsNullOrEmpty(left) || string.IsNullOrEmpty(right)
            ? string.IsNullOrEmpty(left) == string.IsNullOrEmpty(right)
            : Canonical(left) == Canonical(right);

    private static string Canonical(string json) => Parse(json) is { } node ? Canonical(node) : "\u0000" + json; // not JSON: equal to nothing but itself

    private static JsonNode? Parse(string? json)
    {
        try
        {
            return string.IsNullOrEmpty(json) ? null : JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    // Everybody, without a condition: the public access block refuses it, and nothing of ours needs it.
    private static bool IsPublic(JsonObject statement) => Text(statement["Effect"]) == "Allow" && statement["Condition"] is null
        && (statement["NotPrincipal"] is not null || Canonical(statement["Principal"]) is "\"*\"" or "{\"AWS\":\"*\"}");

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject o => "{"
            + string.Join(",", o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => JsonSerializer.Serialize(p.Key) + ":" + Canonical(p.Value)))
            + "}",
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
