using System.Runtime.CompilerServices;
using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports.Store;

/// <summary>The files of reports among the files of a store, read with the errors that a user understands.</summary>
internal sealed class StoreFileAccess(IStoreFiles files, ITlsReportFormat format)
{
    /// <summary>The files of reports, by name: of a domain, or all.</summary>
    public async Task<IReadOnlyList<StoredFile>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        List<StoredFile> found = [];
        await foreach (var file in files.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            if (file.Name.EndsWith(format.Extension, StringComparison.Ordinal) && StorePartition.FolderOfFile(file.Name) is not null)
            {
                found.Add(file);
            }
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    /// <summary>Which reports the store holds.</summary>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable.</exception>
    public async Task<StoreIndex> LoadAsync(CancellationToken cancellationToken)
    {
        var index = new StoreIndex();
        await foreach (var (name, keys) in AllKeysAsync(prefix: "", cancellationToken).ConfigureAwait(false))
        {
            index.Load(name, keys);
        }

        return index;
    }

    /// <summary>The files whose names begin so, with the keys of their rows, several read at a time.</summary>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable.</exception>
    public async IAsyncEnumerable<(string Name, List<StoreKey> Keys)> AllKeysAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isAnyGone = false;
        await foreach (var names in NamesAsync(prefix, () => isAnyGone, cancellationToken).ConfigureAwait(false))
        {
            var contents = await Task.WhenAll(names.Select(n => KeysOfAsync(n, cancellationToken))).ConfigureAwait(false);
            isAnyGone |= contents.Contains(null);
            foreach (var (name, keys) in names.Zip(contents).Where(f => f.Second is not null))
            {
                yield return (name, keys!);
            }
        }
    }

    /// <summary>
    /// The names of the files whose names begin so, in their order, as many at once as are read at a time. A file that goes meanwhile was replaced by another
    /// of the same rows, which the next look shows.
    /// </summary>
    /// <param name="prefix">How the names begin.</param>
    /// <param name="isAnyGone">Asked at the end of a list: whether a file of it was not there any more.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<string[]> NamesAsync(
        string prefix, Func<bool> isAnyGone, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        var isNew = true;
        for (var isFirst = true; isFirst || (isNew && isAnyGone()); isFirst = false)
        {
            string[][] next = [.. (await ListAsync(prefix, cancellationToken).ConfigureAwait(false)).Select(f => f.Name).Where(seen.Add).Chunk(files.AtOnce)];
            isNew = next.Length > 0;
            foreach (var names in next)
            {
                yield return names;
            }
        }
    }

    /// <summary>The keys of all of a file's rows; null where it is not there (any more).</summary>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable.</exception>
    public async Task<List<StoreKey>?> KeysOfAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            List<StoreKey> keys = [];
            await foreach (var group in ReadAsync(name, format.ReadKeysAsync, cancellationToken).ConfigureAwait(false))
            {
                keys.AddRange(group);
            }

            return keys;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The rows of a file, group by group.</summary>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable.</exception>
    public IAsyncEnumerable<IReadOnlyList<StoreRow>> RowsAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync(name, format.ReadAsync, cancellationToken);

    private async IAsyncEnumerable<T> ReadAsync<T>(string name, Func<Stream, CancellationToken, IAsyncEnumerable<T>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await files.OpenAsync(name, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var groups = read(stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (groups.ConfigureAwait(false))
            {
                while (await MoveAsync(groups, name).ConfigureAwait(false))
                {
                    yield return groups.Current;
                }
            }
        }
    }

    private async Task<bool> MoveAsync<T>(IAsyncEnumerator<T> groups, string name)
    {
        try
        {
            return await groups.MoveNextAsync().ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new EmailSecurityException("StoreFileUnreadable", ErrorKind.InvalidData,
                $"{files.Location} holds {name}, which is not a file of Export-TlsRptReport, or is damaged. {e.Message}",
                "Move this file out of the store, and import its reports again from where they came.", e)
            { Target = name };
        }
    }
}
