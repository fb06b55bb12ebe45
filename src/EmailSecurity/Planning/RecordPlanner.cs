using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Plans records: never over a foreign one, unless asked to adopt it.</summary>
internal sealed class RecordPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, PublishOptions options)
{
    /// <summary>TTL of the policy id: short, so that a change is seen soon.</summary>
    public const int PolicyRecordTtl = 300;

    /// <summary>TTL of the other records.</summary>
    public const int RecordTtl = 3600;

    /// <summary>The policy that is about to be published; null for none.</summary>
    public MtaSts.MtaStsPolicy? Policy { get; init; }

    /// <summary>A record that must hold exactly this; returns the step's id, or null where it is so already.</summary>
    /// <param name="id">Step id.</param>
    /// <param name="set">The record set; for an alias, an empty target is the distribution to be.</param>
    /// <param name="text">Its value for people.</param>
    /// <param name="owned">True where this mechanism's records are ours.</param>
    /// <param name="reason">Why.</param>
    /// <param name="dependsOn">Steps before it.</param>
    /// <param name="movesToEnforce">True where mail can be refused from then on.</param>
    /// <param name="group">Steps that fall with it where it is declined.</param>
    public string? Ensure(string id, RecordSet set, string text, bool owned, string reason, IEnumerable<string> dependsOn, bool movesToEnforce = false,
        string group = "")
        => stack.DnsHost == DnsHost.External ? EnsureExternal(id, set, text, reason, dependsOn, group)
            : EnsureRoute53(id, set, text, owned, reason, dependsOn, movesToEnforce, group);

    private string? EnsureRoute53(string id, RecordSet set, string text, bool owned, string reason, IEnumerable<string> dependsOn, bool movesToEnforce,
        string group)
    {
        var zone = ZoneFor(stack, observed, set.Name);
        var there = observed.RecordSetsAt(set.Name).ToArray();
        var same = Array.Find(there, s => s.Type == set.Type);
        if (same is not null && (set.Type == "TXT" ? SharedTxt.Holds(same, set) : same == set))
        {
            return null;
        }

        // A CNAME stands beside nothing else (RFC 1034 section 3.6.2); strings of others in a TXT set are in nobody's way.
        var inTheWay = there.Where(s => s.Type == "CNAME" || set.Type == "CNAME" || (s.Type == set.Type && !IsOthersOnly(s, set))).ToArray();
        if (Array.Find(there, s => s.SetIdentifier is not null && (s.Type == set.Type || s.Type == "CNAME" || set.Type == "CNAME")) is { } routed)
        {
            throw Foreign(routed, "It has a routing policy, which this module never changes; remove it or choose another name.");
        }

        if (!options.Adopt && same is not null && set.Type == "TXT" && SharedTxt.Of(same, SharedTxt.VersionOf(set)) is { Length: > 1 } several)
        {
            throw new EmailSecurityException("ForeignRecord", ErrorKind.Exists,
                $"{set.Name} has {several.Length} TXT strings that begin with {SharedTxt.VersionOf(set)}, "
                + $"and receivers go by none of them: {string.Join(" | ", several)}.",
                "Delete those that are not this stack's, or publish with -Adopt to have one in their place; the present value is kept in the asset bucket.")
            { Target = set.Name };
        }

        var pointsToUs = set.AliasTarget is not null && same?.AliasTarget is { } target && target == observed.Distribution?.DomainName
            && StackOwnership.IsDistributionOurs(observed);
        if (inTheWay.Length > 0 && !owned && !pointsToUs && !options.Adopt)
        {
            throw Foreign(inTheWay[0], "Delete it yourself, or publish with -Adopt to replace it; its present value is kept in the asset bucket, or told in a warning where there is none.");
        }

        List<string> after = [.. dependsOn];
        if (inTheWay.Length > 0 && (!owned || options.Adopt) && !pointsToUs)
        {
            // Also where the tag says ours: the run that adopts may have died between the bucket's tag and the before-image.
            after.AddRange(KeepBeforeImages(id, inTheWay, group = group.Length > 0 ? group : id));
        }

        // A TXT set is exchanged, not overwritten: had somebody added a string since it was looked at, Route 53 refuses the batch.
        var displaced = there.Where(s => s == same ? s.Type == "TXT" : inTheWay.Contains(s)).ToArray();
        RecordSet[] touched = [.. inTheWay.Union(displaced)];
        plan.Add(id, touched.Length == 0 ? ChangeAction.Create : ChangeAction.Update, $"{set.Type} record", set.Name, reason,
            new Operation.UpsertRecord(zone.Id, same is not null && set.Type == "TXT" ? SharedTxt.With(same, set) : set, displaced), after,
                string.Join("; ", touched.Select(Describe)), text, movesToEnforce, group);
        return id;
    }

    private static bool IsOthersOnly(RecordSet there, RecordSet ours) => ours.Type == "TXT" && SharedTxt.Of(there, SharedTxt.VersionOf(ours)).Length == 0;

    private IEnumerable<string> KeepBeforeImages(string id, IReadOnlyList<RecordSet> adopted, string group)
    {
        if (observed.AssetBucket is null && !plan.Has("asset-bucket"))
        {
            plan.Warnings.Add($"Adopting {adopted[0].Name}: it was {string.Join("; ", adopted.Select(Describe))}. Keep this line; there is no bucket to keep it in.");
            yield break;
        }

        var bucket = observed.AssetBucketName;
        var n = 0;
        foreach (var set in adopted)
        {
            var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { set.Name, set.Type, set.Ttl, set.Values, set.AliasTarget, set.AliasZoneId });
            var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(json))[..8].ToLowerInvariant();
            var item = new BucketObject($"{StackNames.AdoptedPrefix}{set.Name}-{set.Type}-{hash}.json", json, "application/json", "no-store");
            var stepId = Invariant($"{id}/before-image-{++n}");
            plan.Add(stepId, ChangeAction.Create, "S3 object", $"{bucket}/{item.Key}", $"the {set.Type} record of {set.Name} is adopted; what it was is kept",
                new Operation.PutObject(bucket, item), ["asset-bucket", "asset-bucket/PublicAccessBlock"], group: group);
            yield return stepId;
        }
    }

    private string? EnsureExternal(string id, RecordSet set, string text, string reason, IEnumerable<string> dependsOn, string group)
    {
        // An alias is Route 53's own; elsewhere a CNAME leads to the distribution.
        if (set.AliasTarget is not null && set.Type == "AAAA")
        {
            return null;
        }

        var type = set.AliasTarget is not null ? "CNAME" : set.Type;
        var value = set.AliasTarget ?? (set.Type == "TXT" ? TxtStrings.Unquote(set.Values[0]) : set.Values[0]);
        var state = StackRecords.Look(observed, new DnsRecordState { Domain = stack.Domain, Name = set.Name, Type = type, Value = value, Ttl = (int)(set.Ttl ?? PolicyRecordTtl), Purpose = reason });
        if (state.Status == DnsRecordStatus.Published)
        {
            return null;
        }

        plan.Add(id, ChangeAction.Wait, $"{type} record at your DNS host", set.Name, reason,
            new Operation.AwaitRecord(state) { Content = set.AliasTarget is null ? null : ServedContents.Of(stack, observed, Policy, set.Name) }, dependsOn,
            state.ObservedValue, set.AliasTarget is not null ? value : text, group: group);
        return id;
    }

    /// <summary>The hosted zone of a name.</summary>
    /// <exception cref="EmailSecurityException">HostedZoneNotFound, HostedZoneAmbiguous.</exception>
    public static HostedZoneInfo ZoneFor(StackWish stack, ObservedStack observed, string name)
    {
        var zone = observed.ZoneOf(name) ?? throw new EmailSecurityException("HostedZoneNotFound", ErrorKind.NotFound,
            $"Account {observed.Caller.AccountId} has no public Route 53 hosted zone for {name}.",
            $"Create the hosted zone of {stack.Domain}, use the credentials of the account that has it, or describe the stack with -DnsHost External if DNS is hosted elsewhere.");
        var twins = observed.Zones.Where(z => z.Name == zone.Name).ToArray();
        return twins.Length == 1 ? zone : throw new EmailSecurityException("HostedZoneAmbiguous", ErrorKind.Exists,
            $"Account {observed.Caller.AccountId} has {twins.Length} public hosted zones named {zone.Name}: {string.Join(", ", twins.Select(z => z.Id).Order(StringComparer.Ordinal))}; only the one that the registry delegates to counts.",
            "Delete the one that is not delegated to.");
    }

    // Not known as ours rather than not ours: a domain with a TLS-RPT record alone has nothing in AWS to remember it by.
    private static EmailSecurityException Foreign(RecordSet set, string fix) => new("ForeignRecord", ErrorKind.Exists,
        $"{set.Name} has a {set.Type} record that is not known as this stack's: {Describe(set)}.", fix)
    { Target = set.Name };

    private static string Describe(RecordSet set) => set.AliasTarget is { } alias ? $"{set.Type} alias {alias}" : $"{set.Type} {string.Join(" | ", set.Values)}";
}
