using EmailSecurity.Parquet;
using EmailSecurity.Ports;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>A store in a folder of its own, which is gone after the test.</summary>
internal sealed class StoreLab : IDisposable
{
    public StoreLab() => Folder = Directory.CreateTempSubdirectory("store").FullName;

    public string Folder { get; }

    public static ITlsReportFormat Format { get; } = ((ITlsReportStores)new ParquetStores()).Format;

    public IStoreFiles Files => new FolderFiles(Folder, TimeProvider.System);

    public string[] Names => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "export.lock")
        .Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public Task<TlsRptExport> ExportAsync(params IEnumerable<TlsRptReport> reports) => ExportAsync(Files, isCompacting: false, reports);

    public Task<TlsRptExport> CompactAsync() => ExportAsync(Files, isCompacting: true, []);

    public static async Task<TlsRptExport> ExportAsync(IStoreFiles files, bool isCompacting, IEnumerable<TlsRptReport> reports)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var store = await TlsReportStore.OpenAsync(files, Format, cancel);
        foreach (var report in reports)
        {
            await store.AddAsync(report, cancel);
        }

        return await store.CompleteAsync(isCompacting, cancel);
    }

    public Task<List<TlsRptReport>> ReadAsync(string? domain = null) => ReadAsync(Files, domain);

    public static async Task<List<TlsRptReport>> ReadAsync(IStoreFiles files, string? domain = null)
    {
        List<TlsRptReport> reports = [];
        await foreach (var report in new TlsReportStoreReader(files, Format).ReadAsync(domain is null ? "" : StorePartition.FolderOf(domain), TestContext.Current.CancellationToken))
        {
            reports.Add(report);
        }

        return reports;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
