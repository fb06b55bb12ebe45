using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Reads the current state from AWS and DNS, side by side, with as few calls as may be.</summary>
public sealed class StackObserver(IEmailSecurityServices services, TimeProvider time, SettingsMemory memory)
{
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
        var external = new ExternalLooks(services);
        var answers = AskAsync();
        var assetBucket = StackNames.AssetBucket(stack.Domain, caller.AccountId, stack.BucketSuffix);
        var logBucket = StackNames.LogBucket(stack.Domain, caller.AccountId, stack.BucketSuffix);
        var buckets = new BucketLooks(services);
        var assets = buckets.AssetsAsync(assetBucket, hosting, full, ct);
        var logs = buckets.LogsAsync(logBucket, hosting, full, assets, ct);
        var versions = hosting ? buckets.VersionsAsync(assets, ct) : Task.FromResult<IReadOnlyList<ObjectVersion>>([]);
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
                ? await external.AnswersAsync(stack, ct).ConfigureAwait(false) : new Dictionary<(string, DnsRecordType), DnsAnswer>();

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
            AssetSettingsRead = BucketLooks.AssetSettingsRead(full),
            LogSettingsRead = BucketLooks.LogSettingsRead(full),
            Distribution = view.Distribution,
            OriginAccessControlId = view.OriginAccessControlId,
            Certificates = view.Certificates,
            CurrentPolicy = served.Current,
            Mx = served.Mx,
            BimiGate = await gate.ConfigureAwait(false),
            Outside = await outside.ConfigureAwait(false),
        };
        var found = observed.Answers.Count > 0 ? stack with { DnsHost = DnsHost.External } : stack;
        observed = observed with { Hosts = await external.HostsAsync(found, observed, cancellationToken).ConfigureAwait(false) };
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

    private async Task<EmailSecurityException?> BimiGateAsync(StackWish stack, ObserveOptions options, CancellationToken ct)
        => AssetChecks.Check(stack, time.GetUtcNow(), options.MarkRoots)
            ?? await DmarcGate.CheckAsync(stack.Domain, services.Resolver, ct).ConfigureAwait(false);
}
