using System.Globalization;
using DuckDB.NET.Data;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>DuckDB, over the folder of a store.</summary>
internal sealed class DuckDb : IAsyncDisposable
{
    private readonly DuckDBConnection connection = new("DataSource=:memory:");

    public DuckDb() => connection.Open();

    /// <summary>The rows of a query, each as its values with | between them.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> rows = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Text(reader.GetValue(i)))));
        }

        return rows;
    }

    /// <summary>One value over all rows of a store.</summary>
    public static async Task<string> ScalarAsync(StoreLab lab, string expression)
    {
        await using var duck = new DuckDb();
        return Assert.Single(await duck.RowsAsync($"SELECT {expression} FROM read_parquet('{lab.Folder}/**/*.parquet', hive_partitioning = true)"));
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static string Text(object value) => value switch
    {
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
