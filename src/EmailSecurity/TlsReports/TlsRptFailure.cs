using EmailSecurity.Findings;

namespace EmailSecurity.TlsReports;

/// <summary>Sessions that failed in one way (RFC 8460 section 4.3). All text is safe to show (<see cref="VisibleText"/>).</summary>
public sealed record TlsRptFailure
{
    /// <summary>How they failed: a result type of RFC 8460 section 4.3, or as the sender wrote it; empty where it does not say.</summary>
    public string ResultType { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The address of the sender's mail server; empty where the report does not say.</summary>
    public string SendingMtaIp { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The mail server that was to receive; empty where the report does not say.</summary>
    public string ReceivingMxHostname { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The name with which it greeted; empty where the report does not say.</summary>
    public string ReceivingMxHelo { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>Its address; empty where the report does not say.</summary>
    public string ReceivingIp { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>How many sessions failed so; 9223372036854775807 stands for that many or more.</summary>
    public long FailedSessionCount { get; init; }

    /// <summary>Where the sender says more; empty where it does not.</summary>
    public string AdditionalInformation { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The sender's own words or code for the failure; empty where it has none.</summary>
    public string FailureReasonCode { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>Fields of the detail that RFC 8460 does not know or whose value could not be used: name and value as JSON.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherFields { get; init => field = Joined.List(value); } =
        Joined.List<KeyValuePair<string, string>>([]);

    /// <summary>The mail server as names are compared: lower case, no final dot; empty where the report does not say.</summary>
    internal string MailServer => ReceivingMxHostname.TrimEnd('.').ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{ResultType} at {ReceivingMxHostname}: {FailedSessionCount}");
}
