using EmailSecurity.Findings;

namespace EmailSecurity.TlsReports;

/// <summary>Fields that are kept as they are, made only where there is one.</summary>
internal struct OtherFields
{
    private List<KeyValuePair<string, string>>? fields;

    /// <summary>Keeps a field.</summary>
    /// <param name="name">Its name as written.</param>
    /// <param name="json">Its value as JSON.</param>
    public void Add(string name, string json) => (fields ??= []).Add(KeyValuePair.Create(VisibleText.Of(name), VisibleText.OfLines(json)));

    /// <summary>All, in order.</summary>
    public readonly IReadOnlyList<KeyValuePair<string, string>> ToList() => (IReadOnlyList<KeyValuePair<string, string>>?)fields ?? [];
}
