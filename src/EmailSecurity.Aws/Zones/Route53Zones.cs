using System.Collections.Concurrent;
using System.Globalization;
using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.Runtime;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws;

/// <summary><see cref="IZones"/> on Route 53 (10 requests a second for the whole account: every call here counts).</summary>
internal sealed class Route53Zones(AwsSession session) : IZones, IDisposable
{
    private const int PageSize = 300;
    private const int ModerateZone = 1500;
    private const int Lookups = 4;
    private const int SettleAttempts = 7;

    // The account's limit is small and shared: a call that the SDK's own retries could not get through waits for its turn.
    private static readonly string[] Settling = ["PriorRequestNotComplete", "Throttling", "ThrottlingException"];

    private readonly ConcurrentDictionary<string, SemaphoreSlim> zoneGates = new(StringComparer.Ordinal);
    private readonly Lazy<Route53Client> client = new(() => new Route53Client(session));

    private Route53Client Route53 => client.Value;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostedZoneInfo>> FindZonesAsync(string domain, CancellationToken cancellationToken)
    {
        var key = RecordSetCodec.SortKey(domain);
        var ancestors = Ancestors(domain);
        var found = new Dictionary<string, HostedZoneInfo>(StringComparer.Ordinal);
        // Zones come sorted by reversed labels, so the parents, the domain and what is below it stand in this order. One page from
        // the shortest parent holds them all, unless the account has very many zones below that parent: then the next parent is
        // looked up directly.
        var (start, startId) = (ancestors[0], (string?)null);
        while (true)
        {
            var request = new ListHostedZonesByNameRequest { DNSName = start, HostedZoneId = startId };
            var page = await CallAsync("ListHostedZonesByName", domain, token => Route53.ListHostedZonesByNameAsync(request, token), cancellationToken).ConfigureAwait(false);
            var last = "";
            foreach (var zone in page.HostedZones ?? [])
            {
                var name = RecordSetCodec.DecodeName(zone.Name);
                last = RecordSetCodec.SortKey(name);
                if (zone.Config?.PrivateZone != true && (key.StartsWith(last, StringComparison.Ordinal) || last.StartsWith(key, StringComparison.Ordinal)))
                    found[Id(zone.Id)] = new HostedZoneInfo(Id(zone.Id), name, zone.ResourceRecordSetCount ?? 0);
            }

            var past = string.CompareOrdinal(last, key) > 0 && !last.StartsWith(key, StringComparison.Ordinal);
            if (page.IsTruncated != true || past || string.IsNullOrEmpty(page.NextDNSName))
                break;
            var following = RecordSetCodec.SortKey(RecordSetCodec.DecodeName(page.NextDNSName));
            var parent = ancestors.FirstOrDefault(a => string.CompareOrdinal(RecordSetCodec.SortKey(a), following) > 0);
            (start, startId) = parent is not null && !key.StartsWith(following, StringComparison.Ordinal) ? (parent, null) : (page.NextDNSName, page.NextHostedZoneId);
        }

        return [.. found.Values.OrderBy(z => z.Name, StringComparer.Ordinal).ThenBy(z => z.Id, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecordSet>> GetRecordSetsAsync(HostedZoneInfo zone, string domain, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var key = RecordSetCodec.SortKey(domain);
        var sets = new List<RecordSet>();
        ListResourceRecordSetsResponse? page = null;
        do
        {
            page = await ListAsync(zone, page, domain, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var set in page.ResourceRecordSets ?? [])
            {
                var decoded = RecordSetCodec.ToPort(set);
                var setKey = RecordSetCodec.SortKey(decoded.Name);
                if (setKey.StartsWith(key, StringComparison.Ordinal))
                    sets.Add(decoded);
                else if (string.CompareOrdinal(setKey, key) > 0)
                    return sets; // past the domain
            }

            if (page.IsTruncated != true)
                return sets;
        }
        while (zone.RecordSetCount <= ModerateZone);

        // A large zone, whose records below the domain fill more than a page: only the names asked for, beyond those read already.
        var reached = RecordSetCodec.SortKey(RecordSetCodec.DecodeName(page.NextRecordName));
        var missing = names.Select(n => n.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Where(n => string.CompareOrdinal(RecordSetCodec.SortKey(n), reached) >= 0).ToList();
        sets.RemoveAll(s => missing.Contains(s.Name, StringComparer.Ordinal));
        var results = new ConcurrentBag<RecordSet>();
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = Lookups, CancellationToken = cancellationToken }, async (name, token) =>
        {
            foreach (var set in await LookUpAsync(zone, name, token).ConfigureAwait(false))
                results.Add(set);
        }).ConfigureAwait(false);
        return [.. sets, .. results.OrderBy(s => RecordSetCodec.SortKey(s.Name), StringComparer.Ordinal).ThenBy(s => s.Type, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<string> ChangeAsync(string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken)
    {
        var gate = zoneGates.GetOrAdd(zoneId, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SubmitAsync(zoneId, changes.Select(c => (c.IsDelete, RecordSetCodec.FromPort(c.Set))), cancellationToken).ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (e.InnerException is AmazonServiceException { ErrorCode: "InvalidChangeBatch" or "InvalidInput" } && changes.Any(c => c.IsDelete))
        {
            // A deletion must name what is there to the letter: it is refused after an attempt whose answer was lost has made it
            // already, and where a name was entered with its final dot. Look, and send what is left to do.
            var rest = await RemainingAsync(zoneId, changes, cancellationToken).ConfigureAwait(false);
            if (rest is null)
                throw;
            return rest.Count == 0 ? "" : await SubmitAsync(zoneId, rest, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> IsInSyncAsync(string changeId, CancellationToken cancellationToken)
    {
        if (changeId.Length == 0)
            return true; // all of it was done before
        var answer = await CallAsync("GetChange", changeId, token => Route53.GetChangeAsync(new GetChangeRequest { Id = changeId }, token), cancellationToken).ConfigureAwait(false);
        return answer.ChangeInfo.Status == ChangeStatus.INSYNC;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
            client.Value.Dispose();
        foreach (var gate in zoneGates.Values)
            gate.Dispose();
    }

    private async Task<string> SubmitAsync(string zoneId, IEnumerable<(bool IsDelete, ResourceRecordSet Set)> changes, CancellationToken cancellationToken)
    {
        // A set that is deleted and made anew in one batch is exchanged: refused as a whole where it is no longer what it was.
        var all = changes.ToList();
        var exchanged = all.Where(c => c.IsDelete).Select(c => Key(c.Set)).ToHashSet();
        var request = new ChangeResourceRecordSetsRequest
        {
            HostedZoneId = zoneId,
            ChangeBatch = new ChangeBatch
            {
                Changes = [.. all.Select(c => new Change { Action = c.IsDelete ? ChangeAction.DELETE : exchanged.Contains(Key(c.Set)) ? ChangeAction.CREATE : ChangeAction.UPSERT, ResourceRecordSet = c.Set })],
            },
        };
        var answer = await CallAsync("ChangeResourceRecordSets", zoneId, token => Route53.ChangeResourceRecordSetsAsync(request, token), cancellationToken).ConfigureAwait(false);
        return Id(answer.ChangeInfo.Id);
    }

    // What is left of a refused batch; null where nothing of it is explained by an earlier attempt or a final dot.
    private async Task<List<(bool IsDelete, ResourceRecordSet Set)>?> RemainingAsync(string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken)
    {
        var zone = new HostedZoneInfo(zoneId, "", 0);
        var rest = new List<(bool IsDelete, ResourceRecordSet Set)>();
        var explained = false;
        foreach (var change in changes)
        {
            if (!change.IsDelete)
            {
                rest.Add((false, RecordSetCodec.FromPort(change.Set)));
                continue;
            }

            var raw = (await LookUpRawAsync(zone, change.Set.Name, cancellationToken).ConfigureAwait(false))
                .Find(s => s.Type.Value == change.Set.Type && (string.IsNullOrEmpty(s.SetIdentifier) ? null : s.SetIdentifier) == change.Set.SetIdentifier);
            if (raw is null)
            {
                explained = true;
                continue;
            }

            // The other half of an exchange, made by an attempt whose answer was lost.
            if (changes.Any(c => !c.IsDelete && RecordSetCodec.ToPort(raw).Equals(c.Set)))
            {
                explained = true;
                continue;
            }

            explained |= RecordSetCodec.ToPort(raw).Equals(change.Set);
            rest.Add((true, RecordSetCodec.ToPort(raw).Equals(change.Set) ? raw : RecordSetCodec.FromPort(change.Set)));
        }

        return explained ? rest : null;
    }

    private async Task<List<RecordSet>> LookUpAsync(HostedZoneInfo zone, string name, CancellationToken cancellationToken) =>
        (await LookUpRawAsync(zone, name, cancellationToken).ConfigureAwait(false)).ConvertAll(RecordSetCodec.ToPort);

    private async Task<List<ResourceRecordSet>> LookUpRawAsync(HostedZoneInfo zone, string name, CancellationToken cancellationToken)
    {
        var sets = new List<ResourceRecordSet>();
        ListResourceRecordSetsResponse? page = null;
        do
        {
            page = await ListAsync(zone, page, name, 100, cancellationToken).ConfigureAwait(false);
            foreach (var set in page.ResourceRecordSets ?? [])
            {
                if (!string.Equals(RecordSetCodec.DecodeName(set.Name), name, StringComparison.OrdinalIgnoreCase))
                    return sets;
                sets.Add(set);
            }
        }
        while (page.IsTruncated == true);
        return sets;
    }

    private async Task<ListResourceRecordSetsResponse> ListAsync(HostedZoneInfo zone, ListResourceRecordSetsResponse? previous, string startName, int size, CancellationToken cancellationToken)
    {
        var request = new ListResourceRecordSetsRequest
        {
            HostedZoneId = zone.Id,
            StartRecordName = previous is null ? startName : previous.NextRecordName,
            StartRecordType = previous?.NextRecordType,
            StartRecordIdentifier = previous?.NextRecordIdentifier,
            MaxItems = size.ToString(CultureInfo.InvariantCulture),
        };
        return await CallAsync("ListResourceRecordSets", zone.Name.Length > 0 ? zone.Name : zone.Id, token => Route53.ListResourceRecordSetsAsync(request, token), cancellationToken).ConfigureAwait(false);
    }

    private Task<T> CallAsync<T>(string operation, string target, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Retry.WhileAsync(session, () => session.CallAsync(new AwsCallName("route53", operation, target), call, cancellationToken), Settling, SettleAttempts, cancellationToken);

    // example.co.uk and its parents but for the top level, shortest first. (A hosted zone of one label is nobody's mail domain.)
    private static List<string> Ancestors(string domain)
    {
        var labels = domain.ToLowerInvariant().Split('.');
        var first = Math.Max(0, labels.Length - 2);
        return [.. Enumerable.Range(0, first + 1).Reverse().Select(i => string.Join('.', labels[i..]))];
    }

    private static (string Name, string Type, string Identifier) Key(ResourceRecordSet set) => (set.Name.TrimEnd('.').ToLowerInvariant(), set.Type.Value, set.SetIdentifier ?? "");

    private static string Id(string? id) => (id ?? "")[((id ?? "").LastIndexOf('/') + 1)..];
}
