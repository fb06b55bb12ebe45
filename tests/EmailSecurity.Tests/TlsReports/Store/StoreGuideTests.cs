using System.Globalization;
using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;
using EmailSecurity.Text;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>docs/guides/tls-report-store.md: its columns are those of the store, and its queries give what Measure-TlsRptReport gives.</summary>
public class StoreGuideTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "guides", "tls-report-store.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_columns_are_those_of_the_store()
    {
        var expected = StoreColumns.Partitions.Concat(StoreColumns.InFile).SelectMany(c => c.Fields.Select(f => Row(c.Name + ".", f)).Prepend(Row("", c)));
        Assert.Equal(expected, Page.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Each_query_gives_what_Measure_gives()
    {
        using var lab = new StoreLab();
        var reports = MixedReports.Make(2000, seed: 11);
        Assert.Equal(2000, reports.Count);
        Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(reports));
        foreach (var part in reports.Chunk(700))
        {
            await lab.ExportAsync(part);
        }

        await lab.ExportAsync(reports);
        await using var duck = new DuckDb();
        var seen = await RunPageAsync(duck, lab);

        Assert.Equal(Sums(reports, r => ToFolder(r.Domain!), TlsRptGrouping.Domain), Sorted(seen["Sessions by domain"]));
        Assert.Equal(Sums(reports, r => r.Day?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "NULL", TlsRptGrouping.Day), Sorted(seen["Sessions by day"]));
        var senders = Measure(reports, TlsRptGrouping.Sender).Select(r => Invariant($"{r.Sender}|{r.TotalSuccessfulSessionCount}|{r.TotalFailureSessionCount}|{r.ReportCount}"));
        Assert.Equal(Sorted(senders), Sorted(seen["Sessions by sender"]));
        AssertFailures(reports, seen);
        Assert.Equal(Regex.Count(Page, "```sql"), seen.Count);
        Assert.All(seen.Where(s => s.Key is not ("Ask DuckDB" or "Exact while a compaction runs")), s => Assert.NotEmpty(s.Value));

        // Over the view that is exact at every moment, the same.
        Assert.Equal(seen["Sessions by domain"], await duck.RowsAsync(Query("Sessions by domain").Replace("FROM reports", "FROM reports_once", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_that_are_there_twice_count_once_in_the_exact_view()
    {
        using var lab = new StoreLab();
        var reports = MixedReports.Make(50, seed: 3);
        await lab.ExportAsync(reports);
        await using var duck = new DuckDb();
        await RunPageAsync(duck, lab);
        var before = await duck.RowsAsync("SELECT sum(total_successful_session_count), count(*) FROM reports");
        foreach (var name in lab.Names)
        {
            File.Copy(Path.Combine(lab.Folder, name), Path.Combine(lab.Folder, name.Replace("reports-", "reports-x", StringComparison.Ordinal)));
        }

        Assert.NotEqual(before, await duck.RowsAsync("SELECT sum(total_successful_session_count), count(*) FROM reports"));
        Assert.Equal(before, await duck.RowsAsync("SELECT sum(total_successful_session_count), count(*) FROM reports_once"));

        // The next export puts that in order.
        await lab.ExportAsync(reports);
        Assert.Equal(before, await duck.RowsAsync("SELECT sum(total_successful_session_count), count(*) FROM reports"));
    }

    [Fact]
    public async Task Counts_at_the_end_of_64_bits_add_up_in_DuckDB()
    {
        using var lab = new StoreLab();
        await lab.ExportAsync(SampleReports.All());
        var all = SampleReports.Once(SampleReports.All()).SelectMany(r => r.Policies).Aggregate(System.Numerics.BigInteger.Zero, (s, p) => s + p.TotalSuccessfulSessionCount);

        Assert.True(all > long.MaxValue);
        Assert.Equal(all.ToString(CultureInfo.InvariantCulture), await DuckDb.ScalarAsync(lab, "sum(total_successful_session_count)"));
        Assert.Equal("18446744073709551616", await DuckDb.ScalarAsync(lab, "any_value(policy_other_fields->>'$[0][1]') FILTER (report_id LIKE '%past 64 bits')"));
    }

    private static void AssertFailures(List<TlsRptReport> reports, Dictionary<string, List<string>> seen)
    {
        var rows = Measure(reports, TlsRptGrouping.MailServer, TlsRptGrouping.ResultType);
        var told = rows.Where(r => (r.MailServer, r.ResultType) != ("", "")).Select(r => Invariant($"{r.MailServer}|{r.ResultType}|{r.TotalFailureSessionCount}"));
        Assert.Equal(Sorted(told), Sorted(seen["What fails where"].Where(r => !r.StartsWith("||", StringComparison.Ordinal))));
        var untold = seen["Failures that no detail explains"].Sum(r => long.Parse(r.Split('|')[^1], CultureInfo.InvariantCulture));
        Assert.Equal(rows.Single(r => (r.MailServer, r.ResultType) == ("", "")).TotalFailureSessionCount, untold);
    }

    private static async Task<Dictionary<string, List<string>>> RunPageAsync(DuckDb duck, StoreLab lab)
    {
        Dictionary<string, List<string>> seen = [];
        foreach (var (heading, sql) in Queries())
        {
            seen.Add(heading, await duck.RowsAsync(sql.Replace("'store/", $"'{lab.Folder}/", StringComparison.Ordinal)));
        }

        return seen;
    }

    private static IEnumerable<(string Heading, string Sql)> Queries() => Regex.Matches(Page[..Page.IndexOf("## Ask Athena", StringComparison.Ordinal)],
        @"^#{2,3} (?<heading>[^\n]+)\n(?:(?!^#)[^\n]*\n)*?```sql\n(?<sql>.*?)```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)
        .Select(m => (m.Groups["heading"].Value, m.Groups["sql"].Value));

    private static string Query(string heading) => Queries().Single(q => q.Heading == heading).Sql;

    private static IReadOnlyList<TlsRptSummary> Measure(List<TlsRptReport> reports, params TlsRptGrouping[] by)
    {
        var measure = new TlsRptMeasure(by);
        reports.ForEach(measure.Add);
        return measure.ToRows();
    }

    // What names no folder is one row in DuckDB.
    private static IEnumerable<string> Sums(List<TlsRptReport> reports, Func<TlsRptSummary, string> name, TlsRptGrouping by) => Sorted(Measure(reports, by).GroupBy(name)
        .Select(g => Invariant($"{g.Key}|{g.Sum(r => r.TotalSuccessfulSessionCount)}|{g.Sum(r => r.TotalFailureSessionCount)}")));

    private static string ToFolder(string domain) => DomainName.TryNormalize(domain, out var normal) && normal.Length <= 200 ? normal : "NULL";

    private static IEnumerable<string> Sorted(IEnumerable<string> rows) => rows.Order(StringComparer.Ordinal);

    private static string Row(string prefix, StoreColumn column) => $"| `{prefix}{column.Name}` | {(column.Fields.Count > 0 ? "array<struct>" : column.SqlType)} | {column.Meaning} | "
        + $"{(column.Source.Length > 0 ? $"`{column.Source}`" : "")} |";
}
