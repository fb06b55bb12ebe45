using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

/// <summary>Looks records and hosts of a stack up as senders do, and says what else can be known where one is not as it should be.</summary>
internal sealed class RecordLooks(IEmailSecurityServices services)
{
    private const int MaxFileBytes = 1 << 20;
    private const int MaxZones = 3;
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Looks a record up and judges it.</summary>
    public async Task<DnsRecordState> RecordAsync(DnsRecordState record, CancellationToken ct)
        => StackRecords.Judge(record, await services.Resolver.QueryAsync(record.Name, Enum.Parse<DnsRecordType>(record.Type), ct).ConfigureAwait(false));

    /// <summary>How a host points to the distribution.</summary>
    /// <param name="host">The host.</param>
    /// <param name="target">The distribution's domain name.</param>
    /// <param name="contents">Files of which a fetch by that name must bring one, where DNS points to other addresses.</param>
    /// <param name="alias">The CNAME answer, where it is known already.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<HostView> HostAsync(string host, string target, IReadOnlyList<ServedContent> contents, DnsAnswer? alias, CancellationToken ct)
    {
        alias ??= await services.Resolver.QueryAsync(host, DnsRecordType.CNAME, ct).ConfigureAwait(false);
        var nothing = new DnsAnswer { Status = DnsStatus.NoError };
        var direct = new HostAnswers(alias, nothing, nothing, nothing, nothing);
        if (HostView.FromDns(host, target, direct) is { Route: HostRoute.Alias } view)
        {
            return view;
        }

        if (alias.Status == DnsStatus.NxDomain)
        {
            return HostView.FromDns(host, target, direct)!; // RFC 8020: no such name, of any type
        }

        var own = await AddressesAsync(host, ct).ConfigureAwait(false);
        var answers = direct with { A = own[0], Aaaa = own[1] };
        if (HostView.FromDns(host, target, answers) is { } settled)
        {
            return settled;
        }

        var theirs = await AddressesAsync(target, ct).ConfigureAwait(false);
        return await HostAsync(host, target, answers with { TargetA = theirs[0], TargetAaaa = theirs[1] }, contents, ct).ConfigureAwait(false);
    }

    private Task<DnsAnswer[]> AddressesAsync(string name, CancellationToken ct)
        => Task.WhenAll(services.Resolver.QueryAsync(name, DnsRecordType.A, ct), services.Resolver.QueryAsync(name, DnsRecordType.AAAA, ct));

    /// <summary>How a host points to the distribution, from these answers and, where they do not settle it, by a fetch.</summary>
    public async Task<HostView> HostAsync(string host, string target, HostAnswers answers, IReadOnlyList<ServedContent> contents, CancellationToken ct)
    {
        if (HostView.FromDns(host, target, answers) is { } settled)
        {
            return settled;
        }

        HostView? last = null;
        foreach (var content in contents)
        {
            var limit = Math.Min(MaxFileBytes, Math.Max(MtaSts.MtaStsPolicy.MaxSize, content.Content.Length + 1));
            var request = new FetchRequest(content.Url, limit, FetchTimeout);
            var fetched = await services.Fetcher.FetchAsync(request, ct).ConfigureAwait(false);
            last = HostView.FromFetch(host, target, answers, content, fetched);
            if (last.LeadsToTarget)
            {
                return last;
            }
        }

        return last ?? HostView.FromFetch(host, target, answers, null, null);
    }

    /// <summary>
    /// Where a record is missing: one more lookup, at the name with the zone's name after it.
    /// Many forms append that themselves, and were given the whole name.
    /// </summary>
    public async Task<DnsRecordState> ExplainAsync(DnsRecordState record, CancellationToken ct)
    {
        if (record.Status != DnsRecordStatus.Missing || record.Value.Length == 0)
        {
            return record;
        }

        foreach (var zone in ZonesOf(record.Domain).Where(z => record.Name.EndsWith("." + z, StringComparison.OrdinalIgnoreCase)))
        {
            var doubled = record with { Name = $"{record.Name}.{zone}" };
            if (doubled.Name.Length <= 253 && await RecordAsync(doubled, ct).ConfigureAwait(false) is { Status: DnsRecordStatus.Published } found)
            {
                return record with
                {
                    ObservedValue = $"{found.ObservedValue} (at {doubled.Name})",
                    Note = $"The record is at {doubled.Name}: the DNS host appended {zone} to the name. "
                        + $"Enter the name as {record.Name[..^(zone.Length + 1)]} there.",
                };
            }
        }

        return record;
    }

    // The domain is the zone, or one of its parents is.
    private static IEnumerable<string> ZonesOf(string domain)
    {
        var zone = domain;
        for (var i = 0; i < MaxZones && zone.Contains('.', StringComparison.Ordinal); i++)
        {
            yield return zone;
            zone = zone[(zone.IndexOf('.', StringComparison.Ordinal) + 1)..];
        }
    }
}
