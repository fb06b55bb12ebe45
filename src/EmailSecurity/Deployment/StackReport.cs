using EmailSecurity.Applying;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Deployment;

/// <summary>Makes the stack that a command emits from what was observed and what was done since. Pure.</summary>
public static class StackReport
{
    /// <summary>The stack after a publish.</summary>
    public static EmailSecurityStack AfterPublish(EmailSecurityStack before, StackParts parts, ObservedStack observed, Plan plan, ExecutionResult result)
    {
        ArgumentNullException.ThrowIfNull(plan);
        parts &= ~plan.RefusedParts;
        var stack = before.WishForDeployment();
        var decision = plan.Decision;
        var done = new DoneSteps(result.Applied);
        var hosting = HasHosting(parts);
        var was = hosting ? Before(before, stack, observed) : before.State;
        var dist = result.Distribution ?? observed.Distribution;
        var policy = decision.Policy ?? stack.Policy;
        var bimi = decision.Bimi;
        var published = done.Has(decision.PolicyRecord) ? policy?.Id
            : hosting || stack.DnsHost == DnsHost.External ? StackPlanner.PublishedPolicyId(observed) : was.PolicyId;
        var certificate = result.Certificate ?? observed.Certificates.FirstOrDefault(c => c.Arn == dist?.Settings.CertificateArn);
        var pending = result.Pending.FirstOrDefault();
        var external = result.Pending.Any(p => p.Records.Count > 0);
        var whole = result.IsComplete && plan.Refused.Count == 0 && !result.IsWhatIf;
        var subject = new RecordSubject(before) with
        {
            DnsHost = stack.DnsHost,
            ReportUri = stack.ReportUri.Count > 0 ? stack.ReportUri : before.ReportUri,
            BimiSelector = stack.BimiSelector,
            BimiSubdomain = stack.IsBimiSubdomainAsked ? stack.BimiSubdomain : before.BimiSubdomain,
        };
        return before with
        {
            State = was with
            {
                // Deployed is what was announced: a policy that waits for its turn is only wished.
                Policy = policy is not null && policy.Id == published ? policy : hosting ? AnnouncedPolicy.Of(observed)?.Whole : was.Policy,
                ReportUri = parts.HasFlag(StackParts.TlsRpt) && stack.ReportUri.Count > 0 && whole ? stack.ReportUri : was.ReportUri,
                DnsHost = stack.DnsHost,
                BimiSubdomain = hosting && dist is not null
                    ? Subdomain(stack.Domain, HostingPlanner.BimiHost(stack, observed, parts.HasFlag(StackParts.Bimi)))
                    : was.BimiSubdomain,
                BimiSelector = bimi is not null && whole ? stack.BimiSelector : was.BimiSelector,
                LogRetentionDays = !hosting || !whole ? was.LogRetentionDays
                    : (stack.IsLogRetentionAsked ? null : LogRetentionDays(observed)) ?? stack.LogRetentionDays,
                Status = (result.IsComplete && plan.Refused.Count == 0, pending, external) switch
                {
                    _ when result.IsWhatIf => was.Status != StackStatus.Described ? was.Status : plan.IsEmpty ? StackStatus.Deployed : StackStatus.Absent,
                    (_, not null, true) => StackStatus.WaitingForDns,
                    (_, not null, false) => StackStatus.InProgress,
                    (true, _, _) => StackStatus.Deployed,
                    _ => StackStatus.Incomplete,
                },
                WaitingFor = string.Join("; ", result.Pending.Select(p => p.Reason)),
                WaitingUntil = pending?.Until,
                Removal = decision.Policy is not null && result.Failed.Count == 0 && !result.IsWhatIf ? null : StackRemovals.Of(observed),
                AccountId = observed.Caller.AccountId,
                BucketRegion = observed.Region,
                AssetBucket = observed.AssetBucket?.Name ?? (done.Has(decision.Assets.Created) ? observed.AssetBucketName : was.AssetBucket),
                LogBucket = observed.LogBucket?.Name ?? (done.Has(decision.Logs.Created) ? observed.LogBucketName : was.LogBucket),
                DistributionId = dist?.Id ?? was.DistributionId,
                DistributionDomainName = dist?.DomainName ?? was.DistributionDomainName,
                CertificateArn = dist?.Settings.CertificateArn ?? certificate?.Arn ?? was.CertificateArn,
                CertificateStatus = certificate?.Status.ToString() ?? was.CertificateStatus,
                CertificateNotAfter = certificate?.NotAfter ?? was.CertificateNotAfter,
                HostedZoneId = observed.ZoneOf(stack.Domain)?.Id ?? was.HostedZoneId,
                PolicyId = published ?? "",
                EnforceReason = policy is null ? was.EnforceReason
                    : policy.Id != published ? EnforceReason(AnnouncedPolicy.Of(observed)?.Mode, dist)
                    : decision.Promotion is { } move ? move.Tag : EnforceReason(policy.Mode, dist),
                PolicyUrl = parts.HasFlag(StackParts.MtaSts) ? MtaStsPolicy.UrlOf(stack.Domain).ToString() : was.PolicyUrl,
                LogoUrl = bimi?.LogoUrl.ToString() ?? was.LogoUrl,
                MarkCertificateUrl = bimi is null ? was.MarkCertificateUrl : bimi.CertificateUrl?.ToString() ?? "",
                Records = Merge(was.Records, new NeededRecords(subject, observed, decision with { Policy = policy }, done, result.Pending)
                    .List(parts, dist, certificate)),
            },
        };
    }

    /// <summary>True for parts that have files on the web, and not only a record.</summary>
    internal static bool HasHosting(StackParts parts) => parts.HasFlag(StackParts.MtaSts) || parts.HasFlag(StackParts.Bimi);

    // What this run saw of the stack, parts that it does not publish included; what an earlier command read at the price of more calls stays.
    private static StackState Before(EmailSecurityStack before, StackWish asked, ObservedStack observed)
        => AsObserved(before, asked, observed)?.State is { } seen
            ? seen with { Tag = asked.Tag.Count > 0 ? null : seen.Tag, PolicyHistory = before.State.PolicyHistory }
            : before.State;

    private static string WaitingFor(StackRemoval? removal) => removal?.Phase switch
    {
        null => "",
        RemovalPhase.Waiting => "cached copies of the old policy to expire",
        _ => "Remove-EmailSecurityStack to be run again",
    };

    private static string EnforceReason(MtaStsMode? mode, ObservedDistribution? dist) =>
        mode == MtaStsMode.Enforce && dist is not null ? dist.Tags.GetValueOrDefault(StackNames.EnforceTag, "") : "";

    /// <summary>The stack as it is; null where there is nothing of it.</summary>
    /// <param name="stack">The stack that was asked about; it keeps its wish.</param>
    /// <param name="asked">The wish that the observation went by.</param>
    /// <param name="observed">What was observed.</param>
    public static EmailSecurityStack? AsObserved(EmailSecurityStack stack, StackWish asked, ObservedStack observed)
    {
        var dist = observed.Distribution;
        var owned = StackPlanner.OwnedParts(observed) | (StackOwnership.IsPolicyRecordOurs(observed) ? StackParts.MtaSts : StackParts.None);
        if (observed.AssetBucket is null && observed.LogBucket is null && dist is null && observed.Certificates.Count == 0)
        {
            return null;
        }

        var bimiHost = HostingPlanner.BimiHost(asked, observed, aboutBimi: false);
        var (selector, bimi) = DeployedRecords.Bimi(asked, observed, bimiHost);
        var texts = observed.TextsAt(TlsRptRecord.NameOf(asked.Domain));
        var reports = TlsRptRecord.Select(texts, asked.Domain).Value is TlsRptRecord record ? record.ReportUris : [];
        var certificate = observed.Certificates.FirstOrDefault(c => c.Arn == dist?.Settings.CertificateArn) ?? observed.Certificates.FirstOrDefault();
        var published = StackPlanner.PublishedPolicyId(observed);
        var announced = AnnouncedPolicy.Of(observed)?.Whole;
        var tags = observed.AssetBucket?.Settings.Tags is { Count: > 0 } read ? read : dist?.Tags ?? new Dictionary<string, string>(StringComparer.Ordinal);
        var removal = StackRemovals.Of(observed);
        var whole = dist is { IsDeployed: true, Settings.Enabled: true }
            && (!owned.HasFlag(StackParts.MtaSts) || (observed.CurrentPolicy is not null && published == observed.CurrentPolicy.Id));
        var now = stack with
        {
            State = new StackState
            {
                DnsHost = observed.ZoneOf(asked.Domain) is null && asked.DnsHost == DnsHost.Route53 && observed.Zones.Count == 0
                    ? DnsHost.External : asked.DnsHost,
                BimiSubdomain = Subdomain(asked.Domain, bimiHost) ?? asked.BimiSubdomain,
                BimiSelector = selector,
                LogRetentionDays = LogRetentionDays(observed) ?? asked.LogRetentionDays,
                Tag = UserTags(tags),
                ReportUri = reports,
                Policy = announced,
                Status = removal is not null ? StackStatus.Removing
                    : whole ? StackStatus.Deployed
                    : dist is { IsDeployed: false } || certificate?.Status == CertificateStatus.PendingValidation ? StackStatus.InProgress
                    : StackStatus.Incomplete,
                Removal = removal,
                WaitingFor = WaitingFor(removal),
                WaitingUntil = removal?.DueAt > observed.ObservedAt ? removal.DueAt : null,
                AccountId = observed.Caller.AccountId,
                BucketRegion = observed.Region,
                AssetBucket = observed.AssetBucket?.Name ?? "",
                LogBucket = observed.LogBucket?.Name ?? "",
                DistributionId = dist?.Id ?? "",
                DistributionDomainName = dist?.DomainName ?? "",
                CertificateArn = dist?.Settings.CertificateArn ?? certificate?.Arn ?? "",
                CertificateStatus = certificate?.Status.ToString() ?? "",
                CertificateNotAfter = certificate?.NotAfter,
                HostedZoneId = observed.ZoneOf(asked.Domain)?.Id ?? "",
                PolicyId = published ?? "",
                PolicyHistory = observed.PolicyHistory,
                AdoptedRecords = [.. AdoptedRestore.Of(observed).Select(i => i.ToString())],
                EnforceReason = EnforceReason(announced?.Mode, dist),
                PolicyUrl = observed.CurrentPolicy is null ? "" : MtaStsPolicy.UrlOf(asked.Domain).ToString(),
                LogoUrl = bimi?.Logo?.ToString() ?? "",
                MarkCertificateUrl = bimi?.Certificate?.ToString() ?? "",
            },
        };
        var parts = owned | (reports.Count > 0 ? StackParts.TlsRpt : StackParts.None);
        var deployed = PublishDecision.None with { Policy = observed.CurrentPolicy };
        var records = new NeededRecords(new RecordSubject(now), observed, deployed, DoneSteps.None, []).List(parts, dist, certificate);
        return now with { State = now.State with { Records = records } };
    }

    /// <summary>Every record that the stack needs: what is described, and what is deployed as well.</summary>
    public static IReadOnlyList<DnsRecordState> RecordsOf(StackWish stack, ObservedStack observed)
    {
        var deployed = AsObserved(stack, stack, observed);
        var bimi = stack.Logo is null ? null : BimiFiles.Of(stack, HostingPlanner.BimiHost(stack, observed, aboutBimi: true));
        var wanted = new RecordSubject(stack) with
        {
            ReportUri = stack.ReportUri.Count > 0 ? stack.ReportUri : deployed?.ReportUri ?? [],
            LogoUrl = bimi is null ? deployed?.LogoUrl ?? "" : "",
            MarkCertificateUrl = bimi is null ? deployed?.MarkCertificateUrl ?? "" : "",
            BimiSelector = stack.IsBimiSelectorAsked || deployed is null ? stack.BimiSelector : deployed.BimiSelector,
            BimiSubdomain = stack.IsBimiSubdomainAsked || deployed is null ? stack.BimiSubdomain : deployed.BimiSubdomain,
        };
        var certificate = observed.Certificates.FirstOrDefault(c => c.Arn == observed.Distribution?.Settings.CertificateArn)
            ?? observed.Certificates.FirstOrDefault();
        var described = PublishDecision.None with { Policy = Described(stack, observed), Bimi = bimi };
        return new NeededRecords(wanted, observed, described, DoneSteps.None, []).List(StackParts.All, observed.Distribution, certificate);
    }

    // A removal needs the records of what it serves: the policy of mode none.
    private static MtaStsPolicy? Described(StackWish stack, ObservedStack observed)
        => stack is { Policy: null, Mode: null } && StackRemovals.Of(observed) is not null ? observed.CurrentPolicy : PolicyChooser.Choose(stack, observed);

    /// <summary>The stack while its removal waits.</summary>
    public static EmailSecurityStack WhileRemoving(EmailSecurityStack stack, StackWish asked, ObservedStack observed, ExecutionResult result)
    {
        var now = (AsObserved(stack, asked, observed) ?? stack).State;
        var until = result.Pending.Select(p => p.Until).Max();
        return stack with
        {
            State = now with
            {
                Status = StackStatus.Removing,
                // The marks that show it may have been written only now.
                Removal = now.Removal ?? new StackRemoval(until is null ? RemovalPhase.TakingDown : RemovalPhase.Waiting, until),
                WaitingFor = result.Pending.Count > 0 ? string.Join("; ", result.Pending.Select(p => p.Reason)) : now.WaitingFor,
                WaitingUntil = until ?? now.WaitingUntil,
                // What somebody must change or delete at an external DNS host, as it should be now; the purpose says which.
                Records = Merge(now.Records, [.. result.Pending.SelectMany(p => p.Records)]),
            },
        };
    }

    private static SortedDictionary<string, string> UserTags(IReadOnlyDictionary<string, string> tags) => new(
        tags.Where(t => !t.Key.StartsWith(StackNames.TagPrefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    private static int? LogRetentionDays(ObservedStack observed)
        => observed.LogBucket?.Settings.Lifecycle?.FirstOrDefault(r => r.Id == LifecyclePlanner.LogRule)?.ExpirationDays;

    private static string? Subdomain(string domain, string bimiHost)
        => bimiHost.EndsWith("." + domain, StringComparison.Ordinal) ? bimiHost[..^(domain.Length + 1)] : null;

    // What an earlier command of the pipeline reported about its own parts stays.
    private static List<DnsRecordState> Merge(IReadOnlyList<DnsRecordState> before, IReadOnlyList<DnsRecordState> now)
        => [.. before.Where(b => !now.Any(n => n.Name == b.Name && n.Type == b.Type)), .. now];
}
