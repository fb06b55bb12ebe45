using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports.Store;

/// <summary>
/// Reads reports back from a store, each once, also while another process writes to it. A report of several domains comes once all its rows were read; of a
/// store that is read for one domain, it comes with the policies of that domain.
/// </summary>
internal sealed class TlsReportStoreReader(IStoreFiles files, ITlsReportFormat format)
{
    private readonly StoreFileAccess access = new(files, format);
    private readonly Queue<string> next = [];

    /// <summary>The reports, in the order of the files.</summary>
    /// <param name="domain">Only policies of this domain; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable, and what the files throw.</exception>
    public async IAsyncEnumerable<TlsRptReport> ReadAsync(string? domain, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var expected = await CountAsync(domain, cancellationToken).ConfigureAwait(false);
        var partial = new Dictionary<UInt128, SortedList<int, StoreRow>>();
        HashSet<string> done = new(StringComparer.Ordinal);
        while (await NextAsync(domain, done, cancellationToken).ConfigureAwait(false) is { } name)
        {
            var groups = access.RowsAsync(name, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (groups.ConfigureAwait(false))
            {
                while (await MoveAsync(groups).ConfigureAwait(false))
                {
                    foreach (var report in groups.Current.Select(r => Complete(r, expected, partial)).OfType<TlsRptReport>())
                    {
                        yield return report;
                    }
                }
            }
        }
    }

    // A file that is gone was replaced by another of the same rows, which the next look shows.
    private async Task<string?> NextAsync(string? domain, HashSet<string> done, CancellationToken cancellationToken)
    {
        if (next.Count == 0)
        {
            foreach (var file in (await ListAsync(domain, cancellationToken).ConfigureAwait(false)).Where(f => done.Add(f.Name)))
            {
                next.Enqueue(file.Name);
            }
        }

        return next.TryDequeue(out var name) ? name : null;
    }

    private static async Task<bool> MoveAsync<T>(IAsyncEnumerator<T> groups)
    {
        try
        {
            return await groups.MoveNextAsync().ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    // The report, once the last of its rows came.
    private static TlsRptReport? Complete(StoreRow row, Dictionary<UInt128, Expected> expected, Dictionary<UInt128, SortedList<int, StoreRow>> partial)
    {
        if (!expected.TryGetValue(row.Key.Report, out var report) || report.Content != row.Key.Content)
        {
            return null; // another text of the report counts, or the report came already
        }

        if (!partial.TryGetValue(row.Key.Report, out var rows))
        {
            partial.Add(row.Key.Report, rows = []);
        }

        rows.TryAdd(row.Key.Policy, row);
        if (rows.Count < report.Rows)
        {
            return null;
        }

        partial.Remove(row.Key.Report);
        expected.Remove(row.Key.Report);
        return ToReport(rows.Values);
    }

    private Task<IReadOnlyList<StoredFile>> ListAsync(string? domain, CancellationToken cancellationToken) =>
        access.ListAsync(domain is null ? "" : StorePartition.FolderOf(domain), cancellationToken);

    // How many rows there are of each report, of the text that counts.
    private async Task<Dictionary<UInt128, Expected>> CountAsync(string? domain, CancellationToken cancellationToken)
    {
        var expected = new Dictionary<UInt128, Expected>();
        var several = new HashSet<(UInt128 Report, UInt128 Content, int Policy)>();
        HashSet<string> done = new(StringComparer.Ordinal);
        while (await NextAsync(domain, done, cancellationToken).ConfigureAwait(false) is { } name)
        {
            var groups = access.KeysAsync(name, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (groups.ConfigureAwait(false))
            {
                while (await MoveAsync(groups).ConfigureAwait(false))
                {
                    foreach (var key in groups.Current)
                    {
                        Count(key, key.PolicyCount <= 1 || several.Add((key.Report, key.Content, key.Policy)), expected);
                    }
                }
            }
        }

        return expected;
    }

    private static void Count(StoreKey key, bool isNew, Dictionary<UInt128, Expected> expected)
    {
        if (!expected.TryGetValue(key.Report, out var there) || key.Content > there.Content)
        {
            expected[key.Report] = new Expected(key.Content, 1);
        }
        else if (key.Content == there.Content && key.PolicyCount > 1 && isNew)
        {
            expected[key.Report] = there with { Rows = there.Rows + 1 };
        }
    }

    private static TlsRptReport ToReport(IList<StoreRow> rows)
    {
        var findings = rows.SelectMany(r => r.Findings).OrderByDescending(f => f.Severity).ToList();
        return rows[0].Report with
        {
            Policies = [.. rows.Where(r => r.Policy is not null).Select(r => r.Policy!)],
            Findings = findings,
        };
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Expected(UInt128 Content, int Rows);
}
