using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports.Store;

/// <summary>
/// Reads reports back from a store, each once and whole, also while another process writes to it. A report of several domains comes once all its rows were
/// read; where a part of the store is asked for, that of a domain or of a month, it comes where one of its policies is kept there.
/// </summary>
internal sealed class TlsReportStoreReader(IStoreFiles files, ITlsReportFormat format)
{
    private readonly StoreFileAccess access = new(files, format);

    /// <summary>The reports, in the order of the files.</summary>
    /// <param name="part">Only reports with a policy in a file whose name begins so, as <c>domain=example.com/</c>; empty for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable, and what the files throw.</exception>
    public async IAsyncEnumerable<TlsRptReport> ReadAsync(string part, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (expected, prefix) = await ExpectedAsync(part, cancellationToken).ConfigureAwait(false);
        var partial = new Dictionary<UInt128, SortedList<int, StoreRow>>();
        var isAnyGone = false;
        await foreach (var names in access.NamesAsync(prefix, () => isAnyGone, cancellationToken).ConfigureAwait(false))
        {
            foreach (var name in names)
            {
                await foreach (var rows in RowsAsync(name, () => isAnyGone = true, cancellationToken).ConfigureAwait(false))
                {
                    foreach (var report in rows.Select(r => Complete(r, expected, partial)).OfType<TlsRptReport>())
                    {
                        yield return report;
                    }
                }
            }
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<StoreRow>> RowsAsync(string name, Action isGone, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var groups = access.RowsAsync(name, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (groups.ConfigureAwait(false))
        {
            while (await MoveAsync(groups, isGone).ConfigureAwait(false))
            {
                yield return groups.Current;
            }
        }
    }

    private static async Task<bool> MoveAsync<T>(IAsyncEnumerator<T> groups, Action isGone)
    {
        try
        {
            return await groups.MoveNextAsync().ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            isGone();
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

    // Half a report would pass for another text of it: where a row is kept elsewhere, all files are read.
    private async Task<(Dictionary<UInt128, Expected> Expected, string Prefix)> ExpectedAsync(string part, CancellationToken cancellationToken)
    {
        var expected = await CountAsync(part, cancellationToken).ConfigureAwait(false);
        if (part.Length == 0 || expected.Values.All(e => e.IsWhole))
        {
            return (expected, part);
        }

        var all = await CountAsync(prefix: "", cancellationToken).ConfigureAwait(false);
        return (all.Where(e => expected.ContainsKey(e.Key)).ToDictionary(), "");
    }

    // How many rows there are of each report, of the text that counts: a text of which a part is missing replaces no other.
    private async Task<Dictionary<UInt128, Expected>> CountAsync(string prefix, CancellationToken cancellationToken)
    {
        var expected = new Dictionary<UInt128, Expected>();
        var others = new Dictionary<(UInt128 Report, UInt128 Content), Expected>();
        var several = new HashSet<(UInt128 Report, UInt128 Content, int Policy)>();
        await foreach (var (_, keys) in access.AllKeysAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            foreach (var key in keys.Where(k => k.PolicyCount <= 1 || several.Add((k.Report, k.Content, k.Policy))))
            {
                Count(key, expected, others);
            }
        }

        foreach (var ((report, _), other) in others)
        {
            expected[report] = (other.IsWhole, other.Content).CompareTo((expected[report].IsWhole, expected[report].Content)) > 0 ? other : expected[report];
        }

        return expected;
    }

    private static void Count(StoreKey key, Dictionary<UInt128, Expected> expected, Dictionary<(UInt128 Report, UInt128 Content), Expected> others)
    {
        if (!expected.TryGetValue(key.Report, out var there) || there.Content == key.Content)
        {
            expected[key.Report] = there.With(key);
        }
        else
        {
            others[(key.Report, key.Content)] = others.GetValueOrDefault((key.Report, key.Content)).With(key);
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

    /// <summary>A text of a report, and how many of its rows there are.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Expected(UInt128 Content, int Rows, int All)
    {
        public bool IsWhole => Rows == All;

        public Expected With(StoreKey key) => new(key.Content, key.PolicyCount > 1 ? Rows + 1 : 1, key.RowCount);
    }
}
