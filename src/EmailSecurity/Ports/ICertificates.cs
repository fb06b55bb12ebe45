namespace EmailSecurity.Ports;

/// <summary>Status of an ACM certificate.</summary>
public enum CertificateStatus
{
    /// <summary>Waiting for its validation records.</summary>
    PendingValidation,
    /// <summary>Usable.</summary>
    Issued,
    /// <summary>Not in use, or the account closed.</summary>
    Inactive,
    /// <summary>Past its end.</summary>
    Expired,
    /// <summary>72 hours went by without validation.</summary>
    ValidationTimedOut,
    /// <summary>Revoked.</summary>
    Revoked,
    /// <summary>ACM gave up; see the reason.</summary>
    Failed,
}

/// <summary>How far ACM is with the renewal of a certificate.</summary>
public enum CertificateRenewal
{
    /// <summary>Not due yet.</summary>
    None,
    /// <summary>ACM is about to renew it, or is renewing it.</summary>
    Pending,
    /// <summary>ACM waits for the validation of its names.</summary>
    PendingValidation,
    /// <summary>The last renewal was successful.</summary>
    Succeeded,
    /// <summary>ACM gave up.</summary>
    Failed,
}

/// <summary>A DNS validation record that ACM asks for.</summary>
/// <param name="Domain">The certificate name it validates.</param>
/// <param name="Name">CNAME owner name, without the final dot.</param>
/// <param name="Value">CNAME target, without the final dot.</param>
public sealed record ValidationRecord(string Domain, string Name, string Value);

/// <summary>An ACM certificate as reported.</summary>
public sealed record ObservedCertificate
{
    /// <summary>ARN.</summary>
    public required string Arn { get; init; }
    /// <summary>All names, lower case.</summary>
    public required IReadOnlyList<string> Names { get; init; }
    /// <summary>Status.</summary>
    public required CertificateStatus Status { get; init; }
    /// <summary>Validation records known so far; ACM adds them some seconds after the request.</summary>
    public IReadOnlyList<ValidationRecord> ValidationRecords { get; init; } = [];
    /// <summary>Why it failed (<c>CAA_ERROR</c> ...); empty otherwise.</summary>
    public string FailureReason { get; init; } = "";
    /// <summary>ARNs of what uses it.</summary>
    public IReadOnlyList<string> InUseBy { get; init; } = [];
    /// <summary>Beginning of validity; null before it is issued.</summary>
    public DateTimeOffset? NotBefore { get; init; }
    /// <summary>How far its renewal is.</summary>
    public CertificateRenewal Renewal { get; init; }
    /// <summary>Why the renewal failed (<c>CAA_ERROR</c> ...); empty otherwise.</summary>
    public string RenewalReason { get; init; } = "";
    /// <summary>True where somebody imported it: ACM never renews it.</summary>
    public bool IsImported { get; init; }
    /// <summary>End of validity; null before it is issued.</summary>
    public DateTimeOffset? NotAfter { get; init; }
    /// <summary>Tags; empty where not read.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>ACM in us-east-1, as far as a stack needs it.</summary>
public interface ICertificates
{
    /// <summary>
    /// Certificates of the account that carry the <c>EmailSecurity:Stack</c> tag of this domain and cover all the names, described, tags read.
    /// </summary>
    Task<IReadOnlyList<ObservedCertificate>> FindAsync(string stackDomain, IReadOnlyList<string> names, CancellationToken cancellationToken);

    /// <summary>
    /// True where a certificate of the account in us-east-1 other than <paramref name="exceptArns"/> has this name: its validation record must then stay.
    /// </summary>
    Task<bool> IsNameOnOtherCertificateAsync(string name, IReadOnlyCollection<string> exceptArns, CancellationToken cancellationToken);

    /// <summary>Describes a certificate (tags left out); null where it does not exist.</summary>
    Task<ObservedCertificate?> GetAsync(string arn, CancellationToken cancellationToken);

    /// <summary>Requests a DNS-validated certificate; the idempotency token makes a repeat within the hour the same certificate.</summary>
    Task<string> RequestAsync(
        IReadOnlyList<string> names, string idempotencyToken, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>Deletes a certificate; false where it is still in use (retry later). Already gone is success.</summary>
    Task<bool> DeleteAsync(string arn, CancellationToken cancellationToken);
}
