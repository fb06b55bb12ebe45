using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Plans records: never over a foreign one, unless asked to adopt it.</summary>
/// <param name="plan">The plan.</param>
/// <param name="stack">What is wished.</param>
/// <param name="observed">The current state.</param>
/// <param name="options">What the caller allows.</param>
/// <param name="assets">The steps about the asset bucket, which keeps what is adopted.</param>
internal sealed class RecordPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, PublishOptions options, BucketSteps assets)
{
    /// <summary>TTL of the policy id: short, so that a change is seen soon.</summary>
    public const int PolicyRecordTtl = 300;

    /// <summary>TTL of the other records.</summary>
    public const int RecordTtl = 3600;

    /// <summary>The policy that is about to be published; null for none.</summary>
    public MtaSts.MtaStsPolicy? Policy { get; init; }

    private readonly Dictionary<string, Step> images = new(StringComparer.Ordinal);

    /// <summary>A record that must hold exactly this; null where it is so already.</summary>
    /// <param name="record">The record.</param>
    /// <param name="dependsOn">Steps before it.</param>
    public Step? Ensure(WantedRecord record, IReadOnlyList<Step?> dependsOn)
        => stack.DnsHost == DnsHost.External ? EnsureExternal(record, dependsOn) : EnsureRoute53(record, dependsOn);

    private Step? EnsureRoute53(WantedRecord record, IReadOnlyList<Step?> dependsOn)
    {
        var set = record.Set;
        var zone = ZoneFor(stack, observed, set.Name);
        var there = observed.RecordSetsAt(set.Name).ToArray();
        var same = Array.Find(there, s => s.Type == set.Type);
        if (same is not null && (set.Type == "TXT" ? SharedTxt.Holds(same, set) : same == set))
        {
            return null;
        }

        // A CNAME allows nothing else at its name (RFC 1034 section 3.6.2); strings of others in a TXT set do not conflict.
        var inTheWay = there.Where(s => s.Type == "CNAME" || set.Type == "CNAME" || (s.Type == set.Type && !IsOthersOnly(s, set))).ToArray();
        if (Array.Find(there, s => s.SetIdentifier is not null && (s.Type == set.Type || s.Type == "CNAME" || set.Type == "CNAME")) is { } routed)
        {
            const string never = "The record has a routing policy, and this module never changes such records. "
                + "Delete it in the hosted zone, then run the same command again.";
            plan.Obstruct(Foreign(routed, never) with { CanAdopt = false }, options.Adopt);
            return null;
        }

        if (!options.Adopt && same is not null && set.Type == "TXT" && SharedTxt.Of(same, SharedTxt.VersionOf(set)) is { Length: > 1 } several)
        {
            plan.Obstruct(new Obstacle("ForeignRecord", set.Name,
                $"{set.Name} has {several.Length} TXT strings that begin with {SharedTxt.VersionOf(set)}, "
                + $"and receivers use none of them: {string.Join(" | ", several)}.",
                "Run the same command again with -Adopt to replace them; the current value is saved in the asset bucket. "
                + "Or delete those that do not belong to this stack in the hosted zone."),
                options.Adopt);
            return null;
        }

        var pointsToUs = set.AliasTarget is not null && same?.AliasTarget is { } target && target == observed.Distribution?.DomainName
            && StackOwnership.IsDistributionOurs(observed);
        foreach (var foreign in record.IsOurs || pointsToUs ? [] : inTheWay)
        {
            plan.Obstruct(Foreign(foreign, "Run the same command again with -Adopt to replace it; its current value is saved in the asset bucket, "
                + $"or shown in a warning if there is no bucket. Or delete it in the hosted zone {zone.Name}."), options.Adopt);
        }

        var group = record.Group;
        IReadOnlyList<Step> kept = [];
        if (inTheWay.Length > 0 && (!record.IsOurs || options.Adopt) && !pointsToUs)
        {
            // Also where the tag says ours: the run that adopts may have died between the bucket's tag and the before-image.
            kept = KeepBeforeImages(record, inTheWay, group = group.Length > 0 ? group : record.Id);
        }

        // A TXT set is exchanged, not overwritten: had somebody added a string since it was looked at, Route 53 refuses the batch.
        var displaced = there.Where(s => s == same ? s.Type == "TXT" : inTheWay.Contains(s)).ToArray();
        RecordSet[] touched = [.. inTheWay.Union(displaced)];
        string Ttl(long? seconds) => same?.Ttl is { } now && now != set.Ttl ? Invariant($" (TTL {Count.Of(seconds ?? 0, "second")})") : "";
        return plan.Add(record.Id, touched.Length == 0 ? ChangeAction.Create : ChangeAction.Update, $"{set.Type} record", set.Name, record.Reason,
            new Operation.UpsertRecord(zone.Id, same is not null && set.Type == "TXT" ? SharedTxt.With(same, set) : set, displaced),
            dependsOn: [.. dependsOn, .. kept],
            touched.Length == 0 ? record.Instead : string.Join("; ", touched.Select(Describe)) + Ttl(same?.Ttl), record.Text + Ttl(set.Ttl),
            record.MovesToEnforce, group, record.Announces);
    }

    private static bool IsOthersOnly(RecordSet there, RecordSet ours) => ours.Type == "TXT" && SharedTxt.Of(there, SharedTxt.VersionOf(ours)).Length == 0;

    private List<Step> KeepBeforeImages(WantedRecord record, IReadOnlyList<RecordSet> adopted, string group)
    {
        if (observed.AssetBucket is null && assets.Created is null)
        {
            plan.Warnings.Add($"Adopting {adopted[0].Name}: it was {string.Join("; ", adopted.Select(Describe))}. "
                + "Save this message: there is no bucket to store the record in.");
            return [];
        }

        var bucket = observed.AssetBucketName;
        List<Step> steps = [];
        foreach (var set in adopted)
        {
            // The CNAME that gives way to A and to AAAA is kept once, and both wait for it: they replace it in one batch.
            var item = new BeforeImage(set, MayBeOurs: record.IsOurs).ToObject();
            if (!images.TryGetValue(item.Key, out var kept))
            {
                images[item.Key] = kept = plan.Add(Invariant($"{record.Id}/before-image-{steps.Count + 1}"), ChangeAction.Create, "S3 object",
                    $"{bucket}/{item.Key}", $"the {set.Type} record of {set.Name} is adopted; its earlier value is saved",
                    new Operation.PutObject(bucket, item), dependsOn: [assets.Created, assets[BucketSetting.PublicAccessBlock]], group: group);
            }

            steps.Add(kept);
        }

        return steps;
    }

    private Step? EnsureExternal(WantedRecord record, IReadOnlyList<Step?> dependsOn)
    {
        // An alias is Route 53's own; elsewhere a CNAME points to the distribution.
        var set = record.Set;
        if (set.AliasTarget is not null && set.Type == "AAAA")
        {
            return null;
        }

        var type = set.AliasTarget is not null ? "CNAME" : set.Type;
        var value = set.AliasTarget ?? (set.Type == "TXT" ? TxtStrings.Unquote(set.Values[0]) : set.Values[0]);
        var state = StackRecords.Look(observed, new DnsRecordState
        {
            Domain = stack.Domain,
            Name = set.Name,
            Type = type,
            Value = value,
            Ttl = (int)(set.Ttl ?? PolicyRecordTtl),
            Purpose = record.Reason,
        });
        if (state.Status == DnsRecordStatus.Published)
        {
            return null;
        }

        var content = set.AliasTarget is null ? null : ServedContents.Of(stack, observed, Policy, set.Name);
        return plan.Add(record.Id, ChangeAction.Wait, $"{type} record at your DNS host", set.Name, record.Reason,
            new Operation.AwaitRecord(state) { Content = content }, dependsOn: [.. dependsOn],
            state.ObservedValue, set.AliasTarget is not null ? value : record.Text, group: record.Group, announces: record.Announces);
    }

    /// <summary>The hosted zone of a name.</summary>
    /// <exception cref="EmailSecurityException">HostedZoneNotFound, HostedZoneAmbiguous.</exception>
    public static HostedZoneInfo ZoneFor(StackWish stack, ObservedStack observed, string name)
    {
        var zone = observed.ZoneOf(name) ?? throw new EmailSecurityException("HostedZoneNotFound", ErrorKind.NotFound,
            $"Account {observed.Caller.AccountId} has no public Route 53 hosted zone for {name}.",
            $"Create the hosted zone of {stack.Domain}, or use the credentials of the account that has it. If its DNS is hosted elsewhere, "
            + $"run: New-EmailSecurityStack {stack.Domain} -DnsHost External | Publish-EmailSecurityStack");
        var twins = observed.Zones.Where(z => z.Name == zone.Name).ToArray();
        return twins.Length == 1 ? zone : throw new EmailSecurityException("HostedZoneAmbiguous", ErrorKind.Exists,
            $"Account {observed.Caller.AccountId} has {twins.Length} public hosted zones named {zone.Name}: "
            + $"{string.Join("; ", twins.OrderBy(z => z.Id, StringComparer.Ordinal).Select(z => z.Id + Servers(observed, z)))}. "
            + "DNS uses only the zone whose name servers the parent zone lists, and DNS shows none or several of them. Nothing was changed.",
            $"Compare these name servers with those that your registrar shows for {zone.Name}, and use the id of the zone that has them. "
            + $"Run: New-EmailSecurityStack {stack.Domain} -HostedZoneId <id> | Publish-EmailSecurityStack");
    }

    private static string Servers(ObservedStack observed, HostedZoneInfo zone)
        => observed.RecordSets.TryGetValue(zone.Id, out var sets) && sets.FirstOrDefault(s => s.Name == zone.Name && s.Type == "NS") is { } own
            ? $" with the name servers {string.Join(", ", own.Values.Select(v => v.TrimEnd('.')))}"
            : "";

    // Not known as ours rather than not ours: a domain with a TLS-RPT record alone has nothing in AWS to remember it by.
    private static Obstacle Foreign(RecordSet set, string fix) => new("ForeignRecord", set.Name,
        $"{set.Name} already has {("AHMNS".Contains(set.Type[0], StringComparison.Ordinal) ? "an" : "a")} {set.Type} record "
            + $"that this stack did not create: {Describe(set)}.", fix);

    private static string Describe(RecordSet set)
        => set.AliasTarget is { } alias ? $"{set.Type} alias {alias}" : $"{set.Type} {string.Join(" | ", set.Values)}";
}
