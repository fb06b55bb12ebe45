using EmailSecurity.Findings;

namespace EmailSecurity.Stacks;

/// <summary>What the checks find outside AWS before a publish: the same findings as those of the Test- commands, which a plan shows as warnings.</summary>
public sealed record OutsideView
{
    /// <summary>Nothing was checked, or there is nothing to report.</summary>
    public static OutsideView Nothing { get; } = new();

    /// <summary>CAA that forbids Amazon to issue (RFC 8659), or that could not be looked up.</summary>
    public IReadOnlyList<Finding> Caa { get; init; } = [];
    /// <summary>Mail servers that a policy in mode enforce would cut off: without address, without STARTTLS or a good certificate.</summary>
    public IReadOnlyList<Finding> MailServers { get; init; } = [];
    /// <summary>Mail servers that could not be probed before the move to enforce, in sentences.</summary>
    public IReadOnlyList<string> NotProbed { get; init; } = [];
    /// <summary>Report addresses at domains that take no mail (RFC 8460 section 3).</summary>
    public IReadOnlyList<Finding> Receivers { get; init; } = [];
    /// <summary>Of a mark certificate that is deployed, where the command names none: that it ends soon, or has ended.</summary>
    public IReadOnlyList<Finding> DeployedMark { get; init; } = [];
    /// <summary>What is worth fixing in logo and mark certificate.</summary>
    public IReadOnlyList<Finding> Files { get; init; } = [];
}
