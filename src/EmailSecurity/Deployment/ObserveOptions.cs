using EmailSecurity.Marks;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>What to look at.</summary>
public sealed record ObserveOptions
{
    /// <summary>Parts that the command is about; only what these need is asked for.</summary>
    public required StackParts Parts { get; init; }

    /// <summary>Read every bucket setting, whatever the session remembers.</summary>
    public bool AllSettings { get; init; }

    /// <summary>Read the policies served so far and who else uses the names.</summary>
    public bool ForRemoval { get; init; }

    /// <summary>Look up what only a publish needs: live MX, DMARC.</summary>
    public bool ForPublish { get; init; }

    /// <summary>Look up what else a publish should report: CAA, mail servers, report addresses, the BIMI files.</summary>
    public bool ForWarnings { get; init; }

    /// <summary>Ask DNS itself where the account has no zone of the domain: who hosts its DNS is then found, not given.</summary>
    public bool FindsDnsHost { get; init; }

    /// <summary>Roots that a mark certificate's chain must end in.</summary>
    public MarkCertificateRoots MarkRoots { get; init; } = MarkCertificateRoots.Default;
}
