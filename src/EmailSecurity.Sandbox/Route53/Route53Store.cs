using System.Security.Cryptography;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>A change as GetChange shows it.</summary>
public sealed record ChangeInfo(string Id, string AccountId, DateTimeOffset SubmittedAt, DateTimeOffset InSyncAt, string Comment);

/// <summary>Hosted zones and changes of every account.</summary>
public sealed class Route53Store(SandboxClock clock, DnsCatalog catalog)
{
    /// <summary>How long a change takes to reach every name server.</summary>
    public static readonly TimeSpan SyncTime = TimeSpan.FromSeconds(30);

    private const int IdLength = 20;
    private const int MaxChanges = 100_000;
    private static readonly string[] Domains = ["com", "net", "org", "co.uk"];

    private readonly Dictionary<string, HostedZone> zones = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChangeInfo> changes = new(StringComparer.Ordinal);
    private long sequence;

    /// <summary>Held while zones are read or changed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Every zone. Call under <see cref="Gate"/>.</summary>
    public IReadOnlyCollection<HostedZone> All => zones.Values;

    /// <summary>The zones of an account in the order they were made. Call under <see cref="Gate"/>.</summary>
    public IReadOnlyList<HostedZone> ZonesOf(string accountId) => [.. zones.Values.Where(z => z.AccountId == accountId).OrderBy(z => z.Sequence)];

    /// <summary>A zone. Call under <see cref="Gate"/>.</summary>
    /// <exception cref="AwsRuleException">NoSuchHostedZone; AccessDenied for another account's zone.</exception>
    public HostedZone Zone(string id, string accountId)
    {
        if (!zones.TryGetValue(id, out var zone))
        {
            throw new AwsRuleException(404, "NoSuchHostedZone", $"No hosted zone found with ID: {id}");
        }
        return zone.AccountId == accountId
            ? zone
            : throw new AwsRuleException(403, "AccessDenied", $"User is not authorized to access this resource: arn:aws:route53:::hostedzone/{id}");
    }

    /// <summary>Makes a zone with its SOA and NS sets. Call under <see cref="Gate"/>.</summary>
    public (HostedZone Zone, ChangeInfo Change) Create(
        string name, string accountId, string callerReference, string comment, bool isPrivate, (string Region, string Id) vpc)
    {
        var zone = Draft(name, accountId, callerReference, comment, isPrivate, vpc);
        zones[zone.Id] = zone;
        return (zone, Publish(zone, ""));
    }

    /// <summary>A zone with its SOA and NS sets that is not there yet. Call under <see cref="Gate"/>.</summary>
    public HostedZone Draft(string name, string accountId, string callerReference, string comment, bool isPrivate, (string Region, string Id) vpc)
    {
        if (zones.Values.Any(z => z.AccountId == accountId && z.CallerReference == callerReference))
        {
            throw new AwsRuleException(409, "HostedZoneAlreadyExists", $"A hosted zone has already been created with the specified caller reference.");
        }
        var number = ++sequence;
        var random = RandomNumberGenerator.GetInt32(64);
        string[] servers = [.. Domains.Select((d, i) => Invariant($"ns-{(i * 512) + ((number * 8) % 512)}.awsdns-{(random + i) % 64:00}.{d}"))];
        var zone = new HostedZone
        {
            Id = NewId("Z"),
            Name = name,
            AccountId = accountId,
            CallerReference = callerReference,
            Comment = comment,
            IsPrivate = isPrivate,
            Vpc = vpc,
            Sequence = number,
            NameServers = servers,
        };
        var now = clock.Now;
        var soa = new RecordSet
        {
            Key = new RecordKey(name, "SOA", ""),
            Ttl = 900,
            Values = [$"{servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"],
            SubmittedAt = now,
        };
        var ns = new RecordSet { Key = new RecordKey(name, "NS", ""), Ttl = 172800, Values = [.. servers.Select(s => s + ".")], SubmittedAt = now };
        zone.Sets = zone.Sets.Add(soa.Key, soa).Add(ns.Key, ns);
        return zone;
    }

    /// <summary>Deletes a zone that holds nothing but its SOA and NS sets. Call under <see cref="Gate"/>.</summary>
    public ChangeInfo Delete(HostedZone zone)
    {
        if (zone.Busy)
        {
            throw Busy(zone);
        }
        if (zone.Sets.Keys.Any(k => k.Name != zone.Name || k.Type is not ("SOA" or "NS")))
        {
            throw new AwsRuleException(
                400, "HostedZoneNotEmpty", "The specified hosted zone contains non-required resource record sets  and so cannot be deleted.");
        }
        zones.Remove(zone.Id);
        catalog.Zones.Remove(zone.Name, zone.Id);
        return AddChange(zone.AccountId, "");
    }

    /// <summary>Takes the zone's record sets into DNS and notes the change. Call under <see cref="Gate"/>.</summary>
    public ChangeInfo Publish(HostedZone zone, string comment)
    {
        var change = AddChange(zone.AccountId, comment);
        if (!zone.IsPrivate)
        {
            zone.Publish(change.InSyncAt, change.SubmittedAt);
            catalog.Zones.Put(zone.Name, zone.Id, zone.Sequence, zone.Versions);
        }
        return change;
    }

    /// <summary>Keeps a zone and takes its record sets into DNS at once, whatever the latency. Call under <see cref="Gate"/>.</summary>
    public void PublishAtOnce(HostedZone zone)
    {
        zones[zone.Id] = zone;
        zone.Publish(clock.Now, clock.Now);
        catalog.Zones.Put(zone.Name, zone.Id, zone.Sequence, zone.Versions);
    }

    /// <summary>A change; null where there is none. Call under <see cref="Gate"/>.</summary>
    public ChangeInfo? Change(string id, string accountId) => changes.TryGetValue(id, out var change) && change.AccountId == accountId ? change : null;

    /// <summary>The error for a zone whose last change is still being processed.</summary>
    public static AwsRuleException Busy(HostedZone zone) =>
        new(400, "PriorRequestNotComplete", $"The request was rejected because Route 53 was still processing a prior request for hosted zone {zone.Id}.");

    private ChangeInfo AddChange(string accountId, string comment)
    {
        if (changes.Count >= MaxChanges)
        {
            changes.Clear();
        }
        var change = new ChangeInfo(NewId("C"), accountId, clock.Now, clock.Now + clock.Scaled(SyncTime), comment);
        changes[change.Id] = change;
        return change;
    }

    private static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", IdLength);
}
