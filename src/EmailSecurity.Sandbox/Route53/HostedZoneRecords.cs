using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>
/// Hosted zones without Route 53's calls: for setting a scene. The rules of a change batch hold, in Route 53's own writing of names and
/// values; nothing of it is throttled, logged, or waited for.
/// </summary>
public sealed class HostedZoneRecords(SandboxClock clock, Route53Store store, CloudFrontStore distributions)
{
    /// <summary>Makes a public hosted zone with these records, or gives the one there these instead of what it holds, its own SOA and NS apart.</summary>
    /// <exception cref="FormatException">A record breaks a rule; the message names it.</exception>
    public void Put(string accountId, string zoneName, IReadOnlyList<ZoneRecord> records)
    {
        var name = DnsName.Parse(zoneName);
        lock (store.Gate)
        {
            var zone = Find(accountId, name);
            var sets = Read(records);
            var draft = zone ?? store.Draft(name, accountId, Guid.NewGuid().ToString(), "", false, default);
            var own = draft.Sets.Values.Where(s => IsOwn(s, name)).Where(s => !sets.Exists(n => n.Key == s.Key)).ToArray();
            var batch = new ChangeBatch(draft, distributions);
            RecordChange[] changes =
            [
                .. draft.Sets.Values.Where(s => !own.Contains(s) && !sets.Exists(n => n.Key == s.Key)).Select(s => new RecordChange("DELETE", s)),
                .. sets.Select(s => new RecordChange("UPSERT", s)),
            ];
            var result = batch.ApplyUnlimited(changes);
            if (batch.Messages.Count > 0)
            {
                throw new FormatException(string.Join(" ", batch.Messages));
            }
            draft.Sets = result;
            store.PublishAtOnce(draft);
        }
    }

    /// <summary>The records of a hosted zone, its own SOA and NS with them; null where there is no such zone.</summary>
    public IReadOnlyList<ZoneRecord>? Get(string accountId, string zoneName)
    {
        var name = DnsName.Parse(zoneName);
        lock (store.Gate)
        {
            return Find(accountId, name)?.Sets.Values
                .Select(s => new ZoneRecord(DnsName.ToRoute53(s.Key.Name), s.Key.Type, (int)(s.Ttl ?? 0), s.Values)
                {
                    AliasTarget = s.Alias is { } alias ? DnsName.ToRoute53(alias.DnsName) : null,
                })
                .ToArray();
        }
    }

    /// <summary>Drops a hosted zone with all its records; false where there is none.</summary>
    public bool Delete(string accountId, string zoneName)
    {
        var name = DnsName.Parse(zoneName);
        lock (store.Gate)
        {
            if (Find(accountId, name) is not { } zone)
            {
                return false;
            }
            zone.Sets = zone.Sets.RemoveRange(zone.Sets.Values.Where(s => !IsOwn(s, name)).Select(s => s.Key));
            store.Delete(zone);
            return true;
        }
    }

    // Of several public zones of one name the oldest is the one in DNS.
    private HostedZone? Find(string accountId, string name) => store.ZonesOf(accountId).FirstOrDefault(z => z.Name == name && !z.IsPrivate);

    private static bool IsOwn(RecordSet set, string zone) => set.Key.Name == zone && (set.Key.Type is "SOA" or "NS");

    private List<RecordSet> Read(IReadOnlyList<ZoneRecord> records)
    {
        var sets = new List<RecordSet>();
        foreach (var group in records.GroupBy(r => (Name: DnsName.Parse(r.Name), Type: r.Type.ToUpperInvariant())))
        {
            if (!ChangeReader.IsRecordType(group.Key.Type))
            {
                throw new FormatException($"'{group.First().Type}' is not a record type of Route 53");
            }
            sets.Add(new RecordSet
            {
                Key = new RecordKey(group.Key.Name, group.Key.Type, ""),
                Ttl = group.First().Ttl,
                Values = [.. group.SelectMany(r => r.Values)],
                SubmittedAt = clock.Now,
            });
        }
        return sets;
    }
}
