namespace EmailSecurity.Sandbox.Dns;

/// <summary>A third-party zone while its records are read.</summary>
/// <param name="zone">Its name as given.</param>
/// <param name="apex">Its name in kept form.</param>
/// <param name="before">Its record sets so far; null for a new one.</param>
/// <param name="now">When it is put.</param>
internal sealed class ThirdPartyZoneDraft(
    string zone, string apex, IReadOnlyDictionary<(string, ushort), DnsRecordSet>? before, DateTimeOffset now)
{
    private readonly Dictionary<string, DnsFaultEntry> faults = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, ushort), DnsRecordSet> sets = [];

    /// <summary>Its record sets.</summary>
    public IReadOnlyDictionary<(string, ushort), DnsRecordSet> Sets => sets;

    /// <summary>Names whose queries go wrong.</summary>
    public IReadOnlyDictionary<string, DnsFaultEntry> Faults => faults;

    /// <summary>True where it validates.</summary>
    public bool IsSecure { get; private set; }

    /// <summary>Adds a record.</summary>
    /// <exception cref="FormatException">It breaks a rule; the message names it.</exception>
    public void Add(ZoneRecord record)
    {
        if (record.Type.Equals("SECURE", StringComparison.OrdinalIgnoreCase))
        {
            IsSecure = true;
            return;
        }
        var name = DnsName.Parse(record.Name, PresentationForm.ZoneFile);
        if (!DnsName.IsAtOrUnder(name, apex))
        {
            throw new FormatException($"'{record.Name}' does not lie in zone '{zone}'");
        }
        if (Enum.TryParse<DnsFault>(record.Type, ignoreCase: true, out var fault) && fault != DnsFault.None && !char.IsAsciiDigit(record.Type[0]))
        {
            faults[name] = new DnsFaultEntry(fault, [.. record.Values.Where(v => v != "ANY").Select(TypeOf)]);
            return;
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
        var old = before?.GetValueOrDefault((name, type));
        var unchanged = old is not null && old.Data.Count == data.Length && old.Data.Zip(data).All(p => p.First.AsSpan().SequenceEqual(p.Second));
        sets[(name, type)] = new DnsRecordSet(name, type, (uint)Math.Max(0, record.Ttl), data)
        {
            Target = target,
            SubmittedAt = unchanged ? old!.SubmittedAt : now,
        };
    }

    /// <summary>Checks the zone as a whole.</summary>
    /// <exception cref="FormatException">It breaks a rule; the message names it.</exception>
    public void Check()
    {
        // RFC 1034 section 3.6.2: a CNAME stands alone.
        var aliases = sets.Keys.Where(k => k.Item2 == DnsType.Cname);
        if (aliases.FirstOrDefault(k => sets.Keys.Any(o => o.Item1 == k.Item1 && o.Item2 != DnsType.Cname)) is { Item2: DnsType.Cname } clash)
        {
            throw new FormatException($"'{clash.Item1}' has a CNAME and other records");
        }
    }

    private static ushort TypeOf(string type) => DnsType.Find(type) ?? throw new FormatException($"'{type}' is not a record type known here");
}
