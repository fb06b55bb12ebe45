using System.Collections.Concurrent;
using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.Runtime;
using EmailSecurity.Aws.Account;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Zones;

/// <summary><see cref="IZones"/> on Route 53 (10 requests a second for the whole account: every call here counts, <see cref="Route53Budget"/>).</summary>
internal sealed class Route53Zones : IZones, IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> zoneGates = new(StringComparer.Ordinal);
    private readonly Route53Calls calls;
    private readonly HostedZoneSearch search;
    private readonly RecordSetListing sets;
    private readonly ChangeWatch watch;

    /// <summary>Makes the adapter of a session.</summary>
    public Route53Zones(AwsSession session, StsAccount account, Route53Budgets budgets)
    {
        calls = new Route53Calls(session, account, budgets);
        search = new HostedZoneSearch(calls);
        sets = new RecordSetListing(calls);
        watch = new ChangeWatch(session.Time);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostedZoneInfo>> FindZonesAsync(string domain, CancellationToken cancellationToken) =>
        search.FindAsync(domain, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordSet>> GetRecordSetsAsync(
        HostedZoneInfo zone, string domain, IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        sets.GetAsync(zone, domain, names, cancellationToken);

    /// <inheritdoc/>
    public async Task<string> ChangeAsync(string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken)
    {
        var gate = zoneGates.GetOrAdd(zoneId, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SubmitAsync(zoneId, [.. changes.Select(c => (c.IsDelete, RecordSetCodec.FromPort(c.Set)))], cancellationToken).ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (
            e.InnerException is AmazonServiceException { ErrorCode: "InvalidChangeBatch" or "InvalidInput" } && changes.Any(c => c.IsDelete))
        {
            // A deletion must name the current set to the letter: it is refused after an attempt whose answer was lost has made it
            // already, and where a name was entered with its final dot. Look, and send what is left to do.
            var rest = await RemainingAsync(zoneId, changes, cancellationToken).ConfigureAwait(false);
            if (rest is null)
            {
                throw;
            }

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
        {
            return true; // all of it was done before
        }

        if (!watch.IsDue(changeId))
        {
            return false;
        }

        var request = new GetChangeRequest { Id = changeId };
        var answer = await calls.CallAsync("GetChange", changeId, (c, token) => c.GetChangeAsync(request, token), 0, cancellationToken)
            .ConfigureAwait(false);
        if (answer.ChangeInfo.Status != ChangeStatus.INSYNC)
        {
            return false;
        }

        watch.Done(changeId);
        return true;
    }

    /// <summary>Until it is disposed, one listing of the zones answers everybody.</summary>
    public IDisposable KeepListing() => search.KeepListing();

    /// <inheritdoc/>
    public void Dispose()
    {
        calls.Dispose();
        foreach (var gate in zoneGates.Values)
        {
            gate.Dispose();
        }
    }

    private async Task<string> SubmitAsync(string zoneId, IReadOnlyList<(bool IsDelete, ResourceRecordSet Set)> changes, CancellationToken cancellationToken)
    {
        // A set that is deleted and created again in one batch is exchanged: refused as a whole where it is no longer what it was.
        var exchanged = changes.Where(c => c.IsDelete).Select(c => Key(c.Set)).ToHashSet();
        var request = new ChangeResourceRecordSetsRequest
        {
            HostedZoneId = zoneId,
            ChangeBatch = new ChangeBatch
            {
                Changes = [.. changes.Select(c => new Change { Action = Action(c.IsDelete, c.Set), ResourceRecordSet = c.Set })],
            },
        };
        var answer = await calls.CallAsync(
            "ChangeResourceRecordSets", zoneId, (c, token) => c.ChangeResourceRecordSetsAsync(request, token), changes.Count, cancellationToken)
            .ConfigureAwait(false);
        return BareId(answer.ChangeInfo.Id);

        ChangeAction Action(bool isDelete, ResourceRecordSet set) =>
            isDelete ? ChangeAction.DELETE
            : exchanged.Contains(Key(set)) ? ChangeAction.CREATE
            : ChangeAction.UPSERT;
    }

    // What is left of a refused batch; null where nothing of it is explained by an earlier attempt or a final dot.
    private async Task<List<(bool IsDelete, ResourceRecordSet Set)>?> RemainingAsync(
        string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken)
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

            var raw = (await sets.LookUpRawAsync(zone, change.Set.Name, cancellationToken).ConfigureAwait(false))
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

    /// <summary>Route 53 answers with ids as paths: <c>/hostedzone/Z1</c>.</summary>
    public static string BareId(string? id) => (id ?? "")[((id ?? "").LastIndexOf('/') + 1)..];

    private static (string Name, string Type, string Identifier) Key(ResourceRecordSet set)
        => (set.Name.TrimEnd('.').ToLowerInvariant(), set.Type.Value, set.SetIdentifier ?? "");
}
