using System.Collections;
using System.Runtime.CompilerServices;
using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports.Store;

/// <summary>
/// Puts the files of a partition in order: rows that another text of the report replaces, and rows that are there twice, go; on request small files become one.
/// A new file is whole before the first old one goes. Who ends in between leaves rows twice; the next writer finds and removes them.
/// </summary>
internal sealed class StoreRewriter(IStoreFiles files, ITlsReportFormat format, StoreIndex index)
{
    /// <summary>A file of so many rows is large enough.</summary>
    public const int EnoughRows = 250_000;

    private readonly StoreFileAccess access = new(files, format);

    // Of a file that came later it is not known whether its rows count: it stays as it is.
    private readonly HashSet<string> known = new(index.Files, StringComparer.Ordinal);

    /// <summary>Files that were written.</summary>
    public int WrittenCount { get; private set; }

    /// <summary>Files that were removed.</summary>
    public int RemovedCount { get; private set; }

    /// <summary>Puts a partition in order.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="isCompacting">True to make one file of small ones.</param>
    /// <param name="cancellationToken">Cancels between two files.</param>
    public async Task RewriteAsync(string folder, bool isCompacting, CancellationToken cancellationToken)
    {
        List<Content> all = [];
        foreach (var file in (await access.ListAsync(folder, cancellationToken).ConfigureAwait(false)).Where(f => known.Contains(f.Name)))
        {
            if (await access.KeysOfAsync(file.Name, cancellationToken).ConfigureAwait(false) is { } keys)
            {
                all.Add(new Content(file.Name, keys));
            }
        }

        // Of a row that is there twice, the one in the larger file stays.
        var seen = new HashSet<(UInt128 Report, UInt128 Content, int Policy)>();
        foreach (var file in all.OrderByDescending(f => f.Keys.Count).ThenBy(f => f.Name, StringComparer.Ordinal))
        {
            file.Choose(k => index.Counts(k) && seen.Add((k.Report, k.Content, k.Policy)));
        }

        var small = all.Where(f => f.IsClean && f.Keys.Count < EnoughRows).ToList();
        var old = all.Where(f => !f.IsClean).Concat(isCompacting && (small.Count > 1 || all.Exists(f => f.IsMixed)) ? small : [])
            .OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        var written = await WriteAsync(folder, old, cancellationToken).ConfigureAwait(false);
        foreach (var file in old.Where(f => !written.Contains(f.Name)))
        {
            await files.DeleteAsync(file.Name, cancellationToken).ConfigureAwait(false);
            RemovedCount++;
        }
    }

    private async Task<HashSet<string>> WriteAsync(string folder, List<Content> old, CancellationToken cancellationToken)
    {
        HashSet<string> written = new(StringComparer.Ordinal);
        for (var at = 0; at < old.Count;)
        {
            List<Content> sources = [];
            for (var rows = 0; at < old.Count && (sources.Count == 0 || rows + old[at].Kept <= EnoughRows); at++)
            {
                sources.Add(old[at]);
                rows += old[at].Kept;
            }

            var keys = sources.SelectMany(s => s.KeptKeys).ToList();
            if (keys.Count > 0)
            {
                var name = StoreFileName.Of(folder, keys, format.Extension);
                WrittenCount += await CopyAsync(name, sources, cancellationToken).ConfigureAwait(false) ? 1 : 0;
                written.Add(name);
            }
        }

        return written;
    }

    private async Task<bool> CopyAsync(string name, List<Content> sources, CancellationToken cancellationToken)
    {
        try
        {
            return await files.WriteAsync(name, s => format.WriteAsync(s, RowsAsync(sources, cancellationToken), cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (FileNotFoundException e)
        {
            throw new EmailSecurityException("StoreFileGone", ErrorKind.NotFound,
                $"Somebody deleted {e.FileName} of {files.Location} while its rows were copied. All other rows are still there.",
                "Run the command again.", e)
            { Target = files.Location };
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<StoreRow>> RowsAsync(List<Content> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<StoreRow> waiting = [];
        foreach (var source in sources.Where(s => s.Kept > 0))
        {
            var at = 0;
            await foreach (var group in access.RowsAsync(source.Name, cancellationToken).ConfigureAwait(false))
            {
                foreach (var row in group)
                {
                    if (source.IsKept(at++))
                    {
                        waiting.Add(row);
                    }
                }

                if (waiting.Count >= TlsReportStore.RowsOfGroup)
                {
                    yield return Sorted(waiting);
                    waiting = [];
                }
            }
        }

        if (waiting.Count > 0)
        {
            yield return Sorted(waiting);
        }
    }

    private static List<StoreRow> Sorted(List<StoreRow> rows)
    {
        rows.Sort(TlsReportStore.InOrder);
        return rows;
    }

    /// <summary>A file, and which of its rows stay.</summary>
    private sealed class Content(string name, List<StoreKey> keys)
    {
        private readonly BitArray kept = new(keys.Count);

        public string Name => name;

        public List<StoreKey> Keys => keys;

        public int Kept { get; private set; }

        public bool IsClean => Kept == keys.Count && Kept > 0;

        public bool IsMixed => Kept > 0 && Kept < keys.Count;

        public IEnumerable<StoreKey> KeptKeys => keys.Where((_, i) => kept[i]);

        public bool IsKept(int row) => row < kept.Count && kept[row];

        public void Choose(Func<StoreKey, bool> stays)
        {
            for (var i = 0; i < keys.Count; i++)
            {
                kept[i] = stays(keys[i]);
                Kept += kept[i] ? 1 : 0;
            }
        }
    }
}
