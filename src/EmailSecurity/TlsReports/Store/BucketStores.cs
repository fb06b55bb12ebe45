namespace EmailSecurity.TlsReports.Store;

/// <summary>The stores that a list of a bucket's keys comes by.</summary>
internal sealed class BucketStores
{
    private readonly SortedSet<string> folders = new(StringComparer.Ordinal);

    /// <summary>How the keys of each store begin.</summary>
    public IReadOnlyCollection<string> Folders => folders;

    /// <summary>Looks at a key, and remembers its store.</summary>
    /// <returns>True for a key of a store.</returns>
    public bool Note(string key)
    {
        if (StorePartition.StoreOf(key) is { } folder)
        {
            folders.Add(folder);
            return true;
        }

        return key == BucketFiles.LockName || key.EndsWith('/' + BucketFiles.LockName, StringComparison.Ordinal);
    }
}
