using EmailSecurity.Applying;
using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Deployment;

/// <summary>Reads the current state from AWS and DNS, side by side, with as few calls as may be.</summary>
public sealed class StackObserver(IEmailSecurityServices services, TimeProvider time, SettingsMemory memory)
{
    // Tags say whose the bucket is; the other two guard what is in it.
    private static readonly HashSet<BucketSetting> Nothing = [];
    private static readonly HashSet<BucketSetting> Existence = [BucketSetting.Tags];
    private static readonly HashSet<BucketSetting> AssetGuards = [BucketSetting.PublicAccessBlock, BucketSetting.Policy];
    private static readonly HashSet<BucketSetting> AllButTags = [.. Enum.GetValues<BucketSetting>().Except(Existence)];
    private static readonly HashSet<BucketSetting> LogSettings = [.. AllButTags.Except([BucketSetting.AccessLogging])];

    /// <summary>
    /// Observes a stack. Where its buckets have names with a suffix, the distribution shows which; before it is made and after it is deleted, the
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
                "Leave -BucketSuffix out: the command finds the deployed one. For other names, remove the stack and publish it again.")
            { Target = stack.Domain }
            : await LookAsync(stack with { BucketSuffix = deployed }, options, cancellationToken).ConfigureAwait(false);
    }

    // Null where nothing shows it.
    private async Task<string?> DeployedSuffixAsync(StackWish stack, ObserveOptions options, ObservedStack? seen, CancellationToken cancellationToken)
    {
        var caller = seen?.Caller ?? await services.Account.GetCallerIdentityAsync(cancellationToken).ConfigureAwait(false);
        var distribution = seen is not null ? seen.Distribution
            : (await new DistributionLooks(services).FindAsync(stack, options, cancellationToken).ConfigureAwait(false)).Distribution;
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
                $"{stack.Domain} has buckets with more than one suffix ({string.Join(", ", several)}), and no distribution shows which are in use.",
                "Name the ones to use with New-EmailSecurityStack -BucketSuffix, piped to the command.")
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

        var zones = stack.DnsHost == DnsHost.Route53 ? new ZoneLooks(services).ReadAsync(stack, ct) : Task.FromResult(ZoneView.None);
        var answers = AskAsync();
        var assetBucket = StackNames.AssetBucket(stack.Domain, caller.AccountId, stack.BucketSuffix);
        var logBucket = StackNames.LogBucket(stack.Domain, caller.AccountId, stack.BucketSuffix);
        var assets = BucketAsync(assetBucket, !hosting ? Nothing : full ? AllButTags : AssetGuards, ct);
        var logs = LogsAsync(logBucket, hosting ? full ? LogSettings : Nothing : null, assets, ct);
        var versions = hosting ? VersionsAsync(assets, ct) : Task.FromResult<IReadOnlyList<ObjectVersion>>([]);
        var distribution = hosting ? new DistributionLooks(services).FindAsync(stack, options, ct) : Task.FromResult<DistributionView>(new(null, null, []));
        var looks = new PolicyLooks(services, time, memory);
        var policy = hosting ? looks.CurrentAsync(stack, options, caller, versions, ct) : Task.FromResult<PolicyView>(new(null, null));
        var metadata = hosting && options.ForPublish
            ? new ServedMetadata(services.Buckets, memory).ReadAsync(stack, options, assetBucket, versions, ct)
            : Task.FromResult<IReadOnlyDictionary<string, ObjectMetadata>>(new Dictionary<string, ObjectMetadata>(StringComparer.Ordinal));
        var history = options.ForRemoval ? looks.HistoryAsync(stack, caller, versions, ct) : Task.FromResult<IReadOnlyList<PolicyVersion>>([]);
        var gate = options.ForPublish && options.Parts.HasFlag(StackParts.Bimi) && stack.Logo is not null
            ? BimiGateAsync(stack, options, ct)
            : Task.FromResult<EmailSecurityException?>(null);
        var outside = options.ForWarnings
            ? new OutsideLooks(services, time).LookAsync(stack, options, PolicyLooks.ForWarningsAsync(policy), ct)
            : Task.FromResult(OutsideView.Nothing);

        async Task<IReadOnlyDictionary<(string, DnsRecordType), DnsAnswer>> AskAsync()
            => stack.DnsHost == DnsHost.External
                || (options.FindsDnsHost && ObservedStack.ZoneOf((await zones.ConfigureAwait(false)).Zones, stack.Domain) is null)
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
        var delegated = await new ZoneLooks(services).DelegationsAsync(stack, zoneList, cancellationToken).ConfigureAwait(false);
        var served = await policy.ConfigureAwait(false);
        var observed = new ObservedStack
        {
            Domain = stack.Domain,
            Caller = caller,
            BucketSuffix = stack.BucketSuffix,
            Region = RegionOf(assetBucket, await assets.ConfigureAwait(false), await logs.ConfigureAwait(false), view.Distribution),
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

        return options.ForRemoval ? await new DistributionLooks(services).NamesAsync(stack, observed, cancellationToken).ConfigureAwait(false) : observed;
    }

    // A stack stays in the region that it was made in, whatever the session's is; its origin names it where the buckets are gone.
    private string RegionOf(string assetBucket, ObservedBucket? assets, ObservedBucket? logs, ObservedDistribution? distribution)
    {
        var origin = StackNames.OriginRegion(assetBucket, distribution?.Settings.OriginDomainName ?? "");
        string?[] found = [assets?.Region, logs?.Region, origin];
        return found.FirstOrDefault(r => !string.IsNullOrEmpty(r)) ?? services.Region;
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

    /// <summary>How the hosts point to the distribution, at an external DNS host: by CNAME, by addresses, through a proxy.</summary>
    internal async Task<IReadOnlyDictionary<string, HostView>> HostsAsync(StackWish stack, ObservedStack observed, CancellationToken ct)
    {
        if (stack.DnsHost != DnsHost.External || observed.Distribution is not { DomainName.Length: > 0 } distribution)
        {
            return new Dictionary<string, HostView>(StringComparer.Ordinal);
        }

        var looks = new RecordLooks(services);
        string[] both = [MtaStsPolicy.HostOf(stack.Domain), HostingPlanner.BimiHost(stack, observed, aboutBimi: stack.Logo is not null)];
        string[] hosts = [.. both.Distinct(StringComparer.Ordinal)];
        var views = await Task.WhenAll(hosts.Select(h => looks.HostAsync(
            h, distribution.DomainName, ServedContents.Of(stack, observed, stack.Policy, h), observed.Answers.GetValueOrDefault((h, DnsRecordType.CNAME)), ct)))
            .ConfigureAwait(false);
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
        var answers = await Task.WhenAll(questions.Select(async q => (q, await services.Resolver.QueryAsync(q.Item1, q.Item2, ct).ConfigureAwait(false))))
            .ConfigureAwait(false);
        return answers.ToDictionary(a => a.q, a => a.Item2);
    }

    // One call shows whether the bucket exists; its settings are asked for only then.
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

    // Where the command is about TLS reports alone, the log bucket is asked only for what the lost asset bucket would show.
    private async Task<ObservedBucket?> LogsAsync(string name, IReadOnlySet<BucketSetting>? settings, Task<ObservedBucket?> assets, CancellationToken ct)
        => settings is not null ? await BucketAsync(name, settings, ct).ConfigureAwait(false)
            : await assets.ConfigureAwait(false) is null ? await BucketAsync(name, Nothing, ct).ConfigureAwait(false) : null;

    private async Task<IReadOnlyList<ObjectVersion>> VersionsAsync(Task<ObservedBucket?> bucket, CancellationToken ct)
        => await bucket.ConfigureAwait(false) is { } b ? await services.Buckets.ListObjectVersionsAsync(b.Name, ct).ConfigureAwait(false) : [];

    private async Task<EmailSecurityException?> BimiGateAsync(StackWish stack, ObserveOptions options, CancellationToken ct)
        => AssetChecks.Check(stack, time.GetUtcNow(), options.MarkRoots)
            ?? await DmarcGate.CheckAsync(stack.Domain, services.Resolver, ct).ConfigureAwait(false);
}
