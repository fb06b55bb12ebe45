namespace EmailSecurity.Marks;

/// <summary>Object identifiers of mark certificates, each with the standard that assigns it.</summary>
internal static class MarkCertificateOids
{
    // draft-fetch-validation-vmc-wchuang section 4.4: id-kp-BrandIndicatorforMessageIdentification.
    public const string BimiKeyPurpose = "1.3.6.1.5.5.7.3.31";

    // RFC 9399 section 4.1: id-pe-logotype.
    public const string Logotype = "1.3.6.1.5.5.7.1.12";

    // RFC 6962 section 3.3, and section 3.1 for the poison of precertificates.
    public const string SctList = "1.3.6.1.4.1.11129.2.4.2";
    public const string PrecertificatePoison = "1.3.6.1.4.1.11129.2.4.3";

    // MC Requirements sections 7.1.2.3 and 7.1.4.2.2.
    public const string MarkPolicy = "1.3.6.1.4.1.53087.1.1";
    public const string MarkType = "1.3.6.1.4.1.53087.1.13";
    public const string TrademarkCountry = "1.3.6.1.4.1.53087.1.3";
    public const string TrademarkIdentifier = "1.3.6.1.4.1.53087.1.4";
    public const string StatuteCountry = "1.3.6.1.4.1.53087.3.2";
    public const string StatuteCitation = "1.3.6.1.4.1.53087.3.5";
    public const string PriorUseSource = "1.3.6.1.4.1.53087.5.1";
    public const string PilotIdentifier = "1.3.6.1.4.1.53087.4.1";

    // RFC 5280 section 4.2.
    public const string AnyPolicy = "2.5.29.32.0";
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAltName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string NameConstraints = "2.5.29.30";
    public const string CrlDistributionPoints = "2.5.29.31";
    public const string CertificatePolicies = "2.5.29.32";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";

    public const string OrganizationName = "2.5.4.10";

    /// <summary>RFC 5280 section 6.1: a critical extension that is not processed makes the path invalid. These are processed, or say nothing that
    /// restricts.</summary>
    public static bool IsProcessed(string oid) => oid is SubjectKeyIdentifier or KeyUsage or SubjectAltName or BasicConstraints or CrlDistributionPoints
        or CertificatePolicies or AuthorityKeyIdentifier or ExtendedKeyUsage or AuthorityInformationAccess or Logotype or SctList or PilotIdentifier;
}
