using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using EmailSecurity.TlsReports.Store;
using Parquet;

namespace EmailSecurity.Parquet;

/// <summary>Rows of TLS reports as Parquet files.</summary>
internal sealed class ParquetReports : ITlsReportFormat
{
    private const int SampleOfDictionary = 2_000;

    /// <inheritdoc/>
    string ITlsReportFormat.Extension => ".parquet";

    /// <inheritdoc/>
    async Task ITlsReportFormat.WriteAsync(Stream stream, IAsyncEnumerable<IReadOnlyList<StoreRow>> groups, CancellationToken cancellationToken)
    {
        var schema = ReportSchema.Create();
        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.Zstd,
            CompressionLevel = CompressionLevel.Fastest,
            DictionaryEncodingSampleSize = SampleOfDictionary,
        };

        // The same few texts stand in most rows. Without this hint the library writes each of them out, which is ten times the octets to compress.
        foreach (var field in schema.DataFields.Where(f => f.ClrType == typeof(ReadOnlyMemory<char>)))
        {
            options.ColumnEncodingHints[field.Path.ToString(null, CultureInfo.InvariantCulture)] = EncodingHint.Dictionary;
        }

        var writer = await ParquetWriter.CreateAsync(schema, stream, options, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await foreach (var rows in groups.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                using var group = writer.CreateRowGroup();
                await new RowGroupOutput(group, schema, rows, cancellationToken).WriteAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    async IAsyncEnumerable<IReadOnlyList<StoreRow>> ITlsReportFormat.ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var file = await ReportFileInput.OpenAsync(stream, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            for (var i = 0; i < file.GroupCount; i++)
            {
                yield return await file.ReadAsync(i, g => g.RowsAsync()).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    async IAsyncEnumerable<IReadOnlyList<StoreKey>> ITlsReportFormat.ReadKeysAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var file = await ReportFileInput.OpenAsync(stream, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            for (var i = 0; i < file.GroupCount; i++)
            {
                yield return await file.ReadAsync(i, g => g.KeysAsync()).ConfigureAwait(false);
            }
        }
    }
}
