using EmailSecurity.Applying;
using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Deployment;

/// <summary>The records that a stack needs, each as it is after what was done.</summary>
/// <param name="stack">What they are made from.</param>
/// <param name="observed">What was there.</param>
/// <param name="decision">What was decided, and the steps that publish it.</param>
/// <param name="done">The steps that are done.</param>
/// <param name="pending">The steps that wait.</param>
internal sealed class NeededRecords(RecordSubject stack, ObservedStack observed, PublishDecision decision, DoneSteps done, IReadOnlyList<PendingChange> pending)
{
    private bool IsExternal => stack.DnsHost == DnsHost.External;

    private IEnumerable<DnsRecordState> Pending => pending.SelectMany(p => p.Records);

    /// <summary>The records of these parts.</summary>
    public IReadOnlyList<DnsRecordState> List(StackParts parts, ObservedDistribution? dist, ObservedCertificate? certificate)
    {
        List<DnsRecordState> records = [.. Validation(certificate)];
        if (parts.HasFlag(StackParts.MtaSts))
        {
            records.AddRange(Host(MtaStsPolicy.HostOf(stack.Domain), dist, decision.PolicyHost, "points senders to the policy"));
            if (decision.Policy is { } policy)
            {
                var record = Record(MtaStsRecord.NameOf(stack.Domain), "TXT", new MtaStsRecord(policy.Id).ToString(), RecordPlanner.PolicyRecordTtl,
                    "announces the policy to senders (RFC 8461 section 3.1)");
                records.Add(NotBeforeServed(Look(record, decision.PolicyRecord), decision.PolicyRecord, dist));
            }
        }

        if (parts.HasFlag(StackParts.TlsRpt) && stack.ReportUri.Count > 0)
        {
            records.Add(Look(Record(TlsRptRecord.NameOf(stack.Domain), "TXT", TlsRptRecord.Create(stack.ReportUri).ToString(), RecordPlanner.RecordTtl,
                "says where senders send TLS reports (RFC 8460 section 3)"), decision.ReportRecord));
        }

        if (decision.Bimi is not null || (stack.LogoUrl.Length > 0 && parts.HasFlag(StackParts.Bimi)))
        {
            records.AddRange(Bimi(dist));
        }

        return records;
    }

    private IEnumerable<DnsRecordState> Validation(ObservedCertificate? certificate)
    {
        foreach (var v in certificate?.ValidationRecords.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase) ?? [])
        {
            var isPublished = IsExternal && (done.Has(decision.Hosting.Validation) || certificate!.Status == CertificateStatus.Issued);
            var record = Record(v.Name.ToLowerInvariant(), "CNAME", v.Value, RecordPlanner.PolicyRecordTtl,
                $"proves to ACM that {v.Domain} is yours; must stay for renewal") with
            {
                Status = isPublished ? DnsRecordStatus.Published : DnsRecordStatus.Unknown,
            };
            yield return Pending.FirstOrDefault(r => string.Equals(r.Name, v.Name, StringComparison.OrdinalIgnoreCase))
                ?? Look(record, decision.Hosting.Validation);
        }
    }

    private IEnumerable<DnsRecordState> Bimi(ObservedDistribution? dist)
    {
        var files = decision.Bimi;
        var host = files?.Host ?? BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain);
        var text = files?.Record
            ?? BimiRecord.Create(new Uri(stack.LogoUrl), stack.MarkCertificateUrl.Length > 0 ? new Uri(stack.MarkCertificateUrl) : null).ToString();
        var record = Record(BimiRecord.NameOf(stack.Domain, stack.BimiSelector), "TXT", text, RecordPlanner.RecordTtl,
            "says where mailbox providers find the logo (BIMI assertion record)");
        return Host(host, dist, decision.BimiHost, "points mailbox providers to the logo")
            .Append(NotBeforeServed(Look(record, decision.BimiRecord), decision.BimiRecord, dist));
    }

    private IEnumerable<DnsRecordState> Host(string name, ObservedDistribution? dist, AliasSteps steps, string purpose)
    {
        var target = dist?.DomainName ?? "";
        return IsExternal ? [Look(Record(name, "CNAME", target, RecordPlanner.PolicyRecordTtl, purpose), steps.A)]
            : [Look(Record(name, "A", target, 60, purpose), steps.A), Look(Record(name, "AAAA", target, 60, purpose), steps.Aaaa)];
    }

    private DnsRecordState Record(string name, string type, string value, int ttl, string purpose)
        => new() { Domain = stack.Domain, Name = name, Type = type, Value = value, Ttl = ttl, Purpose = purpose };

    private DnsRecordState Look(DnsRecordState record, Step? step)
    {
        if (done.Has(step))
        {
            return record with { Status = DnsRecordStatus.Published, ObservedValue = record.Value };
        }

        if (Seen(record) is { } seen)
        {
            return record with { Status = seen.Status, ObservedValue = seen.ObservedValue, Note = seen.Note };
        }

        return record.Value.Length == 0 ? record with { Status = DnsRecordStatus.NotYet }
            : !IsExternal ? InZone(record)
            : record.Status == DnsRecordStatus.Published ? record
            : StackRecords.Look(observed, record);
    }

    private DnsRecordState? Seen(DnsRecordState record) => Pending.FirstOrDefault(r => r.Name == record.Name && r.Type == record.Type);

    // The record that leads senders to the files comes last: not before they are served.
    private DnsRecordState NotBeforeServed(DnsRecordState record, Step? step, ObservedDistribution? dist)
        => IsExternal && !done.Has(step) && Seen(record) is null && record.Status == DnsRecordStatus.Missing && dist is not { IsDeployed: true }
            ? record with { Status = DnsRecordStatus.NotYet } : record;

    private DnsRecordState InZone(DnsRecordState record)
    {
        var sets = observed.RecordSetsAt(record.Name).ToArray();
        var same = Array.Find(sets, s => s.Type == record.Type);
        if (same is { Type: "TXT" })
        {
            var compared = RecordMeaning.Compare(record, [.. same.Values.Select(TxtStrings.Unquote)]);
            return record with { Status = compared.Status, ObservedValue = compared.Observed, Note = compared.Note };
        }

        var value = same is null ? string.Join(" | ", sets.Where(s => s.Type == "CNAME").Select(StackRecords.ValueOf)) : StackRecords.ValueOf(same);
        var isSame = same is not null && RecordMeaning.SameName(value, record.Value);
        return record with
        {
            ObservedValue = value,
            Status = value.Length == 0 ? DnsRecordStatus.Missing : isSame ? DnsRecordStatus.Published : DnsRecordStatus.Different,
        };
    }
}
