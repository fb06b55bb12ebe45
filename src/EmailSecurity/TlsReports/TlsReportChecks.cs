using System.Buffers;
using System.Net;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>What RFC 8460 sections 4.3 and 4.4 want of a report, a policy and a failure, once they are read.</summary>
internal static class TlsReportChecks
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly SearchValues<char> OddInIds = SearchValues.Create("<>\"!\\ \t\r\n");
    private static readonly string[] PolicyTypes = ["sts", "tlsa", "no-policy-found"];

    /// <summary>Checks the report itself.</summary>
    public static void Check(ReportDraft report, SeenFields seen, TlsReportOrigin origin, TlsReportFindings bag)
    {
        Need(seen, ReportField.OrganizationName, report.OrganizationName, Place.Report, bag);
        Need(seen, ReportField.ContactInfo, report.ContactInfo ?? "", Place.Report, bag);
        Need(seen, ReportField.ReportId, report.ReportId, Place.Report, bag);
        CheckRange(report, bag);
        if (report.ReportId.AsSpan().IndexOfAny(OddInIds) >= 0 || !VisibleText.IsVisible(report.ReportId))
        {
            bag.Report(TlsReportRules.ReportIdCharacters,
                $"report-id has characters that file names and headers cannot hold as they are: {TlsReportValues.Short(report.ReportId)}",
                location: Place.Report.Of(ReportField.ReportId));
        }

        if (!seen.Has(ReportField.Policies))
        {
            Missing(ReportField.Policies, Place.Report, bag);
        }
        else if (report.Policies.Count == 0)
        {
            bag.Report(TlsReportRules.PoliciesEmpty, location: Place.Report.Of(ReportField.Policies));
        }
        else if (origin.Domain is { } domain && report.Policies.TrueForAll(p => p.PolicyDomain.Length > 0 && p.NormalPolicyDomain != domain))
        {
            bag.Report(TlsReportRules.OtherDomain,
                $"The message or the file's name names {TlsReportValues.Short(domain)}; the policies of the report are of {Names(report)}.",
                location: Place.Report.Of(ReportField.Policies));
        }
    }

    /// <summary>Checks a policy.</summary>
    public static void Check(PolicyDraft policy, SeenFields seen, TlsReportFindings bag)
    {
        var place = policy.Place;
        Need(seen, ReportField.PolicyType, policy.PolicyType, place, bag);
        Need(seen, ReportField.PolicyDomain, policy.PolicyDomain, place, bag);
        Need(seen, ReportField.TotalSuccessfulSessionCount, null, place, bag);
        Need(seen, ReportField.TotalFailureSessionCount, null, place, bag);
        if (policy.PolicyType.Length > 0 && !PolicyTypes.Contains(policy.PolicyType))
        {
            var known = Array.Find(PolicyTypes, t => t.Equals(policy.PolicyType, StringComparison.OrdinalIgnoreCase));
            bag.Report(TlsReportRules.PolicyTypeUnknown, known is null ? $"RFC 8460 does not know the policy-type '{TlsReportValues.Short(policy.PolicyType)}'."
                : $"policy-type is '{TlsReportValues.Short(policy.PolicyType)}'; it has to be '{known}'.", location: place.Of(ReportField.PolicyType));
            policy.PolicyType = known ?? policy.PolicyType;
        }

        CheckDomain(policy, bag);
        if (policy.Failures.Count > 0 || policy.Failed > 0)
        {
            var sum = SessionCount.Sum(policy.Failures, f => f.FailedSessionCount);
            if (sum != policy.Failed)
            {
                bag.Report(TlsReportRules.SumMismatch, $"The failure details add up to {sum}, and the summary says {policy.Failed}.",
                    location: place.Of(ReportField.TotalFailureSessionCount));
            }
        }
    }

    /// <summary>Checks a failure.</summary>
    public static void Check(FailureDraft failure, SeenFields seen, TlsReportFindings bag)
    {
        var place = failure.Place;
        Need(seen, ReportField.ResultType, failure[ReportField.ResultType], place, bag);
        Need(seen, ReportField.SendingMtaIp, failure[ReportField.SendingMtaIp], place, bag);
        Need(seen, ReportField.ReceivingMxHostname, failure[ReportField.ReceivingMxHostname], place, bag);
        Need(seen, ReportField.FailedSessionCount, null, place, bag);
        CheckResult(failure, bag);
        CheckAddress(failure, ReportField.SendingMtaIp, bag);
        CheckAddress(failure, ReportField.ReceivingIp, bag);
        var more = failure[ReportField.AdditionalInformation];
        if (more.Length > 0 && !Uri.IsWellFormedUriString(more, UriKind.Absolute))
        {
            bag.Report(TlsReportRules.InformationNotUri, $"additional-information is not a URI: {TlsReportValues.Short(more)}",
                location: place.Of(ReportField.AdditionalInformation));
        }

        for (var field = ReportField.ReceivingMxHostname; field <= ReportField.ReceivingMxHelo; field++)
        {
            if (failure[field].AsSpan().IndexOfAny('\r', '\n') >= 0)
            {
                bag.Report(TlsReportRules.TextOfLines, $"{ReportFields.NameOf(field)} has line ends.", location: place.Of(field));
            }
        }
    }

    private static void CheckRange(ReportDraft report, TlsReportFindings bag)
    {
        if (!report.HasStart)
        {
            Missing(ReportField.StartDateTime, Place.Report, bag);
        }

        if (!report.HasEnd)
        {
            Missing(ReportField.EndDateTime, Place.Report, bag);
        }

        if (report.End < report.Start)
        {
            bag.Report(TlsReportRules.DateRangeReversed, location: Place.Report.Of(ReportField.DateRange));
        }
        else if (report.End - report.Start is { } length && length > Day)
        {
            bag.Report(TlsReportRules.DateRangeLength, $"The period is longer than a day: it ends {Count.Days(length)} after its begin.",
                location: Place.Report.Of(ReportField.DateRange));
        }
    }

    private static void CheckDomain(PolicyDraft policy, TlsReportFindings bag)
    {
        var domain = policy.PolicyDomain;
        if (domain.Length == 0)
        {
            return;
        }

        if (!DomainName.TryNormalize(domain, out var normal))
        {
            bag.Report(TlsReportRules.PolicyDomainInvalid, $"policy-domain is no domain name: {TlsReportValues.Short(domain)}",
                location: policy.Place.Of(ReportField.PolicyDomain));
        }
        else if (normal != domain)
        {
            bag.Report(TlsReportRules.PolicyDomainForm, $"policy-domain is written '{TlsReportValues.Short(domain)}'; it is compared as {normal}.",
                location: policy.Place.Of(ReportField.PolicyDomain));
        }
    }

    private static void CheckResult(FailureDraft failure, TlsReportFindings bag)
    {
        var result = failure[ReportField.ResultType];
        var known = ResultTypes.Find(result);
        if (result.Length == 0 || known?.Name == result)
        {
            return;
        }

        bag.Report(TlsReportRules.ResultTypeUnknown, known is null ? $"RFC 8460 does not know the result-type '{TlsReportValues.Short(result)}'."
            : $"result-type is '{result}'; it has to be '{known.Name}'.", location: failure.Place.Of(ReportField.ResultType));
        failure[ReportField.ResultType] = known?.Name ?? result;
    }

    private static void CheckAddress(FailureDraft failure, ReportField field, TlsReportFindings bag)
    {
        var text = failure[field];
        if (text.Length > 0 && !(text.AsSpan().IndexOfAny('.', ':') >= 0 && IPAddress.TryParse(text, out _)))
        {
            bag.Report(TlsReportRules.IpInvalid, $"{ReportFields.NameOf(field)} is '{TlsReportValues.Short(text)}', which is no IP address.",
                location: failure.Place.Of(field));
        }
    }

    private static void Need(SeenFields seen, ReportField field, string? text, Place place, TlsReportFindings bag)
    {
        if (!seen.Has(field))
        {
            Missing(field, place, bag);
        }
        else if (text is { Length: 0 })
        {
            bag.Report(TlsReportRules.FieldEmpty, $"{ReportFields.NameOf(field)} is empty.", location: place.Of(field));
        }
    }

    private static void Missing(ReportField field, Place place, TlsReportFindings bag) =>
        bag.Report(TlsReportRules.FieldMissing, $"{ReportFields.NameOf(field)} is missing.", location: place.Of(field));

    private static string Names(ReportDraft report) =>
        string.Join(", ", report.Policies.Select(p => TlsReportValues.Short(p.NormalPolicyDomain)).Distinct(StringComparer.Ordinal).Take(5));
}
