namespace EmailSecurity.TlsReports.Store;

/// <summary>
/// The statements with which Amazon Athena reads a store in a bucket. Months are projected as dates. Domains are given in each query (projection type
/// injected), which works with any number of them; where they are listed here (type enum), queries over all of them work too.
/// </summary>
/// <param name="Location">The folder of the store: <c>s3://bucket/prefix/</c>.</param>
/// <param name="Database">The database of Athena.</param>
/// <param name="Table">The table.</param>
/// <param name="Domains">The domains, as A-labels in lower case; none to give them in each query.</param>
internal sealed record AthenaTable(string Location, string Database, string Table, IReadOnlyList<string> Domains)
{
    private string Name => $"`{Database}`.`{Table}`";

    private string From => $"\"{Database}\".\"{Table}\"";

    /// <summary>The statement that makes the table, and then example queries, each with a comment that says what it gives.</summary>
    public IReadOnlyList<string> ToStatements() => [Create(), .. Queries().Select(q => $"-- {q.Title}\n{q.Sql}")];

    private string Create() => $"""
        CREATE EXTERNAL TABLE IF NOT EXISTS {Name} (
        {Columns(StoreColumns.InFile)}
        )
        PARTITIONED BY (
        {Columns(StoreColumns.Partitions)}
        )
        STORED AS PARQUET
        LOCATION '{Location}'
        TBLPROPERTIES (
          'projection.enabled' = 'true',
          {DomainProjection()},
          'projection.month.type' = 'date',
          'projection.month.format' = 'yyyy-MM',
          'projection.month.range' = '2016-01,NOW+1MONTH',
          'projection.month.interval' = '1',
          'projection.month.interval.unit' = 'MONTHS',
          'storage.location.template' = '{Location}domain=${"{domain}"}/month=${"{month}"}/'
        )
        """.ReplaceLineEndings("\n");

    // Rows without a domain are in a folder of their own, which is one of the values.
    private string DomainProjection() => Domains.Count == 0 ? "'projection.domain.type' = 'injected'"
        : $"'projection.domain.type' = 'enum',\n  'projection.domain.values' = '{string.Join(',', Domains)},{StorePartition.NoValue}'";

    private static string Columns(IReadOnlyList<StoreColumn> columns) =>
        string.Join(",\n", columns.Select(c => $"  `{c.Name}` {c.SqlType}"));

    private IEnumerable<(string Title, string Sql)> Queries()
    {
        // A sum of bigint that goes past 64 bits is an error in Athena.
        const string Sums = "sum(CAST(total_successful_session_count AS decimal(38, 0))) AS successful, "
            + "sum(CAST(total_failure_session_count AS decimal(38, 0))) AS failed";
        var where = Domains.Count == 0 ? "domain = 'example.com' AND month >= '2026-01'" : "month >= '2026-01'";
        yield return ("Sessions by domain and month", $"""
            SELECT domain, month, {Sums}
            FROM {From}
            WHERE {where}
            GROUP BY domain, month ORDER BY domain, month
            """);
        yield return ("Sessions by day and sender", $"""
            SELECT day, organization_name, {Sums}
            FROM {From}
            WHERE {where}
            GROUP BY day, organization_name ORDER BY day, organization_name
            """);
        yield return ("What fails where", $"""
            SELECT failure.receiving_mx_hostname, failure.result_type, sum(CAST(failure.failed_session_count AS decimal(38, 0))) AS failed
            FROM {From} CROSS JOIN UNNEST(failure_details) AS list (failure)
            WHERE {where}
            GROUP BY failure.receiving_mx_hostname, failure.result_type ORDER BY failed DESC
            """);
        yield return ("Each row once, also while files are made into one", $"""
            SELECT domain, {Sums}
            FROM (
                SELECT *, max(content_hash) OVER (PARTITION BY report_key) AS newest,
                    row_number() OVER (PARTITION BY report_key, content_hash, policy_number) AS copy
                FROM {From}
                WHERE {where})
            WHERE content_hash = newest AND copy = 1
            GROUP BY domain
            """);
    }
}
