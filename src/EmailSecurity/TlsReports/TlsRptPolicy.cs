using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>One policy of a report, and how the sessions under it went (RFC 8460 section 4.2). All text is safe to show (<see cref="VisibleText"/>).</summary>
public sealed record TlsRptPolicy
{
    /// <summary>Which policy the sender used: <c>sts</c>, <c>tlsa</c>, <c>no-policy-found</c>, or as the sender wrote it; empty for none.</summary>
    public string PolicyType { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The domain of the policy as the sender wrote it; empty where it does not say.</summary>
    public string PolicyDomain { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>The policy as the sender saw it: the lines of an MTA-STS policy, or TLSA records.</summary>
    public IReadOnlyList<string> PolicyString { get; init => field = Visible(value); } = Joined.List<string>([]);

    /// <summary>The mail servers or patterns of the policy.</summary>
    public IReadOnlyList<string> MxHost { get; init => field = Visible(value); } = Joined.List<string>([]);

    /// <summary>Sessions that were negotiated as the policy wants; 9223372036854775807 stands for that many or more.</summary>
    public long TotalSuccessfulSessionCount { get; init; }

    /// <summary>Sessions that were not negotiated as the policy wants; 9223372036854775807 stands for that many or more.</summary>
    public long TotalFailureSessionCount { get; init; }

    /// <summary>The failures, by kind and mail server.</summary>
    public IReadOnlyList<TlsRptFailure> FailureDetails { get; init => field = Joined.List(value); } = Joined.List<TlsRptFailure>([]);

    /// <summary>Fields of the policy that RFC 8460 does not know or whose value could not be used: name and value as JSON.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherFields { get; init => field = Joined.List(value); } =
        Joined.List<KeyValuePair<string, string>>([]);

    /// <summary>The domain as names are compared: A-labels, lower case, no final dot; as it is where it is no domain name.</summary>
    internal string NormalPolicyDomain => DomainName.TryNormalize(PolicyDomain, out var domain) ? domain : PolicyDomain;

    /// <summary>The domain whose mail it is about: its own, or else the one that message or file name says; empty where neither says it.</summary>
    internal string DomainIn(TlsRptReport report) => PolicyDomain.Length > 0 ? NormalPolicyDomain : report.ReportDomain ?? "";

    /// <summary>Failures: those that the summary counts, or, where it counts none, those of the details.</summary>
    internal long FailureCount => TotalFailureSessionCount > 0 ? TotalFailureSessionCount : SessionCount.Sum(FailureDetails, f => f.FailedSessionCount);

    /// <summary>Failures that the summary counts and no detail tells of.</summary>
    internal long UntoldFailureCount => Math.Max(0, TotalFailureSessionCount - SessionCount.Sum(FailureDetails, f => f.FailedSessionCount));

    internal static IReadOnlyList<string> Visible(IReadOnlyList<string> texts) =>
        Joined.List(texts.All(VisibleText.IsVisible) ? texts : [.. texts.Select(VisibleText.Of)]);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{PolicyType} {PolicyDomain}: {TotalSuccessfulSessionCount} succeeded, {TotalFailureSessionCount} failed");
}
