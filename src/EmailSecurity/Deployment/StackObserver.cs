using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Reads the current state from AWS and DNS, side by side, with as few calls as may be.</summary>
public sealed class StackObserver(IEmailSecurityServices services, TimeProvider time, SettingsMemory memory)
{
    /// <summary>Observes a stack, under whichever names its buckets are.</summary>
    /// <exception cref="EmailSecurityException">BucketNameTaken, BucketSuffixDiffers, BucketSuffixAmbiguous, and those of the adapters.</exception>
    public async Task<ObservedStack> ObserveAsync(StackWish stack, ObserveOptions options, CancellationToken cancellationToken)
    {
        // First and alone: wrong credentials are then said once.
        var caller = await services.Account.GetCallerIdentityAsync(cancellationToken).ConfigureAwait(false);
        var search = new BucketSearch(services, memory, stack, caller, options.ForRemoval);
        var seen = await LookAsync(stack, options, search, caller, cancellationToken).ConfigureAwait(false);

        // Buckets of one form were there, and the distribution reads those of another: these serve.
        if (search.Told(seen.Distribution) is { } told && told != seen.BucketForm)
        {
            seen = await LookAsync(stack, options, search.For(told), caller, cancellationToken).ConfigureAwait(false);
        }

        if (seen.AssetBucket is not null)
        {
            memory.Remember(caller.AccountId, stack.Domain, seen.BucketForm);
        }

        return seen;
    }

    private async Task<ObservedStack> LookAsync(
        StackWish stack, ObserveOptions options, BucketSearch search, CallerIdentity caller, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ct = stop.Token;
        var hosting = options.Parts.HasFlag(StackParts.MtaSts) || options.Parts.HasFlag(StackParts.Bimi);
        var full = options.AllSettings || !memory.IsFresh(caller.AccountId, stack);

        var zones = stack.DnsHost == DnsHost.Route53 ? new ZoneLooks(services).ReadAsync(stack, ct) : Task.FromResult(ZoneView.None);
        var external = new ExternalLooks(services);
        var answers = AskAsync();
        var distribution = hosting ? new DistributionLooks(services).FindAsync(stack, caller, options, full, ct)
            : Task.FromResult<DistributionView>(new(null, null, []));
        var named = search.FindAsync(distribution, ct);
        var buckets = new BucketLooks(services);
        var assets = buckets.AssetsAsync(named, hosting, full, ct);
        var logs = buckets.LogsAsync(named, hosting, full, ct);
        var versions = hosting ? buckets.VersionsAsync(assets, ct) : Task.FromResult<IReadOnlyList<ObjectVersion>>([]);
        var looks = new PolicyLooks(services, time, memory, named);
        var policy = hosting ? looks.CurrentAsync(stack, options, versions, ct) : Task.FromResult<PolicyView>(new(null, null));
        var metadata = hosting && options.ForPublish
            ? new ServedMetadata(services.Buckets, memory).ReadAsync(stack, options, assets, versions, ct)
            : Task.FromResult<IReadOnlyDictionary<string, ObjectMetadata>>(new Dictionary<string, ObjectMetadata>(StringComparer.Ordinal));
        var history = options.ForRemoval ? looks.HistoryAsync(stack, versions, ct) : Task.FromResult<IReadOnlyList<PolicyVersion>>([]);
        var gate = options.ForPublish && options.Parts.HasFlag(StackParts.Bimi) && stack.Logo is not null
            ? BimiGateAsync(stack, options, ct)
            : Task.FromResult<EmailSecurityException?>(null);
        var outside = options.ForWarnings
            ? new OutsideLooks(services, time).LookAsync(stack, options, PolicyLooks.ForWarningsAsync(policy), ct)
            : Task.FromResult(OutsideView.Nothing);

        async Task<IReadOnlyDictionary<(string, DnsRecordType), DnsAnswer>> AskAsync()
            => stack.DnsHost == DnsHost.External
                || (options.FindsDnsHost && ObservedStack.ZoneOf((await zones.ConfigureAwait(false)).Zones, stack.Domain) is null)
                ? await external.AnswersAsync(stack, ct).ConfigureAwait(false) : new Dictionary<(string, DnsRecordType), DnsAnswer>();

        Task[] all = [zones, answers, named, assets, logs, versions, distribution, policy, metadata, history, gate, outside];
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
        var found = await named.ConfigureAwait(false);
        var (zoneList, sets) = await zones.ConfigureAwait(false);
        var delegated = await new ZoneLooks(services).DelegationsAsync(stack, zoneList, cancellationToken).ConfigureAwait(false);
        var served = await policy.ConfigureAwait(false);
        var observed = new ObservedStack
        {
            Domain = stack.Domain,
            Caller = caller,
            BucketForm = found.Form,
            Region = RegionOf(found, await assets.ConfigureAwait(false), await logs.ConfigureAwait(false), view.Distribution),
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
            AssetSettingsRead = BucketLooks.AssetSettingsRead(full),
            LogSettingsRead = BucketLooks.LogSettingsRead(full),
            Distribution = view.Distribution,
            AliasHolders = view.AliasHolders,
            OriginAccessControlId = view.OriginAccessControlId,
            OriginAccessControl = view.OriginAccessControl,
            Certificates = view.Certificates,
            CurrentPolicy = served.Current,
            Mx = served.Mx,
            BimiGate = await gate.ConfigureAwait(false),
            Outside = await outside.ConfigureAwait(false),
        };
        var hosted = observed.Answers.Count > 0 ? stack with { DnsHost = DnsHost.External } : stack;
        observed = observed with { Hosts = await external.HostsAsync(hosted, observed, cancellationToken).ConfigureAwait(false) };
        observed = PolicyLooks.Tell(observed, await history.ConfigureAwait(false));
        if (hosting)
        {
            observed = await looks.EvidenceAsync(stack, options, observed, versions, cancellationToken).ConfigureAwait(false);
            observed = await new RenewalLooks(services.Resolver).LookAsync(options, observed, cancellationToken).ConfigureAwait(false);
            var mark = await new DeployedMark(services.Buckets).LookAsync(stack, options, observed, cancellationToken).ConfigureAwait(false);
            observed = observed with { Outside = observed.Outside with { DeployedMark = mark } };
        }

        if (options.ForWarnings && options.Parts.HasFlag(StackParts.MtaSts) && TakeBack.IsToEnforce(stack, observed))
        {
            var looked = await new OutsideLooks(services, time).WithMailServersAsync(stack, observed, cancellationToken).ConfigureAwait(false);
            observed = observed with { Outside = looked };
        }

        if (!options.ForRemoval)
        {
            return observed;
        }

        observed = observed with { BeforeImages = await new AdoptedLooks(services.Buckets).ReadAsync(observed, cancellationToken).ConfigureAwait(false) };
        return await new DistributionLooks(services).NamesAsync(stack, observed, cancellationToken).ConfigureAwait(false);
    }

    // A stack stays in the region that it was made in, whatever the session's is: the buckets' names tell it, or where they are, or the origin's name.
    private string RegionOf(NamedBuckets named, ObservedBucket? assets, ObservedBucket? logs, ObservedDistribution? distribution)
    {
        var origin = StackNames.OriginRegion(named.Assets, distribution?.Settings.OriginDomainName ?? "");
        string?[] found = [named.Form.Region, assets?.Region, logs?.Region, origin];
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

    private async Task<EmailSecurityException?> BimiGateAsync(StackWish stack, ObserveOptions options, CancellationToken ct)
        => AssetChecks.Check(stack, time.GetUtcNow(), options.MarkRoots)
            ?? await DmarcGate.CheckAsync(stack.Domain, services.Resolver, ct).ConfigureAwait(false);
}
