using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Reads the reports that Export-TlsRptReport keeps in a folder.</summary>
internal static class KeptReports
{
    /// <summary>True for a folder in which reports are kept: it has a folder for each domain.</summary>
    public static bool IsStore(string path) => Directory.Exists(path) && Directory.EnumerateDirectories(path, "domain=*").Any();

    /// <summary>Reads them, each once.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="take">Receives each report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable, FileUnreadable.</exception>
    public static async Task ReadAsync(string folder, Action<TlsRptReport> take, CancellationToken cancellationToken)
    {
        var store = new TlsReportStoreReader(Adapters.Stores.Folder(folder, TimeProvider.System), Adapters.Stores.Format);
        await foreach (var report in store.ReadAsync(domain: null, cancellationToken).ConfigureAwait(false))
        {
            take(report);
        }
    }
}
