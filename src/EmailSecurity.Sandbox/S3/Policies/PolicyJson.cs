using System.Text.Json;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3.Policies;

/// <summary>The shapes of policy JSON.</summary>
internal static class PolicyJson
{
    /// <summary>A string, or an array of them.</summary>
    public static IReadOnlyList<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array when element.GetArrayLength() > 0 => [.. element.EnumerateArray().Select(Scalar)],
        _ => throw S3Exception.MalformedPolicy("Invalid policy syntax."),
    };

    /// <summary>Values of a condition: strings, booleans or numbers, one or an array.</summary>
    public static IReadOnlyList<string> Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array when element.GetArrayLength() > 0 => [.. element.EnumerateArray().Select(Value)],
        _ => [Value(element)],
    };

    /// <summary>Refuses members that are repeated, which no two readers take alike.</summary>
    public static void NoDuplicates(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in element.EnumerateObject())
            {
                if (!seen.Add(property.Name))
                {
                    throw S3Exception.MalformedPolicy($"Policy document should not specify '{property.Name}' twice");
                }
                NoDuplicates(property.Value);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                NoDuplicates(item);
            }
        }
    }

    private static string Scalar(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw S3Exception.MalformedPolicy("Invalid policy syntax.");

    private static string Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => element.GetRawText(),
        _ => throw S3Exception.MalformedPolicy("Invalid policy syntax."),
    };
}
