using System.Text.Json.Nodes;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.Acm.AcmJson;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>Tags of certificates.</summary>
internal static class CertificateTags
{
    // ACM quota.
    private const int MaxTags = 50;

    /// <summary>Reads the tags of a call.</summary>
    public static (string Key, string? Value)[] Read(JsonObject input, bool required)
    {
        if (input["Tags"] is not JsonArray array)
        {
            return required ? throw Validation("Value null at 'tags' failed to satisfy constraint: Member must not be null") : [];
        }
        var tags = array.OfType<JsonObject>().Select(t => (Key: Text(t, "Key") ?? "", Value: Text(t, "Value"))).ToArray();
        return tags.All(t => t.Key.Length is > 0 and <= 128 && (t.Value?.Length ?? 0) <= 256 && !t.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            ? tags
            : throw new AwsRuleException(400, "InvalidTagException", "One or more of the request parameters, a tag key or value, is not valid.");
    }

    /// <summary>Gives a certificate tags.</summary>
    public static void Merge(Certificate certificate, (string Key, string? Value)[] tags)
    {
        if (certificate.Tags.Keys.Union(tags.Select(t => t.Key), StringComparer.Ordinal).Count() > MaxTags)
        {
            throw new AwsRuleException(400, "TooManyTagsException", $"A certificate has at most {MaxTags} tags.");
        }
        foreach (var (key, value) in tags)
        {
            certificate.Tags[key] = value ?? "";
        }
    }

    /// <summary>AddTagsToCertificate.</summary>
    public static AwsReply Add(Certificate certificate, JsonObject input)
    {
        Merge(certificate, Read(input, required: true));
        return Nothing();
    }

    /// <summary>RemoveTagsFromCertificate: a tag given with a value goes only where it has that value.</summary>
    public static AwsReply Remove(Certificate certificate, JsonObject input)
    {
        foreach (var (key, value) in Read(input, required: true))
        {
            if (value is null || certificate.Tags.GetValueOrDefault(key) == value)
            {
                certificate.Tags.Remove(key);
            }
        }
        return Nothing();
    }

    /// <summary>ListTagsForCertificate.</summary>
    public static JsonArray Of(Certificate certificate) =>
        new([.. certificate.Tags.Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value })]);
}
