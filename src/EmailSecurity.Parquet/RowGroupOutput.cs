using EmailSecurity.Findings;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;
using Parquet;
using Parquet.Schema;

namespace EmailSecurity.Parquet;

/// <summary>Writes rows as one group of a file, column after column, in the order of <see cref="StoreColumns.InFile"/>.</summary>
internal sealed class RowGroupOutput(ParquetRowGroupWriter writer, ParquetSchema schema, IReadOnlyList<StoreRow> rows, CancellationToken cancellationToken)
{
    private static readonly TlsRptPolicy NoPolicy = new();

    /// <summary>Writes them.</summary>
    public async Task WriteAsync()
    {
        await TextAsync("report_key", r => StoreKey.Text(r.Key.Report)).ConfigureAwait(false);
        await TextAsync("content_hash", r => StoreKey.Text(r.Key.Content)).ConfigureAwait(false);
        await TextAsync("organization_name", r => r.Report.OrganizationName).ConfigureAwait(false);
        await TextAsync("report_id", r => r.Report.ReportId).ConfigureAwait(false);
        await OptionalTextAsync("contact_info", r => r.Report.ContactInfo).ConfigureAwait(false);
        await OptionalAsync("start_time", r => Moment(r.Report.Start)).ConfigureAwait(false);
        await OptionalAsync("end_time", r => Moment(r.Report.End)).ConfigureAwait(false);
        await OptionalAsync("day", r => r.Day is { } day ? DateOnly.FromDateTime(day) : (DateOnly?)null).ConfigureAwait(false);
        await OptionalTextAsync("report_domain", r => r.Report.ReportDomain).ConfigureAwait(false);
        await TextAsync("source", r => r.Report.Source).ConfigureAwait(false);
        await ValueAsync("is_valid", r => r.IsValid).ConfigureAwait(false);
        await ValueAsync("policy_count", r => r.Key.PolicyCount).ConfigureAwait(false);
        await ValueAsync("policy_number", r => r.Key.Policy).ConfigureAwait(false);
        await TextAsync("policy_type", r => PolicyOf(r).PolicyType).ConfigureAwait(false);
        await TextAsync("policy_domain", r => PolicyOf(r).PolicyDomain).ConfigureAwait(false);
        await TextsAsync("policy_string", r => PolicyOf(r).PolicyString).ConfigureAwait(false);
        await TextsAsync("mx_host", r => PolicyOf(r).MxHost).ConfigureAwait(false);
        await ValueAsync("total_successful_session_count", r => PolicyOf(r).TotalSuccessfulSessionCount).ConfigureAwait(false);
        await ValueAsync("total_failure_session_count", r => PolicyOf(r).TotalFailureSessionCount).ConfigureAwait(false);
        await OptionalTextAsync("report_other_fields", r => r.IsFirst ? StoreRow.ToText(r.Report.OtherFields) : null).ConfigureAwait(false);
        await OptionalTextAsync("policy_other_fields", r => StoreRow.ToText(PolicyOf(r).OtherFields)).ConfigureAwait(false);
        await WriteFailuresAsync().ConfigureAwait(false);
        await WriteFindingsAsync().ConfigureAwait(false);
        writer.CompleteValidate();
    }

    private async Task WriteFailuresAsync()
    {
        var all = new NestedColumn<TlsRptFailure>(rows, r => PolicyOf(r).FailureDetails);
        await TextAsync(all, "failure_details", "result_type", f => f.ResultType).ConfigureAwait(false);
        await TextAsync(all, "failure_details", "sending_mta_ip", f => f.SendingMtaIp).ConfigureAwait(false);
        await TextAsync(all, "failure_details", "receiving_mx_hostname", f => f.ReceivingMxHostname).ConfigureAwait(false);
        await TextAsync(all, "failure_details", "receiving_mx_helo", f => f.ReceivingMxHelo).ConfigureAwait(false);
        await TextAsync(all, "failure_details", "receiving_ip", f => f.ReceivingIp).ConfigureAwait(false);
        var counts = all.Items.ConvertAll(f => f.FailedSessionCount).ToArray();
        await WriteAsync<long>(ReportSchema.Find(schema, "failure_details", "failed_session_count"), counts, all.Definitions(3), all.Repetitions)
            .ConfigureAwait(false);
        await TextAsync(all, "failure_details", "additional_information", f => f.AdditionalInformation).ConfigureAwait(false);
        await TextAsync(all, "failure_details", "failure_reason_code", f => f.FailureReasonCode).ConfigureAwait(false);
        await OptionalTextAsync(all, "failure_details", "other_fields", f => StoreRow.ToText(f.OtherFields)).ConfigureAwait(false);
    }

    private async Task WriteFindingsAsync()
    {
        var all = new NestedColumn<Finding>(rows, r => r.Findings);
        await TextAsync(all, "findings", "code", f => f.Code).ConfigureAwait(false);
        await TextAsync(all, "findings", "severity", f => f.Severity.ToString()).ConfigureAwait(false);
        await TextAsync(all, "findings", "section", f => f.Section).ConfigureAwait(false);
        await TextAsync(all, "findings", "message", f => f.Message).ConfigureAwait(false);
        await OptionalTextAsync(all, "findings", "location", f => f.Location).ConfigureAwait(false);
    }

    private Task TextAsync(string name, Func<StoreRow, string> text) => ValueAsync(name, r => text(r).AsMemory());

    private Task ValueAsync<T>(string name, Func<StoreRow, T> value)
        where T : struct
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return WriteAsync<T>(ReportSchema.Find(schema, name), values, null, null);
    }

    private Task OptionalTextAsync(string name, Func<StoreRow, string?> text) => OptionalAsync<ReadOnlyMemory<char>>(name, r => text(r)?.AsMemory());

    private Task OptionalAsync<T>(string name, Func<StoreRow, T?> value)
        where T : struct
    {
        var values = new T[rows.Count];
        var definitions = new int[rows.Count];
        var count = 0;
        for (var i = 0; i < definitions.Length; i++)
        {
            if (value(rows[i]) is { } there)
            {
                definitions[i] = 1;
                values[count++] = there;
            }
        }

        return WriteAsync<T>(ReportSchema.Find(schema, name), values.AsMemory(0, count), definitions, null);
    }

    private Task TextsAsync(string name, Func<StoreRow, IReadOnlyList<string>> texts)
    {
        var all = new NestedColumn<string>(rows, texts);
        return WriteAsync<ReadOnlyMemory<char>>(ReportSchema.Find(schema, name), all.Items.ConvertAll(t => t.AsMemory()).ToArray(), all.Definitions(2),
            all.Repetitions);
    }

    private Task TextAsync<T>(NestedColumn<T> all, string name, string field, Func<T, string> text) =>
        WriteAsync<ReadOnlyMemory<char>>(ReportSchema.Find(schema, name, field), all.Items.ConvertAll(i => text(i).AsMemory()).ToArray(), all.Definitions(3),
            all.Repetitions);

    private Task OptionalTextAsync<T>(NestedColumn<T> all, string name, string field, Func<T, string?> text)
    {
        var texts = all.Items.ConvertAll(i => text(i));
        var definitions = all.Definitions(3);
        for (int i = 0, item = 0; i < definitions.Length; i++)
        {
            definitions[i] += definitions[i] == 3 && texts[item++] is not null ? 1 : 0;
        }

        return WriteAsync<ReadOnlyMemory<char>>(ReportSchema.Find(schema, name, field), texts.Where(t => t is not null).Select(t => t.AsMemory()).ToArray(),
            definitions, all.Repetitions);
    }

    private Task WriteAsync<T>(DataField field, ReadOnlyMemory<T> values, ReadOnlyMemory<int>? definitions, ReadOnlyMemory<int>? repetitions)
        where T : struct =>
        writer.WriteAllPartsAsync(field, values, definitions, repetitions, cancellationToken);

    // Parquet counts microseconds: what is finer is cut.
    private static DateTime? Moment(DateTimeOffset? time) =>
        time is { } known ? new DateTime(known.UtcTicks - (known.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Unspecified) : null;

    private static TlsRptPolicy PolicyOf(StoreRow row) => row.Policy ?? NoPolicy;
}
