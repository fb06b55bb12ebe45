using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.CertificateManager.Model;

public class CertificateDetail
{
    [Must] public string CertificateArn { get; set; }
    public string DomainName { get; set; }
    public List<string> SubjectAlternativeNames { get; set; }
    public CertificateManagedBy ManagedBy { get; set; }
    public List<DomainValidation> DomainValidationOptions { get; set; }
    public string Serial { get; set; }
    public string Subject { get; set; }
    public string Issuer { get; set; }
    public DateTime? CreatedAt { get; set; }
    public DateTime? IssuedAt { get; set; }
    public DateTime? ImportedAt { get; set; }
    public CertificateStatus Status { get; set; }
    public DateTime? RevokedAt { get; set; }
    public RevocationReason RevocationReason { get; set; }
    public DateTime? NotBefore { get; set; }
    public DateTime? NotAfter { get; set; }
    public KeyAlgorithm KeyAlgorithm { get; set; }
    public string SignatureAlgorithm { get; set; }
    public List<string> InUseBy { get; set; }
    public FailureReason FailureReason { get; set; }
    public CertificateType Type { get; set; }
    public RenewalSummary RenewalSummary { get; set; }
    public List<KeyUsage> KeyUsages { get; set; }
    public List<ExtendedKeyUsage> ExtendedKeyUsages { get; set; }
    public string CertificateAuthorityArn { get; set; }
    public RenewalEligibility RenewalEligibility { get; set; }
    public CertificateOptions Options { get; set; }
}

public class DomainValidation
{
    public string DomainName { get; set; }
    public List<string> ValidationEmails { get; set; }
    public string ValidationDomain { get; set; }
    public DomainStatus ValidationStatus { get; set; }
    public ResourceRecord ResourceRecord { get; set; }
    public HttpRedirect HttpRedirect { get; set; }
    public ValidationMethod ValidationMethod { get; set; }
}

public class ResourceRecord
{
    public string Name { get; set; }
    public RecordType Type { get; set; }
    public string Value { get; set; }
}

public class HttpRedirect
{
    public string RedirectFrom { get; set; }
    public string RedirectTo { get; set; }
}

public class RenewalSummary
{
    public RenewalStatus RenewalStatus { get; set; }
    public List<DomainValidation> DomainValidationOptions { get; set; }
    public FailureReason RenewalStatusReason { get; set; }
    public DateTime? UpdatedAt { get; set; }
}

public class KeyUsage
{
    public KeyUsageName Name { get; set; }
}

public class ExtendedKeyUsage
{
    public ExtendedKeyUsageName Name { get; set; }
    public string OID { get; set; }
}

public class CertificateOptions
{
    public CertificateTransparencyLoggingPreference CertificateTransparencyLoggingPreference { get; set; }
    public CertificateExport Export { get; set; }
}

public class CertificateSummary
{
    [Must] public string CertificateArn { get; set; }
    public string DomainName { get; set; }
    public List<string> SubjectAlternativeNameSummaries { get; set; }
    public bool? HasAdditionalSubjectAlternativeNames { get; set; }
    public CertificateStatus Status { get; set; }
    public CertificateType Type { get; set; }
    public KeyAlgorithm KeyAlgorithm { get; set; }
    public List<string> KeyUsages { get; set; }
    public List<string> ExtendedKeyUsages { get; set; }
    public CertificateExport ExportOption { get; set; }
    public bool? InUse { get; set; }
    public bool? Exported { get; set; }
    public RenewalEligibility RenewalEligibility { get; set; }
    public DateTime? NotBefore { get; set; }
    public DateTime? NotAfter { get; set; }
    public DateTime? CreatedAt { get; set; }
    public DateTime? IssuedAt { get; set; }
    public DateTime? ImportedAt { get; set; }
    public DateTime? RevokedAt { get; set; }
    public CertificateManagedBy ManagedBy { get; set; }
}

public class Filters
{
    [Wire("extendedKeyUsage")] public List<string> ExtendedKeyUsage { get; set; }
    [Wire("keyUsage")] public List<string> KeyUsage { get; set; }
    [Wire("keyTypes")] public List<string> KeyTypes { get; set; }
    [Wire("exportOption")] public CertificateExport ExportOption { get; set; }
    [Wire("managedBy")] public CertificateManagedBy ManagedBy { get; set; }
}

public class DomainValidationOption
{
    public string DomainName { get; set; }
    public string ValidationDomain { get; set; }
}

public class RequestCertificateRequest : AmazonCertificateManagerRequest
{
    public string DomainName { get; set; }
    public ValidationMethod ValidationMethod { get; set; }
    public List<string> SubjectAlternativeNames { get; set; }
    public string IdempotencyToken { get; set; }
    public List<DomainValidationOption> DomainValidationOptions { get; set; }
    public CertificateOptions Options { get; set; }
    public string CertificateAuthorityArn { get; set; }
    public List<Tag> Tags { get; set; }
    public KeyAlgorithm KeyAlgorithm { get; set; }
    public CertificateManagedBy ManagedBy { get; set; }
}

public class RequestCertificateResponse : AmazonWebServiceResponse
{
    [Must] public string CertificateArn { get; set; }
}

public class DescribeCertificateRequest : AmazonCertificateManagerRequest
{
    public string CertificateArn { get; set; }
}

public class DescribeCertificateResponse : AmazonWebServiceResponse
{
    [Must] public CertificateDetail Certificate { get; set; }
}

public class ListCertificatesRequest : AmazonCertificateManagerRequest
{
    public List<string> CertificateStatuses { get; set; }
    public Filters Includes { get; set; }
    public string NextToken { get; set; }
    public int? MaxItems { get; set; }
    public SortBy SortBy { get; set; }
    public SortOrder SortOrder { get; set; }
}

public class ListCertificatesResponse : AmazonWebServiceResponse
{
    public string NextToken { get; set; }
    public List<CertificateSummary> CertificateSummaryList { get; set; }
}

public class DeleteCertificateRequest : AmazonCertificateManagerRequest
{
    public string CertificateArn { get; set; }
}

public class DeleteCertificateResponse : AmazonWebServiceResponse;
