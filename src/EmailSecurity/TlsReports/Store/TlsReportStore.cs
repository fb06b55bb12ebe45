using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports.Store;

/// <summary>
/// Writes reports to a store, each once: one row for each policy, in files below <c>domain=.../month=...</c> that never change. Nothing that is there
/// already is written again, so the same reports can be exported again and again. Not for use by two threads at once.
/// </summary>
internal sealed class TlsReportStore : IDisposable
{
    /// <summary>So many rows are together in memory, and in a group of a file.</summary>
    public const int RowsOfGroup = 200_000;

    private readonly IStoreFiles files;
    private readonly ITlsReportFormat format;
    private readonly IDisposable turn;
    private readonly StoreIndex index;
    private readonly TlsReportIdentity identity = new();
    private readonly SortedSet<string> partitions = new(StringComparer.Ordinal);
    private List<StoreRow> waiting = [];
    private int weight;
    private long reports;
    private long known;
    private long replaced;
    private long rows;
    private int written;
    private int removed;

    private TlsReportStore(IStoreFiles files, ITlsReportFormat format, IDisposable turn, StoreIndex index) =>
        (this.files, this.format, this.turn, this.index) = (files, format, turn, index);

    /// <summary>Waits for the turn to write, and reads which reports are there.</summary>
    /// <param name="files">The files.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreInUse, StoreFileUnreadable, and what the files throw.</exception>
    public static async Task<TlsReportStore> OpenAsync(IStoreFiles files, ITlsReportFormat format, CancellationToken cancellationToken)
    {
        var mine = await files.LockAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var found = await new StoreFileAccess(files, format).LoadAsync(cancellationToken).ConfigureAwait(false);
            return new TlsReportStore(files, format, mine, found);
        }
        catch
        {
            mine.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a report, unless it is there.</summary>
    public async Task AddAsync(TlsRptReport report, CancellationToken cancellationToken)
    {
        var content = identity.ContentOf(report);
        var key = new StoreKey(identity.KeyOf(report, content), content, 0, report.Policies.Count);
        var missing = index.Add(key, out var isReplacement);
        if (missing.Count == 0)
        {
            known++;
            return;
        }

        reports++;
        replaced += isReplacement ? 1 : 0;
        foreach (var row in StoreRow.Of(report, key).Where(r => missing.Count == key.RowCount || missing.Contains(r.Key.Policy)))
        {
            waiting.Add(row);
            weight += 1 + (row.Policy?.FailureDetails.Count ?? 0);
        }

        if (weight >= RowsOfGroup)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is still to be written, and puts in order what is not: rows that are replaced or there twice.</summary>
    /// <param name="isCompacting">True to make one file of the small ones of each partition.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<TlsRptExport> CompleteAsync(bool isCompacting, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (isCompacting || files.HasOneWriter)
        {
            await TidyAsync(isCompacting, cancellationToken).ConfigureAwait(false);
        }

        return new TlsRptExport
        {
            Location = files.Location,
            ReportCount = reports,
            KnownReportCount = known,
            ReplacedReportCount = replaced,
            RowCount = rows,
            FileCount = written,
            RemovedFileCount = removed,
            Partition = [.. partitions],
        };
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <summary>The order of rows within a group: readers skip groups of other times, and what is alike stands together.</summary>
    public static int InOrder(StoreRow a, StoreRow b)
    {
        var order = Nullable.Compare(a.Report.Start ?? a.Report.End, b.Report.Start ?? b.Report.End);
        order = order != 0 ? order : string.CompareOrdinal(a.Report.OrganizationName, b.Report.OrganizationName);
        order = order != 0 ? order : a.Key.Report.CompareTo(b.Key.Report);
        return order != 0 ? order : a.Key.Policy.CompareTo(b.Key.Policy);
    }

    private async Task TidyAsync(bool isCompacting, CancellationToken cancellationToken)
    {
        var alone = await files.LockForDeletionAsync(cancellationToken).ConfigureAwait(false);
        await using (alone.ConfigureAwait(false))
        {
            // What others wrote since the store was opened is not known yet.
            var access = new StoreFileAccess(files, format);
            var all = files.HasOneWriter ? index : await access.LoadAsync(cancellationToken).ConfigureAwait(false);
            var rewriter = new StoreRewriter(files, format, all);
            var wanted = isCompacting ? all.Files : all.UntidyFiles;
            var folders = new SortedSet<string>(wanted.Select(f => StorePartition.FolderOfFile(f)!), StringComparer.Ordinal);
            foreach (var folder in folders)
            {
                await rewriter.RewriteAsync(folder, isCompacting, cancellationToken).ConfigureAwait(false);
            }

            written += rewriter.WrittenCount;
            removed += rewriter.RemovedCount;
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        // What came first may have been replaced while it waited.
        foreach (var partition in waiting.Where(r => index.Counts(r.Key)).GroupBy(r => r.Partition))
        {
            var group = partition.ToList();
            group.Sort(InOrder);
            var keys = group.ConvertAll(r => r.Key);
            var name = StoreFileName.Of(partition.Key.Folder, keys, format.Extension);
            if (await files.WriteAsync(name, s => format.WriteAsync(s, Single(group), cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                written++;
            }

            var number = index.AddFile(name);
            keys.ForEach(k => index.Written(number, k));
            rows += group.Count;
            partitions.Add(partition.Key.Folder.TrimEnd('/'));
        }

        (waiting, weight) = ([], 0);
    }

    private static async IAsyncEnumerable<IReadOnlyList<StoreRow>> Single(IReadOnlyList<StoreRow> rows)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return rows;
    }
}
