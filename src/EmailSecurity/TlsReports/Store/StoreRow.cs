using System.Globalization;
using System.Text.Json;
using EmailSecurity.Findings;

namespace EmailSecurity.TlsReports.Store;

/// <summary>A row of the store: one policy of a report, with what the report says of itself; or a report without policies.</summary>
internal sealed class StoreRow
{
    /// <summary>Which report and policy it is.</summary>
    public required StoreKey Key { get; init; }

    /// <summary>The report; of one that was read back, what it says of itself, without its policies.</summary>
    public required TlsRptReport Report { get; init; }

    /// <summary>The policy; null for a report without one.</summary>
    public required TlsRptPolicy? Policy { get; init; }

    /// <summary>Whether the whole report meets RFC 8460.</summary>
    public required bool IsValid { get; init; }

    /// <summary>The findings about this policy; those about the report itself are with its first row.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The domain and month that it is kept under.</summary>
    public StorePartition Partition => StorePartition.Of(Report, Policy);

    /// <summary>True for the row that keeps what is said once for a report.</summary>
    public bool IsFirst => Key.Policy <= 1;

    /// <summary>The day that the report is counted under; null where it does not say.</summary>
    public DateTime? Day => (Report.Start ?? Report.End)?.UtcDateTime.Date;

    /// <summary>The rows of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="key">Which report it is; the number of the policy does not matter.</param>
    public static IEnumerable<StoreRow> Of(TlsRptReport report, StoreKey key)
    {
        var isValid = report.IsValid;
        for (var number = Math.Min(1, key.PolicyCount); number <= key.PolicyCount; number++)
        {
            yield return new StoreRow
            {
                Key = key with { Policy = number },
                Report = report,
                Policy = number == 0 ? null : report.Policies[number - 1],
                IsValid = isValid,
                Findings = report.Findings.Count == 0 ? [] : [.. report.Findings.Where(f => NumberOf(f, key.PolicyCount) == number)],
            };
        }
    }

    /// <summary>Fields of others as the JSON text of a column; null where there are none.</summary>
    public static string? ToText(IReadOnlyList<KeyValuePair<string, string>> fields) =>
        fields.Count == 0 ? null : JsonSerializer.Serialize(fields.Select(f => new[] { f.Key, f.Value }));

    /// <summary>Fields of others from the text of a column.</summary>
    /// <exception cref="JsonException">It is another text.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ToFields(string? text) =>
        string.IsNullOrEmpty(text) ? []
            : [.. (JsonSerializer.Deserialize<string[][]>(text) ?? []).Where(f => f.Length == 2).Select(f => KeyValuePair.Create(f[0], f[1]))];

    // The location of a finding begins with policies[2] for the third policy.
    private static int NumberOf(Finding finding, int count)
    {
        const string Begin = "policies[";
        var rest = finding.Location is { } at && at.StartsWith(Begin, StringComparison.Ordinal) ? at.AsSpan(Begin.Length) : default;
        return rest.IndexOf(']') is var end and > 0 && int.TryParse(rest[..end], CultureInfo.InvariantCulture, out var number) && number < count
            ? number + 1 : Math.Min(1, count);
    }
}
