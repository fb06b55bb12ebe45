using EmailSecurity.Findings;

namespace EmailSecurity.TlsReports;

/// <summary>By what reports are summed up.</summary>
public enum TlsRptGrouping : long
{
    /// <summary>The domain whose mail it is.</summary>
    Domain,

    /// <summary>The day (UTC) on which the report's period begins.</summary>
    Day,

    /// <summary>Who reports.</summary>
    Sender,

    /// <summary>The mail server at which sessions failed.</summary>
    MailServer,

    /// <summary>How sessions failed (RFC 8460 section 4.3).</summary>
    ResultType,

    /// <summary>The kind of policy: <c>sts</c>, <c>tlsa</c>, <c>no-policy-found</c>.</summary>
    Policy,
}

/// <summary>How a number of failures moved against the period before.</summary>
public enum TlsRptTrend : long
{
    /// <summary>Nothing is known of the period before.</summary>
    Unknown,

    /// <summary>A smaller share of the sessions failed.</summary>
    Better,

    /// <summary>The same share failed, to a tenth of a percent.</summary>
    Same,

    /// <summary>A larger share failed.</summary>
    Worse,
}

/// <summary>One row of a sum over reports. What it is not grouped by is null.</summary>
public sealed record TlsRptSummary
{
    /// <summary>The domain, as A-labels in lower case; empty where the reports do not say.</summary>
    public string? Domain { get; init; }

    /// <summary>The day, at 00:00 UTC; null also where the reports do not say.</summary>
    public DateTimeOffset? Day { get; init; }

    /// <summary>The sender's organisation.</summary>
    public string? Sender { get; init; }

    /// <summary>The mail server; empty for failures whose report does not say.</summary>
    public string? MailServer { get; init; }

    /// <summary>The result type; empty for failures whose report does not say.</summary>
    public string? ResultType { get; init; }

    /// <summary>The kind of policy; empty where the reports do not say.</summary>
    public string? Policy { get; init; }

    /// <summary>Sessions that succeeded; null where the row is about a mail server or a result type: reports count successes for a whole policy.</summary>
    public long? TotalSuccessfulSessionCount { get; init; }

    /// <summary>Sessions that failed.</summary>
    public long TotalFailureSessionCount { get; init; }

    /// <summary>
    /// The failures as a share of all sessions (0 to 1): those of the row, and for a mail server or a result type those of the other columns; null without a
    /// session.
    /// </summary>
    public double? FailureRate { get; init; }

    /// <summary>The same share in the period before (for rows of a day, the day before; otherwise as many days); null where nothing is known.</summary>
    public double? PreviousFailureRate { get; init; }

    /// <summary>How the share moved.</summary>
    public TlsRptTrend Trend { get; init; }

    /// <summary>The begin of the earliest report; null where none says.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>The end of the latest report; null where none says.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Who reported.</summary>
    public required IReadOnlyList<string> Senders { get; init => field = Joined.List(value); }

    /// <summary>How many reports.</summary>
    public required int ReportCount { get; init; }

    /// <summary>What the result type means; null where the row is not about one that RFC 8460 knows.</summary>
    public string? Meaning { get; init; }

    /// <summary>Who has to act; null where the row is not about a result type that RFC 8460 knows.</summary>
    public FailureOwner? Owner { get; init; }

    /// <summary>What to do; null where the row is not about a result type that RFC 8460 knows.</summary>
    public string? Fix { get; init; }
}
