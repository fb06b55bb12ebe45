using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports.Store;

/// <summary>What stores of reports are made with.</summary>
internal interface ITlsReportStores
{
    /// <summary>How files are written and read.</summary>
    ITlsReportFormat Format { get; }

    /// <summary>The files of a store in a folder, which need not be there yet.</summary>
    /// <param name="path">The folder's full path.</param>
    /// <param name="time">Measures how long another writer is waited for.</param>
    IStoreFiles Folder(string path, TimeProvider time);
}
