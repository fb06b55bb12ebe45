using System.Security.Cryptography;
using System.Text.Json;
using EmailSecurity.Ports;

namespace EmailSecurity.Stacks;

/// <summary>What a record was before it was adopted, as it is kept in the asset bucket.</summary>
/// <param name="Set">The record set.</param>
/// <param name="MayBeOurs">True where nothing shows whether it was somebody else's or an earlier value of this stack's own.</param>
internal sealed record BeforeImage(RecordSet Set, bool MayBeOurs)
{
    /// <summary>Largest object that is read as one: a TXT set of the largest size that Route 53 takes, with room.</summary>
    public const int MaxSize = 256 * 1024;

    /// <summary>The object to keep; its key tells name, type and value apart.</summary>
    public BucketObject ToObject()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new { Set.Name, Set.Type, Set.Ttl, Set.Values, Set.AliasTarget, Set.AliasZoneId, Set.EvaluateTargetHealth, MayBeOurs });
        var hash = Convert.ToHexString(SHA256.HashData(json))[..8].ToLowerInvariant();
        return new BucketObject($"{StackNames.AdoptedPrefix}{Set.Name}-{Set.Type}-{hash}.json", json, "application/json", "no-store");
    }

    /// <summary>The record as a zone file has it.</summary>
    public override string ToString()
    {
        var text = Set.AliasTarget is { } alias ? $"{Set.Name}. {Set.Type} alias {alias}"
            : string.Join(", ", Set.Values.Select(v => Invariant($"{Set.Name}. {Set.Ttl} IN {Set.Type} {v}")));
        return MayBeOurs ? text + " (perhaps an earlier value of this stack's own)" : text;
    }

    /// <summary>Reads one; null for what is none.</summary>
    public static BeforeImage? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(json.Span) is { Name.Length: > 0, Type.Length: > 0 } c
                ? new BeforeImage(new RecordSet
                {
                    Name = c.Name,
                    Type = c.Type,
                    Ttl = c.Ttl,
                    Values = c.Values ?? [],
                    AliasTarget = c.AliasTarget,
                    AliasZoneId = c.AliasZoneId,
                    EvaluateTargetHealth = c.EvaluateTargetHealth,
                }, c.MayBeOurs)
                : null;
        }
        catch (JsonException)
        {
            return null; // somebody else's object
        }
    }

    private sealed record Content(string? Name, string? Type, long? Ttl, IReadOnlyList<string>? Values, string? AliasTarget, string? AliasZoneId,
        bool EvaluateTargetHealth, bool MayBeOurs);
}
