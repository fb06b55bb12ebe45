using System.Text;
using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>Reads the object of a report.</summary>
internal sealed class TlsReportObjects(ReadOnlyMemory<byte> json, TlsReportFindings bag, TlsReportOrigin origin, ElementBudget budget)
{
    private readonly TlsReportValues values = new(json, bag);
    private readonly TlsPolicyObjects policies = new(new TlsReportValues(json, bag), bag, budget);

    /// <summary>Reads the report at whose begin the reader stands; null where the object is none.</summary>
    public TlsRptReport? Read(ref Utf8JsonReader reader)
    {
        var report = new ReportDraft();
        var seen = new SeenFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, report, values.Name(ref reader, ref seen, Place.Report, out var name), name);
        }

        if (!IsReport(seen))
        {
            return null;
        }

        TlsReportChecks.Check(report, seen, origin, bag);
        return new TlsRptReport
        {
            OrganizationName = report.OrganizationName,
            ReportId = report.ReportId,
            Start = report.Start,
            End = report.End,
            ContactInfo = seen.Has(ReportField.ContactInfo) ? report.ContactInfo : null,
            ReportDomain = origin.Domain,
            Policies = report.Policies,
            OtherFields = report.Others.ToList(),
            Source = origin.Source,
            Findings = bag.ToList(),
        };
    }

    private static bool IsReport(SeenFields seen) => seen.Count(ReportField.OrganizationName, ReportField.DateRange, ReportField.ContactInfo,
        ReportField.ReportId, ReportField.Policies) >= 2;

    private void ReadField(ref Utf8JsonReader reader, ReportDraft report, ReportField field, string? name)
    {
        switch (field)
        {
            case ReportField.OrganizationName:
                report.OrganizationName = values.Text(ref reader, Place.Report, field, ref report.Others) ?? "";
                break;
            case ReportField.ContactInfo:
                report.ContactInfo = values.Text(ref reader, Place.Report, field, ref report.Others);
                break;
            case ReportField.ReportId:
                report.ReportId = values.Text(ref reader, Place.Report, field, ref report.Others) ?? "";
                break;
            case ReportField.DateRange when reader.TokenType == JsonTokenType.StartObject:
                ReadRange(ref reader, report);
                break;
            case ReportField.StartDateTime or ReportField.EndDateTime:
                bag.Report(TlsReportRules.FieldMisplaced, $"{ReportFields.NameOf(field)} stands outside date-range.", location: Place.Report.Of(field));
                ReadTime(ref reader, report, field);
                break;
            case ReportField.Policies:
                ReadPolicies(ref reader, report);
                break;
            default:
                values.Keep(ref reader, Place.Report, field, name, ref report.Others);
                break;
        }
    }

    private void ReadRange(ref Utf8JsonReader reader, ReportDraft report)
    {
        var seen = new SeenFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = values.Name(ref reader, ref seen, Place.Report, out var name);
            if (field is ReportField.StartDateTime or ReportField.EndDateTime)
            {
                ReadTime(ref reader, report, field);
            }
            else
            {
                values.Keep(ref reader, Place.Report, field, name, ref report.Others);
            }
        }
    }

    private void ReadTime(ref Utf8JsonReader reader, ReportDraft report, ReportField field)
    {
        var time = values.Time(ref reader, field, ref report.Others);
        if (field == ReportField.StartDateTime)
        {
            (report.Start, report.HasStart) = (time, true);
        }
        else
        {
            (report.End, report.HasEnd) = (time, true);
        }
    }

    // An array; some senders write a lone object, or the array as JSON within a string.
    private void ReadPolicies(ref Utf8JsonReader reader, ReportDraft report)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadPolicyOrKeep(ref reader, report);
                }

                break;
            case JsonTokenType.StartObject:
                bag.Report(TlsReportRules.FieldType, $"policies is an object; it has to be an array.", location: Place.Report.Of(ReportField.Policies));
                report.Policies.Add(policies.Read(ref reader, report.Policies.Count));
                break;
            case JsonTokenType.String when JsonText.Of(ref reader) is var text && text.AsSpan().TrimStart() is ['[' or '{', ..]:
                bag.Report(TlsReportRules.FieldType, $"policies is JSON within a string; it has to be an array.",
                    location: Place.Report.Of(ReportField.Policies));
                if (!TryReadNested(text, report))
                {
                    values.Keep(ref reader, Place.Report, ReportField.Policies, null, ref report.Others);
                }

                break;
            default:
                values.Keep(ref reader, Place.Report, ReportField.Policies, null, ref report.Others);
                break;
        }
    }

    private void ReadPolicyOrKeep(ref Utf8JsonReader reader, ReportDraft report)
    {
        budget.Take();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            report.Policies.Add(policies.Read(ref reader, report.Policies.Count));
        }
        else
        {
            values.Keep(ref reader, Place.Report, ReportField.Policies, null, ref report.Others);
        }
    }

    private bool TryReadNested(string text, ReportDraft report)
    {
        var nested = Encoding.UTF8.GetBytes(text);
        var before = report.Policies.Count;
        try
        {
            var reader = new Utf8JsonReader(nested);
            reader.Read();
            var inner = new TlsReportObjects(nested, bag, origin, budget);
            inner.ReadPolicies(ref reader, report);
            return true;
        }
        catch (JsonException) when (!budget.IsSpent)
        {
            report.Policies.RemoveRange(before, report.Policies.Count - before);
            return false;
        }
    }
}
