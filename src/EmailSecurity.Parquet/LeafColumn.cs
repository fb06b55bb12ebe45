using Parquet.Schema;

namespace EmailSecurity.Parquet;

/// <summary>The values of a column as they were read: one for each row, or one for each item of the rows' lists.</summary>
/// <param name="items">The values; the default of the type where there is none.</param>
/// <param name="definitions">How much of the path of each entry is there.</param>
/// <param name="repetitions">0 where a row begins; null for a column without lists.</param>
/// <param name="itemLevel">From which definition on an entry is an item, and not an empty list.</param>
internal sealed class LeafColumn<T>(T[] items, int[]? definitions, int[]? repetitions, int itemLevel)
{
    /// <summary>The values.</summary>
    public T[] Items => items;

    /// <summary>Puts what was read in its places.</summary>
    /// <param name="field">The column.</param>
    /// <param name="values">Those that are there, one behind the other.</param>
    /// <param name="definitions">How much of the path of each entry is there.</param>
    /// <param name="repetitions">0 where a row begins.</param>
    /// <param name="map">Makes the value of a column of what is in the file.</param>
    public static LeafColumn<T> Of<TRaw>(DataField field, TRaw[] values, int[]? definitions, int[]? repetitions, Func<TRaw, T> map)
    {
        var most = field.MaxDefinitionLevel;
        var itemLevel = repetitions is null ? 0 : field.IsNullable ? most - 1 : most;
        if (definitions is null)
        {
            return new(Array.ConvertAll(values, v => map(v)), null, repetitions, itemLevel);
        }

        var items = new T[definitions.Count(d => d >= itemLevel)];
        var (next, at) = (0, 0);
        foreach (var definition in definitions)
        {
            if (definition >= itemLevel)
            {
                items[at++] = definition == most ? map(values[next++]) : default!;
            }
        }

        return new(items, definitions, repetitions, itemLevel);
    }

    /// <summary>The lists of the rows.</summary>
    /// <param name="rowCount">How many rows there are.</param>
    /// <param name="make">Makes the item of a number.</param>
    public IReadOnlyList<IReadOnlyList<TItem>> ToLists<TItem>(int rowCount, Func<int, TItem> make)
    {
        var lists = new IReadOnlyList<TItem>[rowCount];
        Array.Fill(lists, []);
        var (row, item) = (-1, 0);
        List<TItem> list = [];
        for (var i = 0; i < repetitions!.Length; i++)
        {
            if (repetitions[i] == 0)
            {
                row++;
                list = [];
            }

            if (definitions![i] >= itemLevel)
            {
                list.Add(make(item++));
                lists[row] = list;
            }
        }

        return lists;
    }
}
