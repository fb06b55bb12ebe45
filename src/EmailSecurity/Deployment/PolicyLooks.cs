using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>A version of the policy object.</summary>
internal sealed record PolicyVersion(ServedPolicy Served, MtaStsPolicy Policy);

/// <summary>The policy in the bucket, and the live MX records; null for none or not looked up.</summary>
internal sealed record PolicyView(MtaStsPolicy? Current, DnsAnswer? Mx);

/// <summary>Reads what bucket, version history and edge show of the policies served.</summary>
internal sealed class PolicyLooks(IEmailSecurityServices services, TimeProvider time, SettingsMemory memory, Task<NamedBuckets> named)
{
    private const int MaxHistory = 500;
    private static readonly TimeSpan EdgeTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Looks in the version history and at the edge for the announced policy, where bucket and marks do not show it.</summary>
    public async Task<ObservedStack> EvidenceAsync(
        StackWish stack, ObserveOptions options, ObservedStack observed, Task<IReadOnlyList<ObjectVersion>> versions, CancellationToken ct)
    {
        var id = StackPlanner.PublishedPolicyId(observed);
        var isKnown = id is null || id == observed.CurrentPolicy?.Id;
        var isMarked = observed.DistributionMark is not null || observed.LogMark is not null;
        if (!options.ForRemoval && observed.AssetVersions.Count > 0 && (!isKnown || !isMarked || StackRemovals.Of(observed) is not null))
        {
            observed = Tell(observed, await HistoryAsync(stack, versions, ct).ConfigureAwait(false));
        }

        // Aliases without a distribution of ours are what is left of a lost one, unless they lead to somebody who serves.
        var isElsewhere = (options.ForRemoval || options.ForPublish) && options.Parts.HasFlag(StackParts.MtaSts)
            && (StackOwnership.IsServedElsewhere(observed)
                || (observed.Distribution is null && observed.HostSetsAt(MtaStsPolicy.HostOf(stack.Domain)).Any()));
        if (isElsewhere)
        {
            observed = observed with { PredecessorPolicy = await FetchAsync(observed.Domain, connectHost: null, ct).ConfigureAwait(false) };
        }

        // Without a distribution of ours somebody else serves: only a publish that may take over wants to know what.
        var mayServe = observed.Distribution is not null || (options.ForPublish && id is not null);
        if ((options.ForRemoval || options.ForPublish) && observed.CurrentPolicy is null && observed.AnnouncedPolicy is null && mayServe)
        {
            observed = observed with { EdgePolicy = isElsewhere ? observed.PredecessorPolicy : await EdgeAsync(observed, ct).ConfigureAwait(false) };
        }

        if (options.ForPublish && options.Parts.HasFlag(StackParts.MtaSts) && observed.Mx is null && PolicyChooser.NeedsMx(stack, observed))
        {
            observed = observed with { Mx = await services.Resolver.QueryAsync(stack.Domain, DnsRecordType.MX, ct).ConfigureAwait(false) };
        }

        // Where somebody deleted the record, senders keep what they fetched while it was there.
        if (!options.ForPublish || !options.Parts.HasFlag(StackParts.MtaSts) || !NeedsHistory(stack, observed))
        {
            return observed;
        }

        var history = await HistoryAsync(stack, versions, ct).ConfigureAwait(false);
        var (since, until) = Tested(id, history, StackRemovals.Of(observed) is not null);
        return observed with
        {
            TestingSince = since,
            TestingUntil = until,
            CachedPolicies = [.. history.Select(h => Cached(h, observed.ObservedAt))],
            ReplacedHeldUntil = history.Where(h => h.Served.Mode != MtaStsMode.None).Max(h => h.Served.HeldUntil),
        };
    }

    // A move to enforce, a change of the mail servers in the policy, or one in DNS.
    private static bool NeedsHistory(StackWish stack, ObservedStack observed) => stack.Policy is not null || stack.MxHost.Count > 0
        || PromotionGate.IsPromotion(stack.Mode, observed) || StackRemovals.Of(observed) is not null
        || (observed.CurrentPolicy is { Mode: not MtaStsMode.None } current && !observed.MxHosts.All(current.Matches));

    private static CachedPolicy Cached(PolicyVersion version, DateTimeOffset now) =>
        new(version.Policy, version.Served.HeldUntil ?? now.AddSeconds(ServedPolicy.EdgeSeconds + version.Policy.MaxAge));

    // Without a break: under a policy of mode none, senders report nothing. A removal ends it, and what was served until then counts if it is taken back.
    private static (DateTimeOffset? Since, DateTimeOffset? Until) Tested(string? id, IReadOnlyList<PolicyVersion> history, bool isRemoval)
    {
        var withdrawal = isRemoval ? history.TakeWhile(h => h.Served.Mode == MtaStsMode.None).ToArray() : [];
        var run = history.Skip(withdrawal.Length).TakeWhile(h => h.Served.Mode != MtaStsMode.None).ToArray();
        return run.Length > 0 && withdrawal.Concat(run).Any(h => h.Policy.Id == id)
            ? (run[^1].Served.From, isRemoval ? run[0].Served.Until : null)
            : (null, null);
    }

    /// <summary>Adds the history, and which of it DNS announces.</summary>
    public static ObservedStack Tell(ObservedStack observed, IReadOnlyList<PolicyVersion> history)
    {
        var id = StackPlanner.PublishedPolicyId(observed);
        return observed with
        {
            PolicyHistory = [.. history.Select(h => h.Served)],
            AnnouncedPolicy = history.FirstOrDefault(h => h.Policy.Id == id)?.Policy,
            WithdrawnPolicy = history.FirstOrDefault(h => h.Policy.Mode != MtaStsMode.None)?.Policy,
        };
    }

    // As senders fetch it, but straight from our distribution where there is one.
    private Task<MtaStsPolicy?> EdgeAsync(ObservedStack observed, CancellationToken ct)
        => FetchAsync(observed.Domain, observed.Distribution?.DomainName, ct);

    private async Task<MtaStsPolicy?> FetchAsync(string domain, string? connectHost, CancellationToken ct)
    {
        var request = new FetchRequest(MtaStsPolicy.UrlOf(domain), MtaStsPolicy.MaxSize, EdgeTimeout) { ConnectHost = connectHost };
        return HostView.PolicyIn(await services.Fetcher.FetchAsync(request, ct).ConfigureAwait(false), domain);
    }

    /// <summary>The policy in the bucket, and the live MX records where it is clear by then that they are needed.</summary>
    public async Task<PolicyView> CurrentAsync(
        StackWish stack, ObserveOptions options, Task<IReadOnlyList<ObjectVersion>> versions, CancellationToken ct)
    {
        var latest = (await versions.ConfigureAwait(false)).FirstOrDefault(v => v.Key == StackNames.PolicyKey && v.IsLatest && !v.IsDeleteMarker);
        MtaStsPolicy? current = null;
        if (latest is not null)
        {
            if (stack.Policy is { } given && Encoding.UTF8.GetBytes(given.Served) is var bytes
                && latest.Size == bytes.Length && latest.ETag == StackPlanner.Md5(bytes))
            {
                current = given;
            }
            else
            {
                current = await ReadAsync(stack, latest.ETag, null, ct).ConfigureAwait(false);
            }
        }

        // Asked for together with the rest where it is clear by now that it is needed.
        var chooses = stack.Policy is null && stack.MxHost.Count == 0 && stack.Mode != MtaStsMode.None && current is not { MxHosts.Count: > 0 };
        var enforces = (stack.Policy?.Mode ?? stack.Mode ?? current?.Mode) == MtaStsMode.Enforce;
        var needsMx = options.ForPublish && options.Parts.HasFlag(StackParts.MtaSts) && (options.ForWarnings || chooses || enforces);
        return new PolicyView(current, needsMx ? await services.Resolver.QueryAsync(stack.Domain, DnsRecordType.MX, ct).ConfigureAwait(false) : null);
    }

    /// <summary>The same for who only warns.</summary>
    public static async Task<(MtaStsPolicy? Current, DnsAnswer? Mx)> ForWarningsAsync(Task<PolicyView> view)
        => await view.ConfigureAwait(false) is var (current, mx) ? (current, mx) : default;

    private async Task<MtaStsPolicy?> ReadAsync(StackWish stack, string etag, string? versionId, CancellationToken ct)
    {
        if (memory.PolicyOf(etag, stack.Domain) is { } known)
        {
            return known;
        }

        var bucket = (await named.ConfigureAwait(false)).Assets;
        var bytes = await services.Buckets.GetObjectAsync(bucket, StackNames.PolicyKey, versionId, MtaStsPolicy.MaxSize, ct).ConfigureAwait(false);
        var policy = bytes is { } b ? MtaStsPolicy.Check(b, stack.Domain).Value as MtaStsPolicy : null;
        if (policy is not null)
        {
            memory.Remember(policy, stack.Domain);
        }

        return policy;
    }

    /// <summary>The policies that the bucket's versions hold, newest first.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> HistoryAsync(
        StackWish stack, Task<IReadOnlyList<ObjectVersion>> versions, CancellationToken ct)
    {
        // Newest first, as S3 lists them; what was superseded more than a year ago can be in no cache (max_age, RFC 8461 section 3.2).
        var all = (await versions.ConfigureAwait(false)).Where(v => v.Key == StackNames.PolicyKey)
            .OrderByDescending(v => v.LastModified).ThenByDescending(v => v.IsLatest).ToArray();
        List<PolicyVersion> history = [];
        DateTimeOffset? until = null;
        foreach (var version in all.Take(MaxHistory))
        {
            if (until is { } end && end.AddSeconds(MtaStsPolicy.MaxMaxAge + 86400) < services.Account.GetUtcNow(time))
            {
                break;
            }

            if (!version.IsDeleteMarker)
            {
                if (await ReadAsync(stack, version.ETag, version.VersionId, ct).ConfigureAwait(false) is { } policy)
                {
                    var served = new ServedPolicy(policy.Mode, policy.MaxAge, policy.Id, version.LastModified, until) { MxHosts = policy.MxHosts };
                    history.Add(new PolicyVersion(served, policy));
                }
            }

            until = version.LastModified;
        }

        return history;
    }
}
