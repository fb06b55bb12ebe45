using EmailSecurity.Applying;
using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Deployment;

/// <summary>What DNS answers for the names of a stack whose records are at another DNS host, and how its hosts point to the distribution.</summary>
internal sealed class ExternalLooks(IEmailSecurityServices services)
{
    /// <summary>How the hosts point to the distribution, at an external DNS host: by CNAME, by addresses, through a proxy.</summary>
    public async Task<IReadOnlyDictionary<string, HostView>> HostsAsync(StackWish stack, ObservedStack observed, CancellationToken ct)
    {
        if (stack.DnsHost != DnsHost.External || observed.Distribution is not { DomainName.Length: > 0 } distribution)
        {
            return new Dictionary<string, HostView>(StringComparer.Ordinal);
        }

        var looks = new RecordLooks(services);
        string[] both = [MtaStsPolicy.HostOf(stack.Domain), HostingPlanner.BimiHost(stack, observed, aboutBimi: stack.Logo is not null)];
        string[] hosts = [.. both.Distinct(StringComparer.Ordinal)];
        var views = await Task.WhenAll(hosts.Select(h => looks.HostAsync(
            h, distribution.DomainName, ServedContents.Of(stack, observed, stack.Policy, h), observed.Answers.GetValueOrDefault((h, DnsRecordType.CNAME)), ct)))
            .ConfigureAwait(false);
        return views.ToDictionary(v => v.Host, StringComparer.Ordinal);
    }

    /// <summary>What DNS answers for the stack's records: at an external host there is nobody else to ask.</summary>
    public async Task<IReadOnlyDictionary<(string, DnsRecordType), DnsAnswer>> AnswersAsync(StackWish stack, CancellationToken ct)
    {
        (string, DnsRecordType)[] questions =
        [
            (MtaStsRecord.NameOf(stack.Domain), DnsRecordType.TXT),
            (MtaStsPolicy.HostOf(stack.Domain), DnsRecordType.CNAME),
            (TlsRptRecord.NameOf(stack.Domain), DnsRecordType.TXT),
            (BimiRecord.NameOf(stack.Domain, stack.BimiSelector), DnsRecordType.TXT),
            (BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain), DnsRecordType.CNAME),
        ];
        var answers = await Task.WhenAll(questions.Select(async q => (q, await services.Resolver.QueryAsync(q.Item1, q.Item2, ct).ConfigureAwait(false))))
            .ConfigureAwait(false);
        return answers.ToDictionary(a => a.q, a => a.Item2);
    }
}
