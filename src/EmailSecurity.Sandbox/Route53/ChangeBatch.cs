using System.Collections.Immutable;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>One change of a batch.</summary>
public sealed record RecordChange(string Action, RecordSet Set);

/// <summary>Applies a change batch whole or not at all; every rule broken gives one message.</summary>
public sealed class ChangeBatch(HostedZone zone, CloudFrontStore distributions)
{
    /// <summary>Zone id of every CloudFront distribution as an alias target.</summary>
    public const string CloudFrontZoneId = "Z2FDTNDATAQYW2";
    private const int MaxRecords = 1000;
    private const int MaxCharacters = 32000;


    private readonly List<string> messages = [];

    /// <summary>Rules broken; empty where the batch may be applied.</summary>
    public IReadOnlyList<string> Messages => messages;

    /// <summary>The record sets after the batch; meaningful where <see cref="Messages"/> is empty.</summary>
    public ImmutableSortedDictionary<RecordKey, RecordSet> Apply(IReadOnlyList<RecordChange> changes)
    {
        CheckLimits(changes);
        return ApplyUnlimited(changes);
    }

    /// <summary>The same without the limits of one request: for zones that are set up whole.</summary>
    public ImmutableSortedDictionary<RecordKey, RecordSet> ApplyUnlimited(IReadOnlyList<RecordChange> changes)
    {
        var sets = zone.Sets.ToBuilder();
        var seen = new HashSet<(RecordKey, bool)>();
        foreach (var (action, set) in changes)
        {
            var key = set.Key;
            var identifier = key.SetIdentifier.Length > 0 ? $", set-identifier='{key.SetIdentifier}'" : "";
            var shown = $"[name='{DnsName.ToRoute53(key.Name)}', type='{key.Type}'{identifier}]";
            if (!seen.Add((key, action == "DELETE")))
            {
                messages.Add($"The request contains an invalid set of changes for a resource record set '{key.Type} {DnsName.ToRoute53(key.Name)}'");
                continue;
            }
            if (!DnsName.IsAtOrUnder(key.Name, zone.Name))
            {
                messages.Add($"RRSet with DNS name {DnsName.ToRoute53(key.Name)} is not permitted in zone {DnsName.ToRoute53(zone.Name)}");
                continue;
            }
            if (action == "DELETE")
            {
                Delete(sets, set, shown);
                continue;
            }
            if (action == "CREATE" && sets.ContainsKey(key))
            {
                messages.Add($"Tried to create resource record set {shown} but it already exists");
                continue;
            }
            CheckValues(set);
            if (set.Alias is not null)
            {
                CheckAlias(set, sets, changes);
            }
            // A set that keeps its values keeps the time it was submitted: DNS saw it all along.
            sets[key] = sets.TryGetValue(key, out var before) && before.SameContent(set) ? before : set;
        }
        var result = sets.ToImmutable();
        CheckNames(result, changes);
        return result;
    }

    // Route 53 quotas: 1,000 records and 32,000 value characters a request, UPSERT counting twice.
    private void CheckLimits(IReadOnlyList<RecordChange> changes)
    {
        var records = 0;
        var characters = 0;
        foreach (var (action, set) in changes)
        {
            var factor = action == "UPSERT" ? 2 : 1;
            records += factor * (set.Alias is null ? set.Values.Count : 1);
            characters += factor * set.Values.Sum(v => v.Length);
        }
        if (records > MaxRecords)
        {
            messages.Add($"Number of records limit of {MaxRecords} exceeded.");
        }
        if (characters > MaxCharacters)
        {
            messages.Add($"Number of characters limit of {MaxCharacters} exceeded.");
        }
    }

    private void Delete(ImmutableSortedDictionary<RecordKey, RecordSet>.Builder sets, RecordSet set, string shown)
    {
        if (!sets.TryGetValue(set.Key, out var current))
        {
            messages.Add($"Tried to delete resource record set {shown} but it was not found");
        }
        else if (!current.SameContent(set))
        {
            messages.Add($"Tried to delete resource record set {shown} but the values provided do not match the current values");
        }
        else
        {
            sets.Remove(set.Key);
        }
    }

    private void CheckValues(RecordSet set)
    {
        if (DnsType.Find(set.Key.Type) is not { } type)
        {
            return;
        }
        foreach (var value in set.Values)
        {
            try
            {
                RecordData.ToWire(type, value);
            }
            catch (FormatException e)
            {
                messages.Add($"Invalid Resource Record: 'FATAL problem: {e.Message}'");
            }
        }
        if (set.Values.GroupBy(v => v, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            messages.Add($"Duplicate Resource Record: '{twice.Key}'");
        }
        if (type == DnsType.Cname && set.Values.Count > 1)
        {
            messages.Add($"CNAME set '{DnsName.ToRoute53(set.Key.Name)}' must have exactly one value");
        }
    }

    private void CheckAlias(RecordSet set, ImmutableSortedDictionary<RecordKey, RecordSet>.Builder sets, IReadOnlyList<RecordChange> changes)
    {
        var (zoneId, target, health) = set.Alias!;
        var start = $"Tried to create an alias that targets {DnsName.ToRoute53(target)}, type {set.Key.Type} in zone {zoneId}, but ";
        if (zoneId == CloudFrontZoneId)
        {
            if (!DnsName.IsAtOrUnder(target, "cloudfront.net"))
            {
                messages.Add(start + "the alias target name does not lie within the target zone");
            }
            else if (set.Key.Type is not ("A" or "AAAA" or "HTTPS") || !distributions.HasDomainName(target))
            {
                messages.Add(start + "that target was not found");
            }
            else if (health)
            {
                messages.Add($"EvaluateTargetHealth is not supported for an alias that targets a CloudFront distribution ({DnsName.ToRoute53(set.Key.Name)})");
            }
            else if (zone.IsPrivate)
            {
                messages.Add(start + "a private hosted zone cannot route to a CloudFront distribution");
            }
        }
        else if (zoneId == zone.Id)
        {
            if (!DnsName.IsAtOrUnder(target, zone.Name))
            {
                messages.Add(start + "the alias target name does not lie within the target zone");
            }
            if (target == set.Key.Name
                || !(sets.Keys.Any(k => k.Name == target && k.Type == set.Key.Type)
                    || changes.Any(c => c.Action != "DELETE" && c.Set.Key.Name == target && c.Set.Key.Type == set.Key.Type)))
            {
                messages.Add(start + "that target was not found");
            }
        }
        else
        {
            messages.Add(start + "the alias target name does not lie within the target zone");
            messages.Add(start + "that target was not found");
        }
    }

    private void CheckNames(ImmutableSortedDictionary<RecordKey, RecordSet> sets, IReadOnlyList<RecordChange> changes)
    {
        var zoneName = DnsName.ToRoute53(zone.Name);
        foreach (var name in changes.Select(c => c.Set.Key.Name).Distinct(StringComparer.Ordinal))
        {
            var here = sets.Keys.Where(k => k.Name == name).ToArray();
            if (here.Any(k => k.Type == "CNAME"))
            {
                if (name == zone.Name)
                {
                    messages.Add($"RRSet of type CNAME with DNS name {DnsName.ToRoute53(name)} is not permitted at apex in zone {zoneName}");
                }
                else if (here.Any(k => k.Type != "CNAME"))
                {
                    var type = changes.Last(c => c.Set.Key.Name == name && c.Action != "DELETE").Set.Key.Type;
                    messages.Add(
                        $"RRSet of type {type} with DNS name {DnsName.ToRoute53(name)} is not permitted as it conflicts with other records with "
                            + $"the same DNS name in zone {zoneName}");
                }
            }
            foreach (var group in here.GroupBy(k => k.Type, StringComparer.Ordinal).Where(g => g.Count() > 1 && g.Any(k => k.SetIdentifier.Length == 0)))
            {
                messages.Add(
                    $"RRSet with DNS name {DnsName.ToRoute53(name)}, type {group.Key} cannot be created as other RRSets exist with the same name and type");
            }
        }
        if (!sets.ContainsKey(new RecordKey(zone.Name, "SOA", "")))
        {
            messages.Add("A HostedZone must contain exactly one SOA record.");
        }
        if (!sets.ContainsKey(new RecordKey(zone.Name, "NS", "")))
        {
            messages.Add("A HostedZone must contain at least one NS record for the zone itself.");
        }
    }
}
