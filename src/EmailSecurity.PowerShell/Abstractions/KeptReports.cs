using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Reads the reports that Export-TlsRptReport keeps in a folder or bucket.</summary>
internal static class KeptReports
{
    /// <summary>True for a folder in which reports are kept: it has a folder for each domain.</summary>
    public static bool IsStore(string path) => Directory.Exists(path) && Directory.EnumerateDirectories(path, "domain=*").Any();

    /// <summary>Reads them, each once.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="take">Receives each report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable, FileUnreadable.</exception>
    public static Task ReadAsync(string folder, Action<TlsRptReport> take, CancellationToken cancellationToken) =>
        ReadAsync(Adapters.Stores.Folder(folder, TimeProvider.System), take, cancellationToken);

    /// <summary>Reads them, each once.</summary>
    /// <param name="files">The files of the store.</param>
    /// <param name="take">Receives each report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable, StoreFileArchived, AccessDenied.</exception>
    public static async Task ReadAsync(IStoreFiles files, Action<TlsRptReport> take, CancellationToken cancellationToken)
    {
        var store = new TlsReportStoreReader(files, Adapters.Stores.Format);
        await foreach (var report in store.ReadAsync(domain: null, cancellationToken).ConfigureAwait(false))
        {
            take(report);
        }
    }
}
