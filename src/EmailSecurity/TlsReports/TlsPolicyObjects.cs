using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>Reads the objects of policies and of their failures.</summary>
internal sealed class TlsPolicyObjects(TlsReportValues values, TlsReportFindings bag, ElementBudget budget)
{
    /// <summary>Reads the policy at whose begin the reader stands: what stands beside policy and summary instead of within is read as well.</summary>
    public TlsRptPolicy Read(ref Utf8JsonReader reader, int number)
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
                    var belongs = part < ReportField.TotalSuccessfulSessionCount ? ReportField.Policy : ReportField.Summary;
                    ReadPolicyField(ref reader, policy, part, partName, isInPlace: belongs == field);
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
            bag.Report(TlsReportRules.FieldType, $"failure-details is an object; it has to be an array.",
                location: policy.Place.Of(ReportField.FailureDetails));
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
