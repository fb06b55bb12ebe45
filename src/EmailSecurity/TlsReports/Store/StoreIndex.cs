using System.Runtime.InteropServices;

namespace EmailSecurity.TlsReports.Store;

/// <summary>Which reports a store holds, and where: some octets of memory for each report. Not for use by two threads at once.</summary>
internal sealed class StoreIndex
{
    private const int Nowhere = -2;
    private const int Waiting = -1;

    private readonly Dictionary<UInt128, Entry> entries = [];
    private readonly List<string> files = [];
    private readonly HashSet<int> untidy = [];

    /// <summary>The files that hold rows which others replace or repeat.</summary>
    public IEnumerable<string> UntidyFiles => untidy.Select(f => files[f]);

    /// <summary>The files that it knows.</summary>
    public IReadOnlyCollection<string> Files => files;

    /// <summary>A file of the store holds these rows.</summary>
    public void Load(string name, IEnumerable<StoreKey> keys)
    {
        var file = AddFile(name);
        foreach (var key in keys)
        {
            Load(file, key);
        }
    }

    /// <summary>Names a file.</summary>
    /// <returns>Its number.</returns>
    public int AddFile(string name)
    {
        files.Add(name);
        return files.Count - 1;
    }

    /// <summary>A report is to be kept.</summary>
    /// <param name="key">Which; the number of the policy does not matter.</param>
    /// <param name="isReplacement">True where it replaces another text of the same report.</param>
    /// <returns>The numbers of the policies that are to be written; none where they are there, or where another text of the same report counts.</returns>
    public IReadOnlyList<int> Add(StoreKey key, out bool isReplacement)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, key.Report, out var isThere);
        isReplacement = isThere && key.Content > entry.Content;
        if (!isThere)
        {
            entry = new Entry(key);
        }
        else if (isReplacement)
        {
            Replace(ref entry, key);
        }
        else if (key.Content < entry.Content)
        {
            // A text of which a part is missing replaces nothing, for the rest of it may never come.
            return entry.IsWhole ? [] : [.. Numbers(key)];
        }

        List<int> missing = [];
        foreach (var number in Numbers(key))
        {
            if (entry.PlaceOf(number) == Nowhere)
            {
                entry.Place(number, Waiting);
                missing.Add(number);
            }
        }

        return missing;
    }

    /// <summary>A row was written.</summary>
    public void Written(int file, StoreKey key)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(entries, key.Report);
        if (entry.Content == key.Content)
        {
            entry.Place(key.Policy, file);
        }
    }

    /// <summary>Whether this text of the report stays: the one that counts, and each other as long as a part of that one is missing.</summary>
    public bool Counts(StoreKey key) => entries.TryGetValue(key.Report, out var entry) && (entry.Content == key.Content || !entry.IsWhole);

    private static IEnumerable<int> Numbers(StoreKey key) => Enumerable.Range(Math.Min(1, key.PolicyCount), key.RowCount);

    private void Load(int file, StoreKey key)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, key.Report, out var isThere);
        if (!isThere)
        {
            entry = new Entry(key);
        }
        else if (key.Content > entry.Content)
        {
            Replace(ref entry, key);
        }
        else if (key.Content < entry.Content || entry.PlaceOf(key.Policy) != Nowhere)
        {
            untidy.Add(file); // another text of the report counts, or the row is there twice
            return;
        }

        entry.Place(key.Policy, file);
    }

    private void Replace(ref Entry entry, StoreKey key)
    {
        untidy.UnionWith(entry.Places.Where(f => f >= 0));
        entry = new Entry(key);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry(StoreKey key)
    {
        private readonly Dictionary<int, int>? places = key.PolicyCount > 1 ? [] : null;
        private readonly int count = key.PolicyCount;
        private int place = Nowhere;

        public UInt128 Content { get; } = key.Content;

        public readonly bool IsWhole => places is null ? place != Nowhere : places.Count == count;

        public readonly IEnumerable<int> Places => places is null ? [place] : places.Values;

        public readonly int PlaceOf(int policy) => places is null ? place : places.GetValueOrDefault(policy, Nowhere);

        public void Place(int policy, int file)
        {
            if (places is null)
            {
                place = file;
            }
            else
            {
                places[policy] = file;
            }
        }
    }
}
