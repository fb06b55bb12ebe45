using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.Ports;

namespace EmailSecurity.Deployment;

/// <summary>Whether DMARC lets a domain show an indicator: asked before an assertion record is published.</summary>
public static class DmarcGate
{
    /// <summary>Null where the author domain and the organisational domain enforce DMARC; else why not.</summary>
    public static async Task<EmailSecurityException?> CheckAsync(string domain, IResolver resolver, CancellationToken cancellationToken)
    {
        var walk = new DmarcTreeWalk(domain);
        while (walk.NextName is { } name)
        {
            var answer = await resolver.QueryAsync(name, DnsRecordType.TXT, cancellationToken).ConfigureAwait(false);
            if (answer.Status is not (DnsStatus.NoError or DnsStatus.NxDomain))
            {
                // A parent that does not answer says nothing about a domain whose own record was read.
                if (walk.AuthorRecord is not null)
                {
                    walk.Stop();
                    break;
                }

                return new EmailSecurityException("DmarcLookupFailed", ErrorKind.Unavailable,
                    $"The DMARC record {name} could not be looked up ({answer.Status}), "
                        + "and mailbox providers show a logo only where DMARC is enforced; the BIMI part was left out.",
                    $"Run the same command again when DNS answers; everything but BIMI continues. To check DNS, run: Test-Dmarc {domain}")
                { Target = name };
            }

            walk.Answer(answer.Records.Select(r => r.Value));
        }

        var result = BimiEligibility.Check(walk.AuthorRecord, walk.OrganisationalRecord, domain, walk.OrganisationalDomain);
        var errors = result.Findings.Where(f => f.Severity == FindingSeverity.Error).ToArray();
        return errors.Length == 0 ? null : new EmailSecurityException("DmarcNotEnforcing", ErrorKind.InvalidOperation,
            $"{string.Join(" ", errors.Select(f => f.Message))} Mailbox providers show a logo only where DMARC is enforced, so the BIMI part was left out.",
            $"{string.Join(" ", errors.Select(f => f.Fix).Distinct(StringComparer.Ordinal))} To check it, run: Test-Dmarc {domain}")
        { Target = domain };
    }
}
