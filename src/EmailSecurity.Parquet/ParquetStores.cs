using EmailSecurity.Ports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Parquet;

/// <summary>Makes stores of Parquet files. The module finds this type by name through its private load context.</summary>
public sealed class ParquetStores : ITlsReportStores
{
    /// <inheritdoc/>
    ITlsReportFormat ITlsReportStores.Format { get; } = new ParquetReports();

    /// <inheritdoc/>
    IStoreFiles ITlsReportStores.Folder(string path, TimeProvider time) => new FolderFiles(path, time);
}
