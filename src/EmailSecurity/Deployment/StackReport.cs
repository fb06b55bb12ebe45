using EmailSecurity.Applying;
using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Deployment;

/// <summary>Makes the stack that a command emits from what was observed and what was done since. Pure.</summary>
public static class StackReport
{
    private static readonly System.Collections.Frozen.FrozenSet<string> NoSteps = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>The stack after a publish.</summary>
    public static EmailSecurityStack AfterPublish(EmailSecurityStack before, StackParts parts, ObservedStack observed, Plan plan, ExecutionResult result)
    {
        ArgumentNullException.ThrowIfNull(plan);
        parts &= ~plan.RefusedParts;
        var stack = before.WishForDeployment();
        var was = before.State;
        var done = result.Applied.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var hosting = parts.HasFlag(StackParts.MtaSts) || parts.HasFlag(StackParts.Bimi);
        var dist = result.Distribution ?? observed.Distribution;
        var policy = parts.HasFlag(StackParts.MtaSts) ? PolicyChooser.Choose(stack, observed) : stack.Policy;
        var published = done.Contains("record/mta-sts") ? policy?.Id : hosting || stack.DnsHost == DnsHost.External ? StackPlanner.PublishedPolicyId(observed) : was.PolicyId;
        var certificate = result.Certificate ?? observed.Certificates.FirstOrDefault(c => c.Arn == dist?.Settings.CertificateArn);
        var bimi = stack.Logo is not null && parts.HasFlag(StackParts.Bimi)
            ? StackPlanner.BimiFiles.Of(stack, HostingPlanner.BimiHost(stack, observed, aboutBimi: true)) : null;
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
                LogRetentionDays = hosting && whole ? (stack.IsLogRetentionAsked ? null : LogRetentionDays(observed)) ?? stack.LogRetentionDays : was.LogRetentionDays,
                Status = (result.IsComplete && plan.Refused.Count == 0, pending, external) switch
                {
                    _ when result.IsWhatIf => was.Status,
                    (_, not null, true) => StackStatus.WaitingForDns,
                    (_, not null, false) => StackStatus.InProgress,
                    (true, _, _) => StackStatus.Deployed,
                    _ => StackStatus.Incomplete,
                },
                WaitingFor = string.Join("; ", result.Pending.Select(p => p.Reason)),
                WaitingUntil = pending?.Until,
                AccountId = observed.Caller.AccountId,
                BucketRegion = observed.Region,
                AssetBucket = observed.AssetBucket?.Name ?? (done.Contains("asset-bucket") ? observed.AssetBucketName : was.AssetBucket),
                LogBucket = observed.LogBucket?.Name ?? (done.Contains("log-bucket") ? observed.LogBucketName : was.LogBucket),
                DistributionId = dist?.Id ?? was.DistributionId,
                DistributionDomainName = dist?.DomainName ?? was.DistributionDomainName,
                CertificateArn = dist?.Settings.CertificateArn ?? certificate?.Arn ?? was.CertificateArn,
                CertificateStatus = certificate?.Status.ToString() ?? was.CertificateStatus,
                CertificateNotAfter = certificate?.NotAfter ?? was.CertificateNotAfter,
                HostedZoneId = observed.ZoneOf(stack.Domain)?.Id ?? was.HostedZoneId,
                PolicyId = published ?? "",
                PolicyUrl = parts.HasFlag(StackParts.MtaSts) ? StackNames.PolicyUrl(stack.Domain).ToString() : was.PolicyUrl,
                LogoUrl = bimi?.LogoUrl.ToString() ?? was.LogoUrl,
                MarkCertificateUrl = bimi is null ? was.MarkCertificateUrl : bimi.CertificateUrl?.ToString() ?? "",
                Records = Merge(was.Records, Records(subject, parts, observed, dist, certificate, policy, bimi, done, result.Pending)),
            },
        };
    }

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
        var (selector, bimi) = DeployedBimi(asked, observed, bimiHost);
        var reports = TlsRptRecord.Select(Texts(observed, StackNames.TlsRptRecord(asked.Domain)), asked.Domain).Value is TlsRptRecord record ? record.ReportUris : [];
        var certificate = observed.Certificates.FirstOrDefault(c => c.Arn == dist?.Settings.CertificateArn) ?? observed.Certificates.FirstOrDefault();
        var published = StackPlanner.PublishedPolicyId(observed);
        var announced = AnnouncedPolicy.Of(observed)?.Whole;
        var tags = observed.AssetBucket?.Settings.Tags ?? dist?.Tags ?? new Dictionary<string, string>(StringComparer.Ordinal);
        var until = RemovalPlanner.SendersHoldUntil(observed);
        var retired = observed.CurrentPolicy?.Mode == MtaStsMode.None && published is not null && until > observed.ObservedAt;
        var whole = dist is { IsDeployed: true, Settings.Enabled: true }
            && (!owned.HasFlag(StackParts.MtaSts) || (observed.CurrentPolicy is not null && published == observed.CurrentPolicy.Id));
        var now = stack with
        {
            State = new StackState
            {
                DnsHost = observed.ZoneOf(asked.Domain) is null && asked.DnsHost == DnsHost.Route53 && observed.Zones.Count == 0 ? DnsHost.External : asked.DnsHost,
                BimiSubdomain = Subdomain(asked.Domain, bimiHost) ?? asked.BimiSubdomain,
                BimiSelector = selector,
                LogRetentionDays = LogRetentionDays(observed) ?? asked.LogRetentionDays,
                Tag = new SortedDictionary<string, string>(tags.Where(t => !t.Key.StartsWith(StackNames.TagPrefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
                ReportUri = reports,
                Policy = announced,
                Status = retired || dist is { Settings.Enabled: false } ? StackStatus.Removing
                    : whole ? StackStatus.Deployed
                    : dist is { IsDeployed: false } || certificate?.Status == CertificateStatus.PendingValidation ? StackStatus.InProgress
                    : StackStatus.Incomplete,
                WaitingFor = retired ? "senders to forget the old policy" : "",
                WaitingUntil = retired ? until : null,
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
                PolicyUrl = observed.CurrentPolicy is null ? "" : StackNames.PolicyUrl(asked.Domain).ToString(),
                LogoUrl = bimi?.Logo?.ToString() ?? "",
                MarkCertificateUrl = bimi?.Certificate?.ToString() ?? "",
            },
        };
        var parts = owned | (reports.Count > 0 ? StackParts.TlsRpt : StackParts.None);
        var records = Records(new RecordSubject(now), parts, observed, dist, certificate, observed.CurrentPolicy, null, NoSteps, []);
        return now with { State = now.State with { Records = records } };
    }

    /// <summary>Every record that the stack needs: what is described, and what is deployed beside.</summary>
    public static IReadOnlyList<DnsRecordState> RecordsOf(StackWish stack, ObservedStack observed)
    {
        var deployed = AsObserved(stack, stack, observed);
        var bimi = stack.Logo is null ? null : StackPlanner.BimiFiles.Of(stack, HostingPlanner.BimiHost(stack, observed, aboutBimi: true));
        var wanted = new RecordSubject(stack) with
        {
            ReportUri = stack.ReportUri.Count > 0 ? stack.ReportUri : deployed?.ReportUri ?? [],
            LogoUrl = bimi is null ? deployed?.LogoUrl ?? "" : "",
            MarkCertificateUrl = bimi is null ? deployed?.MarkCertificateUrl ?? "" : "",
            BimiSelector = stack.IsBimiSelectorAsked || deployed is null ? stack.BimiSelector : deployed.BimiSelector,
            BimiSubdomain = stack.IsBimiSubdomainAsked || deployed is null ? stack.BimiSubdomain : deployed.BimiSubdomain,
        };
        var certificate = observed.Certificates.FirstOrDefault(c => c.Arn == observed.Distribution?.Settings.CertificateArn) ?? observed.Certificates.FirstOrDefault();
        return Records(wanted, StackParts.All, observed, observed.Distribution, certificate, PolicyChooser.Choose(stack, observed), bimi, NoSteps, []);
    }

    /// <summary>The stack while its removal waits.</summary>
    public static EmailSecurityStack WhileRemoving(EmailSecurityStack stack, StackWish asked, ObservedStack observed, ExecutionResult result)
    {
        var now = (AsObserved(stack, asked, observed) ?? stack).State;
        return stack with
        {
            State = now with
            {
                Status = StackStatus.Removing,
                WaitingFor = result.Pending.Count > 0 ? string.Join("; ", result.Pending.Select(p => p.Reason)) : now.WaitingFor,
                WaitingUntil = result.Pending.Select(p => p.Until).Max() ?? now.WaitingUntil,
                // What somebody must change or delete at an external DNS host, as it should be now; the purpose says which.
                Records = Merge(now.Records, [.. result.Pending.SelectMany(p => p.Records)]),
            },
        };
    }

    private static int? LogRetentionDays(ObservedStack observed) => observed.LogBucket?.Settings.Lifecycle?.FirstOrDefault(r => r.Id == LifecyclePlanner.LogRule)?.ExpirationDays;

    private static string? Subdomain(string domain, string bimiHost) => bimiHost.EndsWith("." + domain, StringComparison.Ordinal) ? bimiHost[..^(domain.Length + 1)] : null;

    private static (string Selector, BimiRecord? Record) DeployedBimi(StackWish asked, ObservedStack observed, string bimiHost)
    {
        var suffix = "._bimi." + asked.Domain;
        foreach (var set in observed.RecordSets.Values.SelectMany(s => s).Where(s => s.Type == "TXT" && s.Name.EndsWith(suffix, StringComparison.Ordinal)).OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            if (StackPlanner.RefersToUs(observed, set.Name, bimiHost) && BimiRecord.Select(set.Values.Select(TxtStrings.Unquote), asked.Domain).Value is BimiRecord record)
            {
                return (set.Name[..^suffix.Length], record);
            }
        }

        return (asked.BimiSelector, BimiRecord.Select(Texts(observed, StackNames.BimiRecord(asked.Domain, asked.BimiSelector)), asked.Domain, asked.BimiSelector).Value as BimiRecord);
    }

    // Each TXT string of a name; those of others among them.
    private static IEnumerable<string> Texts(ObservedStack observed, string name)
        => observed.Answers.TryGetValue((name, DnsRecordType.TXT), out var answer) ? answer.Records.Select(r => r.Value)
            : observed.RecordSetsAt(name).Where(s => s.Type == "TXT").SelectMany(s => s.Values).Select(TxtStrings.Unquote);

    internal static List<DnsRecordState> Records(RecordSubject stack, StackParts parts, ObservedStack observed, ObservedDistribution? dist, ObservedCertificate? certificate, MtaStsPolicy? policy, StackPlanner.BimiFiles? bimi, IReadOnlySet<string> done, IReadOnlyList<PendingChange> pending)
    {
        List<DnsRecordState> records = [];
        var external = stack.DnsHost == DnsHost.External;
        var target = dist?.DomainName ?? "";
        foreach (var v in certificate?.ValidationRecords.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase) ?? [])
        {
            var seen = pending.SelectMany(p => p.Records).FirstOrDefault(r => string.Equals(r.Name, v.Name, StringComparison.OrdinalIgnoreCase));
            var published = done.Contains("validation") || certificate!.Status == CertificateStatus.Issued;
            records.Add(seen ?? Look(new DnsRecordState { Domain = stack.Domain, Name = v.Name.ToLowerInvariant(), Type = "CNAME", Value = v.Value, Ttl = RecordPlanner.PolicyRecordTtl, Purpose = $"proves to ACM that {v.Domain} is yours; must stay for renewal", Status = external && published ? DnsRecordStatus.Published : DnsRecordStatus.Unknown }, "validation"));
        }

        if (parts.HasFlag(StackParts.MtaSts))
        {
            Host(StackNames.PolicyHost(stack.Domain), "alias/mta-sts", "leads senders to the policy");
            if (policy is not null)
            {
                Add(StackNames.MtaStsRecord(stack.Domain), "TXT", new MtaStsRecord(policy.Id).ToString(), RecordPlanner.PolicyRecordTtl, "tells senders that there is a policy (RFC 8461 section 3.1)", "record/mta-sts");
            }
        }

        if (parts.HasFlag(StackParts.TlsRpt) && stack.ReportUri.Count > 0)
        {
            Add(StackNames.TlsRptRecord(stack.Domain), "TXT", TlsRptRecord.Create(stack.ReportUri).ToString(), RecordPlanner.RecordTtl, "tells senders where TLS reports go (RFC 8460 section 3)", "record/tls-rpt");
        }

        if (bimi is not null || (stack.LogoUrl.Length > 0 && parts.HasFlag(StackParts.Bimi)))
        {
            var host = bimi?.Host ?? StackNames.BimiHost(stack.Domain, stack.BimiSubdomain);
            Host(host, "alias/bimi", "leads mailbox providers to the logo");
            var text = bimi?.Record ?? BimiRecord.Create(new Uri(stack.LogoUrl), stack.MarkCertificateUrl.Length > 0 ? new Uri(stack.MarkCertificateUrl) : null).ToString();
            Add(StackNames.BimiRecord(stack.Domain, stack.BimiSelector), "TXT", text, RecordPlanner.RecordTtl, "tells mailbox providers where the logo is (BIMI assertion record)", "record/bimi");
        }

        return records;

        void Host(string name, string step, string purpose)
        {
            if (external)
            {
                Add(name, "CNAME", target, RecordPlanner.PolicyRecordTtl, purpose, step + "/A");
                return;
            }

            Add(name, "A", target, 60, purpose, step + "/A");
            Add(name, "AAAA", target, 60, purpose, step + "/AAAA");
        }

        void Add(string name, string type, string value, int ttl, string purpose, string step)
            => records.Add(Look(new DnsRecordState { Domain = stack.Domain, Name = name, Type = type, Value = value, Ttl = ttl, Purpose = purpose }, step));

        DnsRecordState Look(DnsRecordState record, string step)
        {
            if (done.Contains(step))
            {
                return record with { Status = DnsRecordStatus.Published, ObservedValue = record.Value };
            }

            if (pending.SelectMany(p => p.Records).FirstOrDefault(r => r.Name == record.Name && r.Type == record.Type) is { } seen)
            {
                return record with { Status = seen.Status, ObservedValue = seen.ObservedValue, Note = seen.Note };
            }

            if (record.Value.Length == 0)
            {
                return record with { Status = DnsRecordStatus.NotYet };
            }

            if (external)
            {
                var looked = record.Status == DnsRecordStatus.Published ? record : StackRecords.Look(observed, record);
                // The record that leads senders to the policy comes last: not before the policy is served.
                return looked.Status == DnsRecordStatus.Missing && dist is not { IsDeployed: true } && record.Type == "TXT" && step is "record/mta-sts" or "record/bimi" && looked.Status != DnsRecordStatus.Published
                    ? looked with { Status = DnsRecordStatus.NotYet } : looked;
            }

            var sets = observed.RecordSetsAt(record.Name).ToArray();
            var same = Array.Find(sets, s => s.Type == record.Type);
            if (same is { Type: "TXT" })
            {
                var compared = RecordMeaning.Compare(record, [.. same.Values.Select(TxtStrings.Unquote)]);
                return record with { Status = compared.Status, ObservedValue = compared.Observed, Note = compared.Note };
            }

            var value = same is null ? string.Join(" | ", sets.Where(s => s.Type == "CNAME").Select(StackRecords.ValueOf)) : StackRecords.ValueOf(same);
            return record with
            {
                ObservedValue = value,
                Status = value.Length == 0 ? DnsRecordStatus.Missing : same is not null && RecordMeaning.SameName(value, record.Value) ? DnsRecordStatus.Published : DnsRecordStatus.Different,
            };
        }
    }

    // What an earlier command of the pipeline reported about its own parts stays.
    private static List<DnsRecordState> Merge(IReadOnlyList<DnsRecordState> before, IReadOnlyList<DnsRecordState> now)
        => [.. before.Where(b => !now.Any(n => n.Name == b.Name && n.Type == b.Type)), .. now];

    /// <summary>What the records of a stack are made from.</summary>
    internal sealed record RecordSubject
    {
        public RecordSubject(EmailSecurityStack stack)
        {
            (Domain, DnsHost, ReportUri) = (stack.Domain, stack.DnsHost, stack.ReportUri);
            (LogoUrl, MarkCertificateUrl) = (stack.LogoUrl, stack.MarkCertificateUrl);
            (BimiSubdomain, BimiSelector) = (stack.BimiSubdomain, stack.BimiSelector);
        }

        public string Domain { get; }

        public DnsHost DnsHost { get; init; }

        public IReadOnlyList<string> ReportUri { get; init; }

        public string LogoUrl { get; init; }

        public string MarkCertificateUrl { get; init; }

        public string BimiSubdomain { get; init; }

        public string BimiSelector { get; init; }
    }
}
