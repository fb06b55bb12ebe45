using System.Text;
using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>The fields of a report by RFC 8460 section 4.4, and under which names senders write them.</summary>
internal enum ReportField
{
    Unknown,
    OrganizationName,
    DateRange,
    StartDateTime,
    EndDateTime,
    ContactInfo,
    ReportId,
    Policies,
    Policy,
    Summary,
    FailureDetails,
    PolicyType,
    PolicyString,
    PolicyDomain,
    MxHost,
    TotalSuccessfulSessionCount,
    TotalFailureSessionCount,
    ResultType,
    SendingMtaIp,
    ReceivingMxHostname,
    ReceivingMxHelo,
    ReceivingIp,
    FailedSessionCount,
    AdditionalInformation,
    FailureReasonCode,
}

/// <summary>Names of fields.</summary>
internal static class ReportFields
{
    private static readonly string[] Names =
    [
        "", "organization-name", "date-range", "start-datetime", "end-datetime", "contact-info", "report-id", "policies", "policy", "summary",
        "failure-details", "policy-type", "policy-string", "policy-domain", "mx-host", "total-successful-session-count", "total-failure-session-count",
        "result-type", "sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip", "failed-session-count", "additional-information",
        "failure-reason-code",
    ];

    private static readonly byte[][] Written = [.. Names.Select(Encoding.UTF8.GetBytes)];

    private static readonly (string Name, ReportField Field)[] Misnamed =
    [
        ("mx-host-pattern", ReportField.MxHost), // the name in the prose of section 4.2
        ("failure-error-code", ReportField.FailureReasonCode), // drafts of RFC 8460
        ("receiving-mx-host-name", ReportField.ReceivingMxHostname),
        ("additional-info-uri", ReportField.AdditionalInformation),
    ];

    /// <summary>The name that RFC 8460 gives it.</summary>
    public static string NameOf(ReportField field) => Names[(int)field];

    /// <summary>The field that the reader stands on.</summary>
    /// <param name="reader">Stands on a property name.</param>
    /// <param name="isMisnamed">True where the sender means the field and calls it otherwise.</param>
    public static ReportField Of(ref Utf8JsonReader reader, out bool isMisnamed)
    {
        isMisnamed = false;
        if (reader.ValueIsEscaped)
        {
            // The reader's own comparison throws where an escape is half a character.
            var name = JsonText.Of(ref reader);
            return Array.IndexOf(Names, name, 1) is var at and > 0 ? (ReportField)at : OfMisnamed(name, out isMisnamed);
        }

        for (var i = 1; i < Written.Length; i++)
        {
            if (reader.ValueSpan.SequenceEqual(Written[i]))
            {
                return (ReportField)i;
            }
        }

        return OfMisnamed(JsonText.Of(ref reader), out isMisnamed);
    }

    // Camel case, capitals and underscores are other spellings of the same name.
    private static ReportField OfMisnamed(string name, out bool isMisnamed)
    {
        var field = FindMisnamed(name);
        isMisnamed = field != ReportField.Unknown;
        return field;
    }

    private static ReportField FindMisnamed(string name)
    {
        var plain = Plain(name);
        for (var i = 1; i < Names.Length; i++)
        {
            if (Plain(Names[i]) == plain)
            {
                return (ReportField)i;
            }
        }

        return Array.Find(Misnamed, m => Plain(m.Name) == plain).Field;
    }

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
