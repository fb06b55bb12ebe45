using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3.Policies;

/// <summary>A bucket policy that S3 has taken.</summary>
internal sealed class BucketPolicy
{
    private const int MostBytes = 20 * 1024;
    private static readonly string[] Fields = ["Version", "Id", "Statement"];
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<PolicyStatement> statements;

    private BucketPolicy(string text, IReadOnlyList<PolicyStatement> statements)
    {
        Text = text;
        this.statements = statements;
    }

    /// <summary>As S3 gives it back: without white space, account ids as root ARNs. Not the bytes that were put.</summary>
    public string Text { get; }

    /// <summary>True where any statement lets in people nobody named.</summary>
    public bool IsPublic => statements.Any(s => s.IsPublic);

    /// <summary>Reads and checks a policy.</summary>
    /// <exception cref="S3Exception">MalformedPolicy, with the reason.</exception>
    public static BucketPolicy Parse(byte[] body, string bucketArn, string partition, Func<string, bool> accountExists)
    {
        if (body.Length > MostBytes)
        {
            throw new S3Exception(400, "PolicyTooLarge", "Policy exceeds the maximum allowed document size.");
        }
        if (body.Length == 0 || body[0] != '{')
        {
            throw S3Exception.MalformedPolicy("Policies must be valid JSON and the first byte must be '{'");
        }
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            PolicyJson.NoDuplicates(root);
            foreach (var property in root.EnumerateObject())
            {
                if (!Fields.Contains(property.Name))
                {
                    throw S3Exception.MalformedPolicy("Unknown field " + property.Name);
                }
            }
            if (root.TryGetProperty("Version", out var version)
                && !(version.ValueKind == JsonValueKind.String && version.GetString() is "2012-10-17" or "2008-10-17"))
            {
                throw S3Exception.MalformedPolicy("The policy must contain a valid version string");
            }
            if (!root.TryGetProperty("Statement", out var list))
            {
                throw S3Exception.MalformedPolicy("Missing required field Statement");
            }
            JsonElement[] elements = list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [list];
            List<PolicyStatement> statements = [.. elements.Select(e => PolicyStatement.Parse(e, bucketArn, partition, accountExists))];
            if (statements.Count == 0)
            {
                throw S3Exception.MalformedPolicy("Could not parse the policy: Statement is empty!");
            }
            if (statements.Where(s => s.Sid is not null).GroupBy(s => s.Sid, StringComparer.Ordinal).Any(g => g.Count() > 1))
            {
                throw S3Exception.MalformedPolicy("Statement IDs (SID) in a single policy must be unique.");
            }
            return new BucketPolicy(Normalise(body, partition), statements);
        }
        catch (JsonException)
        {
            throw S3Exception.MalformedPolicy("Policies must be valid JSON and the first byte must be '{'");
        }
    }

    /// <summary>Judges a request: any Deny wins over every Allow.</summary>
    public PolicyVerdict Evaluate(PolicyRequest request)
    {
        var verdict = PolicyVerdict.Silent;
        foreach (var statement in statements.Where(s => s.Applies(request)))
        {
            if (!statement.Allows)
            {
                return PolicyVerdict.Deny;
            }
            verdict = PolicyVerdict.Allow;
        }
        return verdict;
    }

    private static string Normalise(byte[] body, string partition)
    {
        var root = JsonNode.Parse(Encoding.UTF8.GetString(body))!;
        JsonNode?[] statements = root["Statement"] is JsonArray array ? [.. array] : [root["Statement"]];
        foreach (var statement in statements)
        {
            foreach (var name in (string[])["Principal", "NotPrincipal"])
            {
                if (statement![name] is JsonObject principal && principal["AWS"] is { } accounts)
                {
                    principal["AWS"] = accounts is JsonArray several
                        ? new JsonArray([.. several.Select(a => (JsonNode)Root(a!.GetValue<string>(), partition))])
                        : Root(accounts.GetValue<string>(), partition);
                }
            }
        }
        return root.ToJsonString(Compact);
    }

    private static string Root(string value, string partition) =>
        value.Length == 12 && value.All(char.IsAsciiDigit) ? $"arn:{partition}:iam::{value}:root" : value;
}
