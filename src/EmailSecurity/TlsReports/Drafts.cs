namespace EmailSecurity.TlsReports;

/// <summary>A report while it is read.</summary>
internal sealed class ReportDraft
{
    public OtherFields Others;

    public string OrganizationName { get; set; } = "";

    public string ReportId { get; set; } = "";

    public string? ContactInfo { get; set; }

    public DateTimeOffset? Start { get; set; }

    public DateTimeOffset? End { get; set; }

    public bool HasStart { get; set; }

    public bool HasEnd { get; set; }

    public List<TlsRptPolicy> Policies { get; } = new(1);
}

/// <summary>A policy while it is read.</summary>
internal sealed class PolicyDraft(Place place)
{
    public OtherFields Others;

    public Place Place => place;

    public string PolicyType { get; set; } = "";

    public string PolicyDomain { get; set; } = "";

    public IReadOnlyList<string> PolicyString { get; set; } = [];

    public IReadOnlyList<string> MxHost { get; set; } = [];

    public long Successful { get; set; }

    public long Failed { get; set; }

    public List<TlsRptFailure> Failures { get; } = [];

    public TlsRptPolicy ToPolicy() => new()
    {
        PolicyType = PolicyType,
        PolicyDomain = PolicyDomain,
        PolicyString = PolicyString,
        MxHost = MxHost,
        TotalSuccessfulSessionCount = Successful,
        TotalFailureSessionCount = Failed,
        FailureDetails = Failures.Count == 0 ? [] : Failures,
        OtherFields = Others.ToList(),
    };
}

/// <summary>A failure detail while it is read.</summary>
internal sealed class FailureDraft(Place place)
{
    private readonly string[] texts = new string[ReportField.FailureReasonCode - ReportField.ResultType + 1];

    public OtherFields Others;

    public Place Place => place;

    public long Count { get; set; }

    /// <summary>A text; empty where there is none.</summary>
    public string this[ReportField field]
    {
        get => texts[field - ReportField.ResultType] ?? "";
        set => texts[field - ReportField.ResultType] = value;
    }

    public TlsRptFailure ToFailure() => new()
    {
        ResultType = this[ReportField.ResultType],
        SendingMtaIp = this[ReportField.SendingMtaIp],
        ReceivingMxHostname = this[ReportField.ReceivingMxHostname],
        ReceivingMxHelo = this[ReportField.ReceivingMxHelo],
        ReceivingIp = this[ReportField.ReceivingIp],
        FailedSessionCount = Count,
        AdditionalInformation = this[ReportField.AdditionalInformation],
        FailureReasonCode = this[ReportField.FailureReasonCode],
        OtherFields = Others.ToList(),
    };
}
