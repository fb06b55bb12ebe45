using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;
using Parquet;
using Parquet.Schema;

namespace EmailSecurity.Parquet;

/// <summary>Reads a group of a file.</summary>
internal sealed class RowGroupInput(ParquetRowGroupReader group, ParquetSchema schema, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

    private int RowCount => checked((int)group.RowCount);

    /// <summary>Which rows it has.</summary>
    public async Task<IReadOnlyList<StoreKey>> KeysAsync()
    {
        var report = await RequiredAsync<ReadOnlyMemory<char>>("report_key").ConfigureAwait(false);
        var content = await RequiredAsync<ReadOnlyMemory<char>>("content_hash").ConfigureAwait(false);
        var number = await RequiredAsync<int>("policy_number").ConfigureAwait(false);
        var count = await RequiredAsync<int>("policy_count").ConfigureAwait(false);
        return [.. Enumerable.Range(0, RowCount).Select(i => new StoreKey(Hash(report[i]), Hash(content[i]), number[i], count[i]))];
    }

    /// <summary>Its rows.</summary>
    public async Task<IReadOnlyList<StoreRow>> RowsAsync()
    {
        var keys = await KeysAsync().ConfigureAwait(false);
        var organization = await TextAsync("organization_name").ConfigureAwait(false);
        var id = await TextAsync("report_id").ConfigureAwait(false);
        var contact = await TextAsync("contact_info").ConfigureAwait(false);
        var start = await OptionalAsync<DateTime>("start_time").ConfigureAwait(false);
        var end = await OptionalAsync<DateTime>("end_time").ConfigureAwait(false);
        var domain = await TextAsync("report_domain").ConfigureAwait(false);
        var source = await TextAsync("source").ConfigureAwait(false);
        var isValid = await RequiredAsync<bool>("is_valid").ConfigureAwait(false);
        var others = await TextAsync("report_other_fields").ConfigureAwait(false);
        var policies = await PoliciesAsync(keys).ConfigureAwait(false);
        var findings = await FindingsAsync().ConfigureAwait(false);
        return [.. keys.Select((key, i) => new StoreRow
        {
            Key = key,
            Report = new TlsRptReport
            {
                OrganizationName = organization[i] ?? "",
                ReportId = id[i] ?? "",
                ContactInfo = contact[i],
                Start = Moment(start[i]),
                End = Moment(end[i]),
                ReportDomain = domain[i],
                Source = source[i] ?? "",
                OtherFields = StoreRow.ToFields(others[i]),
            },
            Policy = policies[i],
            IsValid = isValid[i],
            Findings = findings[i],
        })];
    }

    private async Task<IReadOnlyList<TlsRptPolicy?>> PoliciesAsync(IReadOnlyList<StoreKey> keys)
    {
        var type = await TextAsync("policy_type").ConfigureAwait(false);
        var domain = await TextAsync("policy_domain").ConfigureAwait(false);
        var lines = await ListsAsync("policy_string").ConfigureAwait(false);
        var hosts = await ListsAsync("mx_host").ConfigureAwait(false);
        var successful = await RequiredAsync<long>("total_successful_session_count").ConfigureAwait(false);
        var failed = await RequiredAsync<long>("total_failure_session_count").ConfigureAwait(false);
        var others = await TextAsync("policy_other_fields").ConfigureAwait(false);
        var failures = await FailuresAsync().ConfigureAwait(false);
        return [.. keys.Select((key, i) => key.Policy == 0 ? null : new TlsRptPolicy
        {
            PolicyType = type[i] ?? "",
            PolicyDomain = domain[i] ?? "",
            PolicyString = lines[i],
            MxHost = hosts[i],
            TotalSuccessfulSessionCount = successful[i],
            TotalFailureSessionCount = failed[i],
            FailureDetails = failures[i],
            OtherFields = StoreRow.ToFields(others[i]),
        })];
    }

    private async Task<IReadOnlyList<IReadOnlyList<TlsRptFailure>>> FailuresAsync()
    {
        const string Name = "failure_details";
        var type = await FieldAsync(Name, "result_type").ConfigureAwait(false);
        var sender = await FieldAsync(Name, "sending_mta_ip").ConfigureAwait(false);
        var server = await FieldAsync(Name, "receiving_mx_hostname").ConfigureAwait(false);
        var helo = await FieldAsync(Name, "receiving_mx_helo").ConfigureAwait(false);
        var address = await FieldAsync(Name, "receiving_ip").ConfigureAwait(false);
        var count = await ColumnAsync<long, long>(Name, "failed_session_count", v => v).ConfigureAwait(false);
        var more = await FieldAsync(Name, "additional_information").ConfigureAwait(false);
        var reason = await FieldAsync(Name, "failure_reason_code").ConfigureAwait(false);
        var others = await FieldAsync(Name, "other_fields").ConfigureAwait(false);
        return type.ToLists(RowCount, i => new TlsRptFailure
        {
            ResultType = type.Items[i] ?? "",
            SendingMtaIp = sender.Items[i] ?? "",
            ReceivingMxHostname = server.Items[i] ?? "",
            ReceivingMxHelo = helo.Items[i] ?? "",
            ReceivingIp = address.Items[i] ?? "",
            FailedSessionCount = count.Items[i],
            AdditionalInformation = more.Items[i] ?? "",
            FailureReasonCode = reason.Items[i] ?? "",
            OtherFields = StoreRow.ToFields(others.Items[i]),
        });
    }

    private async Task<IReadOnlyList<IReadOnlyList<Finding>>> FindingsAsync()
    {
        const string Name = "findings";
        var code = await FieldAsync(Name, "code").ConfigureAwait(false);
        var severity = await FieldAsync(Name, "severity").ConfigureAwait(false);
        var section = await FieldAsync(Name, "section").ConfigureAwait(false);
        var message = await FieldAsync(Name, "message").ConfigureAwait(false);
        var location = await FieldAsync(Name, "location").ConfigureAwait(false);
        return code.ToLists(RowCount, i => new Finding
        {
            Code = code.Items[i] ?? "",
            Severity = Enum.TryParse<FindingSeverity>(severity.Items[i], out var known) ? known : FindingSeverity.Warning,
            Standard = "RFC 8460",
            Section = section.Items[i] ?? "",
            Message = message.Items[i] ?? "",
            Fix = "",
            Location = location.Items[i],
        });
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> ListsAsync(string name)
    {
        var column = await FieldAsync(name, "").ConfigureAwait(false);
        return column.ToLists(RowCount, i => column.Items[i] ?? "");
    }

    private Task<LeafColumn<string?>> FieldAsync(string name, string field) => ColumnAsync<ReadOnlyMemory<char>, string?>(name, field, Word);

    private async Task<string?[]> TextAsync(string name) => (await FieldAsync(name, "").ConfigureAwait(false)).Items;

    private async Task<T[]> RequiredAsync<T>(string name)
        where T : struct => (await ColumnAsync<T, T>(name, "", v => v).ConfigureAwait(false)).Items;

    private async Task<T?[]> OptionalAsync<T>(string name)
        where T : struct => (await ColumnAsync<T, T?>(name, "", v => v).ConfigureAwait(false)).Items;

    private async Task<LeafColumn<T>> ColumnAsync<TRaw, T>(string name, string nested, Func<TRaw, T> map)
        where TRaw : struct
    {
        var field = ReportSchema.Find(schema, name, nested);
        var count = checked((int)(group.GetMetadata(field)?.MetaData?.NumValues ?? throw new InvalidDataException($"It has no column {name}.")));
        var definitions = field.MaxDefinitionLevel > 0 ? new int[count] : null;
        var repetitions = field.MaxRepetitionLevel > 0 ? new int[count] : null;
        var values = new TRaw[count];
        await group.ReadRawAsync<TRaw>(field, values, Levels(definitions), Levels(repetitions), cancellationToken).ConfigureAwait(false);
        return LeafColumn<T>.Of(field, values, definitions, repetitions, map);
    }

    // No array is no memory; it would become an empty one by itself.
    private static Memory<int>? Levels(int[]? levels) => levels is null ? (Memory<int>?)null : levels.AsMemory();

    // The same few texts stand in thousands of rows: one string of each is kept.
    private string? Word(ReadOnlyMemory<char> text)
    {
        var made = text.ToString();
        if (!words.TryGetValue(made, out var kept) && made.Length < 256)
        {
            words.Add(made, made);
        }

        return kept ?? made;
    }

    private static UInt128 Hash(ReadOnlyMemory<char> text) => UInt128.Parse(text.Span, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Moment(DateTime? time) => time is { } known ? new DateTimeOffset(known.Ticks, TimeSpan.Zero) : null;
}
