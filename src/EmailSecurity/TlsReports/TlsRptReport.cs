using EmailSecurity.Findings;

namespace EmailSecurity.TlsReports;

/// <summary>A report of one sender about the TLS sessions of one period (RFC 8460 section 4). All text is safe to show (<see cref="VisibleText"/>).</summary>
public sealed record TlsRptReport
{
    /// <summary>Who reports: <c>Google Inc.</c>; empty where the report does not say.</summary>
    public string OrganizationName { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The sender's own id of the report; empty where it has none. With <see cref="OrganizationName"/>, it tells a report from all others.</summary>
    public string ReportId { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The begin of the period; null where the report does not say or cannot be read. A time without a zone is taken as UTC.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The end of the period; null where the report does not say or cannot be read. A time without a zone is taken as UTC.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Whom to ask about the report; null where the report does not say.</summary>
    public string? ContactInfo { get; init => field = value is null ? null : VisibleText.Of(value); }

    /// <summary>What was seen, for each policy that the sender used.</summary>
    public IReadOnlyList<TlsRptPolicy> Policies { get; init => field = Joined.List(value); } = Joined.List<TlsRptPolicy>([]);

    /// <summary>Fields of the report, and of nothing within it, that RFC 8460 does not know or whose value could not be used: name and value as JSON.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherFields { get; init => field = Joined.List(value); } =
        Joined.List<KeyValuePair<string, string>>([]);

    /// <summary>Where the report was read: a file, an entry of an archive, a message.</summary>
    public string Source { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The domain that the message or the file's name says the report is about (RFC 8460 sections 5.1 and 5.3); null where they do not say.</summary>
    public string? ReportDomain { get; init => field = value is null ? null : VisibleText.Of(value); }

    /// <summary>True where the report meets RFC 8460 section 4.4. One that does not was read all the same: <see cref="Findings"/> says what is odd.</summary>
    public bool IsValid => !Findings.Any(f => f.Severity >= FindingSeverity.Warning);

    /// <summary>What is odd about the report, worst first.</summary>
    public IReadOnlyList<Finding> Findings { get; init => field = Joined.List(value); } = Joined.List<Finding>([]);

    /// <summary>The sessions that succeeded, over all policies. A sender that used two policies for a session (STS and DANE) counts it under both.</summary>
    public long TotalSuccessfulSessionCount => SessionCount.Sum(Policies, p => p.TotalSuccessfulSessionCount);

    /// <summary>The sessions that failed, over all policies. A sender that used two policies for a session (STS and DANE) counts it under both.</summary>
    public long TotalFailureSessionCount => SessionCount.Sum(Policies, p => p.TotalFailureSessionCount);

    /// <summary>The domains whose mail the report is about, each once, lower case and without a final dot.</summary>
    public IReadOnlyList<string> PolicyDomain =>
        Joined.List([.. Policies.Select(p => p.NormalPolicyDomain).Where(d => d.Length > 0).Distinct(StringComparer.Ordinal)]);

    /// <summary>The report as the JSON text of RFC 8460 section 4.4.</summary>
    public string ToJson() => TlsReportWriter.Write(this);
}
