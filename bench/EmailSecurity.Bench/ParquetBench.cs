using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using EmailSecurity.Parquet;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

/// <summary>
/// Reports kept as Parquet files, beside DuckDB's own COPY TO PARQUET of the same rows, in one process; processor time, one thread of DuckDB.
/// <code>parquet [--rows N] [--domains N]</code>
/// </summary>
internal static class ParquetBench
{
    private const int Chunk = 50_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var count = Arguments.Number(args, "--rows", 1_000_000);
        var domains = Arguments.Number(args, "--domains", 4);
        var folder = Directory.CreateTempSubdirectory("parquet").FullName;
        try
        {
            var ours = Path.Combine(folder, "store");
            var export = await ExportAsync(ours, count, domains);
            Tell("Export-TlsRptReport's store", count, export, Octets(ours));
            using var duck = new DuckDBConnection("DataSource=:memory:");
            duck.Open();
            Run(duck, "SET threads = 1; SET preserve_insertion_order = true");
            Run(duck, $"CREATE TABLE reports AS SELECT * FROM read_parquet('{ours}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)");
            foreach (var compression in (string[])["zstd", "snappy"])
            {
                var theirs = Path.Combine(folder, compression);
                var copy = Time(() => Run(duck, $"COPY reports TO '{theirs}' (FORMAT parquet, PARTITION_BY (domain, month), COMPRESSION {compression}, ROW_GROUP_SIZE {TlsReportStore.RowsOfGroup})"));
                Tell($"DuckDB COPY, {compression}", count, copy, Octets(theirs));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the store takes {export / copy:N2} times the time and {(double)Octets(ours) / Octets(theirs):N2} times the octets"));
            }

            var compact = await TimeAsync(() => CompactAsync(ours));
            Tell("-Compact", count, compact, Octets(ours));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What is measured: telling the reports apart, the index, and writing the files. The reports are made before.
    private static async Task<double> ExportAsync(string folder, int count, int domains)
    {
        ITlsReportStores stores = new ParquetStores();
        var seconds = 0.0;
        using var store = await TlsReportStore.OpenAsync(stores.Folder(folder, TimeProvider.System), stores.Format, CancellationToken.None);
        for (var from = 0; from < count; from += Chunk)
        {
            var reports = Enumerable.Range(from, Math.Min(Chunk, count - from)).Select(i => Report(i, domains)).ToArray();
            seconds += await TimeAsync(async () =>
            {
                foreach (var report in reports)
                {
                    await store.AddAsync(report, CancellationToken.None);
                }
            });
        }

        return seconds + await TimeAsync(() => store.CompleteAsync(isCompacting: false, CancellationToken.None));
    }

    private static async Task CompactAsync(string folder)
    {
        ITlsReportStores stores = new ParquetStores();
        using var store = await TlsReportStore.OpenAsync(stores.Folder(folder, TimeProvider.System), stores.Format, CancellationToken.None);
        await store.CompleteAsync(isCompacting: true, CancellationToken.None);
    }

    // As ReportsBench has them: a third without failures, a third with some, a third without sending-mta-ip.
    private static TlsRptReport Report(int i, int domains)
    {
        var start = new DateTimeOffset(2026, 3, 1 + (i % 28), 0, 0, 0, TimeSpan.Zero);
        var failures = i % 3 == 0 ? 0 : 1 + (i % 7);
        var domain = string.Create(CultureInfo.InvariantCulture, $"domain{i % domains}.example");
        return new TlsRptReport
        {
            OrganizationName = string.Create(CultureInfo.InvariantCulture, $"Sender {i % 20}"),
            ReportId = string.Create(CultureInfo.InvariantCulture, $"{start:yyyy-MM-dd}T00:00:00Z_{domain}_{i}"),
            ContactInfo = string.Create(CultureInfo.InvariantCulture, $"smtp-tls-reporting@sender{i % 20}.example"),
            Start = start,
            End = start.AddSeconds(86399),
            Source = string.Create(CultureInfo.InvariantCulture, $"reports/{start:yyyy-MM-dd}/{i}.json.gz"),
            Policies =
            [
                new TlsRptPolicy
                {
                    PolicyType = "sts",
                    PolicyDomain = domain,
                    PolicyString = ["version: STSv1", "mode: testing", "mx: mx1.example.com", "mx: mx2.example.com", "max_age: 604800"],
                    MxHost = ["mx1.example.com", "mx2.example.com"],
                    TotalSuccessfulSessionCount = i,
                    TotalFailureSessionCount = failures * (failures + 1) / 2,
                    FailureDetails = [.. Enumerable.Range(0, failures).Select(f => new TlsRptFailure
                    {
                        ResultType = "certificate-expired",
                        SendingMtaIp = i % 3 == 2 ? "" : string.Create(CultureInfo.InvariantCulture, $"192.0.2.{f}"),
                        ReceivingMxHostname = string.Create(CultureInfo.InvariantCulture, $"mx{f}.example.com"),
                        ReceivingIp = string.Create(CultureInfo.InvariantCulture, $"198.51.100.{f}"),
                        FailedSessionCount = f + 1,
                    })],
                },
            ],
        };
    }

    private static void Run(DuckDBConnection duck, string sql)
    {
        using var command = duck.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static double Time(Action action)
    {
        var start = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Environment.CpuUsage.TotalTime;
        await action();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static long Octets(string folder) => new DirectoryInfo(folder).EnumerateFiles("*.parquet", SearchOption.AllDirectories).Sum(f => f.Length);

    private static void Tell(string what, int rows, double seconds, long octets) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what,-28} {rows / seconds,10:N0} rows/s {(double)octets / rows,8:N1} octets a row ({seconds:N1} s of processor time, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB)"));
}
