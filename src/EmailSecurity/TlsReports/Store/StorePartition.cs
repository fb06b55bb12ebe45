using EmailSecurity.Text;

namespace EmailSecurity.TlsReports.Store;

/// <summary>What rows are kept under, as folders that Hive, DuckDB and Athena know: <c>domain=example.com/month=2026-03/</c>.</summary>
/// <param name="Domain">The policy's domain, as A-labels in lower case; null where there is none, or none that can name a folder.</param>
/// <param name="Month">The month (UTC) in which the period of the report begins: <c>2026-03</c>; null where the report does not say.</param>
internal readonly record struct StorePartition(string? Domain, string? Month)
{
    /// <summary>The name that Hive gives to a folder without a value; readers show null.</summary>
    public const string NoValue = "__HIVE_DEFAULT_PARTITION__";

    private const string Domains = "domain=";

    /// <summary>A folder's name has 255 octets at most, and some file systems leave less; longer domains are those that nobody uses.</summary>
    private const int MostOfDomain = 200;

    /// <summary>The folder, with a final <c>/</c>.</summary>
    public string Folder => $"domain={Domain ?? NoValue}/month={Month ?? NoValue}/";

    /// <summary>What a row is kept under. A policy that does not say its domain is of the domain that the message or file name says.</summary>
    public static StorePartition Of(TlsRptReport report, TlsRptPolicy? policy)
    {
        var told = policy is { PolicyDomain.Length: > 0 } ? policy.PolicyDomain : report.ReportDomain;
        return new(ToFolder(told), (report.Start ?? report.End)?.UtcDateTime.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>How the names of a domain's files begin.</summary>
    public static string FolderOf(string domain) => $"domain={ToFolder(domain) ?? NoValue}/";

    /// <summary>The folder that a file is in; null where the file is not of a partition.</summary>
    public static string? FolderOfFile(string name)
    {
        var parts = name.Split('/');
        return parts.Length == 3 && parts[0].StartsWith(Domains, StringComparison.Ordinal) && parts[1].StartsWith("month=", StringComparison.Ordinal)
            ? $"{parts[0]}/{parts[1]}/" : null;
    }

    /// <summary>How the key of an object of a store begins, up to the store's folder; null where the object is of no store.</summary>
    public static string? StoreOf(string key)
    {
        var file = string.Join('/', key.Split('/').TakeLast(3));
        return FolderOfFile(file) is null ? null : key[..^file.Length];
    }

    private static string? ToFolder(string? domain) => DomainName.TryNormalize(domain, out var normal) && normal.Length <= MostOfDomain ? normal : null;
}
