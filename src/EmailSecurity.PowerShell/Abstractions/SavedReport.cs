using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Makes TLS reports and their sums from the property bags that serialization left of them.</summary>
internal static class SavedReport
{
    /// <summary>The object; null where the bag is of another type.</summary>
    public static object? Restore(PropertyBag bag, Type type)
        => type == typeof(TlsRptReport) ? Report(bag)
            : type == typeof(TlsRptPolicy) ? Policy(bag)
            : type == typeof(TlsRptFailure) ? Failure(bag)
            : type == typeof(TlsRptSummary) ? Summary(bag)
            : type == typeof(TlsRptExport) ? Export(bag)
            : null;

    private static TlsRptReport Report(PropertyBag bag) => new()
    {
        OrganizationName = bag.Text("OrganizationName"),
        ReportId = bag.Text("ReportId"),
        Start = bag.Time("Start"),
        End = bag.Time("End"),
        ContactInfo = Told(bag, "ContactInfo"),
        ReportDomain = Told(bag, "ReportDomain"),
        Source = bag.Text("Source"),
        Policies = [.. bag.Items("Policies", Policy)],
        OtherFields = bag.Pairs("OtherFields"),
        Findings = [.. bag.Items("Findings", SavedObject.Finding)],
    };

    private static TlsRptPolicy Policy(PropertyBag bag) => new()
    {
        PolicyType = bag.Text("PolicyType"),
        PolicyDomain = bag.Text("PolicyDomain"),
        PolicyString = bag.Words("PolicyString"),
        MxHost = bag.Words("MxHost"),
        TotalSuccessfulSessionCount = bag.Number("TotalSuccessfulSessionCount") ?? 0,
        TotalFailureSessionCount = bag.Number("TotalFailureSessionCount") ?? 0,
        FailureDetails = [.. bag.Items("FailureDetails", Failure)],
        OtherFields = bag.Pairs("OtherFields"),
    };

    private static TlsRptFailure Failure(PropertyBag bag) => new()
    {
        ResultType = bag.Text("ResultType"),
        SendingMtaIp = bag.Text("SendingMtaIp"),
        ReceivingMxHostname = bag.Text("ReceivingMxHostname"),
        ReceivingMxHelo = bag.Text("ReceivingMxHelo"),
        ReceivingIp = bag.Text("ReceivingIp"),
        FailedSessionCount = bag.Number("FailedSessionCount") ?? 0,
        AdditionalInformation = bag.Text("AdditionalInformation"),
        FailureReasonCode = bag.Text("FailureReasonCode"),
        OtherFields = bag.Pairs("OtherFields"),
    };

    private static TlsRptSummary Summary(PropertyBag bag) => new()
    {
        Domain = Kept(bag, "Domain"),
        Day = bag.Time("Day"),
        Sender = Kept(bag, "Sender"),
        MailServer = Kept(bag, "MailServer"),
        ResultType = Kept(bag, "ResultType"),
        Policy = Kept(bag, "Policy"),
        TotalSuccessfulSessionCount = bag.Number("TotalSuccessfulSessionCount"),
        TotalFailureSessionCount = bag.Number("TotalFailureSessionCount") ?? 0,
        FailureRate = bag.Whole("FailureRate") as double?,
        PreviousFailureRate = bag.Whole("PreviousFailureRate") as double?,
        Trend = bag.Enumeration<TlsRptTrend>("Trend"),
        FirstSeen = bag.Time("FirstSeen"),
        LastSeen = bag.Time("LastSeen"),
        Senders = bag.Words("Senders"),
        ReportCount = (int)(bag.Number("ReportCount") ?? 0),
        Meaning = Told(bag, "Meaning"),
        Owner = bag.Whole("Owner") is null ? null : bag.Enumeration<FailureOwner>("Owner"),
        Fix = Told(bag, "Fix"),
    };

    private static TlsRptExport Export(PropertyBag bag) => new()
    {
        Location = bag.Text("Location"),
        ReportCount = bag.Number("ReportCount") ?? 0,
        KnownReportCount = bag.Number("KnownReportCount") ?? 0,
        ReplacedReportCount = bag.Number("ReplacedReportCount") ?? 0,
        RowCount = bag.Number("RowCount") ?? 0,
        FileCount = (int)(bag.Number("FileCount") ?? 0),
        RemovedFileCount = (int)(bag.Number("RemovedFileCount") ?? 0),
        Partition = bag.Words("Partition"),
    };

    private static string? Told(PropertyBag bag, string name) => bag.Text(name) is { Length: > 0 } text ? text : null;

    // An empty text is what reports do not say; none at all is a column that was not asked for.
    private static string? Kept(PropertyBag bag, string name) => bag.Whole(name) as string;
}
