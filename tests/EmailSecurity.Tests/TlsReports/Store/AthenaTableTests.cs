using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Tests.TlsReports.Store;

public class AthenaTableTests
{
    private static readonly AthenaTable Injected = new("s3://bucket-1/tls/", "mail", "reports", []);

    [Fact]
    public void The_columns_are_those_of_the_guide()
    {
        var page = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "guides", "tls-report-store.md")).Select(l => Regex.Match(l, @"^\| `(?<name>[\w.]+)` \| (?<type>\S+) \|"))
            .Where(m => m.Success).Select(m => (Name: m.Groups["name"].Value, Type: m.Groups["type"].Value)).ToArray();
        var told = page.Where(c => !c.Name.Contains('.', StringComparison.Ordinal)).Select(c => c.Type != "array<struct>" ? c
            : (c.Name, $"array<struct<{string.Join(',', page.Where(f => f.Name.StartsWith(c.Name + ".", StringComparison.Ordinal)).Select(f => $"{f.Name[(c.Name.Length + 1)..]}:{f.Type}"))}>>"));
        var create = Injected.ToStatements()[0];
        var columns = Regex.Matches(create, @"^  `(?<name>\w+)` (?<type>\S+?),?$", RegexOptions.Multiline).Select(m => (m.Groups["name"].Value, m.Groups["type"].Value));

        Assert.Equal(told.Order(), columns.Order());
        Assert.Equal(["domain", "month"], Regex.Match(create, @"PARTITIONED BY \((?<all>[^)]+)\)").Groups["all"].Value.Split('`').Where((_, i) => i % 2 == 1));
    }

    [Fact]
    public void Domains_are_given_in_the_query_or_listed()
    {
        var create = Injected.ToStatements()[0];
        Assert.Contains("'projection.domain.type' = 'injected'", create, StringComparison.Ordinal);
        Assert.DoesNotContain("projection.domain.values", create, StringComparison.Ordinal);
        Assert.Contains("'storage.location.template' = 's3://bucket-1/tls/domain=${domain}/month=${month}/'", create, StringComparison.Ordinal);
        Assert.All(Injected.ToStatements().Skip(1), q => Assert.Contains("WHERE domain = 'example.com'", q, StringComparison.Ordinal));

        var listed = (Injected with { Domains = ["a.example", "b.example"] }).ToStatements();
        Assert.Contains("'projection.domain.type' = 'enum',\n  'projection.domain.values' = 'a.example,b.example,__HIVE_DEFAULT_PARTITION__'", listed[0], StringComparison.Ordinal);
        Assert.All(listed.Skip(1), q => Assert.DoesNotContain("domain = '", q, StringComparison.Ordinal));
    }

    // The folders of a store are those that the table's template makes of its values.
    [Fact]
    public async Task The_template_makes_the_folders_of_the_store()
    {
        using var lab = new StoreLab();
        await lab.ExportAsync(MixedReports.Make(60, seed: 2));
        var create = (Injected with { Location = "" }).ToStatements()[0];
        var template = Regex.Match(create, "'storage.location.template' = '(?<t>[^']+)'").Groups["t"].Value;
        var form = "^" + Regex.Escape(template).Replace(@"\$\{domain}", "[^/]+", StringComparison.Ordinal).Replace(@"\$\{month}", @"(\d{4}-\d{2}|__HIVE_DEFAULT_PARTITION__)", StringComparison.Ordinal) + "[^/]+$";

        Assert.True(lab.Names.Length > 5);
        Assert.All(lab.Names, n => Assert.Matches(form, n));
    }

    // Athena's dialect is Trino's, DuckDB's is PostgreSQL's: what both know runs here, on rows of the same columns.
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task The_queries_run_on_the_files_of_the_store(bool isListed)
    {
        using var lab = new StoreLab();
        var reports = MixedReports.Make(400, seed: 2);
        await lab.ExportAsync(reports);
        await using var duck = new DuckDb();
        await duck.RowsAsync($"CREATE SCHEMA mail; CREATE VIEW mail.reports AS SELECT * FROM read_parquet('{lab.Folder}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)");
        var queries = (Injected with { Domains = isListed ? ["example.com"] : [] }).ToStatements().Skip(1).Select(q => q.Replace("CROSS JOIN UNNEST(failure_details) AS list (failure)", ", unnest(failure_details) AS list(failure)", StringComparison.Ordinal)).ToArray();
        List<string>[] rows = [await duck.RowsAsync(queries[0]), await duck.RowsAsync(queries[1]), await duck.RowsAsync(queries[2]), await duck.RowsAsync(queries[3])];

        Assert.All(rows, Assert.NotEmpty);
        Assert.Equal(isListed ? 5 : 1, rows[3].Count);
        Assert.Equal(await duck.RowsAsync("SELECT sum(list_sum(list_transform(failure_details, lambda f: f.failed_session_count))) FROM mail.reports WHERE month >= '2026-01'" + (isListed ? "" : " AND domain = 'example.com'")),
            [Invariant($"{rows[2].Sum(r => long.Parse(r.Split('|')[^1], System.Globalization.CultureInfo.InvariantCulture))}")]);
    }
}
