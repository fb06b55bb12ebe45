using Amazon.Route53.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Zones;

/// <summary>Finds the hosted zones of a domain: one by name with a call of its own, many at a time from one listing.</summary>
internal sealed class HostedZoneSearch
{
    // A listing of more pages costs more than the searches that it saves.
    private const int MaxPages = 5;

    private readonly Route53Calls calls;
    private readonly SharedListing<IReadOnlyList<HostedZoneInfo>?> listing;
    private int searching;

    public HostedZoneSearch(Route53Calls calls)
    {
        this.calls = calls;
        listing = new SharedListing<IReadOnlyList<HostedZoneInfo>?>(ListAsync);
    }

    /// <summary>Until it is disposed, one listing answers everybody.</summary>
    public IDisposable KeepListing() => listing.Keep();

    /// <summary>Public zones at, above and below the domain.</summary>
    public async Task<IReadOnlyList<HostedZoneInfo>> FindAsync(string domain, CancellationToken cancellationToken)
    {
        var alone = Interlocked.Increment(ref searching) == 1;
        try
        {
            if ((!alone || listing.IsKept) && await listing.GetAsync(cancellationToken).ConfigureAwait(false) is { } all)
            {
                return Ordered(all.Where(z => IsRelated(z.Name, domain)));
            }

            return await ByNameAsync(domain, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref searching);
        }
    }

    private static bool IsRelated(string zone, string domain)
    {
        var (zoneKey, key) = (RecordSetCodec.SortKey(zone), RecordSetCodec.SortKey(domain.ToLowerInvariant()));
        return key.StartsWith(zoneKey, StringComparison.Ordinal) || zoneKey.StartsWith(key, StringComparison.Ordinal);
    }

    private static IReadOnlyList<HostedZoneInfo> Ordered(IEnumerable<HostedZoneInfo> zones) =>
        [.. zones.OrderBy(z => z.Name, StringComparer.Ordinal).ThenBy(z => z.Id, StringComparer.Ordinal)];

    // Null where the account has too many zones for it, or does not allow it: each search is then made by name, and says what is wrong.
    private async Task<IReadOnlyList<HostedZoneInfo>?> ListAsync()
    {
        var zones = new List<HostedZoneInfo>();
        string? marker = null;
        try
        {
            for (var page = 1; page <= MaxPages; page++)
            {
                var request = new ListHostedZonesRequest { Marker = marker };
                var answer = await calls.CallAsync(
                    "ListHostedZones", "", (c, token) => c.ListHostedZonesAsync(request, token), 0, CancellationToken.None).ConfigureAwait(false);
                zones.AddRange((answer.HostedZones ?? []).Where(IsPublic).Select(ToInfo));
                if (answer.IsTruncated != true)
                {
                    return zones;
                }

                marker = answer.NextMarker;
            }
        }
        catch (EmailSecurityException)
        {
            return null;
        }

        return null;
    }

    private async Task<IReadOnlyList<HostedZoneInfo>> ByNameAsync(string domain, CancellationToken cancellationToken)
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
            var page = await calls.CallAsync(
                "ListHostedZonesByName", domain, (c, token) => c.ListHostedZonesByNameAsync(request, token), 0, cancellationToken).ConfigureAwait(false);
            var last = "";
            foreach (var zone in page.HostedZones ?? [])
            {
                var info = ToInfo(zone);
                last = RecordSetCodec.SortKey(info.Name);
                if (IsPublic(zone) && IsRelated(info.Name, domain))
                {
                    found[info.Id] = info;
                }
            }

            var past = string.CompareOrdinal(last, key) > 0 && !last.StartsWith(key, StringComparison.Ordinal);
            if (page.IsTruncated != true || past || string.IsNullOrEmpty(page.NextDNSName))
            {
                return Ordered(found.Values);
            }

            var following = RecordSetCodec.SortKey(RecordSetCodec.DecodeName(page.NextDNSName));
            var parent = ancestors.FirstOrDefault(a => string.CompareOrdinal(RecordSetCodec.SortKey(a), following) > 0);
            (start, startId) = parent is not null && !key.StartsWith(following, StringComparison.Ordinal)
                ? (parent, null)
                : (page.NextDNSName, page.NextHostedZoneId);
        }
    }

    private static bool IsPublic(HostedZone zone) => zone.Config?.PrivateZone != true;

    private static HostedZoneInfo ToInfo(HostedZone zone) =>
        new(Route53Zones.BareId(zone.Id), RecordSetCodec.DecodeName(zone.Name), zone.ResourceRecordSetCount ?? 0);

    // example.co.uk and its parents but for the top level, shortest first. (A hosted zone of one label is nobody's mail domain.)
    private static List<string> Ancestors(string domain)
    {
        var labels = domain.ToLowerInvariant().Split('.');
        var first = Math.Max(0, labels.Length - 2);
        return [.. Enumerable.Range(0, first + 1).Reverse().Select(i => string.Join('.', labels[i..]))];
    }
}
