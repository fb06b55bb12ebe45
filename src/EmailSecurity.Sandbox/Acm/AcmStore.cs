using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Tls;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>A CNAME that proves control of a name.</summary>
public sealed record ValidationRecord(string Name, string Value);

/// <summary>Certificates of every account, and what has become of them by now.</summary>
public sealed class AcmStore(SandboxClock clock, DnsCatalog dns, SandboxCa ca, Lock gate)
{
    /// <summary>From the submission of the last validation record to ISSUED.</summary>
    public static readonly TimeSpan IssueTime = TimeSpan.FromSeconds(150);

    private static readonly TimeSpan RecordTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan ValidationLimit = TimeSpan.FromHours(72);

    // Public ACM certificates since 2026: 198 days.
    private static readonly TimeSpan Validity = TimeSpan.FromDays(198);

    // Managed renewal: once a certificate has 45 days left.
    private static readonly TimeSpan RenewalLead = TimeSpan.FromDays(45);

    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    private readonly Dictionary<string, Certificate> certificates = new(StringComparer.Ordinal);
    private long sequence;

    /// <summary>Held while certificates are read or changed; shared with CloudFront, as each asks the other.</summary>
    public Lock Gate => gate;

    /// <summary>ARNs of the distributions that use a certificate.</summary>
    public Func<string, IReadOnlyList<string>> UsersOf { get; set; } = _ => [];

    /// <summary>Every certificate as it was last looked at. Call under <see cref="Gate"/>.</summary>
    public IReadOnlyCollection<Certificate> All => certificates.Values;

    /// <summary>Certificates of an account in a region, oldest first, each as it is now. Call under <see cref="Gate"/>.</summary>
    public IReadOnlyList<Certificate> Of(string accountId, string region)
    {
        var found = certificates.Values.Where(c => c.AccountId == accountId && c.Region == region).OrderBy(c => c.Sequence).ToArray();
        foreach (var certificate in found)
        {
            Refresh(certificate);
        }
        return found;
    }

    /// <summary>A certificate as it is now; null where there is none. Call under <see cref="Gate"/>.</summary>
    public Certificate? Find(string arn)
    {
        var certificate = certificates.GetValueOrDefault(arn);
        if (certificate is not null)
        {
            Refresh(certificate);
        }
        return certificate;
    }

    /// <summary>Requests a certificate, or finds the one that the same token asked for within the hour. Call under <see cref="Gate"/>.</summary>
    public Certificate Request(string accountId, string region, IReadOnlyList<string> names, string validationMethod, string keyAlgorithm, string token)
    {
        var now = clock.Now;
        var same = token.Length == 0 ? null : certificates.Values.FirstOrDefault(c =>
            c.AccountId == accountId && c.Region == region && c.IdempotencyToken == token && now - c.CreatedAt < TokenLife
            && c.ValidationMethod == validationMethod && c.KeyAlgorithm == keyAlgorithm && c.Names.SequenceEqual(names, StringComparer.Ordinal));
        if (same is not null)
        {
            return same;
        }
        var certificate = new Certificate
        {
            Arn = $"arn:aws:acm:{region}:{accountId}:certificate/{Guid.NewGuid()}",
            AccountId = accountId,
            Region = region,
            Names = names,
            ValidationMethod = validationMethod,
            KeyAlgorithm = keyAlgorithm,
            IdempotencyToken = token,
            CreatedAt = now,
            Sequence = ++sequence,
        };
        certificates[certificate.Arn] = certificate;
        return certificate;
    }

    /// <summary>Forgets a certificate. Call under <see cref="Gate"/>.</summary>
    public void Delete(Certificate certificate) => certificates.Remove(certificate.Arn);

    /// <summary>
    /// The CNAME for a name: the same for every certificate of the account and name, and for the wildcard and its base.
    /// </summary>
    public static ValidationRecord RecordFor(string accountId, string name)
    {
        var host = BaseOf(name);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"acm-validation\n{accountId}\n{host}"));
        var value = SHA256.HashData(hash);
        var label = string.Concat(value.AsSpan(16, 10).ToArray().Select(b => Letters[b % Letters.Length]));
        return new ValidationRecord(
            $"_{Convert.ToHexStringLower(hash.AsSpan(0, 16))}.{host}.", $"_{Convert.ToHexStringLower(value.AsSpan(0, 16))}.{label}.acm-validations.aws.");
    }

    /// <summary>True from when DescribeCertificate shows the validation records: ACM needs a moment to make them.</summary>
    public bool RecordsAreShown(Certificate certificate) =>
        clock.Profile == "real" ? clock.Now >= certificate.CreatedAt + clock.Scaled(RecordTime) : certificate.Described > 1;

    /// <summary>
    /// Since when ACM has tried to renew a certificate without success, and may still; null where it does not. Call under <see cref="Gate"/>.
    /// </summary>
    public DateTimeOffset? RenewingSince(Certificate certificate)
    {
        if (certificate.Status != "ISSUED" || UsersOf(certificate.Arn).Count == 0)
        {
            return null;
        }
        var due = EndOf(certificate) - RenewalLead;
        return clock.Now >= due ? due : null;
    }

    /// <summary>True where DNS shows the validation record of a name. Call under <see cref="Gate"/>.</summary>
    public bool IsShown(Certificate certificate, string name) => SubmittedAt(certificate, name) is not null;

    private static string BaseOf(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;

    private void Refresh(Certificate certificate)
    {
        var now = clock.Now;
        while (certificate.Status == "ISSUED" && now >= EndOf(certificate) - RenewalLead && TryRenew(certificate, now))
        {
            // Nobody may have looked for longer than a certificate lasts.
        }
        if (certificate.Status == "ISSUED" && EndOf(certificate) < now)
        {
            certificate.Status = "EXPIRED";
        }
        if (certificate.Status != "PENDING_VALIDATION")
        {
            return;
        }
        var deadline = certificate.CreatedAt + ValidationLimit;
        var issueAt = certificate.CreatedAt;
        var all = certificate.ValidationMethod == "DNS";
        foreach (var name in certificate.Names)
        {
            var at = all ? SubmittedAt(certificate, name) : null;
            if (at is null)
            {
                certificate.Validated.Remove(name);
                all = false;
                continue;
            }
            var due = (at.Value > certificate.CreatedAt ? at.Value : certificate.CreatedAt) + clock.Scaled(IssueTime);
            if (due <= now)
            {
                certificate.Validated.Add(name);
            }
            issueAt = due > issueAt ? due : issueAt;
        }
        if (all && issueAt <= now && issueAt <= deadline)
        {
            Issue(certificate, issueAt);
        }
        else if (now >= deadline)
        {
            certificate.Status = "VALIDATION_TIMED_OUT";
        }
    }

    // When the record that DNS now shows for a name was submitted; null where DNS does not show it.
    private DateTimeOffset? SubmittedAt(Certificate certificate, string name)
    {
        var record = RecordFor(certificate.AccountId, name);
        var answer = dns.Resolve(DnsName.Parse(record.Name), DnsType.Cname);
        return answer.OfType(DnsType.Cname).FirstOrDefault() is { } set && set.Target == DnsName.Parse(record.Value) ? set.SubmittedAt : null;
    }

    private static DateTimeOffset EndOf(Certificate certificate) => new(certificate.Issued!.NotAfter.ToUniversalTime());

    // User Guide, "Renewal for domains validated by DNS": while the certificate is in use and its CNAMEs are in DNS. What was in DNS at that time is
    // told by when the records that are there now were submitted.
    private bool TryRenew(Certificate certificate, DateTimeOffset now)
    {
        var end = EndOf(certificate);
        var at = end - RenewalLead;
        foreach (var name in certificate.Names)
        {
            if (SubmittedAt(certificate, name) is not { } submitted)
            {
                return false;
            }
            at = submitted > at ? submitted : at;
        }
        var isEligible = certificate.ValidationMethod == "DNS" && UsersOf(certificate.Arn).Count > 0;
        if (!isEligible || at > now || at > end || !certificate.Names.All(n => CaaCheck.Allows(dns, n)))
        {
            return false;
        }
        var first = certificate.IssuedAt;
        Issue(certificate, at);
        certificate.IssuedAt = first;
        certificate.RenewedAt = at;
        return true;
    }

    private void Issue(Certificate certificate, DateTimeOffset at)
    {
        if (certificate.Names.FirstOrDefault(n => !CaaCheck.Allows(dns, n)) is not null)
        {
            certificate.Status = "FAILED";
            certificate.FailureReason = "CAA_ERROR";
            return;
        }
        var midnight = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero);
        certificate.Issued = ca.Issue(new CertificateSpec
        {
            Names = certificate.Names,
            NotBefore = midnight,
            NotAfter = midnight + Validity - TimeSpan.FromSeconds(1),
            IsRsa = certificate.KeyAlgorithm.StartsWith("RSA", StringComparison.Ordinal),
        });
        certificate.IssuedAt = at;
        certificate.Status = "ISSUED";
    }
}
