using System.Collections.ObjectModel;

namespace EmailSecurity.Findings;

/// <summary>
/// Lists and tables whose text is their items. Export-Csv writes the text of a value: of an array, it would write the name of the type.
/// </summary>
internal static class Joined
{
    private const string Separator = "; ";

    /// <summary>The list.</summary>
    public static IReadOnlyList<T> List<T>(IReadOnlyList<T> items)
        => items as ItemList<T> ?? (items.Count == 0 ? ItemList<T>.None : new ItemList<T>([.. items]));

    /// <summary>The table, in the order of its keys.</summary>
    public static IReadOnlyDictionary<string, string> Table(IReadOnlyDictionary<string, string> items)
        => items as ItemTable ?? new ItemTable(new SortedDictionary<string, string>(items.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal));

    private sealed class ItemList<T>(T[] items) : ReadOnlyCollection<T>(items)
    {
        public static ItemList<T> None { get; } = new([]);

        public override string ToString() => string.Join(Separator, this);
    }

    private sealed class ItemTable(SortedDictionary<string, string> items) : ReadOnlyDictionary<string, string>(items)
    {
        public override string ToString() => string.Join(Separator, this.Select(i => $"{i.Key}={i.Value}"));
    }
}
