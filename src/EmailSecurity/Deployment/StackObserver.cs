using EmailSecurity.Applying;
using EmailSecurity.Bimi;
using EmailSecurity.Marks;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

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
    /// <summary>Look up what a publish should tell beside: CAA, mail servers, report addresses, the BIMI files.</summary>
    public bool ForWarnings { get; init; }
    /// <summary>Ask DNS itself where the account has no zone of the domain: who hosts its DNS is then found, not given.</summary>
    public bool FindsDnsHost { get; init; }
    /// <summary>Roots that a mark certificate's chain must end in.</summary>
    public MarkCertificateRoots MarkRoots { get; init; } = MarkCertificateRoots.Default;
}

/// <summary>Asks AWS and DNS what is there, side by side, with as few calls as may be.</summary>
public sealed class StackObserver(IEmailSecurityServices services, TimeProvider time, SettingsMemory memory)
{
    private const int MaxParents = 8;

    // Tags tell whose the bucket is; the other two guard what is in it.
    private static readonly HashSet<BucketSetting> Nothing = [];
    private static readonly HashSet<BucketSetting> Existence = [BucketSetting.Tags];
    private static readonly HashSet<BucketSetting> AssetGuards = [BucketSetting.PublicAccessBlock, BucketSetting.Policy];
    private static readonly HashSet<BucketSetting> AllButTags = [.. Enum.GetValues<BucketSetting>().Except(Existence)];
    private static readonly HashSet<BucketSetting> LogSettings = [.. AllButTags.Except([BucketSetting.AccessLogging])];

    /// <summary>
    /// Observes a stack. Where its buckets have names with a suffix, the distribution tells which; before it is made and after it is deleted, the
    /// account's own buckets do.
    /// </summary>
    /// <exception cref="EmailSecurityException">BucketNameTaken, BucketSuffixDiffers, BucketSuffixAmbiguous, and those of the adapters.</exception>
    public async Task<ObservedStack> ObserveAsync(StackWish stack, ObserveOptions options, CancellationToken cancellationToken)
    {
        ObservedStack? seen = null;
        EmailSecurityException? taken = null;
        try
        {
            seen = await LookAsync(stack, options, cancellationToken).ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (e.ErrorId == "BucketNameTaken" && !stack.IsBucketSuffixAsked)
        {
            taken = e;
        }

        var deployed = await DeployedSuffixAsync(stack, options, seen, cancellationToken).ConfigureAwait(false);
        if (deployed is null || deployed == stack.BucketSuffix)
        {
            return seen ?? throw taken!;
        }

        return stack.IsBucketSuffixAsked
            ? throw new EmailSecurityException("BucketSuffixDiffers", ErrorKind.InvalidOperation,
                $"The buckets of {stack.Domain} have {(deployed.Length == 0 ? "no suffix" : $"the suffix '{deployed}'")}; buckets cannot be renamed.",
                "Leave -BucketSuffix out: the deployed one is found. For other names remove the stack and publish it again.")
            { Target = stack.Domain }
            : await LookAsync(stack with { BucketSuffix = deployed }, options, cancellationToken).ConfigureAwait(false);
    }

    // Null where nothing tells.
    private async Task<string?> DeployedSuffixAsync(StackWish stack, ObserveOptions options, ObservedStack? seen, CancellationToken cancellationToken)
    {
        var caller = seen?.Caller ?? await services.Account.GetCallerIdentityAsync(cancellationToken).ConfigureAwait(false);
        var distribution = seen is not null ? seen.Distribution
            : (await DistributionAsync(stack, options, cancellationToken).ConfigureAwait(false)).Distribution;
        if (distribution is not null && StackNames.BucketSuffix(stack.Domain, caller.AccountId, distribution.Settings.OriginDomainName) is { } told)
        {
            return told;
        }

        if (stack.IsBucketSuffixAsked || seen?.AssetBucket is not null)
        {
            return null;
        }

        var own = await services.Buckets.FindAsync(StackNames.BucketPrefix(stack.Domain), cancellationToken).ConfigureAwait(false);
        return StackNames.BucketSuffixes(stack.Domain, caller.AccountId, own) switch
        {
            [] => null,
            [var only] => only,
            var several when several.Contains("", StringComparer.Ordinal) => null,
            var several => throw new EmailSecurityException("BucketSuffixAmbiguous", ErrorKind.InvalidOperation,
                $"{stack.Domain} has buckets with more than one suffix ({string.Join(", ", several)}), and no distribution tells which are in use.",
                "Say which are meant: New-EmailSecurityStack -BucketSuffix, piped to the command.")
            { Target = stack.Domain },
        };
    }

    private async Task<ObservedStack> LookAsync(StackWish stack, ObserveOptions options, CancellationToken cancellationToken)
    {
        // First and alone: wrong credentials are then said once.
        var caller = await services.Account.GetCallerIdentityAsync(cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ct = stop.Token;
        var hosting = options.Parts.HasFlag(StackParts.MtaSts) || options.Parts.HasFlag(StackParts.Bimi);
        var full = options.AllSettings || !memory.IsFresh(caller.AccountId, stack);

        var zones = stack.DnsHost == DnsHost.Route53 ? ZonesAsync(stack, ct) : Task.FromResult<(IReadOnlyList<HostedZoneInfo>, IReadOnlyDictionary<string, IReadOnlyList<RecordSet>>)>(([], new Dictionary<string, IReadOnlyList<RecordSet>>(StringComparer.Ordinal)));
        var answers = AskAsync();
        var assets = BucketAsync(StackNames.AssetBucket(stack.Domain, caller.AccountId, stack.BucketSuffix), !hosting ? Nothing : full ? AllButTags : AssetGuards, ct);
        var logs = LogsAsync(StackNames.LogBucket(stack.Domain, caller.AccountId, stack.BucketSuffix), hosting ? full ? LogSettings : Nothing : null, assets, ct);
        var versions = hosting ? VersionsAsync(assets, ct) : Task.FromResult<IReadOnlyList<ObjectVersion>>([]);
        var distribution = hosting ? DistributionAsync(stack, options, ct) : Task.FromResult<DistributionView>(new(null, null, []));
        var looks = new PolicyLooks(services, time, memory);
        var policy = hosting ? looks.CurrentAsync(stack, options, caller, versions, ct) : Task.FromResult<PolicyView>(new(null, null));
        var metadata = hosting && options.ForPublish
            ? new ServedMetadata(services.Buckets, memory).ReadAsync(stack, options, StackNames.AssetBucket(stack.Domain, caller.AccountId, stack.BucketSuffix), versions, ct)
            : Task.FromResult<IReadOnlyDictionary<string, ObjectMetadata>>(new Dictionary<string, ObjectMetadata>(StringComparer.Ordinal));
        var history = options.ForRemoval ? looks.HistoryAsync(stack, caller, versions, ct) : Task.FromResult<IReadOnlyList<PolicyVersion>>([]);
        var gate = options.ForPublish && options.Parts.HasFlag(StackParts.Bimi) && stack.Logo is not null ? BimiGateAsync(stack, options, ct) : Task.FromResult<EmailSecurityException?>(null);
        var outside = options.ForWarnings
            ? new OutsideLooks(services, time).LookAsync(stack, options, PolicyLooks.ForWarningsAsync(policy), ct)
            : Task.FromResult(OutsideView.Nothing);

        async Task<IReadOnlyDictionary<(string, DnsRecordType), DnsAnswer>> AskAsync()
            => stack.DnsHost == DnsHost.External || (options.FindsDnsHost && !(await zones.ConfigureAwait(false)).Item1.Any(z => stack.Domain == z.Name || stack.Domain.EndsWith("." + z.Name, StringComparison.Ordinal)))
                ? await AnswersAsync(stack, ct).ConfigureAwait(false) : new Dictionary<(string, DnsRecordType), DnsAnswer>();

        Task[] all = [zones, answers, assets, logs, versions, distribution, policy, metadata, history, gate, outside];
        try
        {
            await FirstFailureAsync(all).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        var view = await distribution.ConfigureAwait(false);
        var (zoneList, sets) = await zones.ConfigureAwait(false);
        var delegated = await DelegationsInDnsAsync(stack, zoneList, cancellationToken).ConfigureAwait(false);
        var served = await policy.ConfigureAwait(false);
        var observed = new ObservedStack
        {
            Domain = stack.Domain,
            Caller = caller,
            BucketSuffix = stack.BucketSuffix,
            Region = RegionOf(stack, caller, await assets.ConfigureAwait(false), await logs.ConfigureAwait(false), view.Distribution),
            ObservedAt = services.Account.GetUtcNow(time),
            ClockOffset = services.Account.ClockOffset,
            Zones = zoneList,
            RecordSets = sets,
            DelegationsInDns = delegated,
            Answers = await answers.ConfigureAwait(false),
            AssetBucket = await assets.ConfigureAwait(false),
            LogBucket = await logs.ConfigureAwait(false),
            AssetVersions = await versions.ConfigureAwait(false),
            Metadata = await metadata.ConfigureAwait(false),
            AssetSettingsRead = Existence.Union(full ? AllButTags : AssetGuards).ToHashSet(),
            LogSettingsRead = full ? Existence.Union(LogSettings).ToHashSet() : Existence,
            Distribution = view.Distribution,
            OriginAccessControlId = view.OriginAccessControlId,
            Certificates = view.Certificates,
            CurrentPolicy = served.Current,
            Mx = served.Mx,
            BimiGate = await gate.ConfigureAwait(false),
            Outside = await outside.ConfigureAwait(false),
        };
        var found = observed.Answers.Count > 0 ? stack with { DnsHost = DnsHost.External } : stack;
        observed = observed with { Hosts = await HostsAsync(found, observed, cancellationToken).ConfigureAwait(false) };
        observed = PolicyLooks.Tell(observed, await history.ConfigureAwait(false));
        if (hosting)
        {
            observed = await looks.EvidenceAsync(stack, options, observed, versions, cancellationToken).ConfigureAwait(false);
        }

        return options.ForRemoval ? await NamesAsync(stack, observed, cancellationToken).ConfigureAwait(false) : observed;
    }

    // A stack stays in the region that it was made in, whatever the session's is; its origin names it where the buckets are gone.
    private string RegionOf(StackWish stack, CallerIdentity caller, ObservedBucket? assets, ObservedBucket? logs, ObservedDistribution? distribution)
    {
        string?[] told = [assets?.Region, logs?.Region, StackNames.OriginRegion(StackNames.AssetBucket(stack.Domain, caller.AccountId, stack.BucketSuffix), distribution?.Settings.OriginDomainName ?? "")];
        return told.FirstOrDefault(r => !string.IsNullOrEmpty(r)) ?? services.Region;
    }

    // The first to fail, not the first in the list: the rest is cancelled and would only say so.
    private static async Task FirstFailureAsync(IEnumerable<Task> tasks)
    {
        var left = tasks.ToList();
        while (left.Count > 0)
        {
            var done = await Task.WhenAny(left).ConfigureAwait(false);
            left.Remove(done);
            await done.ConfigureAwait(false);
        }
    }

    private async Task<(IReadOnlyList<HostedZoneInfo>, IReadOnlyDictionary<string, IReadOnlyList<RecordSet>>)> ZonesAsync(StackWish stack, CancellationToken ct)
    {
        var zones = await services.Zones.FindZonesAsync(stack.Domain, ct).ConfigureAwait(false);
        string[] names =
        [
            MtaStsRecord.NameOf(stack.Domain), MtaStsPolicy.HostOf(stack.Domain), TlsRptRecord.NameOf(stack.Domain),
            BimiRecord.NameOf(stack.Domain, stack.BimiSelector), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain),
        ];
        var relevant = zones.Where(z => names.Any(n => zones.Where(o => n == o.Name || n.EndsWith("." + o.Name, StringComparison.Ordinal)).MaxBy(o => o.Name.Length)?.Name == z.Name)).ToArray();
        var sets = await Task.WhenAll(relevant.Select(async z => (z.Id, await RecordSetsAsync(z).ConfigureAwait(false)))).ConfigureAwait(false);
        return (zones, sets.ToDictionary(s => s.Id, s => s.Item2, StringComparer.Ordinal));

        async Task<IReadOnlyList<RecordSet>> RecordSetsAsync(HostedZoneInfo zone)
        {
            var found = await services.Zones.GetRecordSetsAsync(zone, stack.Domain, names, ct).ConfigureAwait(false);
            if (zone.IsModerate)
            {
                return found;
            }

            // In a large zone the validation records and other selectors, whose names nobody knows beforehand, are found below these.
            var below = await Task.WhenAll(new[] { MtaStsPolicy.HostOf(stack.Domain), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain), "_bimi." + stack.Domain }
                .Select(n => services.Zones.GetRecordSetsAsync(zone, n, [], ct))).ConfigureAwait(false);
            return [.. found.Concat(below.SelectMany(b => b)).DistinctBy(s => (s.Name, s.Type, s.SetIdentifier))];
        }
    }

    // NS record sets where the zone was not read: above the domain, and of a large zone beside the names read.
    private async Task<IReadOnlyList<RecordSet>> DelegationsInDnsAsync(StackWish stack, IReadOnlyList<HostedZoneInfo> zones, CancellationToken ct)
    {
        if (ObservedStack.ZoneOf(zones, stack.Domain) is not { } zone)
        {
            return [];
        }

        List<string> owners = [.. Delegation.OwnersBelow(zone.Name, stack.Domain).Skip(1).Take(MaxParents)];
        if (!zone.IsModerate)
        {
            owners.Add("_tls." + stack.Domain);
        }

        var answers = await Task.WhenAll(owners.Select(async o => (Owner: o, Answer: await services.Resolver.QueryAsync(o, DnsRecordType.NS, ct).ConfigureAwait(false)))).ConfigureAwait(false);
        return
        [
            .. answers.Where(a => a.Answer is { Status: DnsStatus.NoError, Records.Count: > 0, CnameChain.Count: 0 })
                .Select(a => new RecordSet { Name = a.Owner, Type = "NS", Ttl = a.Answer.Records[0].Ttl, Values = [.. a.Answer.Records.Select(r => r.Value)] }),
        ];
    }

    /// <summary>How the hosts lead to the distribution, at an external DNS host: by CNAME, by addresses, through a proxy.</summary>
    internal async Task<IReadOnlyDictionary<string, HostView>> HostsAsync(StackWish stack, ObservedStack observed, CancellationToken ct)
    {
        if (stack.DnsHost != DnsHost.External || observed.Distribution is not { DomainName.Length: > 0 } distribution)
        {
            return new Dictionary<string, HostView>(StringComparer.Ordinal);
        }

        var looks = new RecordLooks(services);
        string[] hosts = [.. new[] { MtaStsPolicy.HostOf(stack.Domain), HostingPlanner.BimiHost(stack, observed, aboutBimi: stack.Logo is not null) }.Distinct(StringComparer.Ordinal)];
        var views = await Task.WhenAll(hosts.Select(h => looks.HostAsync(h, distribution.DomainName, ServedContents.Of(stack, observed, stack.Policy, h), observed.Answers.GetValueOrDefault((h, DnsRecordType.CNAME)), ct))).ConfigureAwait(false);
        return views.ToDictionary(v => v.Host, StringComparer.Ordinal);
    }

    /// <summary>What DNS answers for the stack's records: at an external host there is nobody else to ask.</summary>
    internal async Task<IReadOnlyDictionary<(string, DnsRecordType), DnsAnswer>> AnswersAsync(StackWish stack, CancellationToken ct)
    {
        (string, DnsRecordType)[] questions =
        [
            (MtaStsRecord.NameOf(stack.Domain), DnsRecordType.TXT),
            (MtaStsPolicy.HostOf(stack.Domain), DnsRecordType.CNAME),
            (TlsRptRecord.NameOf(stack.Domain), DnsRecordType.TXT),
            (BimiRecord.NameOf(stack.Domain, stack.BimiSelector), DnsRecordType.TXT),
            (BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain), DnsRecordType.CNAME),
        ];
        var answers = await Task.WhenAll(questions.Select(async q => (q, await services.Resolver.QueryAsync(q.Item1, q.Item2, ct).ConfigureAwait(false)))).ConfigureAwait(false);
        return answers.ToDictionary(a => a.q, a => a.Item2);
    }

    // One call tells whether the bucket is there; its settings are asked for only then.
    private async Task<ObservedBucket?> BucketAsync(string name, IReadOnlySet<BucketSetting> settings, CancellationToken ct)
    {
        var bucket = await services.Buckets.GetAsync(name, Existence, ct).ConfigureAwait(false);
        if (bucket is null || settings.Count == 0)
        {
            return bucket;
        }

        var more = await services.Buckets.GetAsync(name, settings, ct).ConfigureAwait(false);
        return more is null ? null : more with { Settings = more.Settings with { Tags = bucket.Settings.Tags } };
    }

    // Where the command is about TLS reports alone, the log bucket is asked only for what the lost asset bucket would tell.
    private async Task<ObservedBucket?> LogsAsync(string name, IReadOnlySet<BucketSetting>? settings, Task<ObservedBucket?> assets, CancellationToken ct)
        => settings is not null ? await BucketAsync(name, settings, ct).ConfigureAwait(false)
            : await assets.ConfigureAwait(false) is null ? await BucketAsync(name, Nothing, ct).ConfigureAwait(false) : null;

    private async Task<IReadOnlyList<ObjectVersion>> VersionsAsync(Task<ObservedBucket?> bucket, CancellationToken ct)
        => await bucket.ConfigureAwait(false) is { } b ? await services.Buckets.ListObjectVersionsAsync(b.Name, ct).ConfigureAwait(false) : [];

    private async Task<DistributionView> DistributionAsync(StackWish stack, ObserveOptions options, CancellationToken ct)
    {
        string[] names = [.. new[] { MtaStsPolicy.HostOf(stack.Domain), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain) }.Order(StringComparer.Ordinal)];
        var find = services.Distributions.FindByAliasAsync(names, ct);
        var distribution = await find.ConfigureAwait(false);
        List<ObservedCertificate> certificates = [];
        string? oac = null;
        if (distribution is not null)
        {
            var arn = distribution.Settings.CertificateArn;
            var inUse = arn.Length == 0 ? null : await services.Certificates.GetAsync(arn, ct).ConfigureAwait(false); // empty: somebody put an IAM certificate there
            if (inUse is not null)
            {
                // The distribution is ours, and so, unless the user named another, is its certificate.
                certificates.Add(inUse);
            }
        }
        else
        {
            oac = await services.Distributions.FindOriginAccessControlAsync(StackNames.OriginAccessControl, ct).ConfigureAwait(false);
        }

        if (stack.CertificateArn.Length > 0 && certificates.TrueForAll(c => c.Arn != stack.CertificateArn) && await services.Certificates.GetAsync(stack.CertificateArn, ct).ConfigureAwait(false) is { } given)
        {
            certificates.Add(given);
        }

        var aboutBimi = options.Parts.HasFlag(StackParts.Bimi) && stack.Logo is not null;
        string[] needed = [.. options.Parts.HasFlag(StackParts.MtaSts) ? [MtaStsPolicy.HostOf(stack.Domain)] : Array.Empty<string>(), .. aboutBimi ? [HostingPlanner.BimiHost(stack, distribution, aboutBimi)] : Array.Empty<string>()];
        var usable = certificates.Any(c => c.Status == CertificateStatus.Issued && CertificatePlanner.Covers(c, needed));
        if (options.ForRemoval || !usable)
        {
            var ours = await services.Certificates.FindAsync(stack.Domain, [MtaStsPolicy.HostOf(stack.Domain)], ct).ConfigureAwait(false);
            certificates = [.. ours, .. certificates.Where(c => ours.All(o => o.Arn != c.Arn))];
        }

        return new DistributionView(distribution, oac, certificates);
    }

    private async Task<EmailSecurityException?> BimiGateAsync(StackWish stack, ObserveOptions options, CancellationToken ct)
        => AssetChecks.Check(stack, time.GetUtcNow(), options.MarkRoots) ?? await DmarcGate.CheckAsync(stack.Domain, services.Resolver, ct).ConfigureAwait(false);

    private async Task<ObservedStack> NamesAsync(StackWish stack, ObservedStack observed, CancellationToken ct)
    {
        var certificates = observed.Certificates.Where(c => StackNames.IsOwner(stack.Domain, c.Tags)).ToArray();
        string[] ours = [.. certificates.Select(c => c.Arn)];

        // With the names on our certificates: hosts of an earlier BIMI subdomain are among them.
        HashSet<string> names = new(certificates.SelectMany(c => c.Names), StringComparer.Ordinal) { MtaStsPolicy.HostOf(stack.Domain), HostingPlanner.BimiHost(stack, observed, aboutBimi: false), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain) };
        // All at once: they share a listing.
        var others = await Task.WhenAll(names.Select(async n => (Name: n, IsShared: await services.Certificates.IsNameOnOtherCertificateAsync(n, ours, ct).ConfigureAwait(false)))).ConfigureAwait(false);
        return observed with { ValidatedNames = names, NamesOnOtherCertificates = others.Where(o => o.IsShared).Select(o => o.Name).ToHashSet(StringComparer.Ordinal) };
    }

    private sealed record DistributionView(ObservedDistribution? Distribution, string? OriginAccessControlId, IReadOnlyList<ObservedCertificate> Certificates);
}
