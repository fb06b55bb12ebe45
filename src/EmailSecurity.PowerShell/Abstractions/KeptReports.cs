using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Kept reports.</summary>
/// <param name="Store">The folder of the store.</param>
/// <param name="Prefix">How the names of the files begin that hold them; empty for the whole store.</param>
internal sealed record KeptPlace(string Store, string Prefix);

/// <summary>Reads the reports that Export-TlsRptReport keeps in a folder or bucket.</summary>
internal static class KeptReports
{
    /// <summary>
    /// What a folder is of a store: all of it, for it has a folder for each domain; or what is kept of a domain, or of a month of it. Null where it is none.
    /// </summary>
    public static KeptPlace? Find(string path)
    {
        if (!Directory.Exists(path))
        {
            return null;
        }

        if (Directory.EnumerateDirectories(path, "domain=*").Any(d => Directory.EnumerateDirectories(d, "month=*").Any()))
        {
            return new KeptPlace(path, "");
        }

        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var (name, above) = (Path.GetFileName(folder), Path.GetDirectoryName(folder));
        if (above is not null && name.StartsWith("domain=", StringComparison.Ordinal) && Directory.EnumerateDirectories(folder, "month=*").Any())
        {
            return new KeptPlace(above, name + "/");
        }

        var part = $"{Path.GetFileName(above)}/{name}/";
        return Path.GetDirectoryName(above) is { } store && StorePartition.FolderOfFile(part) is not null && Directory.EnumerateFiles(folder, "*.parquet").Any()
            ? new KeptPlace(store, part) : null;
    }

    /// <summary>Reads them, each once.</summary>
    /// <param name="place">The folder.</param>
    /// <param name="take">Receives each report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable, FileUnreadable.</exception>
    public static Task ReadAsync(KeptPlace place, Action<TlsRptReport> take, CancellationToken cancellationToken) =>
        ReadAsync(Adapters.Stores.Folder(place.Store, TimeProvider.System), place.Prefix, take, cancellationToken);

    /// <summary>Reads them, each once.</summary>
    /// <param name="files">The files of the store.</param>
    /// <param name="prefix">Only what is kept in files whose names begin so; empty for all.</param>
    /// <param name="take">Receives each report.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">StoreFileUnreadable, StoreFileArchived, AccessDenied.</exception>
    public static async Task ReadAsync(IStoreFiles files, string prefix, Action<TlsRptReport> take, CancellationToken cancellationToken)
    {
        var store = new TlsReportStoreReader(files, Adapters.Stores.Format);
        await foreach (var report in store.ReadAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            take(report);
        }
    }
}
