using EmailSecurity.Marks;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Planning;

/// <summary>What the caller of a publish allows.</summary>
public sealed record PublishOptions
{
    /// <summary>Take over records that are in the way; their before-image is kept in the asset bucket.</summary>
    public bool Adopt { get; init; }

    /// <summary>Publish an enforce policy although it does not cover every live MX, or that could not be checked.</summary>
    public bool AllowUncoveredMx { get; init; }

    /// <summary>Days that a policy must have been served in mode testing before an enforce policy; 0 for none.</summary>
    public int MinimumTestingDays { get; init; }

    /// <summary>Why an enforce policy is published although the domain is not ready for it; kept with the stack. Null to refuse it.</summary>
    public string? OverrideReason { get; init; }

    /// <summary>What senders reported, against which a move to mode enforce is checked; null where nobody gave reports.</summary>
    internal ReportEvidence? Reports { get; init; }

    /// <summary>True to show what a publish would do: what it would refuse for now is a warning, not an error.</summary>
    public bool IsPlanOnly { get; init; }

    /// <summary>Roots that a mark certificate's chain must end in.</summary>
    public MarkCertificateRoots MarkRoots { get; init; } = MarkCertificateRoots.Default;
}
