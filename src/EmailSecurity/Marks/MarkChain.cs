using System.Formats.Asn1;

namespace EmailSecurity.Marks;

/// <summary>
/// The path from a mark certificate to a trusted root (RFC 5280 section 6.1), walked over the certificates of the file and the roots.
/// No network: no issuer is fetched, no revocation looked up.
/// </summary>
internal sealed class MarkChain
{
    /// <summary>Certificates of a path, leaf and root included.</summary>
    private const int MaxLength = 8;

    /// <summary>Signatures verified for one file; a file of certificates with one name cannot make it more.</summary>
    private const int MaxVerifications = 32;

    private const string Reissue = "Have the certification authority reissue the certificate.";

    private readonly IReadOnlyList<MarkChainCertificate> _file;
    private readonly MarkCertificateRoots _roots;
    private int _verifications;
    private MarkChainCertificate[] _longest = [];
    private (MarkChainCertificate Subject, MarkChainSignatureVerdict Verdict)? _refused;

    private MarkChain(IReadOnlyList<MarkChainCertificate> file, MarkCertificateRoots roots)
    {
        _file = file;
        _roots = roots;
    }

    /// <summary>From the leaf to the last issuer found; the root is the last where <see cref="IsTrusted"/>.</summary>
    public IReadOnlyList<MarkChainCertificate> Path => _longest;

    /// <summary>True where the path ends in a trusted root, every signature verified.</summary>
    public bool IsTrusted { get; private set; }

    public static MarkChain Build(MarkChainCertificate leaf, IReadOnlyList<MarkChainCertificate> file, MarkCertificateRoots roots)
    {
        var chain = new MarkChain(file, roots);
        chain.IsTrusted = chain.Walk([leaf]);
        if (chain.IsTrusted && chain.Path.Count > 2) roots.Remember(chain.Path[^2], chain.Path[^1]);
        return chain;
    }

    private bool Walk(List<MarkChainCertificate> path)
    {
        var current = path[^1];
        if (path.Count > _longest.Length) _longest = [.. path];
        if (_roots.Certificates.Any(current.SameAuthorityAs))
        {
            _longest = [.. path];
            return true;
        }
        if (path.Count == MaxLength) return false;
        foreach (var issuer in _roots.Certificates.Concat(_file))
        {
            // RFC 5280 section 6.1.3 (a)(4) and MC Requirements section 7.1.4.1: the issuer's name, octet for octet.
            if (!issuer.Subject.Span.SequenceEqual(current.Issuer.Span) || path.Any(issuer.SameAuthorityAs)) continue;
            if (_verifications++ >= MaxVerifications) return false;
            var verdict = MarkChainSignature.Verify(current, issuer);
            if (verdict != MarkChainSignatureVerdict.Good)
            {
                _refused ??= (current, verdict);
                continue;
            }
            path.Add(issuer);
            if (Walk(path)) return true;
            path.RemoveAt(path.Count - 1);
        }
        return false;
    }

    /// <summary>Says everything that is wrong with the path and with each certificate of it.</summary>
    public void Report(MarkCertificateFindings findings, MarkCertificateOptions options)
    {
        ReportTrust(findings, options.RequireTrust);
        for (var i = 0; i < Path.Count; i++)
        {
            var isAnchor = IsTrusted && i == Path.Count - 1 && i > 0;
            ReportValidity(Path[i], i == 0, findings, options);
            // RFC 5280 section 6.1.1 (d): a trust anchor gives a name and a key; its own extensions are not judged.
            if (!isAnchor) ReportCertificate(Path[i], findings);
            if (i > 0 && !isAnchor) ReportAuthority(i, findings);
            if (i > 0) ReportKeyIdentifiers(Path[i - 1], Path[i], findings);
        }
        if (Path.Count > 1) ReportIssuingAuthority(Path[1], IsTrusted && Path.Count == 2, findings);
    }

    // draft-fetch-validation-vmc-wchuang section 5.1 (1).
    private void ReportTrust(MarkCertificateFindings findings, bool require)
    {
        if (IsTrusted) return;
        var last = Path[^1];
        string code, message, fix;
        if (_refused is { } refused && ReferenceEquals(refused.Subject, last))
        {
            if (refused.Verdict == MarkChainSignatureVerdict.Bad)
                findings.Error("ChainSignatureInvalid", MarkCertificateFindings.Pkix, "6.1.3", $"The signature of {last.Location} does not verify with the key of its issuer '{MarkChainName.Short(last.Issuer)}'.",
                    "Put the issuing CA's own certificate into the file, as delivered with the mark certificate; if it is there, the certificate was altered.", last.Location);
            else
                findings.Error("SignatureAlgorithmUnsupported", MarkCertificateFindings.Mcr, "6.1.5", $"The signature of {last.Location} ({MarkChainSignature.Name(last.SignatureAlgorithm)}) is not RSA or ECDSA with SHA-256 or better.", Reissue, last.Location);
            return;
        }
        if (last.IsSelfIssued)
        {
            (code, message, fix) = ("ChainUntrusted", Path.Count == 1
                    ? "The certificate is self-signed; receivers show logos only from certificates of a mark verifying authority."
                    : $"The chain ends in '{MarkChainName.Short(last.Subject)}', which is not a trusted mark root.",
                "Get a VMC or CMC from DigiCert, GlobalSign or SSL.com; for a private test authority give its root (-TrustedRoot).");
        }
        else
        {
            (code, message, fix) = ("ChainIncomplete", $"The issuer '{MarkChainName.Short(last.Issuer)}' of {last.Location} is neither in the file nor a trusted mark root.",
                "Append the issuing CA's certificate to the file, after the mark certificate; receivers do not fetch it. If it is there, the authority is not a mark verifying authority.");
        }
        if (require) findings.Error(code, MarkCertificateFindings.Draft, "5.1", message, fix, last.Location);
        else findings.Warning(code, MarkCertificateFindings.Draft, "5.1", message, fix, last.Location);
    }

    // draft-fetch-validation-vmc-wchuang section 5.1 (2), for every certificate of the chain.
    private static void ReportValidity(MarkChainCertificate certificate, bool isLeaf, MarkCertificateFindings findings, MarkCertificateOptions options)
    {
        var at = options.At;
        var who = isLeaf ? "The mark certificate" : $"'{MarkChainName.Short(certificate.Subject)}' of the chain";
        var prefix = isLeaf ? "Certificate" : "Issuer";
        if (at < certificate.NotBefore)
            findings.Error(prefix + "NotYetValid", MarkCertificateFindings.Pkix, "4.1.2.5", $"{who} is not valid before {Show(certificate.NotBefore)}.", "Publish it after that instant, and check the clock.", certificate.Location);
        else if (at > certificate.NotAfter)
            findings.Error(prefix + "Expired", MarkCertificateFindings.Pkix, "4.1.2.5", $"{who} expired on {Show(certificate.NotAfter)}.", "Renew the mark certificate and publish the new file.", certificate.Location);
        else if (certificate.NotAfter - at <= options.ExpiryWarning)
            findings.Warning(prefix + "ExpiresSoon", MarkCertificateFindings.Draft, "4.5", Invariant($"{who} expires on {Show(certificate.NotAfter)}, in {Math.Floor((certificate.NotAfter - at).TotalDays):0} days."),
                "Renew the mark certificate now: validation by the authority takes weeks.", certificate.Location);
        if (certificate.NotAfter < certificate.NotBefore)
            findings.Error(prefix + "ValidityInverted", MarkCertificateFindings.Pkix, "4.1.2.5", $"{who} ends before it begins.", Reissue, certificate.Location);
    }

    /// <summary>What holds for the leaf and every CA below the root.</summary>
    private static void ReportCertificate(MarkChainCertificate certificate, MarkCertificateFindings findings)
    {
        var where = certificate.Location;
        if (certificate.Version != 3)
            findings.Error("CertificateVersion", MarkCertificateFindings.Mcr, "7.1.1", Invariant($"It is an X.509 v{certificate.Version} certificate; mark certificates are v3."), Reissue, where);
        if (!certificate.SignatureAlgorithmsAgree)
            findings.Error("SignatureAlgorithmMismatch", MarkCertificateFindings.Pkix, "4.1.1.2", "The signature algorithm inside the certificate is not the one outside it.", Reissue, where);
        var (kind, bits) = MarkChainSignature.KeyOf(certificate);
        if (bits == 0 || (kind == "RSA" && bits < 2048))
            findings.Warning("PublicKeyWeak", MarkCertificateFindings.Mcr, "6.1.5", bits == 0 ? "Its key is neither RSA nor on the curves P-256, P-384, P-521." : Invariant($"Its RSA key has {bits} bits; at least 2048 are required."), Reissue, where);
        // RFC 5280 section 4.1.2.2.
        if (certificate.Serial.Length > 20 || (certificate.Serial.Span[0] & 0x80) != 0 || certificate.Serial.Span.IndexOfAnyExcept((byte)0) < 0)
            findings.Warning("SerialNumberInvalid", MarkCertificateFindings.Pkix, "4.1.2.2", "Its serial number is not a positive number of at most 20 octets.", Reissue, where);

        var extensions = certificate.Extensions;
        for (var i = 0; i < extensions.Count; i++)
        {
            var extension = extensions[i];
            for (var k = 0; k < i; k++)
            {
                if (extensions[k].Oid == extension.Oid)
                    findings.Error("ExtensionDuplicate", MarkCertificateFindings.Pkix, "4.2", $"It has the extension {extension.Oid} more than once.", Reissue, where);
            }
            if (extension.Critical && !MarkCertificateOids.IsProcessed(extension.Oid) && extension.Oid != MarkCertificateOids.PrecertificatePoison)
                findings.Error("ExtensionCriticalUnknown", MarkCertificateFindings.Pkix, "6.1", $"It has the critical extension {extension.Oid}, which receivers do not process and so refuse.", Reissue, where);
            else if (extension.Oid == MarkCertificateOids.NameConstraints)
                findings.Warning("NameConstraintsPresent", MarkCertificateFindings.Mcr, "7.1.5", "It has name constraints, which mark certificates must not have.", Reissue, where);
        }
    }

    // RFC 5280 section 6.1.4 (k) to (n).
    private void ReportAuthority(int index, MarkCertificateFindings findings)
    {
        var authority = Path[index];
        var where = authority.Location;
        try
        {
            if (!authority.TryGetExtension(MarkCertificateOids.BasicConstraints, out var constraints))
                findings.Error("IssuerNotCa", MarkCertificateFindings.Pkix, "6.1.4", "It issued a certificate of the chain but has no basic constraints, so it is not a CA.", Reissue, where);
            else
            {
                var (isCa, length) = MarkCertificateExtensions.BasicConstraints(constraints.Value);
                if (!isCa)
                    findings.Error("IssuerNotCa", MarkCertificateFindings.Pkix, "6.1.4", "It issued a certificate of the chain but its basic constraints say it is not a CA.", Reissue, where);
                if (!constraints.Critical)
                    findings.Warning("BasicConstraintsNotCritical", MarkCertificateFindings.Mcr, "7.1.2.2", "Its basic constraints are not critical.", Reissue, where);
                var below = Path.Skip(1).Take(index - 1).Count(c => !c.IsSelfIssued);
                if (length is { } limit && below > limit)
                    findings.Error("PathLengthExceeded", MarkCertificateFindings.Pkix, "6.1.4", Invariant($"It allows {limit} CAs below it (pathLenConstraint); the chain has {below}."), Reissue, where);
            }
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.BasicConstraints, "basic constraints", findings, where);
        }
        try
        {
            if (!authority.TryGetExtension(MarkCertificateOids.KeyUsage, out var usage))
                findings.Warning("IssuerKeyUsageMissing", MarkCertificateFindings.Mcr, "7.1.2.2", "It has no key usage; a CA must have keyCertSign and cRLSign.", Reissue, where);
            else
            {
                var (certSign, crlSign) = MarkCertificateExtensions.KeyUsage(usage.Value);
                if (!certSign)
                    findings.Error("IssuerKeyUsage", MarkCertificateFindings.Pkix, "6.1.4", "Its key usage does not allow it to sign certificates (keyCertSign).", Reissue, where);
                else if (!crlSign)
                    findings.Warning("IssuerCrlSign", MarkCertificateFindings.Mcr, "7.1.2.2", "Its key usage does not allow it to sign CRLs (cRLSign).", Reissue, where);
            }
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.KeyUsage, "key usage", findings, where);
        }
    }

    // draft-fetch-validation-vmc-wchuang section 4.4: the immediate issuer carries the key purpose too. MC Requirements section 7.1.2.2.
    private static void ReportIssuingAuthority(MarkChainCertificate authority, bool isRoot, MarkCertificateFindings findings)
    {
        var where = authority.Location;
        try
        {
            var purposes = authority.TryGetExtension(MarkCertificateOids.ExtendedKeyUsage, out var usage) ? MarkCertificateExtensions.KeyPurposes(usage.Value) : [];
            if (!purposes.Contains(MarkCertificateOids.BimiKeyPurpose))
                findings.Error("IssuerKeyPurposeMissing", MarkCertificateFindings.Draft, "4.4",
                    isRoot ? "The certificate is issued by the root itself; it must come from a CA dedicated to mark certificates (extended key usage 1.3.6.1.5.5.7.3.31)."
                        : "The issuing CA lacks the extended key usage for BIMI (1.3.6.1.5.5.7.3.31).",
                    "Get the certificate from a mark verifying authority.", where);
            else if (purposes.Count > 1)
                findings.Warning("IssuerKeyPurposeOthers", MarkCertificateFindings.Mcr, "7.1.2.2", "The issuing CA has extended key usages besides BIMI.", Reissue, where);
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.ExtendedKeyUsage, "extended key usage", findings, where);
        }
        if (isRoot) return;
        try
        {
            var policies = authority.TryGetExtension(MarkCertificateOids.CertificatePolicies, out var extension) ? MarkCertificateExtensions.Policies(extension.Value) : [];
            if (!policies.Contains(MarkCertificateOids.MarkPolicy) && !policies.Contains(MarkCertificateOids.AnyPolicy))
                findings.Warning("IssuerPolicyMissing", MarkCertificateFindings.Mcr, "7.1.2.2", "The issuing CA has neither the mark certificate policy (1.3.6.1.4.1.53087.1.1) nor any-policy.", Reissue, where);
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.CertificatePolicies, "certificate policies", findings, where);
        }
    }

    private static void ReportKeyIdentifiers(MarkChainCertificate subject, MarkChainCertificate issuer, MarkCertificateFindings findings)
    {
        try
        {
            if (!subject.TryGetExtension(MarkCertificateOids.AuthorityKeyIdentifier, out var authority) || !issuer.TryGetExtension(MarkCertificateOids.SubjectKeyIdentifier, out var own)) return;
            var named = MarkCertificateExtensions.AuthorityKeyIdentifier(authority.Value);
            var actual = MarkCertificateExtensions.SubjectKeyIdentifier(own.Value);
            if (!named.IsEmpty && !actual.IsEmpty && !named.Span.SequenceEqual(actual.Span))
                findings.Warning("KeyIdentifierMismatch", MarkCertificateFindings.Pkix, "4.2.1.1", "Its authority key identifier is not the subject key identifier of its issuer.", Reissue, subject.Location);
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.AuthorityKeyIdentifier, "key identifier", findings, subject.Location);
        }
    }

    public static void Malformed(string oid, string what, MarkCertificateFindings findings, string where) =>
        findings.Error("ExtensionMalformed", MarkCertificateFindings.Pkix, "4.2", $"Its {what} extension ({oid}) cannot be read.", Reissue, where);

    private static string Show(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
