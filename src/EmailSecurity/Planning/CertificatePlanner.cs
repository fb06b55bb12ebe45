using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The certificate of a stack's distribution.</summary>
/// <param name="Arn">Its ARN; empty where it is to be requested.</param>
/// <param name="Covered">Which of both hosts it covers.</param>
/// <param name="Validation">Publishes the validation records, or waits for them.</param>
/// <param name="Issued">Waits until it is issued.</param>
internal sealed record CertificatePlan(string Arn, IReadOnlyList<string> Covered, Step? Validation, Step? Issued);

/// <summary>
/// Plans the certificate of a stack's distribution: one of the stack's own, which covers both hosts, or the user's, which covers the hosts of the stack's
/// parts.
/// </summary>
internal sealed class CertificatePlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, RecordPlanner records)
{
    private const int MaxCommonName = 64;

    /// <summary>Plans the certificate.</summary>
    /// <param name="both">Policy host and BIMI host: what a certificate of the stack's own covers.</param>
    /// <param name="needed">Those of them whose part the stack has: what a certificate of the user's has to cover.</param>
    /// <param name="foreign">Aliases of others on the same distribution, which must not lose their certificate.</param>
    /// <param name="tags">Tags of every resource.</param>
    /// <param name="logBucket">Makes the log bucket, whose mark says what the rest is.</param>
    public CertificatePlan Plan(IReadOnlyList<string> both, IReadOnlyList<string> needed, IReadOnlyList<string> foreign,
        IReadOnlyDictionary<string, string> tags, Step? logBucket)
    {
        var chosen = Choose(both, needed, foreign);
        Step? requested = null;
        if (chosen is null)
        {
            requested = PlanRequest(both, tags, logBucket);
        }
        else if (chosen.Status == CertificateStatus.Issued)
        {
            PlanRenewal(chosen);
            return new CertificatePlan(chosen.Arn, [.. both.Where(h => Covers(chosen, [h]))], null, null);
        }
        else if (!IsOurs(chosen))
        {
            throw new EmailSecurityException("CertificateNotUsable", ErrorKind.InvalidOperation,
                $"Certificate {chosen.Arn} is {chosen.Status}, not Issued.",
                    "Finish its validation in ACM in us-east-1, then run the same command again. " + OwnInstead)
            { Target = chosen.Arn };
        }

        var (validation, issued) = PlanValidation(both, chosen, requested);
        return new CertificatePlan(chosen?.Arn ?? "", both, validation, issued);
    }

    /// <summary>True where every name is among the certificate's, or matched by a wildcard of one label.</summary>
    public static bool Covers(ObservedCertificate certificate, IEnumerable<string> names) => names.All(n =>
        certificate.Names.Any(c => string.Equals(c, n, StringComparison.OrdinalIgnoreCase)
            || (c.StartsWith("*.", StringComparison.Ordinal) && n.IndexOf('.') is var dot and > 0
            && string.Equals(c[1..], n[dot..], StringComparison.OrdinalIgnoreCase))));

    private Step PlanRequest(IReadOnlyList<string> names, IReadOnlyDictionary<string, string> tags, Step? logBucket)
    {
        ObservedCertificate[] dead =
        [
            .. observed.Certificates.Where(c
                => c.Status is CertificateStatus.Failed or CertificateStatus.ValidationTimedOut or CertificateStatus.Expired or CertificateStatus.Revoked),
        ];
        foreach (var useless in dead.Where(c => IsOurs(c) && c.InUseBy.Count == 0))
        {
            var reason = useless.FailureReason.Length > 0 ? " (" + useless.FailureReason + ")" : "";
            plan.Add($"certificate/{useless.Arn}", ChangeAction.Delete, "ACM certificate", useless.Arn, $"it is {useless.Status}{reason} and cannot be used",
                new Operation.DeleteCertificate(useless.Arn), dependsOn: [], before: useless.Status.ToString());
        }

        // ACM: the first name is the common name, of 64 characters at most (RFC 5280 appendix A.1, ub-common-name); the others may be longer.
        string[] shortestFirst = [.. names.OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal)];
        if (shortestFirst[0].Length > MaxCommonName)
        {
            throw new EmailSecurityException("DomainTooLong", ErrorKind.LimitsExceeded,
                $"ACM issues no certificate whose first name has more than {MaxCommonName} characters, and {shortestFirst[0]} has {shortestFirst[0].Length}.",
                "Request or import a certificate in us-east-1 that has a short first name and also these host names, and specify it with -CertificateArn.")
            { Target = shortestFirst[0] };
        }

        return plan.Add("certificate", ChangeAction.Create, "ACM certificate", string.Join(", ", names),
            "senders fetch the policy over HTTPS with a trusted certificate (RFC 8461 section 3.3)",
            new Operation.RequestCertificate(shortestFirst, tags, [.. dead.Select(c => c.Arn)]), dependsOn: [logBucket], after: "DNS validated, us-east-1");
    }

    private (Step Validation, Step Issued) PlanValidation(IReadOnlyList<string> names, ObservedCertificate? chosen, Step? requested)
    {
        var external = stack.DnsHost == DnsHost.External;
        var zones = external
            ? new Dictionary<string, HostedZoneInfo>(StringComparer.Ordinal)
            : names.ToDictionary(n => n, n => RecordPlanner.ZoneFor(stack, observed, n), StringComparer.Ordinal);
        var (action, resource) = external ? (ChangeAction.Wait, "CNAME records at your DNS host") : (ChangeAction.Create, "CNAME records");
        var validation = plan.Add("validation", action, resource, string.Join(", ", names),
            "prove to ACM that the names are yours, now and at each renewal", new Operation.PublishValidation(chosen?.Arn ?? "", names, zones, external),
            dependsOn: [requested],
            after: chosen is { ValidationRecords.Count: > 0 } ? string.Join("; ", chosen.ValidationRecords.Select(r => $"{r.Name} -> {r.Value}"))
                : "as ACM names them");
        var issued = plan.Add("certificate-issued", ChangeAction.Wait, "ACM certificate", string.Join(", ", names),
            "ACM issues it some minutes after it sees its records", new Operation.WaitCertificate(chosen?.Arn ?? "", names),
            dependsOn: [requested, validation], after: "Issued");
        return (validation, issued);
    }

    // Renewal needs the validation records to stay.
    private void PlanRenewal(ObservedCertificate certificate)
    {
        foreach (var record in certificate.ValidationRecords.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase))
        {
            // Only what was looked at, the names below the domain: another name of the user's own certificate would look missing for ever.
            if (stack.DnsHost == DnsHost.Route53 && observed.ZoneOf(record.Name) is not null
                && record.Name.EndsWith("." + stack.Domain, StringComparison.OrdinalIgnoreCase))
            {
                var set = new RecordSet { Name = record.Name.ToLowerInvariant(), Type = "CNAME", Ttl = RecordPlanner.PolicyRecordTtl, Values = [record.Value] };
                if (!observed.RecordSetsAt(set.Name)
                    .Any(s => s.Type == "CNAME" && s.Values.Count == 1
                    && string.Equals(s.Values[0].TrimEnd('.'), record.Value, StringComparison.OrdinalIgnoreCase)))
                {
                    const string reason = "ACM renews the certificate only while its validation record exists";
                    records.Ensure(new WantedRecord($"validation/{record.Domain}", set, record.Value, reason) { IsOurs = true }, dependsOn: []);
                }
            }
        }
    }

    private ObservedCertificate? Choose(IReadOnlyList<string> both, IReadOnlyList<string> needed, IReadOnlyList<string> foreign)
    {
        if (stack.CertificateArn.Length > 0 && ChooseGiven(both, needed, foreign) is { } given)
        {
            return given;
        }

        var inUse = observed.Certificates.FirstOrDefault(c => c.Arn == observed.Distribution?.Settings.CertificateArn);
        var chosen = observed.Certificates
            .Where(c => Covers(c, foreign) && Covers(c, c == inUse ? needed : both)
                && c.Status is CertificateStatus.Issued or CertificateStatus.PendingValidation && (IsOurs(c) || c == inUse))
            .OrderByDescending(c => c.Status == CertificateStatus.Issued).ThenByDescending(c => c == inUse).ThenBy(c => c.Arn, StringComparer.Ordinal)
            .FirstOrDefault();
        if (chosen is not null)
        {
            return chosen;
        }

        if (foreign.Count > 0)
        {
            // One of the stack's own would not cover the names of others, and they would go dark.
            throw new EmailSecurityException("CertificateNeededByOthers", ErrorKind.InvalidOperation,
                $"CloudFront distribution {observed.Distribution!.Id} also serves {string.Join(", ", foreign)}, which this stack did not add. "
                + $"No usable certificate covers all of these names: {string.Join(", ", foreign.Concat(needed))}.",
                $"Specify a certificate for all of these names with -CertificateArn, or move {string.Join(", ", foreign)} to another distribution first; "
                    + "then run the same command again.")
            { Target = observed.Distribution.Id };
        }

        // The user's own, from an earlier -CertificateArn: not put out of use because a command did not repeat it.
        if (inUse is { Status: CertificateStatus.Issued } && !IsOurs(inUse))
        {
            throw DoesNotCover(inUse, needed);
        }

        return null;
    }

    private ObservedCertificate? ChooseGiven(IReadOnlyList<string> both, IReadOnlyList<string> needed, IReadOnlyList<string> foreign)
    {
        // CloudFront looks in us-east-1 only.
        if (stack.CertificateArn.Split(':') is not [_, _, "acm", "us-east-1", _, _])
        {
            throw new EmailSecurityException("CertificateNotInUsEast1", ErrorKind.InvalidArgument,
                $"{stack.CertificateArn} is not the ARN of an ACM certificate in us-east-1. CloudFront uses certificates from us-east-1 only.",
                "Request or import it in us-east-1. " + OwnInstead)
            { Target = stack.CertificateArn };
        }

        var given = observed.Certificates.FirstOrDefault(c => c.Arn == stack.CertificateArn)
            ?? throw new EmailSecurityException("CertificateNotFound", ErrorKind.NotFound,
                $"Certificate {stack.CertificateArn} was not found in us-east-1 in this account.",
                "Check the ARN in ACM, in us-east-1 of this account. " + OwnInstead)
            { Target = stack.CertificateArn };
        if (!Covers(given, needed) && !IsOurs(given))
        {
            throw DoesNotCover(given, needed);
        }

        if (Covers(given, needed) && !Covers(given, foreign))
        {
            throw new EmailSecurityException("CertificateNeededByOthers", ErrorKind.InvalidOperation,
                $"CloudFront distribution {observed.Distribution!.Id} also serves {string.Join(", ", foreign.Where(f => !Covers(given, [f])))}, "
                + $"which this stack did not add, and certificate {given.Arn} does not cover {(foreign.Count == 1 ? "it" : "them")}.",
                $"Use a certificate that covers {string.Join(" and ", needed.Concat(foreign))}, or move the other names to another distribution first; "
                    + "then run the same command again.")
            { Target = given.Arn };
        }

        // One of the stack's own that no longer fits (another BIMI host) is replaced like any other.
        if (Covers(given, IsOurs(given) ? both : needed) && given.Status is CertificateStatus.Issued or CertificateStatus.PendingValidation)
        {
            return given;
        }

        return IsOurs(given) ? null
            : throw new EmailSecurityException("CertificateNotUsable", ErrorKind.InvalidOperation, $"Certificate {given.Arn} is {given.Status}.",
                "Use an issued certificate. " + OwnInstead)
            { Target = given.Arn };
    }

    private string OwnInstead
        => $"On a new stack, you can leave -CertificateArn out, and the stack requests its own; run: Publish-EmailSecurityStack {stack.Domain}";

    private EmailSecurityException DoesNotCover(ObservedCertificate certificate, IReadOnlyList<string> needed)
    {
        string[] missing = [.. needed.Where(n => !Covers(certificate, [n]))];
        return new EmailSecurityException("CertificateDoesNotCover", ErrorKind.InvalidData,
            $"Certificate {certificate.Arn} is for {string.Join(", ", certificate.Names)}; "
            + $"it does not cover {string.Join(" and ", missing)}, which the stack needs.",
            $"Specify a certificate for {string.Join(" and ", needed)} with -CertificateArn. {OwnInstead}")
        { Target = certificate.Arn };
    }

    private bool IsOurs(ObservedCertificate c) => StackNames.IsOwner(stack.Domain, c.Tags);
}
