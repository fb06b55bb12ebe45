namespace EmailSecurity.Ports;

/// <summary>A file of a store.</summary>
/// <param name="Name">Its name below the store, with <c>/</c> between folders.</param>
/// <param name="Length">Its octets.</param>
internal readonly record struct StoredFile(string Name, long Length);

/// <summary>
/// The files of a store: a folder, or what is below a prefix of a bucket. A file is whole from the moment at which it can be seen, and never changes.
/// </summary>
internal interface IStoreFiles
{
    /// <summary>What to call the store: the path of the folder, <c>s3://bucket/prefix</c>.</summary>
    string Location { get; }

    /// <summary>
    /// True where writers wait for one another. Where they do not, the same rows can come twice, and nothing is deleted but in a turn of
    /// <see cref="LockForDeletionAsync"/>.
    /// </summary>
    bool HasOneWriter { get; }

    /// <summary>How many files are read at a time.</summary>
    int AtOnce { get; }

    /// <summary>The files whose names begin so, in no order; none where the store is not there.</summary>
    /// <param name="prefix">How the names begin; empty for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<StoredFile> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Opens a file. The stream can seek.</summary>
    /// <exception cref="FileNotFoundException">The file is not there, or not any more.</exception>
    /// <exception cref="EmailSecurityException">The file cannot be read.</exception>
    Task<Stream> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a file that is not there yet. It is seen once it is whole, and not at all where <paramref name="write"/> fails or the process ends.
    /// </summary>
    /// <returns>False where a file of this name is there already; it stays as it is.</returns>
    /// <exception cref="EmailSecurityException">The file cannot be written.</exception>
    Task<bool> WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancellationToken);

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    /// <exception cref="EmailSecurityException">The file cannot be deleted.</exception>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the store if it is not there, and waits until no other process writes to it, unless writers need not wait. Removes what a process left that
    /// ended while it wrote.
    /// </summary>
    /// <returns>Ends the turn when it is disposed of; the end of the process ends it as well.</returns>
    /// <exception cref="EmailSecurityException">StoreInUse: another process writes for too long.</exception>
    Task<IDisposable> LockAsync(CancellationToken cancellationToken);

    /// <summary>Makes sure that no other process deletes files of the store, which two at a time could do each for the other's sake.</summary>
    /// <returns>Ends the turn when it is disposed of.</returns>
    /// <exception cref="EmailSecurityException">StoreInUse: another process deletes, or ended while it did.</exception>
    Task<IAsyncDisposable> LockForDeletionAsync(CancellationToken cancellationToken);
}
