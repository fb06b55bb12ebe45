using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans certificate, distribution and aliases: what serves the files.</summary>
internal sealed class HostingPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, RecordPlanner records)
{
    // CloudFront does not deliver standard logs to buckets in these regions (CloudFront developer guide, "Configure standard logging (legacy)").
    private static readonly string[] RegionsWithoutStandardLogs =
        ["af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"];

    /// <summary>The BIMI host: the stack's; on a deployed stack, where the command is not about BIMI or nobody asked for a subdomain, the deployed one.</summary>
    public static string BimiHost(StackWish stack, ObservedStack observed, bool aboutBimi) => BimiHost(stack, observed.Distribution, aboutBimi);

    /// <summary>The same, by the distribution alone.</summary>
    public static string BimiHost(StackWish stack, ObservedDistribution? dist, bool aboutBimi)
    {
        var wanted = StackNames.BimiHost(stack.Domain, stack.BimiSubdomain);
        return (aboutBimi && stack.IsBimiSubdomainAsked) || dist is null ? wanted : DeployedBimiHost(stack.Domain, dist) ?? wanted;
    }

    /// <summary>
    /// Aliases of the stack's distribution that are not the stack's: somebody put them there by hand, and they are neither dropped nor taken down.
    /// </summary>
    public static string[] ForeignAliases(StackWish stack, ObservedStack observed)
    {
        string[] ours =
        [
            StackNames.PolicyHost(stack.Domain), BimiHost(stack, observed, aboutBimi: false),
            StackNames.BimiHost(stack.Domain, stack.BimiSubdomain), StackNames.BimiHost(stack.Domain, EmailSecurityStack.DefaultBimiSubdomain),
        ];
        return [.. (observed.Distribution?.Settings.Aliases ?? []).Except(ours, StringComparer.OrdinalIgnoreCase)];
    }

    // By the tag; distributions from before there was one have both host names, and seldom another.
    private static string? DeployedBimiHost(string domain, ObservedDistribution dist)
    {
        if (dist.Tags.TryGetValue(StackNames.BimiSubdomainTag, out var subdomain) && subdomain.Length > 0)
        {
            return StackNames.BimiHost(domain, subdomain);
        }

        var usual = StackNames.BimiHost(domain, EmailSecurityStack.DefaultBimiSubdomain);
        string[] others = [.. dist.Settings.Aliases.Where(a => a != StackNames.PolicyHost(domain) && a.EndsWith("." + domain, StringComparison.Ordinal))];
        return others.Contains(usual, StringComparer.Ordinal) ? usual : others.Length == 1 ? others[0] : null;
    }

    /// <summary>
    /// The hosts of the stack's certificate and distribution. One that is delegated away cannot be validated, and would keep the certificate from the other.
    /// </summary>
    public static string[] Hosts(StackWish stack, ObservedStack observed, string bimiHost) =>
    [
        .. new[] { StackNames.PolicyHost(stack.Domain), bimiHost }
            .Where(h => stack.DnsHost == DnsHost.External || Delegation.Of(observed, h) is null
                || observed.Certificates.Any(c => c.Status == CertificateStatus.Issued && CertificatePlanner.Covers(c, [h])))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Refuses a region that the logs cannot go to, before anything is made.</summary>
    /// <exception cref="EmailSecurityException">RegionNotSupportedForLogging.</exception>
    public static void CheckRegion(string region)
    {
        if (RegionsWithoutStandardLogs.Contains(region, StringComparer.Ordinal))
        {
            throw new EmailSecurityException("RegionNotSupportedForLogging", ErrorKind.NotSupported,
                $"CloudFront does not deliver standard logs to buckets in {region}.",
                "Choose another -Region for the buckets, such as us-east-1 or eu-central-1; the policy itself is served from CloudFront's edge everywhere all the same.");
        }
    }

    /// <summary>Plans the tags that tell whose a distribution is that is there, and which parts: what is changed in it comes after them.</summary>
    /// <param name="tags">The tags of every resource, with the parts whose records are the stack's.</param>
    /// <param name="marks">How they read where steps are declined.</param>
    public void PlanOwnTags(IReadOnlyDictionary<string, string> tags, StackMarks marks)
    {
        if (observed.Distribution is { } dist && tags.Any(t => !dist.Tags.TryGetValue(t.Key, out var v) || v != t.Value))
        {
            plan.Add("distribution/owner", ChangeAction.Update, "CloudFront distribution tags", dist.Id,
                "so that the distribution and the records are known as this stack's", new Operation.TagDistribution(dist.Arn, tags, marks),
                after: string.Join(", ", tags.Select(t => $"{t.Key}={t.Value}")));
        }
    }

    /// <summary>Plans certificate, origin access control and distribution.</summary>
    /// <param name="bimiHost">The BIMI host.</param>
    /// <param name="parts">The parts that the stack has after this publish: a certificate of the user's own has to cover their hosts.</param>
    /// <param name="stackTags">Tags of every resource.</param>
    /// <param name="newTags">Those of a new distribution: with its parts, and what it remembers of served policies.</param>
    /// <param name="marks">How they read where steps are declined.</param>
    public void PlanDistribution(string bimiHost, StackParts parts, IReadOnlyDictionary<string, string> stackTags, IReadOnlyDictionary<string, string> newTags,
        StackMarks marks)
    {
        var dist = observed.Distribution;
        var policyHost = StackNames.PolicyHost(stack.Domain);
        var both = Hosts(stack, observed, bimiHost);
        if (dist is not null && !StackOwnership.IsDistributionOurs(observed))
        {
            throw new EmailSecurityException("DistributionNotOurs", ErrorKind.Exists,
                $"CloudFront distribution {dist.Id} already serves {string.Join(", ", dist.Settings.Aliases.Intersect(both, StringComparer.OrdinalIgnoreCase))}, "
                + $"and it has no tag {StackNames.OwnerTag}={stack.Domain}.",
                "Remove the alternate domain name from it, or delete it; or give it the tag if it is this stack's.")
            { Target = dist.Id };
        }

        string[] needed = [.. both.Where(h => parts.HasFlag(h == policyHost ? StackParts.MtaSts : StackParts.Bimi))];
        var foreign = ForeignAliases(stack, observed);
        var (certificate, covered) = new CertificatePlanner(plan, stack, observed, records).Plan(both, needed, foreign, stackTags);
        string[] aliases = [.. covered.Concat(foreign).Order(StringComparer.Ordinal)];
        var bimiSubdomain = bimiHost[..^(stack.Domain.Length + 1)];
        var oac = dist is { Settings.OriginAccessControlId.Length: > 0 } ? dist.Settings.OriginAccessControlId : observed.OriginAccessControlId ?? "";
        if (oac.Length == 0)
        {
            plan.Add("origin-access-control", ChangeAction.Create, "origin access control", StackNames.OriginAccessControl,
                "CloudFront signs its reads of the bucket; shared by the account's stacks", new Operation.CreateOriginAccessControl(StackNames.OriginAccessControl));
        }

        var logs = LogTarget();
        var wanted = new DistributionSettings
        {
            Aliases = aliases,
            OriginDomainName = StackNames.OriginDomainName(observed.AssetBucketName, observed.Region, observed.Caller.Partition),
            OriginAccessControlId = oac,
            CertificateArn = certificate,
            LogBucketDomainName = logs.Bucket,
            LogPrefix = logs.Prefix,
            Comment = Comment(stack.Domain),
        };
        string[] dependsOn = ["log-bucket", "log-bucket/Ownership", "log-bucket/PublicAccessBlock", "asset-bucket", "origin-access-control",
            "certificate-issued", "distribution/owner"];
        if (dist is null)
        {
            plan.Add("distribution", ChangeAction.Create, "CloudFront distribution", string.Join(", ", aliases), "serves the files over HTTPS, TLS 1.2 and newer",
                new Operation.CreateDistribution(wanted, StackPlanner.WithTag(newTags, StackNames.BimiSubdomainTag, bimiSubdomain), marks), dependsOn,
                    after: "HTTPS only");
        }
        else
        {
            wanted = SettingOrder.Distribution.NotWeaker(wanted, dist.Settings);
            if (!dist.Settings.Equals(wanted))
            {
                plan.Add("distribution", ChangeAction.Update, "CloudFront distribution", dist.Id, "its configuration differs from the stack's",
                    new Operation.UpdateDistribution(dist.Id, wanted), dependsOn, Difference(dist.Settings, wanted), Difference(wanted, dist.Settings));
            }

            if (!dist.Tags.TryGetValue(StackNames.BimiSubdomainTag, out var deployed) || deployed != bimiSubdomain)
            {
                var tags = StackPlanner.WithTag(stackTags, StackNames.BimiSubdomainTag, bimiSubdomain);
                plan.Add("distribution/tags", ChangeAction.Update, "CloudFront distribution tags", dist.Id, "tags asked for are missing",
                    new Operation.TagDistribution(dist.Arn, tags), ["distribution"],
                    after: string.Join(", ", tags.Select(t => $"{t.Key}={t.Value}")));
            }
        }

        if (dist is null || plan.Has("distribution") || !dist.IsDeployed)
        {
            plan.Add("distribution-deployed", ChangeAction.Wait, "CloudFront distribution", dist?.Id ?? string.Join(", ", aliases), "a change reaches all edge locations in about four minutes",
                new Operation.WaitDistribution(), ["distribution"], after: "Deployed");
        }
    }

    /// <summary>Plans A and AAAA of one host, and the wait for them.</summary>
    public void PlanAliases(string label, string host, bool owned)
    {
        var target = observed.Distribution?.DomainName ?? "";
        List<string> steps = [];
        foreach (var type in (string[])["A", "AAAA"])
        {
            var set = new RecordSet { Name = host, Type = type, AliasTarget = target, AliasZoneId = StackNames.CloudFrontZoneId };
            if (records.Ensure($"alias/{label}/{type}", set, target.Length > 0 ? $"alias {target}" : "alias of the distribution", owned, "leads to the distribution", ["distribution"]) is { } step)
            {
                steps.Add(step);
            }
        }

        if (steps.Count > 0 && stack.DnsHost == DnsHost.Route53)
        {
            plan.Add($"alias/{label}/visible", ChangeAction.Wait, "DNS", host, "the name must resolve before a record leads senders to it", new Operation.WaitRecords(steps, [host]), steps, after: "INSYNC and resolved");
        }
    }

    // Logs that somebody sends elsewhere go on there. Without ACLs the log bucket takes none, and CloudFront refuses to be told to send them.
    private (string Bucket, string Prefix) LogTarget()
    {
        var ours = (StackNames.LogBucketDomainName(observed.LogBucketName), StackNames.CloudFrontLogPrefix);
        var now = observed.Distribution?.Settings is { LogBucketDomainName.Length: > 0 } settings ? (settings.LogBucketDomainName, settings.LogPrefix)
            : ("", "");
        return (now, observed.LogBucket?.Settings.Ownership) switch
        {
            ({ Item1.Length: > 0 }, _) when now.Item1 != ours.Item1 => now,
            (_, BucketOwnership.BucketOwnerEnforced) => ("", ""),
            (_, null) when observed is { LogBucket: not null, Distribution: not null } => now.Item1.Length > 0 ? ours : now, // not read this time
            _ => ours,
        };
    }

    private static string Comment(string domain)
    {
        var comment = $"MTA-STS and BIMI of {domain}";
        return comment.Length <= 128 ? comment : comment[..128];
    }

    // Only the values of one side that differ from the other's.
    private static string Difference(DistributionSettings of, DistributionSettings than)
    {
        (string Name, string Of, string Than)[] rows =
        [
            ("aliases", string.Join(" ", of.Aliases), string.Join(" ", than.Aliases)),
            ("origin", of.OriginDomainName + of.OriginPath, than.OriginDomainName + than.OriginPath),
            ("origin access control", of.OriginAccessControlId, than.OriginAccessControlId),
            ("certificate", of.CertificateArn, than.CertificateArn),
            ("logs", of.LogBucketDomainName + "/" + of.LogPrefix, than.LogBucketDomainName + "/" + than.LogPrefix),
            ("comment", of.Comment, than.Comment),
            ("security policy", of.MinimumProtocolVersion, than.MinimumProtocolVersion),
            ("HTTP version", of.HttpVersion, than.HttpVersion),
            ("IPv6", of.Ipv6 ? "on" : "off", than.Ipv6 ? "on" : "off"),
            ("viewer protocol", of.ViewerProtocolPolicy, than.ViewerProtocolPolicy),
            ("cache policy", of.CachePolicyId, than.CachePolicyId),
            ("state", of.Enabled ? "enabled" : "disabled", than.Enabled ? "enabled" : "disabled"),
        ];
        return string.Join(", ", rows.Where(r => r.Of != r.Than).Select(r => $"{r.Name} {r.Of}"));
    }
}
