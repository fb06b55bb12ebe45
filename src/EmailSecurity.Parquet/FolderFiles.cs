using System.Runtime.CompilerServices;
using EmailSecurity.Ports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Parquet;

/// <summary>
/// A store in a folder. A file is written beside its place, flushed to the disk and renamed, which no reader sees half of. Writers wait for one another by
/// a lock of the operating system, which ends with the process that holds it.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="time">Measures how long another writer is waited for.</param>
/// <param name="patience">So long; null for a minute.</param>
internal sealed class FolderFiles(string folder, TimeProvider time, TimeSpan? patience = null) : IStoreFiles
{
    private const int BufferSize = 1 << 16;
    private const string Unfinished = ".unfinished";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan patience = patience ?? TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public string Location => folder;

    /// <inheritdoc/>
    public bool HasOneWriter => true;

    /// <inheritdoc/>
    public int AtOnce => 1;

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        var below = PathOf(prefix[..(prefix.LastIndexOf('/') + 1)]);
        foreach (var file in Guard(() => Directory.Exists(below) ? new DirectoryInfo(below).EnumerateFiles("*", SearchOption.AllDirectories) : [], below))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !file.Name.StartsWith('.'))
            {
                yield return new StoredFile(name, file.Length);
            }
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize);
            return Task.FromResult<Stream>(stream);
        }
        catch (Exception e) when (e is DirectoryNotFoundException)
        {
            throw new FileNotFoundException(e.Message, PathOf(name), e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not FileNotFoundException))
        {
            throw new EmailSecurityException("FileUnreadable", ErrorKind.PermissionDenied, $"{PathOf(name)} could not be read: {e.Message}",
                "Check that you may read it, and that no program has it open for itself alone.", e)
            { Target = PathOf(name) };
        }
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        if (File.Exists(path))
        {
            return false;
        }

        var part = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}{Unfinished}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var stream = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, BufferSize);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(part, path, overwrite: false);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(name));
            return Task.CompletedTask;
        }
        catch (DirectoryNotFoundException)
        {
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException("StoreFileNotDeleted", ErrorKind.PermissionDenied, $"{PathOf(name)} could not be deleted: {e.Message}",
                "Its rows are in another file too: readers see them twice until it is gone. Close the program that has it open, and run the command again.", e)
            { Target = PathOf(name) };
        }
    }

    /// <inheritdoc/>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        Guard(() => Directory.CreateDirectory(folder), folder);
        var path = Path.Combine(folder, StoreFileName.FolderLock);
        for (var begin = time.GetTimestamp(); ;)
        {
            try
            {
                var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                Guard(RemoveUnfinished, folder);
                return held;
            }
            catch (UnauthorizedAccessException e)
            {
                throw NotWritten(path, e);
            }
            catch (IOException e) when (time.GetElapsedTime(begin) > patience)
            {
                throw new EmailSecurityException("StoreInUse", ErrorKind.Exists, $"Another Export-TlsRptReport writes to {folder}: {e.Message}",
                    "Run the command again when the other has ended.", e)
                { Target = folder };
            }
            catch (IOException)
            {
                await Task.Delay(LookAgain, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Only who holds the lock deletes.
    /// <inheritdoc/>
    public Task<IAsyncDisposable> LockForDeletionAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new FreeTurn());

    // Whoever holds the lock is the only writer: what is not finished was left by a process that ended.
    private bool RemoveUnfinished()
    {
        foreach (var left in Directory.EnumerateFiles(folder, "*" + Unfinished, SearchOption.AllDirectories))
        {
            File.Delete(left);
        }

        return true;
    }

    private string PathOf(string name) => Path.Combine([folder, .. name.Split('/')]);

    private static T Guard<T>(Func<T> act, string path)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
    }

    private static EmailSecurityException NotWritten(string path, Exception cause) => new("FileNotWritten", ErrorKind.PermissionDenied,
        $"{path} could not be written: {cause.Message}",
        "Check that there can be a folder or file, that the disk has room, and that you may write there.", cause)
    { Target = path };
}
