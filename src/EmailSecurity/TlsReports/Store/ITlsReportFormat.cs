namespace EmailSecurity.TlsReports.Store;

/// <summary>Writes and reads a file of rows.</summary>
internal interface ITlsReportFormat
{
    /// <summary>How the names of the files end: <c>.parquet</c>.</summary>
    string Extension { get; }

    /// <summary>Writes a file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="groups">The rows, in groups that are held in memory one at a time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task WriteAsync(Stream stream, IAsyncEnumerable<IReadOnlyList<StoreRow>> groups, CancellationToken cancellationToken);

    /// <summary>Reads a file, group by group.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, or it is damaged.</exception>
    IAsyncEnumerable<IReadOnlyList<StoreRow>> ReadAsync(Stream stream, CancellationToken cancellationToken);

    /// <summary>Reads which rows a file holds, group by group.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, or it is damaged.</exception>
    IAsyncEnumerable<IReadOnlyList<StoreKey>> ReadKeysAsync(Stream stream, CancellationToken cancellationToken);
}
