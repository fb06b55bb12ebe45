using EmailSecurity.Live;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>
/// Looks whether DNS shows the validation records of the distribution's certificate, as ACM will for its renewal: always for a plan, for a publish only
/// where the renewal is overdue. No call of AWS.
/// </summary>
internal sealed class RenewalLooks(IResolver resolver)
{
    private const int MaxRecords = 10;

    /// <summary>What is observed, with what DNS shows.</summary>
    public async Task<ObservedStack> LookAsync(ObserveOptions options, ObservedStack observed, CancellationToken ct)
    {
        var used = observed.Certificates.FirstOrDefault(c => c.Arn == observed.Distribution?.Settings.CertificateArn);
        if (!options.ForWarnings || used is not { Status: CertificateStatus.Issued }
            || !(options.AllSettings || RenewalCheck.IsOverdue(used, observed.ObservedAt)))
        {
            return observed;
        }

        var records = used.ValidationRecords.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).Take(MaxRecords);
        return observed with { Validations = await Task.WhenAll(records.Select(r => LookAsync(r, ct))).ConfigureAwait(false) };
    }

    private async Task<ValidationLook> LookAsync(ValidationRecord record, CancellationToken ct)
    {
        var answer = await resolver.QueryAsync(record.Name, DnsRecordType.CNAME, ct).ConfigureAwait(false);
        return new ValidationLook(record, answer, await Dnssec.IsBogusAsync(resolver, record.Name, DnsRecordType.CNAME, answer, ct).ConfigureAwait(false));
    }
}
