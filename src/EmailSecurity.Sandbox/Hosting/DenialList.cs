using System.Text.Json;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>Operations that IAM is to refuse the main account, for tests of missing permissions.</summary>
internal sealed class DenialList
{
    private const int MostEntries = 10_000;
    private readonly Lock gate = new();
    private (string? Service, string? Operation)[] entries = [];
    private string text = "[]";

    /// <summary>The list as it was put.</summary>
    public string Text { get { lock (gate) { return text; } } }

    /// <summary>True where a call is to be refused.</summary>
    public bool Denies(string service, string operation)
    {
        lock (gate)
        {
            return entries.Any(e =>
                (e.Service is null || e.Service.Equals(service, StringComparison.OrdinalIgnoreCase))
                    && (e.Operation is null || e.Operation.Equals(operation, StringComparison.OrdinalIgnoreCase)));
        }
    }

    /// <summary>Replaces the list.</summary>
    /// <exception cref="FormatException">The list breaks its form.</exception>
    public void Put(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostEntries)
        {
            throw new FormatException("denials: an array of {service, operation}.");
        }
        (string?, string?)[] parsed = [.. list.EnumerateArray().Select(item => (Member(item, "service"), Member(item, "operation")))];
        lock (gate)
        {
            entries = parsed;
            text = list.GetRawText();
        }
    }

    /// <summary>Refuses nothing.</summary>
    public void Clear()
    {
        lock (gate)
        {
            entries = [];
            text = "[]";
        }
    }

    private static string? Member(JsonElement item, string name) => item.ValueKind != JsonValueKind.Object
        ? throw new FormatException("denials: every entry is an object {service, operation}.")
        : !item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"denials: {name} is a string.");
}
