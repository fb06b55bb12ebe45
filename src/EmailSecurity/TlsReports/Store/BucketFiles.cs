using System.Runtime.CompilerServices;
using System.Text;
using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports.Store;

/// <summary>
/// A store below a prefix of a bucket. An object is whole or not there, and is put only where there is none of its name. Writers do not wait for one another;
/// who deletes does, by an object that only one can put.
/// </summary>
/// <param name="objects">S3.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="folder">The prefix, with a final <c>/</c>; empty for the whole bucket.</param>
/// <param name="atOnce">How many objects are read at a time.</param>
/// <param name="time">Says since when a turn lasts.</param>
internal sealed class BucketFiles(IObjects objects, BucketPlace bucket, string folder, int atOnce, TimeProvider time) : IStoreFiles
{
    /// <summary>A file of the store is far smaller.</summary>
    private const long MostOctets = 1L << 30;

    // Of "2026-03-01 10:00:00 UTC" and an id that is not for people.
    private const int SinceLength = 23;

    /// <summary>The object that is there while files are deleted.</summary>
    public const string LockName = "compact.lock";

    /// <inheritdoc/>
    public string Location => $"s3://{bucket.Name}/{folder}";

    /// <inheritdoc/>
    public bool HasOneWriter => false;

    /// <inheritdoc/>
    public int AtOnce => atOnce;

    /// <summary>The folder that a prefix stands for, whether or not it was typed with slashes.</summary>
    public static string FolderOf(string? prefix) => (prefix ?? "").Trim('/') is { Length: > 0 } inner ? inner + "/" : "";

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in objects.ListAsync(bucket, folder + prefix, cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page)
            {
                yield return new StoredFile(item.Key[folder.Length..], item.Size);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        var how = await objects.ReadAsync(bucket, folder + name, content, MostOctets, cancellationToken).ConfigureAwait(false);
        content.Position = 0;
        return how switch
        {
            ObjectReading.Read => content,
            ObjectReading.Gone => throw new FileNotFoundException($"{Location}{name} is not there.", name),
            ObjectReading.Archived => throw new EmailSecurityException("StoreFileArchived", ErrorKind.InvalidOperation,
                $"{Location}{name} is archived, so it is not known which reports it holds.",
                "Restore it in S3, and exclude the store from lifecycle rules that archive. Then run the same command again.")
            { Target = Location + name },
            _ => throw new EmailSecurityException("StoreFileUnreadable", ErrorKind.InvalidData,
                $"{Location}{name} is larger than 1 GiB, which no file of the store is.",
                "Move this file out of the store, and import its reports again from where they came.")
            { Target = Location + name },
        };
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await write(content).ConfigureAwait(false);
        return await PutAsync(name, content.GetBuffer().AsMemory(0, (int)content.Length), "application/vnd.apache.parquet", cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => objects.DeleteAsync(bucket, folder + name, cancellationToken);

    /// <inheritdoc/>
    public Task<IDisposable> LockAsync(CancellationToken cancellationToken) => Task.FromResult<IDisposable>(new FreeTurn());

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> LockForDeletionAsync(CancellationToken cancellationToken)
    {
        var mine = Invariant($"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC {Guid.NewGuid():N}");
        if (!await PutAsync(LockName, Encoding.ASCII.GetBytes(mine), "text/plain", cancellationToken).ConfigureAwait(false))
        {
            // It is ours all the same where the answer to a first attempt was lost.
            var there = await HolderAsync(cancellationToken).ConfigureAwait(false);
            if (there != mine)
            {
                throw InUse(there);
            }
        }

        return new DeletionTurn(this);
    }

    private EmailSecurityException InUse(string? holder)
    {
        var since = holder?.Length > SinceLength ? " since " + holder[..SinceLength] : "";
        return new("StoreInUse", ErrorKind.Exists, $"Another Export-TlsRptReport -Compact works on {Location}{since}, or was stopped there.",
            $"Run the command again when the other has ended. If none runs any more, first delete {Location}{LockName}. The store has all reports in any case.")
        { Target = Location };
    }

    private async Task<string?> HolderAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var how = await objects.ReadAsync(bucket, folder + LockName, content, 1024, cancellationToken).ConfigureAwait(false);
        return how == ObjectReading.Read ? Encoding.ASCII.GetString(content.GetBuffer(), 0, (int)content.Length) : null;
    }

    private Task<bool> PutAsync(string name, ReadOnlyMemory<byte> content, string type, CancellationToken cancellationToken) =>
        objects.PutNewAsync(bucket, folder + name, content, type, cancellationToken);

    /// <summary>A turn that lasts as long as the lock's object is there.</summary>
    private sealed class DeletionTurn(BucketFiles files) : IAsyncDisposable
    {
        // Ctrl+C does not cancel it: the lock would stay, and the next -Compact would be refused.
        public ValueTask DisposeAsync() => new(files.DeleteAsync(LockName, CancellationToken.None));
    }
}
