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
            var before = zones.GetValueOrDefault(apex);
            var now = time.GetUtcNow();
            var faults = new Dictionary<string, DnsFaultEntry>(StringComparer.Ordinal);
            var sets = new Dictionary<(string, ushort), DnsRecordSet>();
            var isSecure = false;
            foreach (var record in records)
            {
                if (record.Type.Equals("SECURE", StringComparison.OrdinalIgnoreCase))
                {
                    isSecure = true;
                    continue;
                }
                var name = DnsName.Parse(record.Name, PresentationForm.ZoneFile);
                if (!DnsName.IsAtOrUnder(name, apex))
                {
                    throw new FormatException($"'{record.Name}' does not lie in zone '{zone}'");
                }
                if (Enum.TryParse<DnsFault>(record.Type, ignoreCase: true, out var fault) && fault != DnsFault.None && !char.IsAsciiDigit(record.Type[0]))
                {
                    faults[name] = new DnsFaultEntry(fault, [.. record.Values.Where(v => v != "ANY").Select(TypeOf)]);
                    continue;
                }
                var type = TypeOf(record.Type);
                var data = record.Values.Select(v => RecordData.ToWire(type, v, PresentationForm.ZoneFile)).ToArray();
                if (data.Length == 0)
                {
                    throw new FormatException($"{record.Type} {record.Name} has no values");
                }
                if (sets.TryGetValue((name, type), out var same))
                {
                    data = [.. same.Data, .. data];
                }
                var target = type == DnsType.Cname ? DnsName.Parse(record.Values[0], PresentationForm.ZoneFile) : "";
                if (type == DnsType.Cname && data.Length > 1)
                {
                    throw new FormatException($"CNAME {record.Name} has more than one value");
                }
                var old = before?.Sets.GetValueOrDefault((name, type));
                var unchanged = old is not null && old.Data.Count == data.Length && old.Data.Zip(data).All(p => p.First.AsSpan().SequenceEqual(p.Second));
                sets[(name, type)] = new DnsRecordSet(name, type, (uint)Math.Max(0, record.Ttl), data)
                {
                    Target = target,
                    SubmittedAt = unchanged ? old!.SubmittedAt : now,
                };
            }
            // RFC 1034 section 3.6.2: a CNAME stands alone.
            var aliases = sets.Keys.Where(k => k.Item2 == DnsType.Cname);
            if (aliases.FirstOrDefault(k => sets.Keys.Any(o => o.Item1 == k.Item1 && o.Item2 != DnsType.Cname)) is { Item2: DnsType.Cname } clash)
            {
                throw new FormatException($"'{clash.Item1}' has a CNAME beside other records");
            }
            zones[apex] = new Zone([.. records], sets);
            catalog.Put(apex, Source, rank: 0, [new ZoneVersion(DateTimeOffset.MinValue, new ZoneView(apex, sets.Values, faults) { IsSecure = isSecure })]);
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
        catalog.Remove(apex, Source);
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

    private static ushort TypeOf(string type) => DnsType.Find(type) ?? throw new FormatException($"'{type}' is not a record type known here");

    private sealed record Zone(IReadOnlyList<ZoneRecord> Records, IReadOnlyDictionary<(string, ushort), DnsRecordSet> Sets);
}
