using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

// What needs ACM: validation records, the wait for the certificate, and its deletion.
internal sealed partial class ChangeApplier
{
    private async Task<StepOutcome> PublishValidationAsync(Change change, Operation.PublishValidation o, CancellationToken ct)
    {
        var arn = CertificateArn(o.Arn);
        ObservedCertificate? certificate = null;
        var named = await UntilAsync(change, ValidationNamesLimit, async c =>
        {
            certificate = await GetCertificateAsync(arn, c).ConfigureAwait(false);
            return certificate.Status == CertificateStatus.Issued
                || o.Names.All(n => certificate.ValidationRecords.Any(r => string.Equals(r.Domain, n, StringComparison.OrdinalIgnoreCase)));
        }, ct).ConfigureAwait(false);
        if (!named.IsDone)
        {
            return options.NoWait
                ? StepOutcome.Waits("ACM has not named its validation records yet" + named.Cause)
                : throw new EmailSecurityException("ValidationRecordsNotNamed", ErrorKind.Timeout,
                    $"ACM has not named the validation records of {string.Join(" and ", o.Names)} in the time allowed{named.Cause}.",
                    "Run the same command again in a minute.");
        }

        var records = certificate!.ValidationRecords.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        if (o.External)
        {
            return certificate.Status == CertificateStatus.Issued ? StepOutcome.Done : await AwaitValidationAsync(change, records, ct).ConfigureAwait(false);
        }

        foreach (var group in records.GroupBy(r => o.ZoneOfName[r.Domain].Id, StringComparer.Ordinal))
        {
            RecordSetChange[] wanted = [.. group.Select(r => new RecordSetChange(false, new RecordSet
            {
                Name = r.Name.ToLowerInvariant(), Type = "CNAME", Ttl = RecordPlanner.PolicyRecordTtl, Values = [r.Value],
            }))];
            await services.Zones.ChangeAsync(group.Key, wanted, ct).ConfigureAwait(false);
        }

        return StepOutcome.Done;
    }

    private async Task<StepOutcome> AwaitValidationAsync(Change change, ValidationRecord[] records, CancellationToken ct)
    {
        DnsRecordState[] states = [];
        var there = await UntilExternalAsync(change, async c =>
        {
            states = await Task.WhenAll(records.Select(async r =>
            {
                var record = new DnsRecordState
                {
                    Domain = change.Domain,
                    Name = r.Name.ToLowerInvariant(),
                    Type = "CNAME",
                    Value = r.Value,
                    Ttl = RecordPlanner.PolicyRecordTtl,
                    Purpose = $"proves to ACM that {r.Domain} is yours; must stay",
                };
                return await looks.RecordAsync(record, c).ConfigureAwait(false);
            })).ConfigureAwait(false);
            return states.All(s => s.Status == DnsRecordStatus.Published);
        }, ct).ConfigureAwait(false);
        if (there)
        {
            return StepOutcome.Done;
        }

        states = await Task.WhenAll(states.Select(s => looks.ExplainAsync(s, ct))).ConfigureAwait(false);
        var missing = states.Where(s => s.Status != DnsRecordStatus.Published).Select(s => $"{s.Name} CNAME {s.Value}{Seen(s)}");
        return StepOutcome.Waits($"publish at your DNS host: {string.Join(", ", missing)}", null, states);
    }

    private async Task<StepOutcome> WaitCertificateAsync(Change change, Operation.WaitCertificate o, CancellationToken ct)
    {
        var arn = CertificateArn(o.Arn);
        var names = o.Names;
        var shownAt = time.GetTimestamp();
        var issued = await UntilAsync(change, CertificateLimit, async c =>
        {
            var certificate = await GetCertificateAsync(arn, c).ConfigureAwait(false);
            if (certificate.Status is not CertificateStatus.PendingValidation)
            {
                return certificate.Status == CertificateStatus.Issued ? true : throw NotValidated(certificate);
            }

            // ACM keeps checking for 72 hours, but where DNS never shows the record, more time changes nothing.
            var missing = await MissingValidationAsync(c).ConfigureAwait(false);
            if (missing.Count == 0)
            {
                shownAt = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(shownAt) > ValidationVisibleLimit)
            {
                throw NotIssued(change, names, $" for {Duration.Words(ValidationVisibleLimit)}", missing);
            }

            return false;
        }, ct).ConfigureAwait(false);
        if (issued.IsDone)
        {
            return StepOutcome.Done;
        }

        return options.NoWait
            ? StepOutcome.Waits("ACM has not issued the certificate yet" + issued.Cause)
            : throw NotIssued(change, names, $" in the time allowed{issued.Cause}", await MissingValidationAsync(ct).ConfigureAwait(false));
    }

    private async Task<IReadOnlyList<string>> MissingValidationAsync(CancellationToken ct)
    {
        var missing = new List<string>();
        foreach (var record in state.Certificate?.ValidationRecords ?? [])
        {
            var answer = await services.Resolver.QueryAsync(record.Name, DnsRecordType.CNAME, ct).ConfigureAwait(false);
            if (answer.Records.Count == 0)
            {
                missing.Add($"{record.Name} ({answer.Status})");
            }
        }

        return missing;
    }

    private EmailSecurityException NotIssued(Change change, IReadOnlyList<string> names, string since, IReadOnlyList<string> missing)
    {
        return new EmailSecurityException("CertificateNotValidated", ErrorKind.Timeout,
            $"ACM has not issued the certificate for {string.Join(" and ", names)}{since}."
                + (missing.Count > 0
                    ? $" DNS does not show its validation record: {string.Join(", ", missing)}."
                    : " Its validation records are in DNS."),
            missing.Count > 0
                ? $"Run the same command again. If DNS still does not show the record after some minutes, {change.Domain} is delegated to another zone: "
                    + "compare the name servers at your registrar with the hosted zone's NS record."
                : "Run the same command again; ACM keeps checking for 72 hours.")
        { Target = state.CertificateArn };
    }

    // A certificate can be deleted once nothing uses it. CloudFront lets go of one some minutes after its distribution is gone; what else uses it does not.
    private async Task<StepOutcome> DeleteCertificateAsync(Change change, Operation.DeleteCertificate o, CancellationToken ct)
        => await WaitAsync(change, ReleaseLimit, "CertificateInUse",
            $"Certificate {o.Arn} is still in use", "Run the same command again in an hour.", async c =>
        {
            if (await services.Certificates.DeleteAsync(o.Arn, c).ConfigureAwait(false))
            {
                return true;
            }

            var users = (await services.Certificates.GetAsync(o.Arn, c).ConfigureAwait(false))?.InUseBy ?? [];
            foreach (var user in users.Where(u => u != state.OwnDistributionArn))
            {
                if (!IsDistribution(user, out var id) || await services.Distributions.GetAsync(id, c).ConfigureAwait(false) is not null)
                {
                    throw new EmailSecurityException("CertificateInUse", ErrorKind.InvalidOperation,
                        $"Certificate {o.Arn} is used by {user}, which does not belong to this stack, so it cannot be deleted.",
                        "Assign another certificate to that resource, then run the same command again; "
                            + "everything else of the stack that could be removed was removed.")
                    { Target = o.Arn };
                }
            }

            return false;
        }, ct).ConfigureAwait(false);

    private static bool IsDistribution(string arn, out string id)
    {
        var at = arn.IndexOf(":distribution/", StringComparison.Ordinal);
        id = at < 0 ? "" : arn[(at + ":distribution/".Length)..];
        return at >= 0 && arn.Contains(":cloudfront:", StringComparison.Ordinal);
    }

    private static EmailSecurityException NotValidated(ObservedCertificate c) => new("CertificateNotValidated", ErrorKind.InvalidOperation,
        $"ACM did not issue the certificate for {string.Join(" and ", c.Names)}: {c.Status}{(c.FailureReason.Length > 0 ? " (" + c.FailureReason + ")" : "")}.",
        c.FailureReason switch
        {
            "CAA_ERROR" => "A CAA record of the domain or of a parent forbids Amazon: add 0 issue \"amazon.com\" next to it, "
                + "then run the same command again.",
            "DOMAIN_NOT_ALLOWED" => "Safe Browsing lists the domain; have it removed from the list, then run the same command again.",
            "ADDITIONAL_VERIFICATION_REQUIRED" => "AWS needs more information: open a support case, then run the same command again.",
            _ => "Fix what the reason names, then run the same command again; it requests a new certificate.",
        })
    { Target = c.Arn };

    // Empty where the certificate was requested in this run.
    private string CertificateArn(string planned)
    {
        if (planned.Length > 0)
        {
            state.CertificateArn = planned;
        }

        return state.CertificateArn;
    }

    private async Task<ObservedCertificate> GetCertificateAsync(string arn, CancellationToken ct)
    {
        // A certificate that was requested a moment ago may not be found for some seconds.
        var certificate = await services.Certificates.GetAsync(arn, ct).ConfigureAwait(false)
            ?? state.Certificate
            ?? new ObservedCertificate { Arn = arn, Names = [], Status = CertificateStatus.PendingValidation };
        state.Certificate = certificate;
        return certificate;
    }
}
