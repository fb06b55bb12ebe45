using System.Collections.Concurrent;
using System.Globalization;
using Amazon.Route53.Model;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Zones;

/// <summary>Reads the record sets of a zone, with as few requests as may be.</summary>
internal sealed class RecordSetListing(Route53Calls calls)
{
    private const int PageSize = 300;
    private const int Lookups = 4;

    /// <summary>The record sets of a domain and below it; in a large zone those of the names alone.</summary>
    public async Task<IReadOnlyList<RecordSet>> GetAsync(
        HostedZoneInfo zone, string domain, IReadOnlyList<string> names, CancellationToken cancellationToken)
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
                {
                    sets.Add(decoded);
                }
                else if (string.CompareOrdinal(setKey, key) > 0)
                {
                    return sets; // past the domain
                }
            }

            if (page.IsTruncated != true)
            {
                return sets;
            }
        }
        while (zone.IsModerate);

        // A large zone, whose records below the domain fill more than a page: only the names asked for, beyond those read already.
        var reached = RecordSetCodec.SortKey(RecordSetCodec.DecodeName(page.NextRecordName));
        var missing = names
            .Select(n => n.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal)
            .Where(n => string.CompareOrdinal(RecordSetCodec.SortKey(n), reached) >= 0)
            .ToList();
        sets.RemoveAll(s => missing.Contains(s.Name, StringComparer.Ordinal));
        var results = new ConcurrentBag<RecordSet>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Lookups, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, parallel, async (name, token) =>
        {
            foreach (var set in await LookUpAsync(zone, name, token).ConfigureAwait(false))
            {
                results.Add(set);
            }
        }).ConfigureAwait(false);
        return [.. sets, .. results.OrderBy(s => RecordSetCodec.SortKey(s.Name), StringComparer.Ordinal).ThenBy(s => s.Type, StringComparer.Ordinal)];
    }

    private async Task<List<RecordSet>> LookUpAsync(HostedZoneInfo zone, string name, CancellationToken cancellationToken) =>
        (await LookUpRawAsync(zone, name, cancellationToken).ConfigureAwait(false)).ConvertAll(RecordSetCodec.ToPort);

    /// <summary>The record sets at a name, as Route 53 has them.</summary>
    public async Task<List<ResourceRecordSet>> LookUpRawAsync(HostedZoneInfo zone, string name, CancellationToken cancellationToken)
    {
        var sets = new List<ResourceRecordSet>();
        ListResourceRecordSetsResponse? page = null;
        do
        {
            page = await ListAsync(zone, page, name, 100, cancellationToken).ConfigureAwait(false);
            foreach (var set in page.ResourceRecordSets ?? [])
            {
                if (!string.Equals(RecordSetCodec.DecodeName(set.Name), name, StringComparison.OrdinalIgnoreCase))
                {
                    return sets;
                }

                sets.Add(set);
            }
        }
        while (page.IsTruncated == true);
        return sets;
    }

    private async Task<ListResourceRecordSetsResponse> ListAsync(
        HostedZoneInfo zone, ListResourceRecordSetsResponse? previous, string startName, int size, CancellationToken cancellationToken)
    {
        var request = new ListResourceRecordSetsRequest
        {
            HostedZoneId = zone.Id,
            StartRecordName = previous is null ? startName : previous.NextRecordName,
            StartRecordType = previous?.NextRecordType,
            StartRecordIdentifier = previous?.NextRecordIdentifier,
            MaxItems = size.ToString(CultureInfo.InvariantCulture),
        };
        var target = zone.Name.Length > 0 ? zone.Name : zone.Id;
        return await calls.CallAsync(
            "ListResourceRecordSets", target, (c, token) => c.ListResourceRecordSetsAsync(request, token), 0, cancellationToken)
            .ConfigureAwait(false);
    }
}
