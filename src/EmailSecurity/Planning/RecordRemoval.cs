using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Plans the end of a stack's records: its own strings and aliases alone, at Route 53 or at an external DNS host.</summary>
internal static class RecordRemoval
{
    /// <summary>Takes the logo records of this stack out; returns the steps.</summary>
    public static List<string> RemoveBimiRecords(PlanBuilder plan, StackWish stack, ObservedStack observed)
    {
        List<string> steps = [];
        var host = HostingPlanner.BimiHost(stack, observed, aboutBimi: false);
        foreach (var (zone, set) in Sets(observed).Where(s => s.Set.Type == "TXT" && s.Set.SetIdentifier is null && s.Set.Name.EndsWith("._bimi." + stack.Domain, StringComparison.Ordinal) && StackPlanner.RefersToUs(observed, s.Set.Name, host)))
        {
            string[] ours = [.. SharedTxt.Of(set, SharedTxt.Bimi).Where(v => StackPlanner.RefersTo(v, host))];
            steps.Add(TakeOut(plan, $"record/{set.Name}", zone, set, ours, "the logo will no longer be served"));
        }

        return steps;
    }

    /// <summary>Takes the policy id and the report addresses of this stack out of DNS.</summary>
    public static void DeleteTextRecords(PlanBuilder plan, StackWish stack, ObservedStack observed, StackParts parts, List<string> steps)
    {
        (string Name, StackParts Part, string Version)[] records =
            [(StackNames.MtaStsRecord(stack.Domain), StackParts.MtaSts, SharedTxt.MtaSts), (StackNames.TlsRptRecord(stack.Domain), StackParts.TlsRpt, SharedTxt.TlsRpt)];
        foreach (var (name, part, version) in records)
        {
            foreach (var (zone, set) in Sets(observed).Where(s => s.Set.Name == name && s.Set.Type == "TXT"))
            {
                var all = SharedTxt.Of(set, version);
                var ours = set.SetIdentifier is null ? OwnStrings(stack, observed, parts, part, all) : [];
                if (ours.Length > 0)
                {
                    steps.Add(TakeOut(plan, $"record/{name}", zone, set, ours, "the mechanism is taken back"));
                }

                if (all.Except(ours, StringComparer.Ordinal).ToArray() is { Length: > 0 } left)
                {
                    plan.Warnings.Add($"{name} was not published by this stack and is left: {string.Join(" | ", left.Select(TxtStrings.Unquote))}.");
                }
            }
        }
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

        return all.Length == 1 ? all : [.. all.Where(v => MtaStsRecord.Check(TxtStrings.Unquote(v)).Value is MtaStsRecord { Id: var id } && StackOwnership.IsKnownId(observed, id))];
    }

    /// <summary>Deletes what leads to the distribution.</summary>
    public static void DeleteAliases(PlanBuilder plan, StackWish stack, ObservedStack observed, StackParts parts, List<string> steps)
    {
        foreach (var (zone, set) in Sets(observed).Where(s => s.Set.AliasZoneId == StackNames.CloudFrontZoneId && s.Set.SetIdentifier is null && IsOurHost(s.Set.Name)))
        {
            // After the text records: as long as a record leads senders to the host, the host stays.
            if (set.AliasTarget == observed.Distribution?.DomainName || (observed.Distribution is null && parts.HasFlag(set.Name == StackNames.PolicyHost(stack.Domain) ? StackParts.MtaSts : StackParts.Bimi)))
            {
                Delete(plan, $"record/{set.Name}/{set.Type}", zone, set, "the distribution goes", steps);
            }
            else
            {
                plan.Warnings.Add($"{set.Name} leads to {set.AliasTarget}, which is not this stack's distribution, and is left.");
            }
        }

        steps.AddRange(Sets(observed).Where(s => IsOurHost(s.Set.Name)).Select(s => $"record/{s.Set.Name}/{s.Set.Type}").Where(plan.Has).ToArray());

        bool IsOurHost(string name) => name == StackNames.PolicyHost(stack.Domain) || name == HostingPlanner.BimiHost(stack, observed, aboutBimi: false) || observed.ValidatedNames.Contains(name);
    }

    // Nobody but the user can delete there. What leads to a distribution must be gone before the distribution is: a name that is
    // left behind could be taken over by somebody else's.
    public static void AwaitExternalRecords(PlanBuilder plan, StackWish stack, ObservedStack observed, List<string> steps, RemovalOptions options)
    {
        foreach (var ((name, type), answer) in observed.Answers.Where(a => a.Value.Records.Count > 0 && a.Key.Type is DnsRecordType.TXT or DnsRecordType.CNAME).OrderBy(a => a.Key.Name, StringComparer.Ordinal))
        {
            var value = answer.Records[0].Value;
            if (type == DnsRecordType.TXT && name == StackNames.TlsRptRecord(stack.Domain))
            {
                plan.Warnings.Add($"{name} stays at your DNS host; delete it there if TLS reports are no longer wanted.");
                continue;
            }

            if (!LeadsToUs(stack, observed, name, type, answer))
            {
                continue; // somebody else's, or not what this stack asked for
            }

            if (options.Force)
            {
                plan.Warnings.Add($"Delete at your DNS host, now: {name} {type} {value}. {(type == DnsRecordType.CNAME ? "It leads to a distribution that is gone, and could be taken over." : "It leads to what is no longer served.")}");
                continue;
            }

            var id = $"record/{name}/{type}";
            var state = new DnsRecordState { Domain = stack.Domain, Name = name, Type = type.ToString(), Value = value.TrimEnd('.'), Ttl = answer.Records[0].Ttl, Purpose = "delete it at your DNS host", Status = DnsRecordStatus.Published, ObservedValue = value };
            plan.Add(id, ChangeAction.Wait, $"{type} record to go from your DNS host", name, type == DnsRecordType.CNAME ? "a name that leads to a deleted distribution can be taken over" : "it leads to what will no longer be served", new Operation.AwaitRecordGone(state), before: state.Value);
            steps.Add(id);
        }

        AwaitIndirectHosts(plan, stack, observed, steps, options);

        // Their certificate goes with this plan; until then they stay.
        foreach (var record in observed.Certificates.Where(c => StackNames.IsOwner(stack.Domain, c.Tags)).SelectMany(c => c.ValidationRecords)
            .Where(r => !observed.NamesOnOtherCertificates.Contains(r.Domain)).DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).OrderBy(r => r.Name, StringComparer.Ordinal))
        {
            plan.Warnings.Add($"Delete at your DNS host once the stack is gone, not before: {record.Name.ToLowerInvariant()} CNAME {record.Value}, which validates its certificate.");
        }
    }

    // Hosts that lead to the distribution without a CNAME of their own: a flattened CNAME, an ALIAS, a proxy, or through another name.
    private static void AwaitIndirectHosts(PlanBuilder plan, StackWish stack, ObservedStack observed, List<string> steps, RemovalOptions options)
    {
        foreach (var host in observed.Hosts.Values.Where(h => h.LeadsToTarget && !plan.Has($"record/{h.Host}/CNAME") && !RecordMeaning.SameName(h.Observed, h.Target)).OrderBy(h => h.Host, StringComparer.Ordinal))
        {
            if (options.Force)
            {
                plan.Warnings.Add($"Delete at your DNS host, now: {host.Host}, which leads to {host.Observed}. It leads to a distribution that is gone, and could be taken over.");
                continue;
            }

            var id = $"record/{host.Host}/CNAME";
            var state = new DnsRecordState { Domain = stack.Domain, Name = host.Host, Type = "CNAME", Value = host.Target, Ttl = RecordPlanner.PolicyRecordTtl, Purpose = "delete it at your DNS host", Status = DnsRecordStatus.Published, ObservedValue = host.Observed };
            plan.Add(id, ChangeAction.Wait, "record to go from your DNS host", host.Host, "a name that leads to a deleted distribution can be taken over",
                new Operation.AwaitRecordGone(state) { Content = ServedContents.Of(stack, observed, null, host.Host) }, before: host.Observed);
            steps.Add(id);
        }
    }

    private static bool LeadsToUs(StackWish stack, ObservedStack observed, string name, DnsRecordType type, DnsAnswer answer) => type switch
    {
        DnsRecordType.CNAME => observed.Distribution is { } dist && answer.Records.Any(r => string.Equals(r.Value.TrimEnd('.'), dist.DomainName, StringComparison.OrdinalIgnoreCase)),
        _ when name == StackNames.MtaStsRecord(stack.Domain) => (observed.CurrentPolicy is not null || observed.Distribution is not null) && StackOwnership.IsPolicyRecordOurs(observed) && answer.Records.Any(r => r.Value.StartsWith("v=STSv1", StringComparison.Ordinal)),
        _ => answer.Records.Any(r => r.Value.Contains($"l=https://{HostingPlanner.BimiHost(stack, observed, aboutBimi: false)}/", StringComparison.OrdinalIgnoreCase)),
    };

    // Takes our strings out of a TXT set; the set goes only where nothing else is in it.
    private static string TakeOut(PlanBuilder plan, string id, string zoneId, RecordSet set, IReadOnlyCollection<string> ours, string reason)
    {
        if (SharedTxt.Without(set, ours) is not { } rest)
        {
            return Delete(plan, id, zoneId, set, reason, []);
        }

        plan.Add(id, ChangeAction.Update, "TXT record", set.Name, reason + "; the strings of others stay", new Operation.UpsertRecord(zoneId, rest, [set]), [], StackRecords.ValueOf(set), StackRecords.ValueOf(rest));
        return id;
    }

    /// <summary>Deletes one record set.</summary>
    public static string Delete(PlanBuilder plan, string id, string zoneId, RecordSet set, string reason, IEnumerable<string> dependsOn)
    {
        plan.Add(id, ChangeAction.Delete, $"{set.Type} record", set.Name, reason, new Operation.DeleteRecord(zoneId, set), dependsOn, StackRecords.ValueOf(set));
        return id;
    }

    /// <summary>Every record set that was observed, in a fixed order, with its zone.</summary>
    public static IEnumerable<(string Zone, RecordSet Set)> Sets(ObservedStack observed) => observed.RecordSets
        .OrderBy(z => z.Key, StringComparer.Ordinal)
        .SelectMany(z => z.Value.Where(s => observed.ZoneOf(s.Name)?.Id == z.Key).OrderBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Type, StringComparer.Ordinal).Select(s => (z.Key, s)));
}
