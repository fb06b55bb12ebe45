using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>Plans the end of a stack's records at an external DNS host, where nobody but the user can delete them.</summary>
/// <remarks>What points to a distribution must be gone before the distribution is: a name that is left behind could be taken over by somebody else's.</remarks>
/// <param name="plan">The plan.</param>
/// <param name="stack">The stack.</param>
/// <param name="observed">The current state.</param>
/// <param name="options">What the caller asks for.</param>
/// <param name="marked">Marks the distribution as being removed.</param>
internal sealed class ExternalRecordRemoval(PlanBuilder plan, StackWish stack, ObservedStack observed, RemovalOptions options, Step? marked)
{
    /// <summary>Waits for the records to go; with -Force only says which have to. Returns the steps.</summary>
    public IReadOnlyList<Step> Await()
    {
        List<Step> steps = [];
        HashSet<string> awaitedHosts = new(StringComparer.Ordinal);
        foreach (var ((name, type), answer) in observed.Answers
            .Where(a => a.Value.Records.Count > 0 && a.Key.Type is DnsRecordType.TXT or DnsRecordType.CNAME).OrderBy(a => a.Key.Name, StringComparer.Ordinal))
        {
            if (type == DnsRecordType.TXT && name == TlsRptRecord.NameOf(stack.Domain))
            {
                plan.Warnings.Add($"{name} stays at your DNS host; delete it there if you no longer want TLS reports.");
            }
            else if (LeadsToUs(name, type, answer) && AwaitRecord(name, type, answer.Records[0]) is { } step)
            {
                steps.Add(step);
                if (type == DnsRecordType.CNAME)
                {
                    awaitedHosts.Add(name);
                }
            }
        }

        // Hosts that point to the distribution without a CNAME of their own: a flattened CNAME, an ALIAS, a proxy, or through another name.
        steps.AddRange(observed.Hosts.Values
            .Where(h => h.LeadsToTarget && !awaitedHosts.Contains(h.Host) && !RecordMeaning.SameName(h.Observed, h.Target))
            .OrderBy(h => h.Host, StringComparer.Ordinal).Select(AwaitIndirectHost).OfType<Step>());
        WarnOfValidation();
        return steps;
    }

    private Step? AwaitRecord(string name, DnsRecordType type, DnsRecord record)
    {
        var isHost = type == DnsRecordType.CNAME;
        if (options.Force)
        {
            var risk = isHost
                ? "It points to a distribution that no longer exists, and could be taken over."
                : "It points to a host that no longer serves anything.";
            plan.Warnings.Add($"Delete at your DNS host, now: {name} {type} {record.Value}. {risk}");
            return null;
        }

        var state = Gone(name, type, record.Value.TrimEnd('.'), record.Value) with { Ttl = record.Ttl };
        return plan.Add($"record/{name}/{type}", ChangeAction.Wait, $"{type} record to be deleted at your DNS host", name,
            isHost ? "a name that points to a deleted distribution can be taken over" : "it points to something that will no longer be served",
            new Operation.AwaitRecordGone(state), dependsOn: [marked], before: state.Value);
    }

    private Step? AwaitIndirectHost(HostView host)
    {
        if (options.Force)
        {
            plan.Warnings.Add($"Delete at your DNS host, now: {host.Host}, which points to {host.Observed}. "
                + "It points to a distribution that no longer exists, and could be taken over.");
            return null;
        }

        var state = Gone(host.Host, DnsRecordType.CNAME, host.Target, host.Observed) with { Ttl = RecordPlanner.PolicyRecordTtl };
        return plan.Add($"record/{host.Host}/CNAME", ChangeAction.Wait, "record to be deleted at your DNS host", host.Host,
            "a name that points to a deleted distribution can be taken over",
            new Operation.AwaitRecordGone(state) { Content = ServedContents.Of(stack, observed, null, host.Host) }, dependsOn: [marked], before: host.Observed);
    }

    // Their certificate goes with this plan; until then they stay.
    private void WarnOfValidation()
    {
        foreach (var record in observed.Certificates.Where(c => StackNames.IsOwner(stack.Domain, c.Tags)).SelectMany(c => c.ValidationRecords)
            .Where(r => !observed.NamesOnOtherCertificates.Contains(r.Domain))
            .DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).OrderBy(r => r.Name, StringComparer.Ordinal))
        {
            plan.Warnings.Add("Delete at your DNS host after the stack is removed, not before: "
                + $"{record.Name.ToLowerInvariant()} CNAME {record.Value}, which validates its certificate.");
        }
    }

    private DnsRecordState Gone(string name, DnsRecordType type, string value, string seen) => new()
    {
        Domain = stack.Domain,
        Name = name,
        Type = type.ToString(),
        Value = value,
        Ttl = 0,
        Purpose = "delete it at your DNS host",
        Status = DnsRecordStatus.Published,
        ObservedValue = seen,
    };

    // Somebody else's record, or one that this stack did not ask for, does not.
    private bool LeadsToUs(string name, DnsRecordType type, DnsAnswer answer)
    {
        var values = answer.Records.Select(r => r.Value);
        if (type == DnsRecordType.CNAME)
        {
            return observed.Distribution is { } dist && values.Any(v => RecordMeaning.SameName(v, dist.DomainName));
        }

        if (name == MtaStsRecord.NameOf(stack.Domain))
        {
            return (observed.CurrentPolicy is not null || observed.Distribution is not null) && StackOwnership.IsPolicyRecordOurs(observed)
                && values.Any(v => v.StartsWith(SharedTxt.MtaSts, StringComparison.Ordinal));
        }

        var location = $"l=https://{HostingPlanner.BimiHost(stack, observed, aboutBimi: false)}/";
        return values.Any(v => v.Contains(location, StringComparison.OrdinalIgnoreCase));
    }
}
