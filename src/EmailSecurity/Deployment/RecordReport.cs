using EmailSecurity.Applying;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Deployment;

/// <summary>Asks DNS, as senders do, for every record of a stack, and says where a hosted zone and DNS disagree.</summary>
internal sealed class RecordReport(IEmailSecurityServices services, StackWish stack, ObservedStack observed)
{
    private readonly RecordLooks looks = new(services);

    /// <summary>The records with their status in DNS.</summary>
    /// <param name="records">The records; for a stack in Route 53 with the status that its hosted zone gives them.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<DnsRecordState>> LookAsync(IReadOnlyList<DnsRecordState> records, CancellationToken ct)
    {
        if (stack.DnsHost == DnsHost.External)
        {
            return await Task.WhenAll(records.Select(r => ExternalAsync(r, ct))).ConfigureAwait(false);
        }

        var seen = await Task.WhenAll(records.Select(r => Route53Async(r, ct))).ConfigureAwait(false);
        if (!seen.Zip(records).Any(p => Disagree(p.Second, p.First)))
        {
            return seen;
        }

        var inDns = await NameServersAsync(ct).ConfigureAwait(false);
        return [.. seen.Zip(records, (dns, zone) => Disagree(zone, dns) ? dns with { Note = $"{Difference(zone, dns)} {Cause(dns, inDns)}" } : dns)];
    }

    /// <summary>True where the hosted zone and DNS do not say the same of a record. Pure.</summary>
    internal static bool Disagree(DnsRecordState zone, DnsRecordState dns)
        => zone.Value.Length > 0
            && (zone.Status != dns.Status || (zone.Status == DnsRecordStatus.Different && !RecordMeaning.SameName(zone.ObservedValue, dns.ObservedValue)));

    /// <summary>The two in words. Pure.</summary>
    internal static string Difference(DnsRecordState zone, DnsRecordState dns)
    {
        var has = zone.Status switch
        {
            DnsRecordStatus.Published => "Route 53 has this record",
            DnsRecordStatus.Different => $"Route 53 has another value ({zone.ObservedValue})",
            _ => "Route 53 does not have this record",
        };
        return dns.Status switch
        {
            DnsRecordStatus.Published => $"{has}, but DNS answers with it.",
            DnsRecordStatus.Different when zone.Status == DnsRecordStatus.Missing => $"{has}, but DNS answers with a value. {dns.Note}".TrimEnd(),
            DnsRecordStatus.Different => $"{has}, but DNS answers with another value. {dns.Note}".TrimEnd(),
            DnsRecordStatus.Missing => $"{has}, but DNS does not.",
            _ => $"{has}. {dns.Note}".TrimEnd(),
        };
    }

    /// <summary>Why that may be, and the way out. Pure.</summary>
    internal string Cause(DnsRecordState record, DnsAnswer inDns)
    {
        if (Delegation.Of(observed, record.Name) is { } away)
        {
            var servers = string.Join(", ", away.NameServers);
            return $"In the hosted zone, an NS record at {away.Owner} delegates that name to {servers}. "
                + "Delete the NS record, or publish this record on those name servers.";
        }

        var zone = observed.ZoneOf(record.Name);
        var own = zone is null ? [] : ZoneServers.Own(observed.RecordSetsAt(zone.Name), zone.Name);
        var delegated = ZoneServers.InDns(inDns);
        if (own.Length > 0 && delegated.Length > 0 && !own.Intersect(delegated, StringComparer.Ordinal).Any())
        {
            return $"{zone!.Name} is delegated to {string.Join(", ", delegated.Order(StringComparer.Ordinal))}, not to the name servers of the hosted zone, "
                + $"{string.Join(", ", own.Order(StringComparer.Ordinal))}. Correct the name servers at your registrar.";
        }

        return delegated.Length == 0 && zone is not null
            ? $"DNS shows no name servers for {zone.Name}. Compare the name servers at your registrar with the NS record of the hosted zone."
            : "A change reaches all servers of Route 53 in about a minute, and resolvers keep an earlier answer for its TTL "
                + Invariant($"({Count.Of(record.Ttl, "second")} for this record). Check again after that; ")
                + "if nothing changed, compare the name servers at your registrar "
                + "with the NS record of the hosted zone.";
    }

    private async Task<DnsAnswer> NameServersAsync(CancellationToken ct)
        => observed.ZoneOf(stack.Domain) is { } zone
            ? await services.Resolver.QueryAsync(zone.Name, DnsRecordType.NS, ct).ConfigureAwait(false)
            : new DnsAnswer { Status = DnsStatus.NoError };

    // The validation records have names of their own: looked up one by one, whatever ACM says, for a renewal needs them still.
    private async Task<DnsRecordState> ExternalAsync(DnsRecordState record, CancellationToken ct)
    {
        var isValidation = observed.Certificates.SelectMany(c => c.ValidationRecords).Any(r => RecordMeaning.SameName(r.Name, record.Name));
        var looked = record is { Type: "CNAME", Value.Length: > 0 } && isValidation ? await looks.RecordAsync(record, ct).ConfigureAwait(false) : record;
        return await looks.ExplainAsync(looked, ct).ConfigureAwait(false);
    }

    private async Task<DnsRecordState> Route53Async(DnsRecordState record, CancellationToken ct)
    {
        if (record.Value.Length == 0)
        {
            return record; // AWS has not named what it points to
        }

        if (record.Type is not ("A" or "AAAA"))
        {
            return await looks.RecordAsync(record, ct).ConfigureAwait(false);
        }

        // An alias of Route 53: DNS answers with addresses, not with the distribution's name.
        var type = Enum.Parse<DnsRecordType>(record.Type);
        var questions = new[] { record.Name, record.Value }.Select(n => services.Resolver.QueryAsync(n, type, ct));
        var answers = await Task.WhenAll(questions).ConfigureAwait(false);
        var nothing = new DnsAnswer { Status = DnsStatus.NoError };
        var host = new HostAnswers(nothing, answers[0], nothing, answers[1], nothing);
        var contents = ServedContents.Of(stack, observed, observed.CurrentPolicy, record.Name);
        var view = await looks.HostAsync(record.Name, record.Value, host, contents, ct).ConfigureAwait(false);
        return view.Route is HostRoute.Addresses or HostRoute.Alias
            ? record with { Status = DnsRecordStatus.Published, ObservedValue = record.Value, Note = "" }
            : StackRecords.Judge(record, view);
    }
}
