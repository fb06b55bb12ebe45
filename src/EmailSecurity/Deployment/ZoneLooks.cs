using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Deployment;

/// <summary>The zones of the account around a domain, and the record sets of the stack's names by zone id.</summary>
internal sealed record ZoneView(IReadOnlyList<HostedZoneInfo> Zones, IReadOnlyDictionary<string, IReadOnlyList<RecordSet>> RecordSets)
{
    public static ZoneView None { get; } = new([], new Dictionary<string, IReadOnlyList<RecordSet>>(StringComparer.Ordinal));
}

/// <summary>Reads what Route 53 holds of a domain, and where its names are delegated.</summary>
internal sealed class ZoneLooks(IEmailSecurityServices services)
{
    private const int MaxParents = 8;

    /// <summary>Reads the zones that hold the stack's names.</summary>
    public async Task<ZoneView> ReadAsync(StackWish stack, CancellationToken ct)
    {
        var found = await services.Zones.FindZonesAsync(stack.Domain, ct).ConfigureAwait(false);
        var zones = await new ZoneChoice(services.Zones, services.Resolver).UsedAsync(stack, found, ct).ConfigureAwait(false);
        string[] names =
        [
            MtaStsRecord.NameOf(stack.Domain), MtaStsPolicy.HostOf(stack.Domain), TlsRptRecord.NameOf(stack.Domain),
            BimiRecord.NameOf(stack.Domain, stack.BimiSelector), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain),
        ];
        var relevant = zones.Where(z => names.Any(n => ObservedStack.ZoneOf(zones, n)?.Name == z.Name)).ToArray();
        var read = await Task.WhenAll(relevant.Select(async z => (z.Id, await RecordSetsAsync(z).ConfigureAwait(false)))).ConfigureAwait(false);
        return new ZoneView(zones, read.ToDictionary(s => s.Id, s => s.Item2, StringComparer.Ordinal));

        async Task<IReadOnlyList<RecordSet>> RecordSetsAsync(HostedZoneInfo zone)
        {
            var sets = await services.Zones.GetRecordSetsAsync(zone, stack.Domain, names, ct).ConfigureAwait(false);
            if (zone.IsModerate)
            {
                return sets;
            }

            // In a large zone the validation records and other selectors, whose names nobody knows beforehand, are found below these.
            string[] known = [MtaStsPolicy.HostOf(stack.Domain), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain), BimiRecord.ParentOf(stack.Domain)];
            var below = await Task.WhenAll(known
                .Select(n => services.Zones.GetRecordSetsAsync(zone, n, [], ct))).ConfigureAwait(false);
            return [.. sets.Concat(below.SelectMany(b => b)).DistinctBy(s => (s.Name, s.Type, s.SetIdentifier))];
        }
    }

    /// <summary>NS record sets where the zone was not read: above the domain, and in a large zone next to the names read.</summary>
    public async Task<IReadOnlyList<RecordSet>> DelegationsAsync(StackWish stack, IReadOnlyList<HostedZoneInfo> zones, CancellationToken ct)
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

        async Task<(string Owner, DnsAnswer Answer)> AskAsync(string owner)
            => (owner, await services.Resolver.QueryAsync(owner, DnsRecordType.NS, ct).ConfigureAwait(false));

        var answers = await Task.WhenAll(owners.Select(AskAsync)).ConfigureAwait(false);
        return
        [
            .. answers.Where(a => a.Answer is { Status: DnsStatus.NoError, Records.Count: > 0, CnameChain.Count: 0 })
                .Select(a => new RecordSet { Name = a.Owner, Type = "NS", Ttl = a.Answer.Records[0].Ttl, Values = [.. a.Answer.Records.Select(r => r.Value)] }),
        ];
    }
}
