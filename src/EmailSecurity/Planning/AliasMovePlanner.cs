using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>
/// Plans that the stack's hosts move to its distribution from others of the account: it serves the policy under its own name first, then CloudFront moves
/// the alias, and only when that is deployed DNS follows (CloudFront Developer Guide, "Move an alternate domain name").
/// </summary>
internal sealed class AliasMovePlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, PublishOptions options)
{
    /// <summary>The distribution of the account, not the stack's, that has the host as an alias; null for none.</summary>
    public static ObservedDistribution? HolderOf(ObservedStack observed, string host)
        => observed.AliasHolders.FirstOrDefault(d => d.Settings.Aliases.Contains(host, StringComparer.OrdinalIgnoreCase));

    /// <summary>Plans the moves; returns the hosting with the wait for the last of them.</summary>
    /// <param name="hosts">The hosts that the stack needs.</param>
    /// <param name="policy">The policy to be served; null for none.</param>
    /// <param name="files">Put what is served.</param>
    /// <param name="serving">Lets the distribution serve it.</param>
    public HostingSteps Plan(IReadOnlyList<string> hosts, MtaStsPolicy? policy, IReadOnlyList<Step?> files, ServingSteps serving)
    {
        var hosting = serving.Hosting;
        (string Host, ObservedDistribution Holder)[] held =
            [.. hosts.Select(h => (h, HolderOf(observed, h)!)).Where(h => h.Item2 is not null)];
        if (held.Length == 0)
        {
            return hosting;
        }

        Step?[] ready = [.. files, serving.AssetPolicy, hosting.Distribution, hosting.Deployed, serving.Invalidated];
        var served = policy is null ? null : PlanServed(policy, ready);
        var to = observed.Distribution is { } dist ? $"distribution {dist.Id}" : "this stack's distribution";
        List<Step> moves = [];
        foreach (var (host, holder) in held)
        {
            plan.Obstruct(Obstruct(host, holder), options.Adopt);
            moves.Add(plan.Add($"alias-move/{host}", ChangeAction.Update, "CloudFront alternate domain name", host,
                "CloudFront moves the name without a moment in which nothing is served; nothing else of the other distribution changes",
                new Operation.MoveAlias(host), dependsOn: served is null ? ready : [served], $"distribution {holder.Id}", to,
                group: host == MtaStsPolicy.HostOf(stack.Domain) ? StackPlanner.PolicyGroup : ""));
        }

        plan.ClosingWarnings.AddRange(held.GroupBy(h => h.Holder).Select(g => Close(g.Key, [.. g.Select(h => h.Host)])));
        var moved = plan.Add("alias-moved", ChangeAction.Wait, "CloudFront distribution",
            observed.Distribution?.Id ?? string.Join(", ", held.Select(h => h.Host)),
            "the move reaches all edge locations in about four minutes; DNS follows then",
            new Operation.WaitDistribution { Moved = [.. held.Select(h => h.Host)] }, dependsOn: moves, after: "Deployed");
        return hosting with { Deployed = moved };
    }

    // By the distribution's own name, which nobody else is asked for by.
    private Step PlanServed(MtaStsPolicy policy, IReadOnlyList<Step?> ready) => plan.Add("served/distribution", ChangeAction.Wait, "HTTPS",
        observed.Distribution?.DomainName ?? "the distribution's own name", "the distribution must serve this policy before the name moves to it",
        new Operation.ConfirmServed(MtaStsPolicy.UrlOf(stack.Domain), Encoding.UTF8.GetBytes(policy.Served), "PolicyNotServed") { IsByOwnName = true },
        dependsOn: ready, after: $"policy {policy.Id}");

    private Obstacle Obstruct(string host, ObservedDistribution holder)
    {
        var serves = host != MtaStsPolicy.HostOf(stack.Domain) ? ""
            : observed.PredecessorPolicy is { } policy ? $". It serves this policy: {Obstacle.Describe(policy)}"
            : ". What it serves there could not be fetched as a valid policy";
        return new Obstacle("DistributionNotOurs", holder.Id,
            $"{Obstacle.Describe(holder)} has the alternate domain name {host}, and it has no tag {StackNames.OwnerTag}={stack.Domain}{serves}.",
            "Run the same command again with -Adopt to move the name to this stack's distribution without a gap. "
            + "If that distribution belongs to this stack, add the tag to it in CloudFront instead.");
    }

    private static string Close(ObservedDistribution holder, IReadOnlyList<string> hosts)
    {
        var certificate = holder.Settings.CertificateArn.Length > 0 ? $" and certificate {holder.Settings.CertificateArn}" : "";
        var rest = holder.Settings.Aliases.Except(hosts, StringComparer.OrdinalIgnoreCase).ToArray();
        var use = rest.Length > 0 ? $" It still serves {string.Join(", ", rest)}." : "";
        return $"{string.Join(", ", hosts)} moved from {Obstacle.Describe(holder)}, of which nothing else was changed.{use} "
            + $"If nothing else uses them, that distribution, its origin{certificate} are left for you to delete. "
            + "Where a tool such as Terraform or the AWS CDK made them, take the name out of its configuration first: its next run would ask for it again.";
    }
}
