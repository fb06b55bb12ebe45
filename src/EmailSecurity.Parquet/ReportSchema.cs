using EmailSecurity.TlsReports.Store;
using Parquet.Schema;

namespace EmailSecurity.Parquet;

/// <summary>The columns of the store as a Parquet schema.</summary>
internal static class ReportSchema
{
    /// <summary>A new schema: each file that is written or read attaches its own.</summary>
    public static ParquetSchema Create() => new(StoreColumns.InFile.Select(ToField));

    /// <summary>Whether a file has the columns of the store, in any order, and perhaps more.</summary>
    public static bool Fits(ParquetSchema file) => Create().DataFields.All(wanted => Array.Exists(file.DataFields, there => there.Path.Equals(wanted.Path)
        && there.ClrType == wanted.ClrType && there.MaxDefinitionLevel == wanted.MaxDefinitionLevel && there.MaxRepetitionLevel == wanted.MaxRepetitionLevel));

    /// <summary>The field of a column within a file; of a list of structs, that of one of their fields.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="column">The column.</param>
    /// <param name="field">The name of the field in a struct; empty for other columns.</param>
    public static DataField Find(ParquetSchema schema, string column, string field = "")
    {
        var whole = schema.Fields.Single(f => f.Name == column);
        return whole switch
        {
            DataField plain => plain,
            ListField { Item: DataField item } => item,
            ListField { Item: StructField item } => (DataField)item.Fields.Single(f => f.Name == field),
            _ => throw new InvalidOperationException(column),
        };
    }

    private static Field ToField(StoreColumn column) => column.Kind switch
    {
        StoreKind.Text => new DataField(column.Name, typeof(string), column.IsNullable),
        StoreKind.Number => new DataField(column.Name, typeof(long), column.IsNullable),
        StoreKind.SmallNumber => new DataField(column.Name, typeof(int), column.IsNullable),
        StoreKind.Boolean => new DataField(column.Name, typeof(bool), column.IsNullable),
        StoreKind.Date => new DataField(column.Name, typeof(DateOnly), column.IsNullable),

        // Without a zone: all times are UTC, and a reader that shifts them into the zone of its session would count reports for other days.
        StoreKind.Timestamp => new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: false, DateTimeTimeUnit.Micros, column.IsNullable),
        StoreKind.TextList => new ListField(column.Name, new DataField(ListField.ElementName, typeof(string), isNullable: false)),
        _ => new ListField(column.Name, new StructField(ListField.ElementName, [.. column.Fields.Select(ToField)])),
    };
}
