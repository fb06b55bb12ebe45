using Amazon.CertificateManager.Model;
using EmailSecurity.Ports;
using CertificateStatus = EmailSecurity.Ports.CertificateStatus;

namespace EmailSecurity.Aws.Certificates;

/// <summary>What ACM says of a certificate, as the port has it.</summary>
internal static class CertificateDetails
{
    /// <summary>True where a certificate may be for all the names, as far as its summary says.</summary>
    public static bool MayCover(CertificateSummary summary, IReadOnlyList<string> names)
    {
        if (summary.HasAdditionalSubjectAlternativeNames == true || summary.SubjectAlternativeNameSummaries is null)
        {
            return true;
        }

        string[] known = [summary.DomainName ?? "", .. summary.SubjectAlternativeNameSummaries];
        return names.All(n => Covers(known, n));
    }

    /// <summary>True where the names of a certificate cover a name.</summary>
    public static bool Covers(IReadOnlyList<string> certificateNames, string name)
    {
        // RFC 6125 section 6.4.3: a wildcard stands for exactly one left-most label.
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var wildcard = dot > 0 ? "*" + name[dot..] : name;
        return certificateNames.Any(c => string.Equals(c, name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(c, wildcard, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The certificate as the port has it.</summary>
    public static ObservedCertificate ToObserved(CertificateDetail detail) => new()
    {
        Arn = detail.CertificateArn,
        Names =
        [
            .. new[] { detail.DomainName }.Concat(detail.SubjectAlternativeNames ?? [])
                .Where(n => !string.IsNullOrEmpty(n))
                .Select(n => n!.ToLowerInvariant())
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ],
        Status = detail.Status?.Value switch
        {
            "PENDING_VALIDATION" => CertificateStatus.PendingValidation,
            "ISSUED" => CertificateStatus.Issued,
            "INACTIVE" => CertificateStatus.Inactive,
            "EXPIRED" => CertificateStatus.Expired,
            "VALIDATION_TIMED_OUT" => CertificateStatus.ValidationTimedOut,
            "REVOKED" => CertificateStatus.Revoked,
            // A status of a later day is not a usable certificate.
            _ => CertificateStatus.Failed,
        },
        ValidationRecords =
        [
            .. (detail.DomainValidationOptions ?? [])
                .Where(o => o.ResourceRecord is { Name.Length: > 0, Value.Length: > 0 })
                .Select(o => new ValidationRecord(Name(o.DomainName), Name(o.ResourceRecord.Name), Name(o.ResourceRecord.Value)))
                .OrderBy(r => r.Domain, StringComparer.Ordinal),
        ],
        FailureReason = detail.FailureReason?.Value ?? "",
        InUseBy = [.. detail.InUseBy ?? []],
        NotBefore = detail.NotBefore is { } begin ? new DateTimeOffset(begin.ToUniversalTime()) : null,
        Renewal = detail.RenewalSummary?.RenewalStatus?.Value switch
        {
            "PENDING_AUTO_RENEWAL" => CertificateRenewal.Pending,
            "PENDING_VALIDATION" => CertificateRenewal.PendingValidation,
            "SUCCESS" => CertificateRenewal.Succeeded,
            "FAILED" => CertificateRenewal.Failed,
            _ => CertificateRenewal.None,
        },
        RenewalReason = detail.RenewalSummary?.RenewalStatusReason?.Value ?? "",
        IsImported = detail.Type?.Value == "IMPORTED",
        NotAfter = detail.NotAfter is { } end ? new DateTimeOffset(end.ToUniversalTime()) : null,
    };

    private static string Name(string? name) => (name ?? "").TrimEnd('.').ToLowerInvariant();
}
