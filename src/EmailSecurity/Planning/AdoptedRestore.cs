using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>
/// Plans what becomes of the records that a stack adopted: put back where nothing else has taken their place, once the stack's own are gone, and the
/// policy's id last, when its host serves a policy again. What is not put back is told. Pure.
/// </summary>
internal sealed class AdoptedRestore(PlanBuilder plan, StackWish stack, ObservedStack observed, RemovalOptions options)
{
    private static readonly string[] HostTypes = ["A", "AAAA", "CNAME"];
    private readonly List<BeforeImage> left = [];

    /// <summary>Records that somebody else had, as far as that is known.</summary>
    public static IReadOnlyList<BeforeImage> Of(ObservedStack observed) => [.. observed.BeforeImages.Where(i => !IsOurs(observed, i.Set))];

    /// <summary>Plans it; returns the steps that the bucket with the earlier values has to wait for.</summary>
    /// <param name="records">Take the stack's own records out.</param>
    /// <param name="distribution">Deletes the distribution, which answers under the policy's host as long as it is there.</param>
    public IReadOnlyList<Step> Plan(IReadOnlyList<Step> records, Step? distribution)
    {
        var images = Of(observed);
        if (!options.RestoreAdopted || stack.DnsHost != DnsHost.Route53)
        {
            left.AddRange(images);
            Tell();
            return [];
        }

        left.AddRange(images.Where(i => i.MayBeOurs));
        List<Step> steps = [];
        foreach (var byName in images.Where(i => !i.MayBeOurs && HostTypes.Contains(i.Set.Type, StringComparer.Ordinal))
            .GroupBy(i => i.Set.Name, StringComparer.Ordinal))
        {
            steps.AddRange(RestoreHost([.. byName], records));
        }

        var policyName = MtaStsRecord.NameOf(stack.Domain);
        foreach (var image in images.Where(i => !i.MayBeOurs && i.Set.Type == "TXT"))
        {
            steps.AddRange(RestoreText(image, image.Set.Name == policyName, records, [distribution, .. steps]));
        }

        Tell();
        return steps;
    }

    // An id of ours, or what leads to us, is no record of somebody else's, whenever it was kept.
    private static bool IsOurs(ObservedStack observed, RecordSet set) => set.AliasTarget is { } target && target == observed.Distribution?.DomainName
        || (set.Type == "TXT" && set.Name == MtaStsRecord.NameOf(observed.Domain)
            && MtaStsRecord.Select(set.Values.Select(TxtStrings.Unquote), observed.Domain).Value is MtaStsRecord record
            && StackOwnership.IsKnownId(observed, record.Id));

    private List<Step> RestoreHost(IReadOnlyList<BeforeImage> images, IReadOnlyList<Step> records)
    {
        var name = images[0].Set.Name;
        var isAlone = images[0].Set.Type == "CNAME";
        BeforeImage[] wanted = [.. images.Where(i => (i.Set.Type == "CNAME") == isAlone)];
        var there = plan.RecordsAfter(observed.RecordSetsAt(name));
        List<Step> steps = [];
        foreach (var image in wanted)
        {
            if (there.Contains(image.Set))
            {
                continue; // back already
            }

            if (there.Any(s => isAlone || s.Type == "CNAME" || s.Type == image.Set.Type) || observed.ZoneOf(name) is not { } zone)
            {
                left.Add(image);
                continue;
            }

            steps.Add(Restore($"restore/{name}/{image.Set.Type}", zone.Id, image.Set, [], records));
        }

        return steps;
    }

    private IEnumerable<Step> RestoreText(BeforeImage image, bool isPolicy, IReadOnlyList<Step> records, IReadOnlyList<Step?> before)
    {
        var version = isPolicy ? SharedTxt.MtaSts : image.Set.Name == TlsRptRecord.NameOf(stack.Domain) ? SharedTxt.TlsRpt : SharedTxt.Bimi;
        var strings = SharedTxt.Of(image.Set, version);
        var there = plan.RecordsAfter(observed.RecordSetsAt(image.Set.Name)).FirstOrDefault(s => s.Type == "TXT");
        var taken = there is null ? [] : SharedTxt.Of(there, version);
        if (strings.Length == 0 || (taken.Length > 0 && taken.SequenceEqual(strings, StringComparer.Ordinal)))
        {
            yield break; // nothing of this mechanism's, or back already
        }

        if (taken.Length > 0 || there?.SetIdentifier is not null || observed.ZoneOf(image.Set.Name) is not { } zone)
        {
            left.Add(image);
            yield break;
        }

        var set = image.Set with { Values = [.. there?.Values ?? [], .. strings], Ttl = there?.Ttl ?? image.Set.Ttl };
        if (!isPolicy)
        {
            yield return Restore($"restore/{set.Name}", zone.Id, set, there is null ? [] : [there], records);
            yield break;
        }

        var url = MtaStsPolicy.UrlOf(stack.Domain);
        var served = plan.Add("restored/policy", ChangeAction.Wait, "HTTPS", url.ToString(), "the policy must be served again before its id is published again",
            new Operation.ConfirmPolicy(url, stack.Domain), dependsOn: [.. records, before[0], .. before.Skip(1).Where(IsPolicyHost)], after: "a valid policy");
        yield return Restore($"restore/{set.Name}", zone.Id, set, there is null ? [] : [there], [served]);

        bool IsPolicyHost(Step? step) => step!.Id.StartsWith($"restore/{MtaStsPolicy.HostOf(stack.Domain)}/", StringComparison.Ordinal);
    }

    private Step Restore(string id, string zoneId, RecordSet set, IReadOnlyList<RecordSet> displaced, IReadOnlyList<Step> dependsOn)
        => plan.Add(id, displaced.Count > 0 ? ChangeAction.Update : ChangeAction.Create, $"{set.Type} record", set.Name,
            "what stood there before this stack adopted it", new Operation.UpsertRecord(zoneId, set, displaced) { IsRestored = true }, dependsOn,
            string.Join("; ", displaced.Select(StackRecords.ValueOf)), StackRecords.ValueOf(set));

    private void Tell()
    {
        if (left.Count == 0)
        {
            return;
        }

        var lines = string.Join("; ", left.Select(i => i.ToString()));
        var bucket = observed.AssetBucketName;
        plan.Warnings.Add($"Before this stack took its place, DNS of {stack.Domain} had: {lines}. "
            + (options.KeepAdopted ? $"It is kept in bucket {bucket} under {StackNames.AdoptedPrefix}."
                : options.RestoreAdopted ? "It is not put back: something else has taken its place, or it may have been this stack's own. Save this message: "
                    + $"bucket {bucket}, which keeps it, is deleted at the end."
                : $"It is not put back. Save this message: bucket {bucket}, which keeps it, is deleted at the end. -RestoreAdopted puts it back, "
                    + "and -KeepAdopted keeps the bucket."));
    }
}
