using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>What every call of ACM has in common on the wire.</summary>
internal static class AcmJson
{
    private const string ContentType = "application/x-amz-json-1.1";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A reply with a body.</summary>
    public static AwsReply Reply(int status, JsonObject body) => new(status, ContentType, Encoding.UTF8.GetBytes(body.ToJsonString(Json)));

    /// <summary>A reply without one.</summary>
    public static AwsReply Nothing() => new(200, ContentType, []);

    /// <summary>Reads a call's body.</summary>
    public static JsonObject Parse(byte[] body)
    {
        try
        {
            return (body.Length == 0 ? new JsonObject() : JsonNode.Parse(body) as JsonObject)
                ?? throw new AwsRuleException(400, "SerializationException", "The body is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new AwsRuleException(400, "SerializationException", e.Message);
        }
    }

    /// <summary>The error for a value that breaks a rule.</summary>
    public static AwsRuleException Validation(string message) => new(400, "ValidationException", "1 validation error detected: " + message);

    /// <summary>A member that is a string; null where it is absent.</summary>
    public static string? Text(JsonObject input, string member) =>
        input[member] is not { } node ? null
            : node is JsonValue value && value.TryGetValue<string>(out var text) ? text
            : throw new AwsRuleException(400, "SerializationException", $"{member} is not a string");

    /// <summary>A list of strings; null where it is absent.</summary>
    public static string[]? Texts(JsonNode? node, string member)
    {
        if (node is null)
        {
            return null;
        }
        return node is JsonArray array && array.All(i => i is JsonValue v && v.TryGetValue<string>(out _))
            ? [.. array.Select(i => i!.GetValue<string>())]
            : throw new AwsRuleException(400, "SerializationException", $"{member} is not a list of strings");
    }

    /// <summary>A time: seconds since 1970.</summary>
    public static double Epoch(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>An object with a name, and perhaps an OID.</summary>
    public static JsonObject Named(string name, string? oid = null)
    {
        var json = new JsonObject { ["Name"] = name };
        if (oid is not null)
        {
            json["OID"] = oid;
        }
        return json;
    }
}
