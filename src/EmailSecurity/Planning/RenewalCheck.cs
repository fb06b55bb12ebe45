using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Tells of a certificate that ACM has not renewed in time, or will not be able to renew, with the cause and the way out. Pure.</summary>
/// <remarks>ACM user guide, "Managed certificate renewal": it renews what is in use, 45 days or more before the end, while the validation records are in
/// DNS and CAA allows it.</remarks>
internal sealed class RenewalCheck(StackWish stack, ObservedStack observed)
{
    /// <summary>Warns of the certificate that the distribution uses.</summary>
    public static void Warn(PlanBuilder plan, StackWish stack, ObservedStack observed)
    {
        var used = observed.Certificates.FirstOrDefault(c => c.Arn == observed.Distribution?.Settings.CertificateArn);
        if (used is { Status: CertificateStatus.Issued or CertificateStatus.Expired, NotAfter: { } end })
        {
            plan.Warnings.AddRange(new RenewalCheck(stack, observed).Sentences(used, end, c => plan.Has($"validation/{c}")));
        }
    }

    /// <summary>True where the end is near, or ACM says that a renewal waits or failed: the renewal is overdue.</summary>
    public static bool IsOverdue(ObservedCertificate certificate, DateTimeOffset now) => certificate.NotAfter <= now
        || CertificateLife.IsEnding(certificate.NotBefore, certificate.NotAfter, now)
        || certificate.Renewal is CertificateRenewal.PendingValidation or CertificateRenewal.Failed;

    private IEnumerable<string> Sentences(ObservedCertificate certificate, DateTimeOffset end, Func<string, bool> isPlanned)
    {
        (string Cause, string Fix)[] causes = [.. Causes(certificate, isPlanned)];
        var isOverdue = IsOverdue(certificate, observed.ObservedAt);
        if (!isOverdue && causes.Length == 0)
        {
            yield break;
        }

        if (isOverdue && causes.Length == 0)
        {
            // What forbids it is a warning of its own (CAA), or a change of this plan.
            causes = [observed.Outside.Caa.Count > 0 ? ("CAA may forbid it, as this plan says", "Change the CAA records as advised.")
                : certificate.ValidationRecords.Any(r => isPlanned(r.Domain)) ? ("its validation record is missing, as this plan says", "Publish the stack.")
                : (certificate.RenewalReason.Length > 0 ? $"ACM reports {certificate.RenewalReason}" : "ACM gives no reason",
                    "Look at the certificate in the ACM console; if it shows no reason either, ask AWS Support.")];
        }

        var names = string.Join(" and ", certificate.Names);
        var until = end <= observed.ObservedAt ? Invariant($"ended on {end:u}")
            : Invariant($"ends in {Count.Of((int)(end - observed.ObservedAt).TotalDays, "day")}, on {end:u}");
        var after = end <= observed.ObservedAt ? "" : "Until then, everything works. After that: ";
        var outage = new Consequences(stack, observed, StackPlanner.OwnedParts(observed)).NoFiles;
        foreach (var (cause, fix) in causes)
        {
            yield return $"ACM {(isOverdue ? "has not renewed" : "will not be able to renew")} the certificate of {names}, which {until}: {cause}. "
                + $"{after}{outage} {fix}";
        }
    }

    private IEnumerable<(string Cause, string Fix)> Causes(ObservedCertificate certificate, Func<string, bool> isPlanned)
    {
        if (certificate.IsImported)
        {
            if (IsOverdue(certificate, observed.ObservedAt))
            {
                yield return ("it was imported, and ACM does not renew imported certificates",
                    "Import its successor under the same ARN, or publish with -CertificateArn and the ARN of another certificate.");
            }

            yield break;
        }

        if (certificate.InUseBy.Count == 0)
        {
            yield return ("ACM does not list it as in use, and renews only certificates that are", "Look at the certificate and its uses in the ACM console.");
        }

        foreach (var look in observed.Validations.Where(l => !isPlanned(l.Record.Domain)))
        {
            var (name, value) = (look.Record.Name, look.Record.Value);
            if (look.IsBogus)
            {
                yield return ($"the DNS answers for {name} do not validate with DNSSEC, so that no certification authority may use them",
                    "Correct the zone's signatures, or its DS record at the registrar.");
            }
            else if (look.Answer.ValuesIfAnswered is not { } values)
            {
                yield return ($"DNS gives no answer for its validation record {name} ({look.Answer.Detail.TrimEnd('.')})", "Check the zone's name servers.");
            }
            else if (!values.Any(v => RecordMeaning.SameName(v, value)))
            {
                var seen = values.Count == 0 ? "DNS has no validation record" : $"DNS has {string.Join(", ", values)} as the validation record";
                yield return ($"{seen} {name}", $"Publish this record, and leave it there: {name} CNAME {value}");
            }
        }
    }
}
