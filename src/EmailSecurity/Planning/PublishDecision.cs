using EmailSecurity.MtaSts;

namespace EmailSecurity.Planning;

/// <summary>What a publish plan decided, and the steps that carry it out: the report goes by this and decides nothing again.</summary>
internal sealed record PublishDecision
{
    /// <summary>A plan that decided nothing.</summary>
    public static PublishDecision None { get; } = new();

    /// <summary>The policy to be served; null where the plan is not about MTA-STS.</summary>
    public MtaStsPolicy? Policy { get; init; }

    /// <summary>The move to mode enforce that it is; null for none.</summary>
    public Promotion? Promotion { get; init; }

    /// <summary>The logo's files; null where the plan is not about BIMI.</summary>
    public BimiFiles? Bimi { get; init; }

    /// <summary>The log bucket.</summary>
    public BucketSteps Logs { get; init; } = BucketSteps.None;

    /// <summary>The asset bucket.</summary>
    public BucketSteps Assets { get; init; } = BucketSteps.None;

    /// <summary>Certificate and distribution.</summary>
    public HostingSteps Hosting { get; init; } = new(null, null, null, null);

    /// <summary>What points to the policy.</summary>
    public AliasSteps PolicyHost { get; init; } = AliasSteps.None;

    /// <summary>What points to the logo.</summary>
    public AliasSteps BimiHost { get; init; } = AliasSteps.None;

    /// <summary>Publishes the policy's id.</summary>
    public Step? PolicyRecord { get; init; }

    /// <summary>Publishes where TLS reports go.</summary>
    public Step? ReportRecord { get; init; }

    /// <summary>Publishes the BIMI assertion record.</summary>
    public Step? BimiRecord { get; init; }
}
