using System.Collections.Concurrent;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>
/// Zones at somebody else's DNS host. Beside real record types an entry may have the type <c>SERVFAIL</c>, <c>REFUSED</c>, <c>NXDOMAIN</c>,
/// <c>TIMEOUT</c>, <c>TRUNCATE</c>, <c>FORMERR</c>, <c>NOTIMP</c> or <c>GARBAGE</c>: then queries for its name go wrong in that way; its
/// values name the query types it holds for (<c>ANY</c> or none: all). Names and values are written as in zone files (RFC 1035 section 5.1):
/// <c>\DDD</c> is decimal. An entry of the type <c>SECURE</c> makes the zone one that validates: its answers carry the AD bit.
/// </summary>
public sealed class ThirdPartyZones(DnsCatalog catalog, TimeProvider time)
{
    private const string Source = "third-party";

    private readonly ConcurrentDictionary<string, Zone> zones = new(StringComparer.Ordinal);

    /// <summary>Puts (replaces) a zone; sets that stay the same keep the time they were first put.</summary>
    /// <exception cref="ArgumentException">A record breaks a rule; the message names it.</exception>
    public void Put(string zone, IReadOnlyList<ZoneRecord> records)
    {
        try
        {
            var apex = DnsName.Parse(zone, PresentationForm.ZoneFile);
            var draft = new ThirdPartyZoneDraft(zone, apex, zones.GetValueOrDefault(apex)?.Sets, time.GetUtcNow());
            foreach (var record in records)
            {
                draft.Add(record);
            }
            draft.Check();
            var view = new ZoneView(apex, draft.Sets.Values, draft.Faults) { IsSecure = draft.IsSecure };
            zones[apex] = new Zone([.. records], draft.Sets);
            catalog.Zones.Put(apex, Source, rank: 0, [new ZoneVersion(DateTimeOffset.MinValue, view)]);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(records), e);
        }
    }

    /// <summary>Every zone, by apex.</summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyList<ZoneRecord>>> All => zones.Select(z => KeyValuePair.Create(z.Key, z.Value.Records));

    /// <summary>A zone as it was put; null where there is none.</summary>
    public IReadOnlyList<ZoneRecord>? Get(string zone) => zones.TryGetValue(Parse(zone), out var found) ? found.Records : null;

    /// <summary>Drops a zone; false where there is none.</summary>
    public bool Delete(string zone)
    {
        var apex = Parse(zone);
        if (!zones.TryRemove(apex, out _))
        {
            return false;
        }
        catalog.Zones.Remove(apex, Source);
        return true;
    }

    private static string Parse(string zone)
    {
        try
        {
            return DnsName.Parse(zone, PresentationForm.ZoneFile);
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(zone), e);
        }
    }

    private sealed record Zone(IReadOnlyList<ZoneRecord> Records, IReadOnlyDictionary<(string, ushort), DnsRecordSet> Sets);
}
