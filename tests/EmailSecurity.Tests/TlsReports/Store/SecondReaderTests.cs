using System.Collections;
using System.Globalization;
using System.Text.Json;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;
using ParquetSharp;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>The files as Arrow's C++ library reads them, which shares no code with what wrote them.</summary>
public class SecondReaderTests
{
    [Fact]
    public async Task Agrees_on_every_value_of_every_report()
    {
        using var lab = new StoreLab();
        var reports = SampleReports.All().Concat(MixedReports.Make(300, seed: 5)).DistinctBy(r => (r.OrganizationName, r.ReportId, r.ReportId.Length == 0 ? r.ToJson() : "")).ToList();
        await lab.ExportAsync(reports);
        var read = lab.Names.SelectMany(n => Rows(Path.Combine(lab.Folder, n), n)).ToDictionary(r => (r["report_key"], r["policy_number"]));
        var identity = new TlsReportIdentity();
        var written = reports.SelectMany(report =>
        {
            var content = identity.ContentOf(report);
            return StoreRow.Of(report, new StoreKey(identity.KeyOf(report, content), content, 0, report.Policies.Count)).Select(Expected);
        }).ToList();

        Assert.True(written.Count > 300);
        Assert.Equal(written.Count, read.Count);
        foreach (var row in written)
        {
            var other = read[(row["report_key"], row["policy_number"])];
            Assert.Equal(row.Keys.Order(StringComparer.Ordinal), other.Keys.Order(StringComparer.Ordinal));
            Assert.All(row, c => Assert.Equal($"{c.Key}: {c.Value}", $"{c.Key}: {other[c.Key]}"));
        }
    }

    private static Dictionary<string, string> Expected(StoreRow row)
    {
        var (report, policy) = (row.Report, row.Policy ?? new TlsRptPolicy());
        var hash = row.Key;
        Dictionary<string, object?> values = new(StringComparer.Ordinal)
        {
            ["report_key"] = hash.Report.ToString("x32", CultureInfo.InvariantCulture),
            ["content_hash"] = hash.Content.ToString("x32", CultureInfo.InvariantCulture),
            ["organization_name"] = report.OrganizationName,
            ["report_id"] = report.ReportId,
            ["contact_info"] = report.ContactInfo,
            ["start_time"] = report.Start?.UtcDateTime,
            ["end_time"] = report.End?.UtcDateTime,
            ["day"] = (report.Start ?? report.End) is { } day ? DateOnly.FromDateTime(day.UtcDateTime) : null,
            ["report_domain"] = report.ReportDomain,
            ["source"] = report.Source,
            ["is_valid"] = report.IsValid,
            ["policy_count"] = report.Policies.Count,
            ["policy_number"] = row.Key.Policy,
            ["policy_type"] = policy.PolicyType,
            ["policy_domain"] = policy.PolicyDomain,
            ["policy_string"] = policy.PolicyString,
            ["mx_host"] = policy.MxHost,
            ["total_successful_session_count"] = policy.TotalSuccessfulSessionCount,
            ["total_failure_session_count"] = policy.TotalFailureSessionCount,
            ["report_other_fields"] = row.Key.Policy <= 1 ? Others(report.OtherFields) : null,
            ["policy_other_fields"] = Others(policy.OtherFields),
            ["failure_details.result_type"] = policy.FailureDetails.Select(f => f.ResultType),
            ["failure_details.sending_mta_ip"] = policy.FailureDetails.Select(f => f.SendingMtaIp),
            ["failure_details.receiving_mx_hostname"] = policy.FailureDetails.Select(f => f.ReceivingMxHostname),
            ["failure_details.receiving_mx_helo"] = policy.FailureDetails.Select(f => f.ReceivingMxHelo),
            ["failure_details.receiving_ip"] = policy.FailureDetails.Select(f => f.ReceivingIp),
            ["failure_details.failed_session_count"] = policy.FailureDetails.Select(f => f.FailedSessionCount),
            ["failure_details.additional_information"] = policy.FailureDetails.Select(f => f.AdditionalInformation),
            ["failure_details.failure_reason_code"] = policy.FailureDetails.Select(f => f.FailureReasonCode),
            ["failure_details.other_fields"] = policy.FailureDetails.Select(f => Others(f.OtherFields)),
            ["findings.code"] = row.Findings.Select(f => f.Code),
            ["findings.severity"] = row.Findings.Select(f => f.Severity.ToString()),
            ["findings.section"] = row.Findings.Select(f => f.Section),
            ["findings.message"] = row.Findings.Select(f => f.Message),
            ["findings.location"] = row.Findings.Select(f => f.Location),
        };
        return values.ToDictionary(v => v.Key, v => Text(v.Value), StringComparer.Ordinal);
    }

    private static IEnumerable<Dictionary<string, string>> Rows(string path, string name)
    {
        using var file = new ParquetFileReader(path);
        List<Dictionary<string, string>> rows = [];
        for (var g = 0; g < file.FileMetaData.NumRowGroups; g++)
        {
            using var group = file.RowGroup(g);
            var count = checked((int)group.MetaData.NumRows);
            var first = rows.Count;
            rows.AddRange(Enumerable.Range(0, count).Select(_ => new Dictionary<string, string>(StringComparer.Ordinal)));
            for (var c = 0; c < group.MetaData.NumColumns; c++)
            {
                var column = string.Join('.', file.FileMetaData.Schema.Column(c).Path.ToDotVector().Where(p => p is not ("list" or "element")));
                using var logical = group.Column(c).LogicalReader();
                var values = (Array)((dynamic)logical).ReadAll(count);
                for (var i = 0; i < count; i++)
                {
                    rows[first + i].Add(column, Text(values.GetValue(i)));
                }
            }
        }

        Assert.StartsWith("domain=", name, StringComparison.Ordinal);
        return rows;
    }

    private static string? Others(IReadOnlyList<KeyValuePair<string, string>> fields) =>
        fields.Count == 0 ? null : JsonSerializer.Serialize(fields.Select(f => new[] { f.Key, f.Value }));

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        DateTime time => time.Ticks.ToString(CultureInfo.InvariantCulture),
        Date day => DateOnly.FromDateTime(day.DateTime).ToString("O", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join("; ", list.Cast<object?>().Select(Text))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
