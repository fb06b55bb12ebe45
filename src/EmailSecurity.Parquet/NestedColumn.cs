using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Parquet;

/// <summary>The lists of some rows, one behind the other, with the levels by which Parquet knows where each begins.</summary>
internal sealed class NestedColumn<T>
{
    private const int EmptyList = 1;

    private readonly int[] definitions;

    /// <summary>Takes the lists.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="list">The list of a row.</param>
    public NestedColumn(IReadOnlyList<StoreRow> rows, Func<StoreRow, IReadOnlyList<T>> list)
    {
        var count = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            count += Math.Max(1, list(rows[i]).Count);
        }

        definitions = new int[count];
        Repetitions = new int[count];
        var at = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var items = list(rows[i]);
            for (var k = 0; k < items.Count; k++)
            {
                Items.Add(items[k]);
                definitions[at] = EmptyList + 1;
                Repetitions[at++] = k == 0 ? 0 : 1;
            }

            at += items.Count == 0 ? 1 : 0;
        }
    }

    /// <summary>The items of all lists.</summary>
    public List<T> Items { get; } = [];

    /// <summary>0 where a row begins, 1 within it.</summary>
    public int[] Repetitions { get; }

    /// <summary>How much of the path is there: 1 for an empty list.</summary>
    /// <param name="item">The level of an item that is there.</param>
    public int[] Definitions(int item) => Array.ConvertAll(definitions, d => d == 0 ? EmptyList : item);
}
