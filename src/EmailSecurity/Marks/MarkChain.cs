using System.Formats.Asn1;
using EmailSecurity.Findings;

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

    private readonly IReadOnlyList<MarkChainCertificate> file;
    private readonly MarkCertificateRoots roots;
    private int verifications;
    private MarkChainCertificate[] longest = [];
    private (MarkChainCertificate Subject, MarkChainSignatureVerdict Verdict)? refused;

    private MarkChain(IReadOnlyList<MarkChainCertificate> file, MarkCertificateRoots roots)
    {
        this.file = file;
        this.roots = roots;
    }

    /// <summary>From the leaf to the last issuer found; the root is the last where <see cref="IsTrusted"/>.</summary>
    public IReadOnlyList<MarkChainCertificate> Path => longest;

    /// <summary>True where the path ends in a trusted root, every signature verified.</summary>
    public bool IsTrusted { get; private set; }

    public static MarkChain Build(MarkChainCertificate leaf, IReadOnlyList<MarkChainCertificate> file, MarkCertificateRoots roots)
    {
        var chain = new MarkChain(file, roots);
        chain.IsTrusted = chain.Walk([leaf]);
        if (chain.IsTrusted && chain.Path.Count > 2)
        {
            roots.Remember(chain.Path[^2], chain.Path[^1]);
        }

        return chain;
    }

    private bool Walk(List<MarkChainCertificate> path)
    {
        var current = path[^1];
        if (path.Count > longest.Length)
        {
            longest = [.. path];
        }

        if (roots.Certificates.Any(current.SameAuthorityAs))
        {
            longest = [.. path];
            return true;
        }
        if (path.Count == MaxLength)
        {
            return false;
        }

        foreach (var issuer in roots.Certificates.Concat(file))
        {
            // RFC 5280 section 6.1.3 (a)(4) and MC Requirements section 7.1.4.1: the issuer's name, octet for octet.
            if (!issuer.Subject.Span.SequenceEqual(current.Issuer.Span) || path.Any(issuer.SameAuthorityAs))
            {
                continue;
            }

            if (verifications++ >= MaxVerifications)
            {
                return false;
            }

            var verdict = MarkChainSignature.Verify(current, issuer);
            if (verdict != MarkChainSignatureVerdict.Good)
            {
                refused ??= (current, verdict);
                continue;
            }
            path.Add(issuer);
            if (Walk(path))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }
        return false;
    }

    /// <summary>Says everything that is wrong with the path and with each certificate of it.</summary>
    public void Report(FindingBag findings, MarkCertificateOptions options)
    {
        ReportTrust(findings, options.RequireTrust);
        for (var i = 0; i < Path.Count; i++)
        {
            var isAnchor = IsTrusted && i == Path.Count - 1 && i > 0;
            ReportValidity(Path[i], i == 0, findings, options);
            // RFC 5280 section 6.1.1 (d): a trust anchor gives a name and a key; its own extensions are not judged.
            if (!isAnchor)
            {
                ReportCertificate(Path[i], findings);
            }

            if (i > 0 && !isAnchor)
            {
                ReportAuthority(i, findings);
            }

            if (i > 0)
            {
                ReportKeyIdentifiers(Path[i - 1], Path[i], findings);
            }
        }
        if (Path.Count > 1)
        {
            ReportIssuingAuthority(Path[1], IsTrusted && Path.Count == 2, findings);
        }
    }

    // draft-fetch-validation-vmc-wchuang section 5.1 (1).
    private void ReportTrust(FindingBag findings, bool require)
    {
        if (IsTrusted)
        {
            return;
        }

        var last = Path[^1];
        if (refused is { } first && ReferenceEquals(first.Subject, last))
        {
            if (first.Verdict == MarkChainSignatureVerdict.Bad)
            {
                findings.Report(MarkRules.ChainSignatureInvalid,
                    $"The signature of {last.Location} does not verify with the key of its issuer '{MarkChainName.Short(last.Issuer)}'.",
                    location: last.Location);
            }
            else
            {
                findings.Report(MarkRules.SignatureAlgorithmUnsupported,
                    $"The signature of {last.Location} ({MarkChainSignature.Name(last.SignatureAlgorithm)}) is not RSA or ECDSA with SHA-256 or better.",
                    location: last.Location);
            }

            return;
        }
        var (rule, message) = last.IsSelfIssued
            ? (MarkRules.ChainUntrusted, Path.Count == 1
                ? "The certificate is self-signed; receivers show logos only from certificates of a mark verifying authority."
                : $"The chain ends in '{MarkChainName.Short(last.Subject)}', which is not a trusted mark root.")
            : (MarkRules.ChainIncomplete,
                $"The issuer '{MarkChainName.Short(last.Issuer)}' of {last.Location} is neither in the file nor a trusted mark root.");
        findings.Report(require ? rule : rule with { Severity = FindingSeverity.Warning }, message, location: last.Location);
    }

    // draft-fetch-validation-vmc-wchuang section 5.1 (2), for every certificate of the chain.
    private static void ReportValidity(MarkChainCertificate certificate, bool isLeaf, FindingBag findings, MarkCertificateOptions options)
    {
        var at = options.At;
        var who = isLeaf ? "The mark certificate" : $"'{MarkChainName.Short(certificate.Subject)}' of the chain";
        if (at < certificate.NotBefore)
        {
            findings.Report(isLeaf ? MarkRules.CertificateNotYetValid : MarkRules.IssuerNotYetValid,
                $"{who} is not valid before {Show(certificate.NotBefore)}.", location: certificate.Location);
        }
        else if (at > certificate.NotAfter)
        {
            findings.Report(isLeaf ? MarkRules.CertificateExpired : MarkRules.IssuerExpired,
                $"{who} expired on {Show(certificate.NotAfter)}.", location: certificate.Location);
        }
        else if (certificate.NotAfter - at <= options.ExpiryWarning)
        {
            findings.Report(isLeaf ? MarkRules.CertificateExpiresSoon : MarkRules.IssuerExpiresSoon,
                $"{who} expires on {Show(certificate.NotAfter)}, in {Math.Floor((certificate.NotAfter - at).TotalDays):0} days.",
                location: certificate.Location);
        }

        if (certificate.NotAfter < certificate.NotBefore)
        {
            findings.Report(isLeaf ? MarkRules.CertificateValidityInverted : MarkRules.IssuerValidityInverted, $"{who} ends before it begins.",
                location: certificate.Location);
        }
    }

    /// <summary>What holds for the leaf and every CA below the root.</summary>
    private static void ReportCertificate(MarkChainCertificate certificate, FindingBag findings)
    {
        var where = certificate.Location;
        if (certificate.Version != 3)
        {
            findings.Report(MarkRules.CertificateVersion, $"It is an X.509 v{certificate.Version} certificate; mark certificates are v3.", location: where);
        }

        if (!certificate.SignatureAlgorithmsAgree)
        {
            findings.Report(MarkRules.SignatureAlgorithmMismatch, location: where);
        }

        var (kind, bits) = MarkChainSignature.KeyOf(certificate);
        if (bits == 0 || (kind == "RSA" && bits < 2048))
        {
            findings.Report(MarkRules.PublicKeyWeak,
                bits == 0 ? "Its key is neither RSA nor on the curves P-256, P-384, P-521."
                    : Invariant($"Its RSA key has {bits} bits; at least 2048 are required."),
                location: where);
        }
        // RFC 5280 section 4.1.2.2.
        if (certificate.Serial.Length > 20 || (certificate.Serial.Span[0] & 0x80) != 0 || certificate.Serial.Span.IndexOfAnyExcept((byte)0) < 0)
        {
            findings.Report(MarkRules.SerialNumberInvalid, location: where);
        }

        var extensions = certificate.Extensions;
        for (var i = 0; i < extensions.Count; i++)
        {
            var extension = extensions[i];
            for (var k = 0; k < i; k++)
            {
                if (extensions[k].Oid == extension.Oid)
                {
                    findings.Report(MarkRules.ExtensionDuplicate, $"It has the extension {extension.Oid} more than once.", location: where);
                }
            }
            if (extension.Critical && !MarkCertificateOids.IsProcessed(extension.Oid) && extension.Oid != MarkCertificateOids.PrecertificatePoison)
            {
                findings.Report(MarkRules.ExtensionCriticalUnknown,
                    $"It has the critical extension {extension.Oid}, which receivers do not process, so they refuse the certificate.", location: where);
            }
            else if (extension.Oid == MarkCertificateOids.NameConstraints)
            {
                findings.Report(MarkRules.NameConstraintsPresent, location: where);
            }
        }
    }

    // RFC 5280 section 6.1.4 (k) to (n).
    private void ReportAuthority(int index, FindingBag findings)
    {
        var authority = Path[index];
        var where = authority.Location;
        try
        {
            if (!authority.TryGetExtension(MarkCertificateOids.BasicConstraints, out var constraints))
            {
                findings.Report(MarkRules.IssuerNotCa,
                    "It issued a certificate of the chain but has no basic constraints, so it is not a CA.", location: where);
            }
            else
            {
                var (isCa, length) = MarkCertificateExtensions.BasicConstraints(constraints.Value);
                if (!isCa)
                {
                    findings.Report(MarkRules.IssuerNotCa,
                        "It issued a certificate of the chain but its basic constraints say it is not a CA.", location: where);
                }

                if (!constraints.Critical)
                {
                    findings.Report(MarkRules.BasicConstraintsNotCritical, location: where);
                }

                var below = Path.Skip(1).Take(index - 1).Count(c => !c.IsSelfIssued);
                if (length is { } limit && below > limit)
                {
                    findings.Report(MarkRules.PathLengthExceeded,
                        $"It allows {limit} CAs below it (pathLenConstraint); the chain has {below}.", location: where);
                }
            }
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.BasicConstraints, "basic constraints", findings, where);
        }
        try
        {
            if (!authority.TryGetExtension(MarkCertificateOids.KeyUsage, out var usage))
            {
                findings.Report(MarkRules.IssuerKeyUsageMissing, location: where);
            }
            else
            {
                var (certSign, crlSign) = MarkCertificateExtensions.KeyUsage(usage.Value);
                if (!certSign)
                {
                    findings.Report(MarkRules.IssuerKeyUsage, location: where);
                }
                else if (!crlSign)
                {
                    findings.Report(MarkRules.IssuerCrlSign, location: where);
                }
            }
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.KeyUsage, "key usage", findings, where);
        }
    }

    // draft-fetch-validation-vmc-wchuang section 4.4: the immediate issuer carries the key purpose too. MC Requirements section 7.1.2.2.
    private static void ReportIssuingAuthority(MarkChainCertificate authority, bool isRoot, FindingBag findings)
    {
        var where = authority.Location;
        try
        {
            var purposes = authority.TryGetExtension(MarkCertificateOids.ExtendedKeyUsage, out var usage)
                ? MarkCertificateExtensions.KeyPurposes(usage.Value) : [];
            if (!purposes.Contains(MarkCertificateOids.BimiKeyPurpose))
            {
                findings.Report(MarkRules.IssuerKeyPurposeMissing,
                    isRoot ? "The certificate is issued by the root itself; it must come from a CA dedicated to mark certificates (extended key usage " +
                        "1.3.6.1.5.5.7.3.31)."
                        : "The issuing CA lacks the extended key usage for BIMI (1.3.6.1.5.5.7.3.31).", location: where);
            }
            else if (purposes.Count > 1)
            {
                findings.Report(MarkRules.IssuerKeyPurposeOthers, location: where);
            }
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.ExtendedKeyUsage, "extended key usage", findings, where);
        }
        if (isRoot)
        {
            return;
        }

        try
        {
            var policies = authority.TryGetExtension(MarkCertificateOids.CertificatePolicies, out var extension)
                ? MarkCertificateExtensions.Policies(extension.Value) : [];
            if (!policies.Contains(MarkCertificateOids.MarkPolicy) && !policies.Contains(MarkCertificateOids.AnyPolicy))
            {
                findings.Report(MarkRules.IssuerPolicyMissing, location: where);
            }
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.CertificatePolicies, "certificate policies", findings, where);
        }
    }

    private static void ReportKeyIdentifiers(MarkChainCertificate subject, MarkChainCertificate issuer, FindingBag findings)
    {
        try
        {
            if (!subject.TryGetExtension(MarkCertificateOids.AuthorityKeyIdentifier, out var authority)
                || !issuer.TryGetExtension(MarkCertificateOids.SubjectKeyIdentifier, out var own))
            {
                return;
            }

            var named = MarkCertificateExtensions.AuthorityKeyIdentifier(authority.Value);
            var actual = MarkCertificateExtensions.SubjectKeyIdentifier(own.Value);
            if (!named.IsEmpty && !actual.IsEmpty && !named.Span.SequenceEqual(actual.Span))
            {
                findings.Report(MarkRules.KeyIdentifierMismatch, location: subject.Location);
            }
        }
        catch (AsnContentException)
        {
            Malformed(MarkCertificateOids.AuthorityKeyIdentifier, "key identifier", findings, subject.Location);
        }
    }

    public static void Malformed(string oid, string what, FindingBag findings, string where) =>
        findings.Report(MarkRules.ExtensionMalformed, $"Its {what} extension ({oid}) cannot be read.", location: where);

    private static string Show(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'",
        System.Globalization.CultureInfo.InvariantCulture);
}
