using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Marks;

/// <summary>The rules of mark certificates: the file, the path to a root, the certificate, and its logo.</summary>
internal static class MarkRules
{
    /// <summary>Fetch and Validation of Verified Mark Certificates.</summary>
    public const string Draft = "draft-fetch-validation-vmc-wchuang";

    /// <summary>Minimum Security Requirements for Issuance of Mark Certificates (AuthIndicators Working Group), version 1.7.</summary>
    public const string Mcr = "MC Requirements";

    /// <summary>PKIX.</summary>
    public const string Pkix = "RFC 5280";

    /// <summary>Logotypes in X.509 certificates.</summary>
    public const string Logotypes = "RFC 9399";

    /// <summary>Certificate Transparency.</summary>
    public const string Transparency = "RFC 6962";

    /// <summary>Textual encodings of PKIX structures.</summary>
    public const string Pem = "RFC 7468";

    private const string Reissue = "Have the certification authority reissue the certificate.";
    private const string NotYet = "Publish it after that instant, and check the clock.";
    private const string Renew = "Renew the mark certificate and publish the new file.";
    private const string RenewNow = "Renew the mark certificate now: validation by the CA takes weeks.";

    // The path to the root.
    public static readonly Rule ChainUntrusted = new("ChainUntrusted", Error, Draft, "5.1",
        "Get a VMC or CMC from DigiCert, GlobalSign or SSL.com; for a private test CA, specify its root with -TrustedRoot.");
    public static readonly Rule ChainIncomplete = new("ChainIncomplete", Error, Draft, "5.1",
        "Append the issuing CA's certificate to the file, after the mark certificate; receivers do not fetch it. If it is already there, the CA is " +
            "not a mark verifying authority.");
    public static readonly Rule CertificateNotYetValid = new("CertificateNotYetValid", Error, Pkix, "4.1.2.5", NotYet);
    public static readonly Rule IssuerNotYetValid = new("IssuerNotYetValid", Error, Pkix, "4.1.2.5", NotYet);
    public static readonly Rule CertificateExpired = new("CertificateExpired", Error, Pkix, "4.1.2.5", Renew);
    public static readonly Rule IssuerExpired = new("IssuerExpired", Error, Pkix, "4.1.2.5", Renew);
    public static readonly Rule CertificateExpiresSoon = new("CertificateExpiresSoon", Warning, Draft, "4.5", RenewNow);
    public static readonly Rule IssuerExpiresSoon = new("IssuerExpiresSoon", Warning, Draft, "4.5", RenewNow);
    public static readonly Rule CertificateValidityInverted = new("CertificateValidityInverted", Error, Pkix, "4.1.2.5", Reissue);
    public static readonly Rule IssuerValidityInverted = new("IssuerValidityInverted", Error, Pkix, "4.1.2.5", Reissue);
    public static readonly Rule PemTooLarge = new("PemTooLarge", Error, Draft, "3.3",
        "Use the PEM file that the certification authority delivered, without other content.");
    public static readonly Rule PemByteOrderMark = new("PemByteOrderMark", Warning, Pem, "2",
        "Save the file without a byte order mark.",
        "The file begins with a UTF-8 byte order mark, after which strict parsers do not find the first certificate.");
    public static readonly Rule PemNotText = new("PemNotText", Error, Draft, "3.3");
    public static readonly Rule PemTruncated = new("PemTruncated", Error, Pem, "2", "Use the whole file as the certification authority delivered it.");
    public static readonly Rule PemTooManyCertificates = new("PemTooManyCertificates", Error, Draft, "3.3",
        "Keep the mark certificate, its issuing CA and at most the root.");
    public static readonly Rule PemBase64Invalid = new("PemBase64Invalid", Error, Pem, "3", "Copy the certificate again, byte for byte.");
    public static readonly Rule PemPrivateKey = new("PemPrivateKey", Error, Draft, "3.3",
        "Remove the private key now. If the file was ever online, have the certificate reissued with a new key.");
    public static readonly Rule PemForeignBlock = new("PemForeignBlock", Warning, Draft, "3.3", "Keep only the CERTIFICATE blocks of the chain.");
    public static readonly Rule PemMissing = new("PemMissing", Error, Draft, "3.3",
        "Use the PEM file that the certification authority delivered (it begins with -----BEGIN CERTIFICATE-----).",
        "The file contains no certificate in PEM format.");
    public static readonly Rule PolicyMissing = new("PolicyMissing", Error, Mcr, "7.1.2.3",
        Reissue,
        "The mark certificate policy (1.3.6.1.4.1.53087.1.1) is not among its certificate policies.");
    public static readonly Rule CertificateMalformed = new("CertificateMalformed", Error, Pkix, "4.1", "Copy the certificate again, byte for byte.");
    public static readonly Rule ChainDuplicate = new("ChainDuplicate", Error, Draft, "3.3", "Remove the second copy.");
    public static readonly Rule ChainSeveralMarkCertificates = new("ChainSeveralMarkCertificates", Error, Draft, "3.3",
        "Keep one mark certificate in the file, and publish another one under its own selector.",
        "The file contains more than one mark certificate; receivers may refuse it.");
    public static readonly Rule MarkCertificateMissing = new("MarkCertificateMissing", Error, Draft, "3.3",
        "Put the mark certificate first, then its issuing CA.",
        "The file contains only CA certificates, no mark certificate.");
    public static readonly Rule ChainForeignCertificate = new("ChainForeignCertificate", Error, Draft, "3.3",
        "Keep the mark certificate, its issuing CA and at most the root.",
        "The file contains an end-entity certificate that is not part of the chain.");
    public static readonly Rule ChainExtraCertificate = new("ChainExtraCertificate", Warning, Draft, "3.3",
        "Keep the mark certificate, its issuing CA and at most the root.",
        "The file contains a CA certificate that is not part of the chain.");
    public static readonly Rule ChainOrder = new("ChainOrder", Error, Draft, "3.3",
        "Put the mark certificate first, then its issuing CA, then (if at all) the root.",
        "The certificates are not in the order of issuance; receivers may refuse the file.");
    public static readonly Rule KeyPurposeMissing = new("KeyPurposeMissing", Error, Draft, "4.4",
        "Use the VMC or CMC, not the TLS certificate of the web server.",
        "It lacks the extended key usage for BIMI (1.3.6.1.5.5.7.3.31), so it is not a mark certificate.");
    public static readonly Rule KeyPurposeOthers = new("KeyPurposeOthers", Warning, Mcr, "7.1.2.3", Reissue,
        "The mark certificate has extended key usages other than BIMI.");
    public static readonly Rule KeyUsageOfCa = new("KeyUsageOfCa", Warning, Mcr, "7.1.2.3",
        Reissue,
        "Its key usage allows signing certificates or CRLs, which a mark certificate must not.");
    public static readonly Rule Precertificate = new("Precertificate", Error, Transparency, "3.1",
        "Use the final certificate.",
        "It is a precertificate, made for the transparency logs only.");
    public static readonly Rule NamesMissing = new("NamesMissing", Error, Draft, "4.3",
        Reissue,
        "It names no domain (subject alternative name with a dNSName).");
    public static readonly Rule NamesOther = new("NamesOther", Warning, Mcr, "7.1.4.2.1",
        Reissue,
        "Its subject alternative name contains names that are not DNS names.");
    public static readonly Rule NameIsParent = new("NameIsParent", Warning, Draft, "5.2");
    public static readonly Rule SelectorMismatch = new("SelectorMismatch", Error, Draft, "5.2",
        "Publish the record under the selector that the certificate names.");
    public static readonly Rule NameMismatch = new("NameMismatch", Error, Draft, "5.2");
    public static readonly Rule CrlMissing = new("CrlMissing", Error, Draft, "4.5", Reissue);
    public static readonly Rule CrlCritical = new("CrlCritical", Warning, Mcr, "7.1.2.3", Reissue, "Its CRL distribution point is marked critical.");
    public static readonly Rule SctMissing = new("SctMissing", Error, Draft, "4.6", Reissue);
    public static readonly Rule SctInvalid = new("SctInvalid", Error, Transparency, "3.3", Reissue);
    public static readonly Rule SctInFuture = new("SctInFuture", Error, Transparency, "5.2",
        "Check the clock; if it is right, have the certificate reissued.",
        "Its signed certificate timestamps lie in the future.");
    public static readonly Rule PilotIdentifier = new("PilotIdentifier", Warning, Mcr, "7.1.2.3", Reissue);
    public static readonly Rule ValidityTooLong = new("ValidityTooLong", Warning, Mcr, "6.3.2", Reissue);
    public static readonly Rule MarkTypeMissing = new("MarkTypeMissing", Error, Mcr, "7.1.4.2.2", Reissue);
    public static readonly Rule MarkTypeSeveral = new("MarkTypeSeveral", Error, Mcr, "7.1.4.2.2", Reissue, "Its subject has more than one mark type.");
    public static readonly Rule MarkTypeUnknown = new("MarkTypeUnknown", Error, Mcr, "7.1.4.2.2", Reissue);
    public static readonly Rule LogotypeMissing = new("LogotypeMissing", Error, Draft, "4.1",
        "Use the VMC or CMC, not the TLS certificate of the web server.",
        "It contains no logo (logotype extension 1.3.6.1.5.5.7.1.12).");
    public static readonly Rule LogotypeCritical = new("LogotypeCritical", Warning, Mcr, "7.1.2.3",
        Reissue,
        "Its logotype extension is marked critical; receivers refuse a certificate with a critical extension that they do not know.");
    public static readonly Rule ChainSignatureInvalid = new("ChainSignatureInvalid", Error, Pkix, "6.1.3",
        "Add the issuing CA's certificate to the file, as the CA delivered it with the mark certificate. If it is already there, the certificate named " +
            "in the message was altered.");
    public static readonly Rule SignatureAlgorithmUnsupported = new("SignatureAlgorithmUnsupported", Error, Mcr, "6.1.5", Reissue);
    public static readonly Rule CertificateVersion = new("CertificateVersion", Error, Mcr, "7.1.1", Reissue);
    public static readonly Rule SignatureAlgorithmMismatch = new("SignatureAlgorithmMismatch", Error, Pkix, "4.1.1.2",
        Reissue,
        "The signature algorithm inside the certificate is not the one outside it.");
    public static readonly Rule PublicKeyWeak = new("PublicKeyWeak", Warning, Mcr, "6.1.5", Reissue);
    public static readonly Rule SerialNumberInvalid = new("SerialNumberInvalid", Warning, Pkix, "4.1.2.2",
        Reissue,
        "Its serial number is not a positive number of at most 20 octets.");
    public static readonly Rule ExtensionDuplicate = new("ExtensionDuplicate", Error, Pkix, "4.2", Reissue);
    public static readonly Rule ExtensionCriticalUnknown = new("ExtensionCriticalUnknown", Error, Pkix, "6.1", Reissue);
    public static readonly Rule NameConstraintsPresent = new("NameConstraintsPresent", Warning, Mcr, "7.1.5",
        Reissue,
        "It has name constraints, which mark certificates must not have.");
    public static readonly Rule IssuerNotCa = new("IssuerNotCa", Error, Pkix, "6.1.4", Reissue);
    public static readonly Rule BasicConstraintsNotCritical = new("BasicConstraintsNotCritical", Warning, Mcr, "7.1.2.2",
        Reissue,
        "Its basic constraints are not critical.");
    public static readonly Rule PathLengthExceeded = new("PathLengthExceeded", Error, Pkix, "6.1.4", Reissue);
    public static readonly Rule IssuerKeyUsageMissing = new("IssuerKeyUsageMissing", Warning, Mcr, "7.1.2.2",
        Reissue,
        "It has no key usage; a CA must have keyCertSign and cRLSign.");
    public static readonly Rule IssuerKeyUsage = new("IssuerKeyUsage", Error, Pkix, "6.1.4",
        Reissue,
        "Its key usage does not allow it to sign certificates (keyCertSign).");
    public static readonly Rule IssuerCrlSign = new("IssuerCrlSign", Warning, Mcr, "7.1.2.2",
        Reissue,
        "Its key usage does not allow it to sign CRLs (cRLSign).");
    public static readonly Rule IssuerKeyPurposeMissing = new("IssuerKeyPurposeMissing", Error, Draft, "4.4",
        "Get the certificate from a mark verifying authority.");
    public static readonly Rule IssuerKeyPurposeOthers = new("IssuerKeyPurposeOthers", Warning, Mcr, "7.1.2.2",
        Reissue,
        "The issuing CA has extended key usages other than BIMI.");
    public static readonly Rule IssuerPolicyMissing = new("IssuerPolicyMissing", Warning, Mcr, "7.1.2.2",
        Reissue,
        "The issuing CA has neither the mark certificate policy (1.3.6.1.4.1.53087.1.1) nor any-policy.");
    public static readonly Rule KeyIdentifierMismatch = new("KeyIdentifierMismatch", Warning, Pkix, "4.2.1.1",
        Reissue,
        "Its authority key identifier is not the subject key identifier of its issuer.");
    public static readonly Rule ExtensionMalformed = new("ExtensionMalformed", Error, Pkix, "4.2", Reissue);
    public static readonly Rule SubjectFieldMissing = new("SubjectFieldMissing", Warning, Mcr, "7.1.4.2.2", Reissue);
    public static readonly Rule SubjectFieldProhibited = new("SubjectFieldProhibited", Warning, Mcr, "7.1.4.2.2", Reissue);
    public static readonly Rule SubjectFieldInvalid = new("SubjectFieldInvalid", Warning, Mcr, "7.1.4.2.2", Reissue);
    public static readonly Rule LogotypeMalformed = new("LogotypeMalformed", Error, Logotypes, "4.1", Reissue);
    public static readonly Rule LogotypeUriMalformed = LogotypeMalformed with { Section = "4.3" };
    public static readonly Rule LogotypeNotSvg = new("LogotypeNotSvg", Error, Draft, "4.2", Reissue);
    public static readonly Rule LogotypeSeveralImages = new("LogotypeSeveralImages", Warning, Mcr, "7.1.2.3", Reissue);
    public static readonly Rule LogotypeNotEmbedded = new("LogotypeNotEmbedded", Error, Draft, "4.1", Reissue);
    public static readonly Rule LogotypeNoSubjectLogo = new("LogotypeNoSubjectLogo", Error, Mcr, "7.1.2.3", Reissue);
    public static readonly Rule LogotypeNotBase64 = new("LogotypeNotBase64", Error, Draft, "4.2", Reissue);
    public static readonly Rule LogotypeNotCompressed = new("LogotypeNotCompressed", Error, Draft, "4.2",
        Reissue,
        "The embedded logo is not compressed; it must be gzip (SVGZ).");
    public static readonly Rule LogotypeTooLarge = new("LogotypeTooLarge", Error, Draft, "4.2", Reissue);
    public static readonly Rule LogotypeGzipInvalid = new("LogotypeGzipInvalid", Error, Draft, "4.2",
        Reissue,
        "The embedded logo is not valid gzip: truncated or damaged.");
    public static readonly Rule LogotypeHashUnsupported = new("LogotypeHashUnsupported", Error, Logotypes, "4.1", Reissue);
    public static readonly Rule LogotypeHashLineEndings = new("LogotypeHashLineEndings", Error, Logotypes, "7",
        "Have the certificate reissued for a logo with LF line endings: then both ways to hash it agree.",
        "The logo's hash matches only after its CRLF line endings are changed to LF (RFC 6170 section 5.2); receivers hash the bytes as they are, " +
            "so the hash does not match.");
    public static readonly Rule LogotypeHashMismatch = new("LogotypeHashMismatch", Error, Logotypes, "4.1",
        Reissue,
        "No hash in the logotype extension matches the embedded logo.");
    public static readonly Rule LogotypeHashPartlyWrong = new("LogotypeHashPartlyWrong", Warning, Logotypes, "4.1",
        Reissue,
        "One hash in the logotype extension matches the embedded logo, another does not.");
    public static readonly Rule LogoUnreadable = new("LogoUnreadable", Error, Draft, "5.3", "Host the logo that the certificate embeds.");
    public static readonly Rule LogoLineEndsDiffer = new("LogoLineEndsDiffer", Error, Draft, "5.3",
        "Host the exact bytes of the certificate's logo: upload it as binary, and keep version control from converting line endings.",
        "The hosted logo differs from the one in the certificate only in its line endings (CRLF and LF); receivers compare bytes.");
    public static readonly Rule LogoDiffers = new("LogoDiffers", Error, Draft, "5.3",
        "Host the logo that the certificate embeds, or have the certificate reissued for the new logo.");
}
