namespace EmailSecurity.TlsReports.Store;

/// <summary>What a column of the store holds.</summary>
internal enum StoreKind
{
    /// <summary>Text in UTF-8.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Number,

    /// <summary>A whole number of 32 bits.</summary>
    SmallNumber,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A moment in UTC, to the microsecond.</summary>
    Timestamp,

    /// <summary>A day in UTC.</summary>
    Date,

    /// <summary>A list of texts, which may be empty.</summary>
    TextList,

    /// <summary>A list of structs, which may be empty.</summary>
    StructList,
}

/// <summary>A column of the store, or a field of a struct in one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Meaning">What it means, for the guide.</param>
/// <param name="Source">The field of RFC 8460 section 4.4 that it is of; empty where this module made it.</param>
/// <param name="IsNullable">True where it may be null.</param>
internal sealed record StoreColumn(string Name, StoreKind Kind, string Meaning, string Source = "", bool IsNullable = false)
{
    /// <summary>The fields of a struct.</summary>
    public IReadOnlyList<StoreColumn> Fields { get; init; } = [];

    /// <summary>The type as Athena writes it.</summary>
    public string SqlType => Kind switch
    {
        StoreKind.Text => "string",
        StoreKind.Number => "bigint",
        StoreKind.SmallNumber => "int",
        StoreKind.Boolean => "boolean",
        StoreKind.Timestamp => "timestamp",
        StoreKind.Date => "date",
        StoreKind.TextList => "array<string>",
        _ => $"array<struct<{string.Join(',', Fields.Select(f => $"{f.Name}:{f.SqlType}"))}>>",
    };
}
