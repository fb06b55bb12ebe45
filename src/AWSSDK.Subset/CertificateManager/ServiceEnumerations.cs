using Amazon.Runtime;

namespace Amazon.CertificateManager;

public class CertificateExport(string value) : ConstantClass(value)
{
    public static readonly CertificateExport
        ENABLED = new("ENABLED"), DISABLED = new("DISABLED");

    public static CertificateExport FindValue(string value) => FindValue<CertificateExport>(value);
    public static implicit operator CertificateExport(string value) => FindValue(value);
}

public class CertificateManagedBy(string value) : ConstantClass(value)
{
    public static readonly CertificateManagedBy
        CLOUDFRONT = new("CLOUDFRONT");

    public static CertificateManagedBy FindValue(string value) => FindValue<CertificateManagedBy>(value);
    public static implicit operator CertificateManagedBy(string value) => FindValue(value);
}

public class CertificateStatus(string value) : ConstantClass(value)
{
    public static readonly CertificateStatus
        PENDING_VALIDATION = new("PENDING_VALIDATION"), ISSUED = new("ISSUED"), INACTIVE = new("INACTIVE"), EXPIRED = new("EXPIRED"),
        VALIDATION_TIMED_OUT = new("VALIDATION_TIMED_OUT"), REVOKED = new("REVOKED"), FAILED = new("FAILED");

    public static CertificateStatus FindValue(string value) => FindValue<CertificateStatus>(value);
    public static implicit operator CertificateStatus(string value) => FindValue(value);
}

public class CertificateTransparencyLoggingPreference(string value) : ConstantClass(value)
{
    public static readonly CertificateTransparencyLoggingPreference
        ENABLED = new("ENABLED"), DISABLED = new("DISABLED");

    public static CertificateTransparencyLoggingPreference FindValue(string value) => FindValue<CertificateTransparencyLoggingPreference>(value);
    public static implicit operator CertificateTransparencyLoggingPreference(string value) => FindValue(value);
}

public class CertificateType(string value) : ConstantClass(value)
{
    public static readonly CertificateType
        IMPORTED = new("IMPORTED"), AMAZON_ISSUED = new("AMAZON_ISSUED"), PRIVATE = new("PRIVATE");

    public static CertificateType FindValue(string value) => FindValue<CertificateType>(value);
    public static implicit operator CertificateType(string value) => FindValue(value);
}

public class DomainStatus(string value) : ConstantClass(value)
{
    public static readonly DomainStatus
        PENDING_VALIDATION = new("PENDING_VALIDATION"), SUCCESS = new("SUCCESS"), FAILED = new("FAILED");

    public static DomainStatus FindValue(string value) => FindValue<DomainStatus>(value);
    public static implicit operator DomainStatus(string value) => FindValue(value);
}

public class ExtendedKeyUsageName(string value) : ConstantClass(value)
{
    public static readonly ExtendedKeyUsageName
        TLS_WEB_SERVER_AUTHENTICATION = new("TLS_WEB_SERVER_AUTHENTICATION"), TLS_WEB_CLIENT_AUTHENTICATION = new("TLS_WEB_CLIENT_AUTHENTICATION"),
        CODE_SIGNING = new("CODE_SIGNING"), EMAIL_PROTECTION = new("EMAIL_PROTECTION"), TIME_STAMPING = new("TIME_STAMPING"),
        OCSP_SIGNING = new("OCSP_SIGNING"),
        IPSEC_END_SYSTEM = new("IPSEC_END_SYSTEM"), IPSEC_TUNNEL = new("IPSEC_TUNNEL"), IPSEC_USER = new("IPSEC_USER"), ANY = new("ANY"), NONE = new("NONE"),
        CUSTOM = new("CUSTOM");

    public static ExtendedKeyUsageName FindValue(string value) => FindValue<ExtendedKeyUsageName>(value);
    public static implicit operator ExtendedKeyUsageName(string value) => FindValue(value);
}

public class FailureReason(string value) : ConstantClass(value)
{
    public static readonly FailureReason
        NO_AVAILABLE_CONTACTS = new("NO_AVAILABLE_CONTACTS"), ADDITIONAL_VERIFICATION_REQUIRED = new("ADDITIONAL_VERIFICATION_REQUIRED"),
        DOMAIN_NOT_ALLOWED = new("DOMAIN_NOT_ALLOWED"), INVALID_PUBLIC_DOMAIN = new("INVALID_PUBLIC_DOMAIN"),
        DOMAIN_VALIDATION_DENIED = new("DOMAIN_VALIDATION_DENIED"), CAA_ERROR = new("CAA_ERROR"), PCA_LIMIT_EXCEEDED = new("PCA_LIMIT_EXCEEDED"),
        PCA_INVALID_ARN = new("PCA_INVALID_ARN"), PCA_INVALID_STATE = new("PCA_INVALID_STATE"), PCA_REQUEST_FAILED = new("PCA_REQUEST_FAILED"),
        PCA_NAME_CONSTRAINTS_VALIDATION = new("PCA_NAME_CONSTRAINTS_VALIDATION"), PCA_RESOURCE_NOT_FOUND = new("PCA_RESOURCE_NOT_FOUND"),
        PCA_INVALID_ARGS = new("PCA_INVALID_ARGS"), PCA_INVALID_DURATION = new("PCA_INVALID_DURATION"), PCA_ACCESS_DENIED = new("PCA_ACCESS_DENIED"),
        SLR_NOT_FOUND = new("SLR_NOT_FOUND"), OTHER = new("OTHER");

    public static FailureReason FindValue(string value) => FindValue<FailureReason>(value);
    public static implicit operator FailureReason(string value) => FindValue(value);
}

public class KeyAlgorithm(string value) : ConstantClass(value)
{
    public static readonly KeyAlgorithm
        RSA_1024 = new("RSA_1024"), RSA_2048 = new("RSA_2048"), RSA_3072 = new("RSA_3072"), RSA_4096 = new("RSA_4096"), EC_prime256v1 = new("EC_prime256v1"),
        EC_secp384r1 = new("EC_secp384r1"), EC_secp521r1 = new("EC_secp521r1");

    public static KeyAlgorithm FindValue(string value) => FindValue<KeyAlgorithm>(value);
    public static implicit operator KeyAlgorithm(string value) => FindValue(value);
}

public class KeyUsageName(string value) : ConstantClass(value)
{
    public static readonly KeyUsageName
        DIGITAL_SIGNATURE = new("DIGITAL_SIGNATURE"), NON_REPUDIATION = new("NON_REPUDIATION"), KEY_ENCIPHERMENT = new("KEY_ENCIPHERMENT"),
        DATA_ENCIPHERMENT = new("DATA_ENCIPHERMENT"), KEY_AGREEMENT = new("KEY_AGREEMENT"), CERTIFICATE_SIGNING = new("CERTIFICATE_SIGNING"),
        CRL_SIGNING = new("CRL_SIGNING"), ENCIPHER_ONLY = new("ENCIPHER_ONLY"), DECIPHER_ONLY = new("DECIPHER_ONLY"), ANY = new("ANY"), CUSTOM = new("CUSTOM");

    public static KeyUsageName FindValue(string value) => FindValue<KeyUsageName>(value);
    public static implicit operator KeyUsageName(string value) => FindValue(value);
}

public class RecordType(string value) : ConstantClass(value)
{
    public static readonly RecordType
        CNAME = new("CNAME");

    public static RecordType FindValue(string value) => FindValue<RecordType>(value);
    public static implicit operator RecordType(string value) => FindValue(value);
}

public class RenewalEligibility(string value) : ConstantClass(value)
{
    public static readonly RenewalEligibility
        ELIGIBLE = new("ELIGIBLE"), INELIGIBLE = new("INELIGIBLE");

    public static RenewalEligibility FindValue(string value) => FindValue<RenewalEligibility>(value);
    public static implicit operator RenewalEligibility(string value) => FindValue(value);
}

public class RenewalStatus(string value) : ConstantClass(value)
{
    public static readonly RenewalStatus
        PENDING_AUTO_RENEWAL = new("PENDING_AUTO_RENEWAL"), PENDING_VALIDATION = new("PENDING_VALIDATION"), SUCCESS = new("SUCCESS"), FAILED = new("FAILED");

    public static RenewalStatus FindValue(string value) => FindValue<RenewalStatus>(value);
    public static implicit operator RenewalStatus(string value) => FindValue(value);
}

public class RevocationReason(string value) : ConstantClass(value)
{
    public static readonly RevocationReason
        UNSPECIFIED = new("UNSPECIFIED"), KEY_COMPROMISE = new("KEY_COMPROMISE"), CA_COMPROMISE = new("CA_COMPROMISE"),
        AFFILIATION_CHANGED = new("AFFILIATION_CHANGED"), SUPERCEDED = new("SUPERCEDED"), SUPERSEDED = new("SUPERSEDED"),
        CESSATION_OF_OPERATION = new("CESSATION_OF_OPERATION"), CERTIFICATE_HOLD = new("CERTIFICATE_HOLD"), REMOVE_FROM_CRL = new("REMOVE_FROM_CRL"),
        PRIVILEGE_WITHDRAWN = new("PRIVILEGE_WITHDRAWN"), A_A_COMPROMISE = new("A_A_COMPROMISE");

    public static RevocationReason FindValue(string value) => FindValue<RevocationReason>(value);
    public static implicit operator RevocationReason(string value) => FindValue(value);
}

public class SortBy(string value) : ConstantClass(value)
{
    public static readonly SortBy
        CREATED_AT = new("CREATED_AT");

    public static SortBy FindValue(string value) => FindValue<SortBy>(value);
    public static implicit operator SortBy(string value) => FindValue(value);
}

public class SortOrder(string value) : ConstantClass(value)
{
    public static readonly SortOrder
        ASCENDING = new("ASCENDING"), DESCENDING = new("DESCENDING");

    public static SortOrder FindValue(string value) => FindValue<SortOrder>(value);
    public static implicit operator SortOrder(string value) => FindValue(value);
}

public class ValidationMethod(string value) : ConstantClass(value)
{
    public static readonly ValidationMethod
        EMAIL = new("EMAIL"), DNS = new("DNS"), HTTP = new("HTTP");

    public static ValidationMethod FindValue(string value) => FindValue<ValidationMethod>(value);
    public static implicit operator ValidationMethod(string value) => FindValue(value);
}
