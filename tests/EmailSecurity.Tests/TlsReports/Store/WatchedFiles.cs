using EmailSecurity.Ports;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>Files of a store, with something that happens before and after each use of them: a number that counts on, and what is done.</summary>
internal sealed class WatchedFiles(IStoreFiles files, Func<int, string, Task> happens) : IStoreFiles
{
    public int Uses { get; private set; }

    public string Location => files.Location;

    public bool HasOneWriter => files.HasOneWriter;

    public int AtOnce => files.AtOnce;

    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await happens(++Uses, "list");
        List<StoredFile> found = [];
        await foreach (var file in files.ListAsync(prefix, cancellationToken))
        {
            found.Add(file);
        }

        foreach (var file in found)
        {
            yield return file;
        }
    }

    public async Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        await happens(++Uses, "open");
        return await files.OpenAsync(name, cancellationToken);
    }

    public async Task<bool> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        await happens(++Uses, "write");
        var isNew = await files.WriteAsync(name, write, cancellationToken);
        await happens(++Uses, "written");
        return isNew;
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await happens(++Uses, "delete");
        await files.DeleteAsync(name, cancellationToken);
        await happens(++Uses, "deleted");
    }

    public Task<IDisposable> LockAsync(CancellationToken cancellationToken) => files.LockAsync(cancellationToken);

    public Task<IAsyncDisposable> LockForDeletionAsync(CancellationToken cancellationToken) => files.LockForDeletionAsync(cancellationToken);
}
