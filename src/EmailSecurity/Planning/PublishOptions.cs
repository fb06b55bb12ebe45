using EmailSecurity.Marks;

namespace EmailSecurity.Planning;

/// <summary>What the caller of a publish allows.</summary>
public sealed record PublishOptions
{
    /// <summary>Take over records that are in the way; their before-image is kept in the asset bucket.</summary>
    public bool Adopt { get; init; }

    /// <summary>Publish an enforce policy although it does not cover every live MX, or that could not be checked.</summary>
    public bool AllowUncoveredMx { get; init; }

    /// <summary>Roots that a mark certificate's chain must end in.</summary>
    public MarkCertificateRoots MarkRoots { get; init; } = MarkCertificateRoots.Default;
}
