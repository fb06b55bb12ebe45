using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>Plans the end of a stack's records at Route 53: its own strings and aliases alone.</summary>
internal static class RecordRemoval
{
    /// <summary>Takes the logo records of this stack out; returns the steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="marked">Marks the distribution as being removed.</param>
    public static IReadOnlyList<Step> RemoveBimiRecords(PlanBuilder plan, StackWish stack, ObservedStack observed, Step? marked)
    {
        List<Step> steps = [];
        var host = HostingPlanner.BimiHost(stack, observed, aboutBimi: false);
        var suffix = "." + BimiRecord.ParentOf(stack.Domain);
        foreach (var (zone, set) in Sets(observed).Where(s => s.Set.Type == "TXT" && s.Set.SetIdentifier is null
            && s.Set.Name.EndsWith(suffix, StringComparison.Ordinal) && StackPlanner.RefersToUs(observed, s.Set.Name, host)))
        {
            string[] ours = [.. SharedTxt.Of(set, SharedTxt.Bimi).Where(v => StackPlanner.RefersTo(v, host))];
            steps.Add(TakeOut(plan, zone, set, ours, "the logo will no longer be served", marked));
        }

        return steps;
    }

    /// <summary>Takes the policy id and the report addresses of this stack out of DNS; returns the steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="parts">The parts whose records are ours.</param>
    /// <param name="marked">Marks the distribution as being removed.</param>
    public static IReadOnlyList<Step> DeleteTextRecords(PlanBuilder plan, StackWish stack, ObservedStack observed, StackParts parts, Step? marked)
    {
        List<Step> steps = [];
        (string Name, StackParts Part, string Version)[] records =
        [
            (MtaStsRecord.NameOf(stack.Domain), StackParts.MtaSts, SharedTxt.MtaSts),
            (TlsRptRecord.NameOf(stack.Domain), StackParts.TlsRpt, SharedTxt.TlsRpt),
        ];
        foreach (var (name, part, version) in records)
        {
            foreach (var (zone, set) in Sets(observed).Where(s => s.Set.Name == name && s.Set.Type == "TXT"))
            {
                var all = SharedTxt.Of(set, version);
                var ours = set.SetIdentifier is null ? OwnStrings(stack, observed, parts, part, all) : [];
                if (ours.Length > 0)
                {
                    steps.Add(TakeOut(plan, zone, set, ours, "the domain no longer announces this part", marked));
                }

                if (all.Except(ours, StringComparer.Ordinal).ToArray() is { Length: > 0 } left)
                {
                    plan.Warnings.Add($"{name} was not published by this stack and is not changed: {string.Join(" | ", left.Select(TxtStrings.Unquote))}.");
                }
            }
        }

        return steps;
    }

    // The strings of one mechanism that this stack published. Where several stand there, only one that is known word for word.
    private static string[] OwnStrings(StackWish stack, ObservedStack observed, StackParts parts, StackParts part, string[] all)
    {
        if (part == StackParts.TlsRpt)
        {
            var described = stack.ReportUri.Count > 0 ? TlsRpt.TlsRptRecord.Create(stack.ReportUri).ToString() : null;
            return parts.HasFlag(part) && all.Length == 1 ? all : [.. all.Where(v => TxtStrings.Unquote(v) == described)];
        }

        if (!StackOwnership.IsPolicyRecordOurs(observed))
        {
            return [];
        }

        return all.Length == 1 ? all
            : [.. all.Where(v => MtaStsRecord.Check(TxtStrings.Unquote(v)).Value is MtaStsRecord { Id: var id } && StackOwnership.IsKnownId(observed, id))];
    }

    /// <summary>Deletes what points to the distribution; returns the steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stack">What is removed.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="parts">The parts whose records are ours.</param>
    /// <param name="before">
    /// Mark the distribution as being removed, and take out the records that lead senders to the hosts: as long as there is one, the host stays.
    /// </param>
    public static IReadOnlyList<Step> DeleteAliases(PlanBuilder plan, StackWish stack, ObservedStack observed, StackParts parts, IReadOnlyList<Step?> before)
    {
        List<Step> steps = [];
        var policyHost = MtaStsPolicy.HostOf(stack.Domain);
        string[] hosts = [policyHost, HostingPlanner.BimiHost(stack, observed, aboutBimi: false), .. observed.ValidatedNames];
        foreach (var (zone, set) in Sets(observed).Where(s => s.Set.AliasZoneId == StackNames.CloudFrontZoneId && s.Set.SetIdentifier is null
            && hosts.Contains(s.Set.Name, StringComparer.Ordinal)))
        {
            var part = set.Name == policyHost ? StackParts.MtaSts : StackParts.Bimi;
            if (set.AliasTarget == observed.Distribution?.DomainName || (StackOwnership.IsDistributionLost(observed) && parts.HasFlag(part)))
            {
                steps.Add(Delete(plan, $"record/{set.Name}/{set.Type}", zone, set, "the distribution is deleted", before));
            }
            else
            {
                plan.Warnings.Add($"{set.Name} points to {set.AliasTarget}, not to this stack's distribution. The record is not changed.");
            }
        }

        return steps;
    }

    // Takes our strings out of a TXT set; the set goes only where nothing else is in it.
    private static Step TakeOut(PlanBuilder plan, string zoneId, RecordSet set, IReadOnlyCollection<string> ours, string reason, Step? marked)
    {
        var id = $"record/{set.Name}";
        return SharedTxt.Without(set, ours) is not { } rest ? Delete(plan, id, zoneId, set, reason, dependsOn: [marked])
            : plan.Add(id, ChangeAction.Update, "TXT record", set.Name, reason + "; the strings of others stay",
                new Operation.UpsertRecord(zoneId, rest, [set]), dependsOn: [marked], StackRecords.ValueOf(set), StackRecords.ValueOf(rest));
    }

    /// <summary>Deletes one record set.</summary>
    public static Step Delete(PlanBuilder plan, string id, string zoneId, RecordSet set, string reason, IEnumerable<Step?> dependsOn)
        => plan.Add(id, ChangeAction.Delete, $"{set.Type} record", set.Name, reason, new Operation.DeleteRecord(zoneId, set), dependsOn,
            StackRecords.ValueOf(set));

    /// <summary>Every record set that was observed, in a fixed order, with its zone.</summary>
    public static IEnumerable<(string Zone, RecordSet Set)> Sets(ObservedStack observed) => observed.RecordSets
        .OrderBy(z => z.Key, StringComparer.Ordinal)
        .SelectMany(z => z.Value.Where(s => observed.ZoneOf(s.Name)?.Id == z.Key)
            .OrderBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Type, StringComparer.Ordinal).Select(s => (z.Key, s)));
}
