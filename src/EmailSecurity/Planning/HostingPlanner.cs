using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans certificate, distribution and aliases: what serves the files.</summary>
/// <param name="plan">The plan.</param>
/// <param name="stack">What is wished.</param>
/// <param name="observed">The current state.</param>
/// <param name="records">Plans the records.</param>
/// <param name="assets">The steps about the asset bucket, the distribution's origin.</param>
internal sealed class HostingPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, RecordPlanner records, BucketSteps assets)
{
    /// <summary>
    /// The BIMI host: the stack's; on a deployed stack, where the command is not about BIMI or nobody asked for a subdomain, the deployed one.
    /// </summary>
    public static string BimiHost(StackWish stack, ObservedStack observed, bool aboutBimi) => BimiHost(stack, observed.Distribution, aboutBimi);

    /// <summary>The same, by the distribution alone.</summary>
    public static string BimiHost(StackWish stack, ObservedDistribution? dist, bool aboutBimi)
    {
        var wanted = BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain);
        return (aboutBimi && stack.IsBimiSubdomainAsked) || dist is null ? wanted : DeployedBimiHost(stack.Domain, dist) ?? wanted;
    }

    /// <summary>
    /// Aliases of the stack's distribution that are not the stack's: somebody put them there by hand, and they are neither dropped nor taken down.
    /// </summary>
    public static string[] ForeignAliases(StackWish stack, ObservedStack observed)
    {
        string[] ours =
        [
            MtaStsPolicy.HostOf(stack.Domain), BimiHost(stack, observed, aboutBimi: false),
            BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain), BimiRecord.FilesHostOf(stack.Domain, EmailSecurityStack.DefaultBimiSubdomain),
        ];
        return [.. (observed.Distribution?.Settings.Aliases ?? []).Except(ours, StringComparer.OrdinalIgnoreCase)];
    }

    // By the tag; distributions from before there was one have both host names, and seldom another.
    private static string? DeployedBimiHost(string domain, ObservedDistribution dist)
    {
        if (dist.Tags.TryGetValue(StackNames.BimiSubdomainTag, out var subdomain) && subdomain.Length > 0)
        {
            return BimiRecord.FilesHostOf(domain, subdomain);
        }

        var usual = BimiRecord.FilesHostOf(domain, EmailSecurityStack.DefaultBimiSubdomain);
        string[] others = [.. dist.Settings.Aliases.Where(a => a != MtaStsPolicy.HostOf(domain) && a.EndsWith("." + domain, StringComparison.Ordinal))];
        return others.Contains(usual, StringComparer.Ordinal) ? usual : others.Length == 1 ? others[0] : null;
    }

    /// <summary>
    /// The hosts of the stack's certificate and distribution. One that is delegated away cannot be validated, and would keep the certificate from the other.
    /// </summary>
    public static string[] Hosts(StackWish stack, ObservedStack observed, string bimiHost) =>
    [
        .. new[] { MtaStsPolicy.HostOf(stack.Domain), bimiHost }
            .Where(h => stack.DnsHost == DnsHost.External || Delegation.Of(observed, h) is null
                || observed.Certificates.Any(c => c.Status == CertificateStatus.Issued && CertificatePlanner.Covers(c, [h])))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Plans the tags that say whose an existing distribution is, and which parts: what is changed in it comes after them.</summary>
    public Step? PlanOwnTags(PublishTags tags)
    {
        var wanted = tags.WithParts;
        return observed.Distribution is { } dist && wanted.Any(t => !dist.Tags.TryGetValue(t.Key, out var v) || v != t.Value)
            ? plan.Add("distribution/owner", ChangeAction.Update, "CloudFront distribution tags", dist.Id,
                "marks the distribution and the records as part of this stack", new Operation.TagDistribution(dist.Arn, wanted, tags.Marks),
                dependsOn: [], after: string.Join(", ", wanted.Select(t => $"{t.Key}={t.Value}")))
            : null;
    }

    /// <summary>Plans certificate, origin access control and distribution.</summary>
    /// <param name="bimiHost">The BIMI host.</param>
    /// <param name="parts">The parts that the stack has after this publish: a certificate of the user's own has to cover their hosts.</param>
    /// <param name="tags">Tags of the stack's resources.</param>
    /// <param name="logs">The steps about the log bucket.</param>
    /// <param name="owner">Tags the distribution as the stack's.</param>
    public HostingSteps PlanDistribution(string bimiHost, StackParts parts, PublishTags tags, BucketSteps logs, Step? owner)
    {
        var dist = observed.Distribution;
        var both = Hosts(stack, observed, bimiHost);
        CheckOurs(both);
        string[] needed = [.. both.Where(h => parts.HasFlag(h == MtaStsPolicy.HostOf(stack.Domain) ? StackParts.MtaSts : StackParts.Bimi))];
        var foreign = ForeignAliases(stack, observed);
        var certificate = new CertificatePlanner(plan, stack, observed, records).Plan(both, needed, foreign, tags.Stack, logs.Created);
        var (control, controlId) = PlanOriginAccessControl();
        var (logBucket, logPrefix) = LogTarget();
        var wanted = new DistributionSettings
        {
            Aliases = [.. certificate.Covered.Where(h => AliasMovePlanner.HolderOf(observed, h) is null).Concat(foreign).Order(StringComparer.Ordinal)],
            OriginDomainName = StackNames.OriginDomainName(observed.AssetBucketName, observed.Region, observed.Caller.Partition),
            OriginAccessControlId = controlId,
            CertificateArn = certificate.Arn,
            LogBucketDomainName = logBucket,
            LogPrefix = logPrefix,
            Comment = DistributionText.Comment(stack.Domain),
        };
        Step?[] dependsOn =
        [
            logs.Created, logs[BucketSetting.Ownership], logs[BucketSetting.PublicAccessBlock], assets.Created, control, certificate.Issued, owner,
        ];
        var subdomain = bimiHost[..^(stack.Domain.Length + 1)];
        var distribution = dist is null ? Create(wanted, tags, subdomain, dependsOn) : Update(dist, wanted, tags, subdomain, dependsOn);
        var deployed = distribution is null && dist is { IsDeployed: true } ? null : plan.Add(
            "distribution-deployed", ChangeAction.Wait, "CloudFront distribution", dist?.Id ?? string.Join(", ", both),
            "a change reaches all edge locations in about four minutes", new Operation.WaitDistribution(), dependsOn: [distribution], after: "Deployed");
        if (Unsound is { } left && StackNames.IsOriginAccessControlName(left.Name))
        {
            plan.Add("origin-access-control/unsound", ChangeAction.Delete, "origin access control", left.Name, "deleted unless other stacks use it",
                new Operation.DeleteOriginAccessControl(left.Id), dependsOn: [deployed], left.ToString());
        }

        return new HostingSteps(certificate.Validation, certificate.Issued, distribution, deployed);
    }

    /// <summary>Plans A and AAAA of one host, and the wait for them.</summary>
    /// <param name="label">Short name of the host in the ids of its steps.</param>
    /// <param name="host">The host.</param>
    /// <param name="owned">True where this mechanism's records are ours.</param>
    /// <param name="distribution">Makes or changes the distribution.</param>
    /// <param name="served">Sees that it serves, where the name leads elsewhere until now; null otherwise.</param>
    public AliasSteps PlanAliases(string label, string host, bool owned, Step? distribution, Step? served)
    {
        var instead = StackOwnership.LeadsElsewhere(observed, host)
            ? string.Join("; ", observed.HostSetsAt(host).Select(StackRecords.ValueOf)) : "";
        var a = Alias("A");
        var aaaa = Alias("AAAA");
        Step[] steps = [.. new[] { a, aaaa }.OfType<Step>()];
        var visible = steps.Length == 0 || stack.DnsHost != DnsHost.Route53 ? null : plan.Add(
            $"alias/{label}/visible", ChangeAction.Wait, "DNS", host, "the name must resolve before a record points senders to it",
            new Operation.WaitRecords([.. steps.Select(s => s.Id)], [host]), dependsOn: [a, aaaa], after: "INSYNC and resolved");
        return new AliasSteps(a, aaaa, visible);

        Step? Alias(string type)
        {
            var target = observed.Distribution?.DomainName ?? "";
            var set = new RecordSet { Name = host, Type = type, AliasTarget = target, AliasZoneId = StackNames.CloudFrontZoneId };
            var text = target.Length > 0 ? $"alias {target}" : "alias of the distribution";
            var record = new WantedRecord($"alias/{label}/{type}", set, text, "points to the distribution") { IsOurs = owned };
            return records.Ensure(record with { Instead = instead }, dependsOn: [distribution, served]);
        }
    }

    private void CheckOurs(string[] hosts)
    {
        if (observed.Distribution is { } dist && !StackOwnership.IsDistributionOurs(observed))
        {
            var served = dist.Settings.Aliases.Intersect(hosts, StringComparer.OrdinalIgnoreCase);
            throw new EmailSecurityException("DistributionNotOurs", ErrorKind.Exists,
                $"CloudFront distribution {dist.Id} already serves {string.Join(", ", served)}, and it has no tag {StackNames.OwnerTag}={stack.Domain}.",
                "Remove the alternate domain name from that distribution, or delete the distribution. If it belongs to this stack, add the tag to it.")
            { Target = dist.Id };
        }
    }

    private (Step? Step, string Id) PlanOriginAccessControl()
    {
        var id = observed.Distribution is { Settings.OriginAccessControlId.Length: > 0 } dist ? dist.Settings.OriginAccessControlId
            : observed.OriginAccessControlId ?? "";
        // Others may use the one that somebody changed: it stays as it is, and another takes its place.
        var unsound = Unsound;
        id = unsound is null ? id : "";
        var step = id.Length > 0 ? null : plan.Add(
            "origin-access-control", ChangeAction.Create, "origin access control", StackNames.OriginAccessControl,
            "CloudFront signs its reads of the bucket; shared by the account's stacks",
            new Operation.CreateOriginAccessControl(), dependsOn: [], unsound?.ToString() ?? "",
            unsound is null ? "" : "type s3, signing always, sigv4");
        return (step, id);
    }

    // Read only where all is read.
    private OriginAccessControlSettings? Unsound
        => observed.OriginAccessControl is { SignsReads: false } there && there.Id == observed.Distribution?.Settings.OriginAccessControlId ? there : null;

    private Step Create(DistributionSettings wanted, PublishTags tags, string subdomain, IReadOnlyList<Step?> dependsOn)
        => plan.Add("distribution", ChangeAction.Create, "CloudFront distribution",
            wanted.Aliases.Count > 0 ? string.Join(", ", wanted.Aliases) : wanted.Comment,
            "serves the files over HTTPS, TLS 1.2 and newer",
            new Operation.CreateDistribution(wanted, StackPlanner.WithTag(tags.WithMark, StackNames.BimiSubdomainTag, subdomain), tags.Marks),
            dependsOn, after: "HTTPS only");

    private Step? Update(ObservedDistribution dist, DistributionSettings wanted, PublishTags tags, string subdomain, IReadOnlyList<Step?> dependsOn)
    {
        wanted = SettingOrder.Distribution.NotWeaker(wanted, dist.Settings);
        // A control that is yet to be made has no id.
        var named = wanted.OriginAccessControlId.Length > 0 ? wanted : wanted with { OriginAccessControlId = StackNames.OriginAccessControl };
        var updated = dist.Settings.Equals(named) ? null : plan.Add(
            "distribution", ChangeAction.Update, "CloudFront distribution", dist.Id, "its configuration differs from the stack's",
            new Operation.UpdateDistribution(dist.Id, wanted), dependsOn,
            DistributionText.Difference(dist.Settings, named), DistributionText.Difference(named, dist.Settings));
        if (!dist.Tags.TryGetValue(StackNames.BimiSubdomainTag, out var deployed) || deployed != subdomain)
        {
            // The tag says which host is the stack's: an earlier host stays known until the distribution no longer has it.
            var wantedTags = StackPlanner.WithTag(tags.Stack, StackNames.BimiSubdomainTag, subdomain);
            plan.Add("distribution/tags", ChangeAction.Update, "CloudFront distribution tags", dist.Id, "tags asked for are missing",
                new Operation.TagDistribution(dist.Arn, wantedTags), dependsOn: [updated],
                after: string.Join(", ", wantedTags.Select(t => $"{t.Key}={t.Value}")));
        }

        return updated;
    }

    // Logs that are sent elsewhere stay there. Without ACLs the log bucket takes none, and CloudFront refuses to send them.
    private (string Bucket, string Prefix) LogTarget()
    {
        var ours = (StackNames.LogBucketDomainName(observed.LogBucketName), StackNames.CloudFrontLogPrefix);
        var now = observed.Distribution?.Settings is { LogBucketDomainName.Length: > 0 } settings
            ? (settings.LogBucketDomainName, settings.LogPrefix) : ("", "");
        return (now, observed.LogBucket?.Settings.Ownership) switch
        {
            ({ Item1.Length: > 0 }, _) when now.Item1 != ours.Item1 => now,
            (_, BucketOwnership.BucketOwnerEnforced) => ("", ""),
            (_, null) when observed is { LogBucket: not null, Distribution: not null } => now.Item1.Length > 0 ? ours : now, // not read this time
            _ => ours,
        };
    }
}
