using System.Text;
using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>Reads the objects of one report: the report, its policies and their failures.</summary>
internal sealed class TlsReportObjects(ReadOnlyMemory<byte> json, TlsReportFindings bag, TlsReportOrigin origin, ElementBudget budget)
{
    private readonly TlsReportValues values = new(json, bag);

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
                report.Policies.Add(ReadPolicy(ref reader, report.Policies.Count));
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
            report.Policies.Add(ReadPolicy(ref reader, report.Policies.Count));
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

    // policy, summary and failure-details; what some senders write beside them instead of within is read as well.
    private TlsRptPolicy ReadPolicy(ref Utf8JsonReader reader, int number)
    {
        var policy = new PolicyDraft(new Place(number));
        var seen = new SeenFields();
        var inner = new SeenFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = values.Name(ref reader, ref seen, policy.Place, out var name);
            if (field is ReportField.Policy or ReportField.Summary && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var part = values.Name(ref reader, ref inner, policy.Place, out var partName);
                    ReadPolicyField(ref reader, policy, part, partName, isInPlace: part < ReportField.TotalSuccessfulSessionCount == (field == ReportField.Policy));
                }
            }
            else if (field == ReportField.FailureDetails)
            {
                ReadFailures(ref reader, policy);
            }
            else
            {
                ReadPolicyField(ref reader, policy, field, name, isInPlace: false);
                inner.Add(field);
            }
        }

        TlsReportChecks.Check(policy, inner, bag);
        return policy.ToPolicy();
    }

    private void ReadPolicyField(ref Utf8JsonReader reader, PolicyDraft policy, ReportField field, string? name, bool isInPlace)
    {
        var place = policy.Place;
        if (!isInPlace && field is >= ReportField.PolicyType and <= ReportField.TotalFailureSessionCount)
        {
            bag.Report(TlsReportRules.FieldMisplaced, $"{ReportFields.NameOf(field)} stands outside its object, policy or summary.", location: place.Of(field));
        }

        switch (field)
        {
            case ReportField.PolicyType:
                policy.PolicyType = values.Text(ref reader, place, field, ref policy.Others) ?? "";
                break;
            case ReportField.PolicyDomain:
                policy.PolicyDomain = values.Text(ref reader, place, field, ref policy.Others) ?? "";
                break;
            case ReportField.PolicyString:
                policy.PolicyString = values.Strings(ref reader, place, field, ref policy.Others);
                break;
            case ReportField.MxHost:
                policy.MxHost = values.Strings(ref reader, place, field, ref policy.Others);
                break;
            case ReportField.TotalSuccessfulSessionCount:
                policy.Successful = values.Count(ref reader, place, field, ref policy.Others);
                break;
            case ReportField.TotalFailureSessionCount:
                policy.Failed = values.Count(ref reader, place, field, ref policy.Others);
                break;
            default:
                values.Keep(ref reader, place, field, name, ref policy.Others);
                break;
        }
    }

    private void ReadFailures(ref Utf8JsonReader reader, PolicyDraft policy)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            bag.Report(TlsReportRules.FieldType, $"failure-details is an object; it has to be an array.", location: policy.Place.Of(ReportField.FailureDetails));
            policy.Failures.Add(ReadFailure(ref reader, policy));
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            values.Keep(ref reader, policy.Place, ReportField.FailureDetails, null, ref policy.Others);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            budget.Take();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                policy.Failures.Add(ReadFailure(ref reader, policy));
            }
            else
            {
                values.Keep(ref reader, policy.Place, ReportField.FailureDetails, null, ref policy.Others);
            }
        }
    }

    private TlsRptFailure ReadFailure(ref Utf8JsonReader reader, PolicyDraft policy)
    {
        var failure = new FailureDraft(new Place(policy.Place.Policy, policy.Failures.Count));
        var seen = new SeenFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = values.Name(ref reader, ref seen, failure.Place, out var name);
            if (field == ReportField.FailedSessionCount)
            {
                failure.Count = values.Count(ref reader, failure.Place, field, ref failure.Others);
            }
            else if (field is >= ReportField.ResultType and <= ReportField.FailureReasonCode)
            {
                failure[field] = values.Text(ref reader, failure.Place, field, ref failure.Others) ?? "";
            }
            else
            {
                values.Keep(ref reader, failure.Place, field, name, ref failure.Others);
            }
        }

        TlsReportChecks.Check(failure, seen, bag);
        return failure.ToFailure();
    }
}
