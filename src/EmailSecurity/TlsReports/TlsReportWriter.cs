using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>Writes a report as RFC 8460 section 4.4 has it.</summary>
internal static class TlsReportWriter
{
    /// <summary>The report as JSON.</summary>
    public static string Write(TlsRptReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            Text(json, ReportField.OrganizationName, report.OrganizationName);
            json.WriteStartObject(Name(ReportField.DateRange));
            Time(json, ReportField.StartDateTime, report.Start);
            Time(json, ReportField.EndDateTime, report.End);
            json.WriteEndObject();
            Text(json, ReportField.ContactInfo, report.ContactInfo ?? "");
            Text(json, ReportField.ReportId, report.ReportId);
            json.WriteStartArray(Name(ReportField.Policies));
            foreach (var policy in report.Policies)
            {
                Write(json, policy);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, TlsRptPolicy policy)
    {
        json.WriteStartObject();
        json.WriteStartObject(Name(ReportField.Policy));
        Text(json, ReportField.PolicyType, policy.PolicyType);
        Texts(json, ReportField.PolicyString, policy.PolicyString);
        Text(json, ReportField.PolicyDomain, policy.PolicyDomain);
        Texts(json, ReportField.MxHost, policy.MxHost);
        json.WriteEndObject();
        json.WriteStartObject(Name(ReportField.Summary));
        json.WriteNumber(Name(ReportField.TotalSuccessfulSessionCount), policy.TotalSuccessfulSessionCount);
        json.WriteNumber(Name(ReportField.TotalFailureSessionCount), policy.TotalFailureSessionCount);
        json.WriteEndObject();
        json.WriteStartArray(Name(ReportField.FailureDetails));
        foreach (var failure in policy.FailureDetails)
        {
            Write(json, failure);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TlsRptFailure failure)
    {
        json.WriteStartObject();
        Text(json, ReportField.ResultType, failure.ResultType);
        Text(json, ReportField.SendingMtaIp, failure.SendingMtaIp);
        Text(json, ReportField.ReceivingMxHostname, failure.ReceivingMxHostname);
        Optional(json, ReportField.ReceivingMxHelo, failure.ReceivingMxHelo);
        Optional(json, ReportField.ReceivingIp, failure.ReceivingIp);
        json.WriteNumber(Name(ReportField.FailedSessionCount), failure.FailedSessionCount);
        Optional(json, ReportField.AdditionalInformation, failure.AdditionalInformation);
        Optional(json, ReportField.FailureReasonCode, failure.FailureReasonCode);
        json.WriteEndObject();
    }

    private static string Name(ReportField field) => ReportFields.NameOf(field);

    private static void Text(Utf8JsonWriter json, ReportField field, string text) => json.WriteString(Name(field), text);

    private static void Optional(Utf8JsonWriter json, ReportField field, string text)
    {
        if (text.Length > 0)
        {
            Text(json, field, text);
        }
    }

    private static void Time(Utf8JsonWriter json, ReportField field, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            var form = known.UtcTicks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";
            Text(json, field, known.UtcDateTime.ToString(form, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static void Texts(Utf8JsonWriter json, ReportField field, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(Name(field));
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
