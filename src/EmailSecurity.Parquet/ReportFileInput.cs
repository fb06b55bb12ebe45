using System.Text.Json;
using Parquet;

namespace EmailSecurity.Parquet;

/// <summary>A file that is read. Whatever is wrong with it ends in <see cref="InvalidDataException"/>: the library says so in many ways.</summary>
internal sealed class ReportFileInput : IAsyncDisposable
{
    private readonly ParquetReader reader;
    private readonly CancellationToken cancellationToken;

    private ReportFileInput(ParquetReader reader, CancellationToken cancellationToken) => (this.reader, this.cancellationToken) = (reader, cancellationToken);

    /// <summary>How many groups it has.</summary>
    public int GroupCount => reader.RowGroupCount;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is no Parquet file of reports.</exception>
    public static async Task<ReportFileInput> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        ParquetReader opened;
        bool fits;
        try
        {
            var options = new ParquetOptions { UseDateOnlyTypeForDates = true };
            opened = await ParquetReader.CreateAsync(stream, options, leaveStreamOpen: true, cancellationToken).ConfigureAwait(false);
            fits = ReportSchema.Fits(opened.Schema);
        }
        catch (Exception e) when (e is not (OperationCanceledException or UnauthorizedAccessException))
        {
            throw new InvalidDataException("It cannot be read as a Parquet file.", e);
        }

        if (!fits)
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw new InvalidDataException("It has other columns than the files of Export-TlsRptReport.");
        }

        return new(opened, cancellationToken);
    }

    /// <summary>Reads a group.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="read">Reads what is wanted of it.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of other columns.</exception>
    public async Task<T> ReadAsync<T>(int number, Func<RowGroupInput, Task<T>> read)
    {
        try
        {
            using var group = reader.OpenRowGroupReader(number);
            return await read(new RowGroupInput(group, reader.Schema, cancellationToken)).ConfigureAwait(false);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("A column of other fields does not hold what Export-TlsRptReport writes.", e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or InvalidDataException or UnauthorizedAccessException))
        {
            throw new InvalidDataException("Its columns cannot be read.", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
