using System.Text.Json.Serialization;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>One record set of a zone, as the admin interface takes and gives it.</summary>
/// <param name="Name">Owner name; absolute, the final dot optional.</param>
/// <param name="Type">Record type: <c>MX</c>, <c>TXT</c>, <c>CNAME</c>, <c>A</c>, <c>AAAA</c>, <c>CAA</c>, <c>NS</c>, ...</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Values">Values in presentation form (TXT: quoted strings).</param>
public sealed record ZoneRecord(string Name, string Type, int Ttl, IReadOnlyList<string> Values)
{
    /// <summary>What a Route 53 alias points at, which then has no values; null for other records. Given, not taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AliasTarget { get; init; }
}
